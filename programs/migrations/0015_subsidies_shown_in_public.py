"""A quarter's list may hang in public before it is paid; the payment then waits for the notice."""

import django.db.models.deletion
from django.db import migrations, models

from federation.migration_operations import AddRules

WAITS = """
CREATE FUNCTION programs_subsidy_waits_for_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'paid' AND OLD.state <> 'paid' AND NEW.notice_id IS NOT NULL AND (
        EXISTS (SELECT FROM outreach_publicnotice AS n WHERE n.id = NEW.notice_id AND n.ends_on >= NEW.paid_on)
        OR EXISTS (SELECT FROM outreach_noticeobjection AS o WHERE o.notice_id = NEW.notice_id AND o.upheld IS NOT FALSE)
    ) THEN
        RAISE EXCEPTION '公示没有期满，或异议没有核查完' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'subsidy_waits_for_notice';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER waits_for_notice BEFORE UPDATE OF state ON programs_subsidybatch
    FOR EACH ROW EXECUTE FUNCTION programs_subsidy_waits_for_notice();
"""
NO_WAITS = "DROP TRIGGER waits_for_notice ON programs_subsidybatch; DROP FUNCTION programs_subsidy_waits_for_notice();"
_OPEN = "没有查到贴息拨付前必须公示的规定，平台默认不强制；当地要求的，请市妇联改为 1"


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_public_notices"), ("programs", "0014_subsidies_in_the_ledger")]
    operations = [
        migrations.AddField(
            "subsidybatch",
            "notice",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="outreach.publicnotice",
                verbose_name="公示",
            ),
        ),
        migrations.RunSQL(WAITS, NO_WAITS),
        AddRules([("subsidy.notice_required", "0", None, None, _OPEN, False)]),
    ]
