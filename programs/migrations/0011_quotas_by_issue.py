"""Quotas become the lines of an issue; those that there were become the first issue of their campaign."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from federation.migration_operations import AddRules

CARRY_OVER = [
    "SELECT set_config('app.scope', 'all', true)",
    """
    INSERT INTO programs_quotaissue (campaign_id, number, issued_on, document_number, reason)
    SELECT id, 1, starts_on, document_number, '' FROM programs_campaign
    WHERE EXISTS (SELECT FROM programs_screeningquota WHERE campaign_id = programs_campaign.id)
    """,
    """
    UPDATE programs_screeningquota SET proposed = quota, issue_id = programs_quotaissue.id
    FROM programs_quotaissue WHERE programs_quotaissue.campaign_id = programs_screeningquota.campaign_id
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
]
CARRY_BACK = [
    "SELECT set_config('app.scope', 'all', true)",
    """
    DELETE FROM programs_screeningquota USING programs_quotaissue
    WHERE programs_quotaissue.follows_id = programs_screeningquota.issue_id
    """,
    """
    UPDATE programs_screeningquota SET campaign_id = programs_quotaissue.campaign_id
    FROM programs_quotaissue WHERE programs_quotaissue.id = programs_screeningquota.issue_id
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
]
APPENDED = """
CREATE FUNCTION programs_quota_appended_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- When branches merge, their rows follow; nothing else of an issued task ever changes.
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '下达过的任务不能修改或删除，只能再下达一次' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'quotas_are_appended_only';
END $$;
CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON programs_quotaissue
    FOR EACH ROW EXECUTE FUNCTION programs_quota_appended_only();
CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON programs_screeningquota
    FOR EACH ROW EXECUTE FUNCTION programs_quota_appended_only();
"""
NOT_APPENDED = """
DROP TRIGGER appended_only ON programs_screeningquota;
DROP TRIGGER appended_only ON programs_quotaissue;
DROP FUNCTION programs_quota_appended_only();
"""
_OWN = "平台暂定，请市妇联核定后修改"


def _key(to: str, title: str, **options: Any) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, verbose_name=title, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0007_leave_to_export"),
        ("programs", "0010_rules_of_sunflower"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="QuotaIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("issued_on", models.DateField(verbose_name="下达日期")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="文号")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="调整理由")),
                ("campaign", _key("programs.campaign", "筛查批次", related_name="quota_issues")),
                (
                    "follows",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="programs.quotaissue",
                        verbose_name="上一次下达",
                    ),
                ),
                ("issued_by", _key(settings.AUTH_USER_MODEL, "下达人", null=True, related_name="+")),
            ],
            options={"verbose_name": "任务下达", "verbose_name_plural": "任务下达", "ordering": ["-number"]},
        ),
        *(
            migrations.AddField("screeningquota", name, models.PositiveIntegerField(null=True, verbose_name=title))
            for name, title in (
                ("women_due", "应查妇女"),
                ("proposed", "建议数"),
                ("q1", "一季度"),
                ("q2", "二季度"),
                ("q3", "三季度"),
                ("q4", "四季度"),
            )
        ),
        migrations.AddField(
            "screeningquota",
            "reason",
            models.CharField(blank=True, default="", max_length=100, verbose_name="改动理由"),
        ),
        migrations.AddField(
            "screeningquota", "issue", _key("programs.quotaissue", "任务下达", null=True, related_name="lines")
        ),
        migrations.RemoveConstraint("screeningquota", "one_quota_per_campaign_and_branch"),
        migrations.AlterField(
            "screeningquota",
            "campaign",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="programs.campaign"),
        ),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.RemoveField("screeningquota", "campaign"),
        migrations.AlterField("screeningquota", "issue", _key("programs.quotaissue", "任务下达", related_name="lines")),
        migrations.AlterField("screeningquota", "proposed", models.PositiveIntegerField(verbose_name="建议数")),
        migrations.AlterField(
            "screeningquota", "reason", models.CharField(blank=True, max_length=100, verbose_name="改动理由")
        ),
        migrations.AddConstraint(
            "screeningquota",
            models.UniqueConstraint(fields=["issue", "organization"], name="one_quota_per_issue_and_branch"),
        ),
        migrations.AddConstraint(
            "screeningquota",
            models.CheckConstraint(
                condition=Q(quota=F("proposed")) | ~Q(reason=""),
                name="quota_changed_with_reason",
                violation_error_message="改动建议数要写理由",
            ),
        ),
        migrations.AddConstraint(
            "screeningquota",
            models.CheckConstraint(
                condition=Q(q1=None, q2=None, q3=None, q4=None)
                | Q(
                    q1__isnull=False,
                    q2__isnull=False,
                    q3__isnull=False,
                    q4__isnull=False,
                    quota=F("q1") + F("q2") + F("q3") + F("q4"),
                ),
                name="quarters_add_up_to_the_quota",
                violation_error_message="四个季度加起来要等于任务数",
            ),
        ),
        migrations.AddConstraint(
            "quotaissue", models.UniqueConstraint(fields=["campaign", "number"], name="one_quota_issue_per_number")
        ),
        migrations.AddConstraint(
            "quotaissue",
            models.CheckConstraint(
                condition=Q(number=1, follows=None) | Q(number__gt=1, follows__isnull=False),
                name="quota_issues_follow_one_another",
                violation_error_message="任务要一次接一次下达",
            ),
        ),
        migrations.AddConstraint(
            "quotaissue",
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="quota_issued_again_with_reason",
                violation_error_message="调整任务要写理由",
            ),
        ),
        migrations.RunSQL(APPENDED, NOT_APPENDED),
        AddRules([("screening.unfair_factor", "1.5", None, None, _OWN, False)]),
    ]
