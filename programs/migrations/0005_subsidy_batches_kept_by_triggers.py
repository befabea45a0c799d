from django.db import migrations

# The pairs of SubsidyBatch.MOVES; a test compares them state by state.
FORWARD = """
CREATE FUNCTION programs_subsidy_batch_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total bigint; unequal bigint; before text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'declared' THEN
            RAISE EXCEPTION '新的一批从银行申报开始' USING ERRCODE = 'check_violation', CONSTRAINT = 'subsidy_batch_moves';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('declared', 'checked'), ('declared', 'sent_back'), ('checked', 'treasury'), ('checked', 'sent_back'),
        ('treasury', 'paid'), ('treasury', 'sent_back'), ('sent_back', 'declared'), ('paid', 'cleared')
    ) THEN
        RAISE EXCEPTION '这一批不能从 % 到 %', OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'subsidy_batch_moves';
    END IF;
    IF NEW.state IN ('checked', 'treasury', 'paid', 'cleared') AND (
        NEW.state <> OLD.state OR NEW.bank_total_fen <> OLD.bank_total_fen
    ) THEN
        before := programs_open_scope();
        SELECT coalesce(sum(declared_fen), 0), count(*) FILTER (WHERE verdict <> 'equal') INTO total, unequal
        FROM programs_subsidyline WHERE batch_id = NEW.id;
        PERFORM set_config('app.scope', before, true);
        IF unequal > 0 OR total <> NEW.bank_total_fen THEN
            RAISE EXCEPTION '合计和逐笔相加对不上，或还有对不上的一笔'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'subsidy_batch_adds_up';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subsidy_batch_moves BEFORE INSERT OR UPDATE ON programs_subsidybatch
    FOR EACH ROW EXECUTE FUNCTION programs_subsidy_batch_moves();

-- Lines move only while the bank's list is open; a branch may be filed elsewhere at any time.
CREATE FUNCTION programs_subsidy_line_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found text; before text;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    before := programs_open_scope();
    SELECT state INTO found FROM programs_subsidybatch WHERE id = coalesce(NEW.batch_id, OLD.batch_id);
    PERFORM set_config('app.scope', before, true);
    IF found <> 'declared' THEN
        RAISE EXCEPTION '核对过的明细不能改动，要改请先退回银行'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subsidy_line_frozen';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER subsidy_line_frozen BEFORE INSERT OR UPDATE OR DELETE ON programs_subsidyline
    FOR EACH ROW EXECUTE FUNCTION programs_subsidy_line_frozen();
"""
BACKWARD = """
DROP TRIGGER subsidy_line_frozen ON programs_subsidyline;
DROP TRIGGER subsidy_batch_moves ON programs_subsidybatch;
DROP FUNCTION programs_subsidy_line_frozen();
DROP FUNCTION programs_subsidy_batch_moves();
"""


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0016_subsidy_batches"),
        ("programs", "0017_subsidy_batches_kept_by_triggers"),
    ]
    dependencies = [("programs", "0004_ledger_kept_by_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
