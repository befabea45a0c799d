from django.db import migrations

# Triggers see all branches, whoever posts: a fund belongs to the branch above those whose people it helps.
# The audit chain's head is locked first wherever both heads are, so that two commits never wait for each other.
FORWARD = """
CREATE TABLE programs_ledger_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL, hash text NOT NULL);
INSERT INTO programs_ledger_head (position, hash) VALUES (0, '');

-- Opens the whole tree within a trigger and says what was open before; an error undoes it with everything else.
CREATE FUNCTION programs_open_scope() RETURNS text LANGUAGE plpgsql AS $$
DECLARE before text := coalesce(current_setting('app.scope', true), 'none');
BEGIN
    PERFORM set_config('app.scope', 'all', true);
    RETURN before;
END $$;

CREATE FUNCTION programs_ledger_hash(previous text, entry programs_ledgerentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        previous || '|' || entry.id || '|' || entry.key || '|' || entry.kind || '|' || entry.reference || '|' || entry.note
        || '|' || to_char(entry.booked_on, 'YYYY-MM-DD') || '|' || coalesce(entry.made_by_id::text, '') || '|'
        || extract(epoch FROM entry.made_at)::text || '|' || coalesce(entry.reverses_id::text, '') || '|'
        || coalesce((SELECT string_agg(line.account_id || ':' || line.fen, ',' ORDER BY line.id)
                     FROM programs_ledgerline AS line WHERE line.entry_id = entry.id), ''), 'UTF8')), 'hex')
$$;

CREATE FUNCTION programs_ledger_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head programs_ledger_head; linked text; total numeric; lines bigint; before text := programs_open_scope();
BEGIN
    SELECT coalesce(sum(fen), 0), count(*) INTO total, lines FROM programs_ledgerline WHERE entry_id = NEW.id;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION '凭证 % 的分录借贷不平', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_entry_balances';
    END IF;
    PERFORM 1 FROM federation_audit_chain_head FOR UPDATE;
    SELECT * INTO head FROM programs_ledger_head FOR UPDATE;
    linked := programs_ledger_hash(head.hash, NEW);
    UPDATE programs_ledger_head SET position = head.position + 1, hash = linked;
    UPDATE programs_ledgerentry SET position = head.position + 1, prev_hash = head.hash, hash = linked WHERE id = NEW.id;
    PERFORM set_config('app.scope', before, true);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_link AFTER INSERT ON programs_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programs_ledger_link();

-- A branch may be filed elsewhere; what was booked may not change.
CREATE FUNCTION programs_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'programs_ledgerentry' AND pg_trigger_depth() > 1
       AND to_jsonb(OLD) ->> 'position' IS NULL
       AND to_jsonb(NEW) - 'position' - 'prev_hash' - 'hash' = to_jsonb(OLD) - 'position' - 'prev_hash' - 'hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '账上的凭证只能增加，不能修改或删除；记错了请冲正' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON programs_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION programs_ledger_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON programs_ledgerline
    FOR EACH ROW EXECUTE FUNCTION programs_ledger_append_only();

-- Only a test database, which sets app.test, may be emptied; its chain then begins anew.
CREATE FUNCTION programs_ledger_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.test', true) = 'on' THEN
        UPDATE programs_ledger_head SET position = 0, hash = '';
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '账上的凭证只能增加，不能修改或删除；记错了请冲正' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON programs_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION programs_ledger_emptied();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON programs_ledgerline
    FOR EACH STATEMENT EXECUTE FUNCTION programs_ledger_emptied();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON programs_ledgeraccount
    FOR EACH STATEMENT EXECUTE FUNCTION programs_ledger_emptied();

CREATE FUNCTION programs_ledger_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := programs_open_scope();
BEGIN
    IF EXISTS (SELECT FROM programs_ledgerentry WHERE id = NEW.entry_id AND position IS NOT NULL) THEN
        RAISE EXCEPTION '账上的凭证只能增加，不能修改或删除；记错了请冲正' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM set_config('app.scope', before, true);
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_closed BEFORE INSERT ON programs_ledgerline FOR EACH ROW EXECUTE FUNCTION programs_ledger_closed();

CREATE FUNCTION programs_ledger_carry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := programs_open_scope();
BEGIN
    PERFORM 1 FROM programs_ledgeraccount WHERE id IN (SELECT account_id FROM carried) ORDER BY id FOR UPDATE;
    UPDATE programs_ledgeraccount AS account SET balance_fen = account.balance_fen + sums.fen
    FROM (SELECT account_id, sum(fen)::bigint AS fen FROM carried GROUP BY account_id) AS sums
    WHERE account.id = sums.account_id;
    PERFORM set_config('app.scope', before, true);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_carry AFTER INSERT ON programs_ledgerline REFERENCING NEW TABLE AS carried
    FOR EACH STATEMENT EXECUTE FUNCTION programs_ledger_carry();

CREATE FUNCTION programs_ledger_account_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.balance_fen = 0 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.fund_id = OLD.fund_id AND NEW.kind = OLD.kind
       AND (NEW.balance_fen = OLD.balance_fen OR pg_trigger_depth() > 1) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '余额只随凭证变动，不能直接改' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_account_guard BEFORE INSERT OR UPDATE ON programs_ledgeraccount
    FOR EACH ROW EXECUTE FUNCTION programs_ledger_account_guard();

CREATE FUNCTION programs_ledger_faults() RETURNS TABLE (fault text, place bigint, kept bigint, counted bigint)
LANGUAGE sql STABLE AS $$
    SELECT 'unbalanced', line.entry_id, sum(line.fen)::bigint, count(*) FROM programs_ledgerline AS line
    GROUP BY line.entry_id HAVING sum(line.fen) <> 0 OR count(*) < 2
    UNION ALL
    SELECT 'empty', entry.id, 0, 0 FROM programs_ledgerentry AS entry
    WHERE NOT EXISTS (SELECT FROM programs_ledgerline WHERE entry_id = entry.id)
    UNION ALL
    SELECT 'balance', account.id, account.balance_fen, coalesce(sum(line.fen), 0)::bigint
    FROM programs_ledgeraccount AS account LEFT JOIN programs_ledgerline AS line ON line.account_id = account.id
    GROUP BY account.id HAVING account.balance_fen <> coalesce(sum(line.fen), 0)
    UNION ALL
    SELECT 'negative', account.id, account.balance_fen, 0 FROM programs_ledgeraccount AS account
    WHERE account.balance_fen < 0 AND account.kind <> 'source'
    UNION ALL
    SELECT 'total', 0, sum(balance_fen)::bigint, 0 FROM programs_ledgeraccount HAVING sum(balance_fen) <> 0
    UNION ALL
    SELECT 'link', linked.position, 0, 0 FROM (
        SELECT entry.position, entry.hash, entry.prev_hash,
               lag(entry.hash, 1, '') OVER (ORDER BY entry.position) AS before,
               programs_ledger_hash(lag(entry.hash, 1, '') OVER (ORDER BY entry.position), entry) AS expected,
               entry.position - lag(entry.position, 1, 0::bigint) OVER (ORDER BY entry.position) AS step
        FROM programs_ledgerentry AS entry WHERE entry.position IS NOT NULL
    ) AS linked WHERE linked.hash <> linked.expected OR linked.prev_hash <> linked.before OR linked.step <> 1
    UNION ALL
    SELECT 'unlinked', entry.id, 0, 0 FROM programs_ledgerentry AS entry WHERE entry.position IS NULL
    UNION ALL
    SELECT 'head', 0, head.position, (SELECT count(*) FROM programs_ledgerentry WHERE position IS NOT NULL)
    FROM programs_ledger_head AS head
    WHERE head.position <> (SELECT count(*) FROM programs_ledgerentry WHERE position IS NOT NULL)
$$;
"""
BACKWARD = """
DROP FUNCTION programs_ledger_faults();
DROP TRIGGER ledger_account_guard ON programs_ledgeraccount;
DROP FUNCTION programs_ledger_account_guard();
DROP TRIGGER ledger_carry ON programs_ledgerline;
DROP FUNCTION programs_ledger_carry();
DROP TRIGGER ledger_closed ON programs_ledgerline;
DROP FUNCTION programs_ledger_closed();
DROP TRIGGER ledger_no_truncate ON programs_ledgeraccount;
DROP TRIGGER ledger_no_truncate ON programs_ledgerline;
DROP TRIGGER ledger_no_truncate ON programs_ledgerentry;
DROP FUNCTION programs_ledger_emptied();
DROP TRIGGER ledger_append_only ON programs_ledgerline;
DROP TRIGGER ledger_append_only ON programs_ledgerentry;
DROP FUNCTION programs_ledger_append_only();
DROP TRIGGER ledger_link ON programs_ledgerentry;
DROP FUNCTION programs_ledger_link();
DROP FUNCTION programs_ledger_hash(text, programs_ledgerentry);
DROP FUNCTION programs_open_scope();
DROP TABLE programs_ledger_head;
"""


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0009_ledger"),
        ("programs", "0010_ledger_kept_by_triggers"),
    ]
    dependencies = [("programs", "0003_applications_kept_by_triggers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
