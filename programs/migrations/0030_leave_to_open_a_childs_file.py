"""Leave to open a child's file: what was asked stands, the persons are filled in, one answer is given."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from federation.migration_operations import RowLevelSecurity

_LAW = "未成年人网络保护条例第三十六条：访问未成年人个人信息要经负责人审批并记录；天数是平台暂定，请市妇联核定"
RULES = (("care.access_days", "7", _LAW), ("care.urgent_hours", "24", _LAW))
GUARD = """
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
NO_GUARD = "DROP TRIGGER child_access_guard ON programs_childaccess; DROP FUNCTION programs_child_access_guard();"


def add_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("federation", "PolicyRule")
    for code, value, source in RULES:
        rules.objects.get_or_create(
            code=code, valid_from=None, defaults={"value": value, "source": source, "verified": False}
        )


def remove_rules(apps: Any, schema_editor: Any) -> None:
    codes = [code for code, _, _ in RULES]
    apps.get_model("federation", "PolicyRule").objects.filter(code__in=codes, verified=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0006_moves_and_mergers_that_two_confirm"),
        ("programs", "0029_loan_applications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChildAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[("asked", "申请查看"), ("urgent", "紧急查看"), ("maker", "本人建档")],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("visit", "走访关爱"),
                            ("plan", "评估和成长计划"),
                            ("pairing", "结对和联系"),
                            ("aid", "资助"),
                            ("correct", "更正档案"),
                            ("supervise", "督办"),
                            ("audit", "审计检查"),
                        ],
                        max_length=10,
                        verbose_name="用途",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("person", models.UUIDField(editable=False, null=True)),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("opens_until", models.DateTimeField(null=True, verbose_name="可看到")),
                ("decider", models.UUIDField(editable=False, null=True)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                ("allowed", models.BooleanField(null=True, verbose_name="批准")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="批准意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="申请人单位",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "查看儿童档案",
                "verbose_name_plural": "查看儿童档案",
                "indexes": [
                    models.Index(fields=["child", "person", "opens_until"], name="access_open"),
                    models.Index(fields=["asked_at", "id"], name="access_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider", None), models.Q(("decider", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="access_allowed_by_another_person",
                        violation_error_message="这是您本人的申请，请由另一位批准",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_until", None),
                            models.Q(("basis", "asked"), _negated=True),
                            ("allowed", True),
                            _connector="OR",
                        ),
                        name="access_opens_when_allowed",
                        violation_error_message="还没有批准，不能打开档案",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "urgent"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="urgent_access_says_why",
                        violation_error_message="紧急查看要写明原因",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("basis", "asked"), ("decided_at", None)),
                        fields=("child", "person"),
                        name="one_access_waits_per_person",
                        violation_error_message="您已申请过查看这份档案，正等批准",
                    ),
                ],
            },
        ),
        RowLevelSecurity("programs_childaccess"),
        migrations.RunPython(add_rules, remove_rules),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
