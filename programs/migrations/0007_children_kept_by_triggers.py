from django.db import migrations

# The mentor may be registered above the writer's scope, so the guard looks at all rows and gives out none.
PAIRING = """
CREATE FUNCTION programs_pairing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    scope text := coalesce(current_setting('app.scope', true), '');
    vetting programs_mentorvetting; mentor programs_mentor;
BEGIN
    PERFORM set_config('app.scope', 'all', true);
    IF NOT EXISTS (SELECT FROM programs_guardianconsent AS c WHERE c.child_id = NEW.child_id
            AND c.signed_on <= NEW.starts_on AND (c.withdrawn_on IS NULL OR c.withdrawn_on > NEW.starts_on)) THEN
        RAISE EXCEPTION '结对要先有监护人同意' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'pairing_needs_consent';
    END IF;
    SELECT * INTO mentor FROM programs_mentor AS m WHERE m.id = NEW.mentor_id;
    SELECT * INTO vetting FROM programs_mentorvetting AS v
        WHERE v.mentor_id = NEW.mentor_id AND v.checked_on <= NEW.starts_on ORDER BY v.checked_on DESC, v.id DESC LIMIT 1;
    PERFORM set_config('app.scope', scope, true);
    IF vetting.id IS NULL OR NOT vetting.passed OR vetting.pledged_on > NEW.starts_on OR vetting.valid_until < NEW.starts_on THEN
        RAISE EXCEPTION '结对人要审核通过并在有效期内' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'pairing_needs_vetting';
    END IF;
    IF mentor.trained_on IS NULL OR mentor.trained_on > NEW.starts_on OR mentor.left_on <= NEW.starts_on THEN
        RAISE EXCEPTION '结对人要参加过培训、没有退出' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'pairing_needs_training';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OF mentor_id, child_id, starts_on ON programs_pairing
    FOR EACH ROW EXECUTE FUNCTION programs_pairing_guard();
"""
NO_PAIRING = "DROP TRIGGER guard ON programs_pairing; DROP FUNCTION programs_pairing_guard();"
# What was asked stands, the persons are filled in, one answer is given.
ACCESS = """
CREATE FUNCTION programs_child_access_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['organization_id', 'township_id', 'opens_until', 'decided_by_id', 'decider', 'decided_at', 'allowed', 'answer'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT person INTO NEW.person FROM federation_user WHERE id = NEW.asked_by_id;
        NEW.decider := NULL;
        IF NEW.decided_by_id IS NOT NULL THEN
            SELECT person INTO NEW.decider FROM federation_user WHERE id = NEW.decided_by_id;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - open = to_jsonb(OLD) - open AND OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL THEN
        SELECT person INTO NEW.decider FROM federation_user WHERE id = NEW.decided_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '查看档案的申请只能批一次，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'access_is_kept';
END $$;
CREATE TRIGGER child_access_guard BEFORE INSERT OR UPDATE OR DELETE ON programs_childaccess
    FOR EACH ROW EXECUTE FUNCTION programs_child_access_guard();
"""
NO_ACCESS = "DROP TRIGGER child_access_guard ON programs_childaccess; DROP FUNCTION programs_child_access_guard();"
_TABLES = ("programs_incident", "programs_incidentreport")
APPENDED = [
    f"CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION programs_appended_only()"
    for table in _TABLES
]
NOT_APPENDED = [f"DROP TRIGGER appended_only ON {table}" for table in _TABLES]


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0023_child_files"),
        ("programs", "0028_mentors_and_incidents"),
    ]
    dependencies = [("programs", "0006_payments_kept_by_triggers")]
    operations = [
        migrations.RunSQL(PAIRING, NO_PAIRING),
        migrations.RunSQL(APPENDED, NOT_APPENDED),
        migrations.RunSQL(ACCESS, NO_ACCESS),
    ]
