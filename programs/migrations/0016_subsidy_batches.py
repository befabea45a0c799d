import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("programs", "0015_loan_events_with_their_amounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SubsidyBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("bank", models.CharField(max_length=40, verbose_name="银行")),
                ("starts_on", models.DateField(verbose_name="计息从")),
                ("ends_on", models.DateField(verbose_name="到（不含）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "待核对"),
                            ("checked", "待财政审核"),
                            ("treasury", "待拨付"),
                            ("sent_back", "已退回银行"),
                            ("paid", "已拨付"),
                            ("cleared", "已清算"),
                        ],
                        default="declared",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("bank_total_fen", models.BigIntegerField(verbose_name="银行清单合计（分）")),
                ("file_name", models.CharField(max_length=200, verbose_name="清单文件")),
                ("file_sha256", models.CharField(max_length=64)),
                ("declared_on", models.DateField(verbose_name="申报日期")),
                ("declared_person", models.UUIDField(editable=False)),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="核对日期")),
                ("checked_person", models.UUIDField(editable=False, null=True)),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="财政审核日期")),
                ("approval", models.CharField(blank=True, max_length=60, verbose_name="财政审核文号")),
                ("approved_person", models.UUIDField(editable=False, null=True)),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="拨付日期")),
                ("voucher", models.CharField(blank=True, max_length=60, verbose_name="拨付凭证")),
                ("paid_person", models.UUIDField(editable=False, null=True)),
                ("cleared_on", models.DateField(blank=True, null=True, verbose_name="清算日期")),
                ("cleared_person", models.UUIDField(editable=False, null=True)),
                ("sent_back_reason", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记财政审核的人",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="清算人",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
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
                    "paid_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记拨付的人",
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
                "verbose_name": "季度贴息",
                "verbose_name_plural": "季度贴息",
                "ordering": ["-ends_on", "bank"],
            },
        ),
        migrations.CreateModel(
            name="SubsidyLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract_number", models.CharField(max_length=40, verbose_name="合同号")),
                ("row", models.PositiveIntegerField(null=True, verbose_name="清单第几行")),
                ("declared_fen", models.BigIntegerField(null=True, verbose_name="清单申报（分）")),
                ("interest_paid_fen", models.BigIntegerField(null=True, verbose_name="实收利息（分）")),
                ("bank_gave_interest", models.BooleanField(default=False, verbose_name="清单写了实收利息")),
                ("computed_fen", models.BigIntegerField(null=True, verbose_name="核算应贴（分）")),
                ("interest_fen", models.BigIntegerField(null=True, verbose_name="核算利息（分）")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("equal", "一致"),
                            ("different", "金额不同"),
                            ("missing", "清单漏报"),
                            ("unknown", "没有登记"),
                            ("above_interest", "超过实收利息"),
                        ],
                        max_length=20,
                        verbose_name="比对",
                    ),
                ),
                ("explanation", models.CharField(max_length=300, verbose_name="说明")),
                ("worked", models.TextField(blank=True, verbose_name="算式")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programs.subsidybatch",
                        verbose_name="季度贴息",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.subsidisedloan",
                        verbose_name="贷款",
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
                "verbose_name": "贴息明细",
                "verbose_name_plural": "贴息明细",
                "ordering": ["contract_number", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="subsidybatch",
            index=models.Index(fields=["ends_on", "id"], name="subsidy_batch_by_day"),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.UniqueConstraint(
                fields=("organization", "year", "quarter", "bank"),
                name="one_batch_per_quarter_and_bank",
                violation_error_message="这家银行这一季已经申报过",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on")), ("quarter__gte", 1), ("quarter__lte", 4)),
                name="subsidy_batch_of_a_quarter",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_person", models.F("declared_person")), _negated=True),
                name="subsidy_checked_by_another",
                violation_error_message="录入清单的人不能自己核对",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_person", models.F("declared_person")), _negated=True),
                    models.Q(("approved_person", models.F("checked_person")), _negated=True),
                ),
                name="subsidy_approved_by_another",
                violation_error_message="财政审核结果要由录入和核对以外的人登记",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_person", models.F("declared_person")), _negated=True),
                    models.Q(("paid_person", models.F("checked_person")), _negated=True),
                ),
                name="subsidy_paid_by_another",
                violation_error_message="拨付要由录入和核对以外的人登记",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("cleared_person", models.F("paid_person")), _negated=True),
                name="subsidy_cleared_by_another",
                violation_error_message="年度清算要由登记拨付以外的人办",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["declared", "sent_back"]),
                    models.Q(("checked_on__isnull", False), ("checked_person__isnull", False)),
                    _connector="OR",
                ),
                name="subsidy_checked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["treasury", "paid", "cleared"]), _negated=True),
                    ("approved_person__isnull", False),
                    _connector="OR",
                ),
                name="subsidy_approved_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["paid", "cleared"]), _negated=True),
                    models.Q(
                        ("paid_on__isnull", False),
                        ("paid_person__isnull", False),
                        models.Q(("voucher", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="subsidy_paid_with_a_voucher",
            ),
        ),
        migrations.AddIndex(
            model_name="subsidyline",
            index=models.Index(fields=["loan"], name="subsidy_line_by_loan"),
        ),
        migrations.AddConstraint(
            model_name="subsidyline",
            constraint=models.UniqueConstraint(
                fields=("batch", "contract_number"),
                name="one_subsidy_line_per_contract",
                violation_error_message="同一个合同号在清单里有两行",
            ),
        ),
        migrations.AddConstraint(
            model_name="subsidyline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "equal"), _negated=True),
                    models.Q(
                        ("computed_fen__lte", models.F("interest_paid_fen")),
                        ("declared_fen", models.F("computed_fen")),
                        ("declared_fen__isnull", False),
                        ("interest_paid_fen__isnull", False),
                        ("loan__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="subsidy_line_equal_and_within_interest",
                violation_error_message="一致的一笔，申报等于核算，且不超过实收利息",
            ),
        ),
    ]
