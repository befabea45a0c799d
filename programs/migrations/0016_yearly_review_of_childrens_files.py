"""Who opened children's files in a year: looked through by one person, signed by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from federation.migration_operations import RowLevelSecurity

KEPT = """
CREATE FUNCTION programs_access_review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE open text[] := ARRAY['organization_id', 'township_id', 'signed_by_id', 'signer', 'signed_on'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT person INTO NEW.maker FROM federation_user WHERE id = NEW.made_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - open = to_jsonb(OLD) - open AND OLD.signed_on IS NULL AND NEW.signed_on IS NOT NULL THEN
        SELECT person INTO NEW.signer FROM federation_user WHERE id = NEW.signed_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '审计只能复核一次，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'access_review_is_kept';
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON programs_accessreview
    FOR EACH ROW EXECUTE FUNCTION programs_access_review_guard();
"""
NOT_KEPT = "DROP TRIGGER guard ON programs_accessreview; DROP FUNCTION programs_access_review_guard();"
_PROTECT = django.db.models.deletion.PROTECT


def _key(to: str, title: str, *, null: bool = False, editable: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        editable=editable, null=null, on_delete=_PROTECT, related_name="+", to=to, verbose_name=title
    )


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0007_leave_to_export"),
        ("programs", "0015_subsidies_shown_in_public"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("counts", models.JSONField(verbose_name="统计")),
                ("finding", models.TextField(max_length=1000, verbose_name="审计结论")),
                ("measures", models.TextField(blank=True, max_length=1000, verbose_name="整改要求")),
                ("maker", models.UUIDField(editable=False, null=True)),
                ("made_on", models.DateField(verbose_name="审计日期")),
                ("signer", models.UUIDField(editable=False, null=True)),
                ("signed_on", models.DateField(null=True, verbose_name="复核日期")),
                ("organization", _key("federation.organization", "所属妇联")),
                ("township", _key("federation.organization", "所属乡镇", null=True, editable=False)),
                ("made_by", _key(settings.AUTH_USER_MODEL, "审计人")),
                ("signed_by", _key(settings.AUTH_USER_MODEL, "复核人", null=True)),
            ],
            options={
                "verbose_name": "年度合规审计",
                "verbose_name_plural": "年度合规审计",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year"),
                        name="one_access_review_a_year",
                        violation_error_message="这一年已经审计过",
                    ),
                    models.CheckConstraint(
                        condition=Q(signer=None) | ~Q(signer=F("maker")),
                        name="access_review_signed_by_another",
                        violation_error_message="审计是您做的，请由另一位复核",
                    ),
                    models.CheckConstraint(
                        condition=Q(signed_by=None, signed_on=None)
                        | Q(signed_by__isnull=False, signed_on__isnull=False),
                        name="access_review_signed_on_a_day",
                        violation_error_message="复核要有日期",
                    ),
                ],
            },
        ),
        RowLevelSecurity("programs_accessreview"),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
