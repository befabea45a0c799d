import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from federation.migration_operations import RowLevelSecurity

# Loans recorded before this table get their three questions; the days are those of loans/asking.py.
BACKFILL = """
SELECT set_config('app.scope', 'all', true);
INSERT INTO programs_loanfollowup (organization_id, township_id, loan_id, kind, due_on, words)
SELECT loan.organization_id, loan.township_id, loan.id, asked.kind, (loan.released_on + asked.after)::date, ''
FROM programs_subsidisedloan AS loan
CROSS JOIN (VALUES ('use', interval '30 days'), ('half_year', interval '6 months'), ('year', interval '12 months'))
    AS asked (kind, after);
SELECT set_config('app.scope', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0004_how_long_exported_files_are_kept"),
        ("programs", "0011_loan_rule_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="subsidisedloan",
            name="state",
            field=models.CharField(
                choices=[
                    ("normal", "正常"),
                    ("settled_early", "提前结清"),
                    ("settled", "到期结清"),
                    ("extended", "展期（停贴）"),
                    ("overdue", "逾期（停贴）"),
                    ("compensated", "已代偿"),
                    ("recovering", "追偿中"),
                    ("written_off", "已核销"),
                ],
                default="normal",
                max_length=20,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="LoanEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("repayment", "归还部分本金"),
                            ("rate", "利率调整"),
                            ("misuse", "挪用停贴"),
                            ("compensated", "担保基金代偿"),
                            ("recovered", "追回"),
                            ("written_off", "核销"),
                        ],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("amount_fen", models.BigIntegerField(blank=True, null=True, verbose_name="金额（分）")),
                (
                    "rate_percent",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=6, null=True, verbose_name="年利率（%）"
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=60, verbose_name="凭证")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="划去时间")),
                ("struck_reason", models.CharField(blank=True, max_length=100, verbose_name="划去原因")),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="划去人",
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
                "verbose_name": "贷款变动",
                "verbose_name_plural": "贷款变动",
                "ordering": ["on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen", None), ("kind__in", ["rate", "misuse"])),
                            models.Q(
                                ("amount_fen__gt", 0),
                                ("kind__in", ["repayment", "compensated", "recovered", "written_off"]),
                            ),
                            _connector="OR",
                        ),
                        name="loan_event_of_some_money",
                        violation_error_message="金额要大于 0 元",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "rate"), ("rate_percent__gte", 0)),
                            models.Q(models.Q(("kind", "rate"), _negated=True), ("rate_percent", None)),
                            _connector="OR",
                        ),
                        name="loan_event_with_its_rate",
                        violation_error_message="年利率不能是负数，例如 4.35",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "rate"), ("struck_at", None)),
                        fields=("loan", "on"),
                        name="one_rate_per_loan_and_day",
                        violation_error_message="这一天的利率已经登记过，写错了请先划去",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "misuse"), ("struck_at", None)),
                        fields=("loan",),
                        name="one_misuse_per_loan",
                        violation_error_message="这笔贷款已经登记过挪用停贴",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "compensated"), ("struck_at", None)),
                        fields=("loan",),
                        name="one_compensation_per_loan",
                        violation_error_message="这笔贷款已经登记过代偿",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("use", "用途走访"), ("half_year", "满半年问效果"), ("year", "满一年问效果")],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="应办日期")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="办理日期")),
                ("used_as_agreed", models.BooleanField(blank=True, null=True, verbose_name="按约定用途使用")),
                ("jobs", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="带动就业（人）")),
                ("month_income_fen", models.BigIntegerField(blank=True, null=True, verbose_name="月收入（分）")),
                ("still_trading", models.BooleanField(blank=True, null=True, verbose_name="仍在经营")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="看到的情况")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
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
                "verbose_name": "贷后走访",
                "verbose_name_plural": "贷后走访",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None)), fields=["due_on", "id"], name="loan_asked_by_day"
                    ),
                    models.Index(
                        condition=models.Q(("done_on", None)),
                        fields=["township", "due_on", "id"],
                        name="loan_asked_by_town",
                    ),
                    models.Index(
                        condition=models.Q(("done_on", None)),
                        fields=["organization", "due_on", "id"],
                        name="loan_asked_by_branch",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "kind"),
                        name="one_follow_up_per_loan_and_kind",
                        violation_error_message="这笔贷款的这一次已经安排过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None),
                            models.Q(("kind", "use"), ("used_as_agreed__isnull", False)),
                            models.Q(
                                models.Q(("kind", "use"), _negated=True),
                                ("jobs__isnull", False),
                                ("month_income_fen__gte", 0),
                                ("still_trading__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="loan_follow_up_with_its_answers",
                        violation_error_message="要问的几项都要填",
                    ),
                ],
            },
        ),
        RowLevelSecurity("programs_loanevent"),
        RowLevelSecurity("programs_loanfollowup"),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
