"""What the hospital waits for after an abnormal stage, and within how many days (domain.md §2.2)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import federation.sealed
from federation.migration_operations import RowLevelSecurity

_NEXT = "异常后 30 天没有下一步的日期，列入逾期；本市未发文，未核对原文"
_FOLLOW = "随访 3、6、12 月，本市按 180 天，未核对原文"
_LOST = "失访要有 3 次写明日期的联系记录，未核对原文"
RULES = (
    ("screening.next_step_days", "30", _NEXT),
    ("screening.treatment_days", "30", _NEXT),
    ("screening.follow_up_days", "180", _FOLLOW),
    ("screening.lost_after_contacts", "3", _LOST),
)


def add_rules(apps, schema_editor):
    PolicyRule = apps.get_model("federation", "PolicyRule")
    for code, value, source in RULES:
        PolicyRule.objects.get_or_create(code=code, valid_from=None, defaults={"value": value, "source": source})


def remove_rules(apps, schema_editor):
    apps.get_model("federation", "PolicyRule").objects.filter(code__in=[rule[0] for rule in RULES]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("programs", "0020_relief_money_may_come_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningRecall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("step", federation.sealed.SealedTextField(editable=True, verbose_name="等哪一步")),
                ("opened_on", models.DateField(verbose_name="提出日期")),
                ("due_on", models.DateField(verbose_name="到期日")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "已做"), ("not_done", "有记录没做"), ("ended", "不再需要")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("declined", "本人拒绝"),
                            ("lost", "失访"),
                            ("postponed", "改期"),
                            ("ill", "身体原因暂缓"),
                            ("died", "死亡"),
                        ],
                        max_length=10,
                        verbose_name="没做的原因",
                    ),
                ),
                ("recorded_on", models.DateField(blank=True, null=True, verbose_name="登记原因日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.campaign",
                        verbose_name="筛查批次",
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
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recalls",
                        to="programs.screening",
                        verbose_name="参检",
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
                "verbose_name": "召回",
                "verbose_name_plural": "召回",
                "indexes": [
                    models.Index(fields=["township", "due_on", "id"], name="recall_by_township"),
                    models.Index(fields=["organization", "due_on", "id"], name="recall_by_branch"),
                    models.Index(fields=["campaign", "due_on", "id"], name="recall_by_campaign"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("outcome", "")),
                            models.Q(("closed_on__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="recall_closed_with_an_outcome",
                        violation_error_message="结束召回要有结果",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "not_done"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recall_not_done_for_a_reason",
                        violation_error_message="没做要写明原因",
                    ),
                ],
            },
        ),
        RowLevelSecurity("programs_screeningrecall"),
        migrations.RunPython(add_rules, remove_rules),
    ]
