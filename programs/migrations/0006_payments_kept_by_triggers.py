from django.db import migrations

# The same pairs as programs.models.payment.MOVES; a test holds the two against each other.
FORWARD = """
CREATE TABLE programs_payment_move (source text NOT NULL, target text NOT NULL, PRIMARY KEY (source, target));
INSERT INTO programs_payment_move (source, target) VALUES
    ('draft', 'submitted'), ('submitted', 'reviewed'), ('reviewed', 'approved'), ('approved', 'batched'),
    ('batched', 'sent'), ('sent', 'paid'), ('sent', 'returned'), ('paid', 'returned'), ('returned', 'paid'),
    ('paid', 'reversed'), ('returned', 'reversed'), ('submitted', 'draft'), ('reviewed', 'draft'),
    ('draft', 'withdrawn'), ('submitted', 'withdrawn'), ('reviewed', 'withdrawn'), ('approved', 'withdrawn');

CREATE FUNCTION programs_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE needed text[]; standing bigint; before text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '支付不能删除，只能撤回' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_is_kept';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION '支付要从草稿办起' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_begins_as_a_draft';
        END IF;
        RETURN NEW;
    END IF;
    before := programs_open_scope();
    -- Whatever the approvals speak of: a change voids them and the payment begins again.
    IF (NEW.payee, NEW.bank_card, NEW.amount_fen, NEW.purpose, NEW.fund_id, NEW.payee_index, NEW.grant_id, NEW.child_id, NEW.content_hash)
       IS DISTINCT FROM
       (OLD.payee, OLD.bank_card, OLD.amount_fen, OLD.purpose, OLD.fund_id, OLD.payee_index, OLD.grant_id, OLD.child_id, OLD.content_hash) THEN
        IF NOT EXISTS (SELECT FROM programs_payment_move WHERE source = OLD.state AND target = 'withdrawn') THEN
            RAISE EXCEPTION '已列入批次的支付不能再改' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_fixed_once_batched';
        END IF;
        NEW.state := 'draft';
        NEW.version := OLD.version + 1;
        UPDATE programs_signature SET voided_at = now() WHERE payment_id = NEW.id AND voided_at IS NULL;
    ELSIF NEW.state <> OLD.state THEN
        IF NOT EXISTS (SELECT FROM programs_payment_move WHERE source = OLD.state AND target = NEW.state) THEN
            RAISE EXCEPTION '支付不能从“%”到“%”', OLD.state, NEW.state
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_moves_as_listed';
        END IF;
        IF NEW.state = 'draft' THEN
            NEW.version := OLD.version + 1;
            UPDATE programs_signature SET voided_at = now() WHERE payment_id = NEW.id AND voided_at IS NULL;
        END IF;
        needed := CASE NEW.state
            WHEN 'submitted' THEN ARRAY['requested']
            WHEN 'reviewed' THEN ARRAY['requested', 'reviewed']
            WHEN 'approved' THEN ARRAY['requested', 'reviewed', 'approved']
            WHEN 'batched' THEN ARRAY['requested', 'reviewed', 'approved']
            WHEN 'sent' THEN ARRAY['requested', 'reviewed', 'approved', 'sent']
            ELSE ARRAY[]::text[] END;
        SELECT count(*) INTO standing FROM programs_signature
            WHERE payment_id = NEW.id AND voided_at IS NULL AND content_hash = NEW.content_hash AND step = ANY (needed);
        IF standing <> cardinality(needed) THEN
            RAISE EXCEPTION '这笔支付缺少对现在内容的签批' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_signed_as_it_stands';
        END IF;
    ELSIF OLD.batch_id IS NOT NULL AND (NEW.batch_id, NEW.line_number) IS DISTINCT FROM (OLD.batch_id, OLD.line_number) THEN
        RAISE EXCEPTION '已列入批次的支付不能换批次' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_fixed_once_batched';
    END IF;
    PERFORM set_config('app.scope', before, true);
    RETURN NEW;
END $$;
CREATE TRIGGER payment_guard BEFORE INSERT OR UPDATE OR DELETE ON programs_payment
    FOR EACH ROW EXECUTE FUNCTION programs_payment_guard();

CREATE FUNCTION programs_signature_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT person INTO NEW.person FROM federation_user WHERE id = NEW.by_id;
        before := programs_open_scope();
        IF NOT EXISTS (SELECT FROM programs_payment WHERE id = NEW.payment_id AND content_hash = NEW.content_hash) THEN
            RAISE EXCEPTION '签批的不是这笔支付现在的内容' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signature_of_what_stands';
        END IF;
        PERFORM set_config('app.scope', before, true);
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.voided_at IS NULL AND NEW.voided_at IS NOT NULL
       AND to_jsonb(NEW) - 'voided_at' = to_jsonb(OLD) - 'voided_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '签批只能作废，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signature_is_kept';
END $$;
CREATE TRIGGER signature_guard BEFORE INSERT OR UPDATE OR DELETE ON programs_signature
    FOR EACH ROW EXECUTE FUNCTION programs_signature_guard();

CREATE FUNCTION programs_bank_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE open text[] := ARRAY['organization_id', 'township_id', 'decision', 'grounds', 'proposed_by_id', 'proposer', 'confirmed_by_id', 'confirmer', 'confirmed_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - open = to_jsonb(OLD) - open AND OLD.confirmed_by_id IS NULL THEN
        SELECT person INTO NEW.proposer FROM federation_user WHERE id = NEW.proposed_by_id;
        SELECT person INTO NEW.confirmer FROM federation_user WHERE id = NEW.confirmed_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '银行回盘不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bank_line_is_kept';
END $$;
CREATE TRIGGER bank_line_guard BEFORE UPDATE OR DELETE ON programs_bankline
    FOR EACH ROW EXECUTE FUNCTION programs_bank_line_guard();

-- The list of a batch is fixed when its first file is made: digest and sums never change afterwards.
CREATE FUNCTION programs_payment_batch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.file_sha256 = '' OR (NEW.file_sha256, NEW.count, NEW.total_fen, NEW.fund_id, NEW.number)
       IS NOT DISTINCT FROM (OLD.file_sha256, OLD.count, OLD.total_fen, OLD.fund_id, OLD.number))
       AND NEW.generations >= OLD.generations AND (OLD.state = 'made' OR NEW.state = 'sent') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '支付批次定了就不能改或删' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'batch_is_kept';
END $$;
CREATE TRIGGER payment_batch_guard BEFORE UPDATE OR DELETE ON programs_paymentbatch
    FOR EACH ROW EXECUTE FUNCTION programs_payment_batch_guard();
"""
BACKWARD = """
DROP TRIGGER payment_batch_guard ON programs_paymentbatch;
DROP FUNCTION programs_payment_batch_guard();
DROP TRIGGER bank_line_guard ON programs_bankline;
DROP FUNCTION programs_bank_line_guard();
DROP TRIGGER signature_guard ON programs_signature;
DROP FUNCTION programs_signature_guard();
DROP TRIGGER payment_guard ON programs_payment;
DROP FUNCTION programs_payment_guard();
DROP TABLE programs_payment_move;
"""


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0018_payments"),
        ("programs", "0019_payments_kept_by_triggers"),
    ]
    dependencies = [("programs", "0005_subsidy_batches_kept_by_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
