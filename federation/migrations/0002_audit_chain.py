from django.db import migrations

# The head of the chain is one row; the deferred trigger locks it only for the moment of commit.
FORWARD = """
CREATE TABLE federation_audit_chain_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL, chain_hash text NOT NULL);
INSERT INTO federation_audit_chain_head (position, chain_hash) VALUES (0, '');

CREATE FUNCTION federation_audit_hash(previous text, entry federation_auditentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        previous || '|' || entry.id || '|' || extract(epoch FROM entry.at)::text || '|' || coalesce(entry.actor_id::text, '') || '|'
        || coalesce(entry.organization_id::text, '') || '|' || entry.action || '|' || entry.target_type || '|' || entry.target_id
        || '|' || entry.details::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION federation_audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head federation_audit_chain_head; hash text;
BEGIN
    SELECT * INTO head FROM federation_audit_chain_head FOR UPDATE;
    hash := federation_audit_hash(head.chain_hash, NEW);
    UPDATE federation_audit_chain_head SET position = head.position + 1, chain_hash = hash;
    UPDATE federation_auditentry SET position = head.position + 1, chain_hash = hash WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON federation_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION federation_audit_link();

CREATE FUNCTION federation_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND pg_trigger_depth() > 1
       AND to_jsonb(NEW) - 'position' - 'chain_hash' = to_jsonb(OLD) - 'position' - 'chain_hash' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '办理留痕只能增加，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON federation_auditentry
    FOR EACH ROW EXECUTE FUNCTION federation_audit_append_only();
-- Only a test database, which sets app.test, may be emptied; its chain then begins anew.
CREATE FUNCTION federation_audit_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.test', true) = 'on' THEN
        UPDATE federation_audit_chain_head SET position = 0, chain_hash = '';
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '办理留痕只能增加，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON federation_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION federation_audit_emptied();

CREATE FUNCTION federation_audit_broken_links() RETURNS TABLE (link bigint) LANGUAGE sql STABLE AS $$
    SELECT linked.position FROM (
        SELECT entry.position, entry.chain_hash,
               federation_audit_hash(lag(entry.chain_hash, 1, '') OVER (ORDER BY entry.position), entry) AS expected,
               entry.position - lag(entry.position, 1, 0::bigint) OVER (ORDER BY entry.position) AS step
        FROM federation_auditentry AS entry WHERE entry.position IS NOT NULL
    ) AS linked WHERE linked.chain_hash <> linked.expected OR linked.step <> 1
    UNION ALL
    SELECT head.position FROM federation_audit_chain_head AS head
    WHERE head.position <> (SELECT count(*) FROM federation_auditentry WHERE federation_auditentry.position IS NOT NULL)
$$;
"""
BACKWARD = """
DROP TRIGGER audit_no_truncate ON federation_auditentry;
DROP TRIGGER audit_append_only ON federation_auditentry;
DROP TRIGGER audit_link ON federation_auditentry;
DROP FUNCTION federation_audit_broken_links();
DROP FUNCTION federation_audit_append_only();
DROP FUNCTION federation_audit_emptied();
DROP FUNCTION federation_audit_link();
DROP FUNCTION federation_audit_hash(text, federation_auditentry);
DROP TABLE federation_audit_chain_head;
"""


class Migration(migrations.Migration):
    dependencies = [("federation", "0001_people_and_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
