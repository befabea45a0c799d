import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from federation.migration_operations import RowLevelSecurity

# What was sent before texts were kept: its time and reason are known, its words are not.
SENT_BEFORE = """
    SELECT set_config('app.scope', 'all', true);
    INSERT INTO reports_summarysending (organization_id, township_id, summary_id, number, title, sent_at, sent_by_id,
        return_reason, decided_at, decided_by_id)
    SELECT organization_id, township_id, id, 1, title, sent_at, sent_by_id, return_reason, decided_at, decided_by_id
    FROM reports_annualsummary WHERE sent_at IS NOT NULL;
    SELECT set_config('app.scope', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("reports", "0005_year_rows_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SummarySending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="稿次")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("sent_at", models.DateTimeField(verbose_name="送审时间")),
                ("return_reason", models.CharField(blank=True, max_length=300, verbose_name="退回原因")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审阅时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审阅人",
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
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送审人",
                    ),
                ),
                (
                    "summary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sendings",
                        to="reports.annualsummary",
                        verbose_name="总结",
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
                "verbose_name": "送审稿",
                "verbose_name_plural": "送审稿",
                "ordering": ["summary", "number"],
            },
        ),
        migrations.CreateModel(
            name="SentParagraph",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.BigIntegerField(verbose_name="段落号")),
                ("position", models.PositiveIntegerField(verbose_name="顺序")),
                (
                    "chapter",
                    models.CharField(
                        choices=[
                            ("opening", "导语"),
                            ("practices", "主要做法"),
                            ("problems", "存在问题"),
                            ("lessons", "几点启示"),
                            ("plans", "下一步打算"),
                        ],
                        max_length=20,
                        verbose_name="部分",
                    ),
                ),
                ("text", models.TextField(verbose_name="文字")),
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
                (
                    "sending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paragraphs",
                        to="reports.summarysending",
                        verbose_name="送审稿",
                    ),
                ),
            ],
            options={
                "verbose_name": "送审稿段落",
                "verbose_name_plural": "送审稿段落",
                "ordering": ["sending", "position"],
            },
        ),
        migrations.AddConstraint(
            model_name="summarysending",
            constraint=models.UniqueConstraint(fields=("summary", "number"), name="one_sending_per_summary_and_number"),
        ),
        migrations.AddConstraint(
            model_name="sentparagraph",
            constraint=models.UniqueConstraint(fields=("sending", "position"), name="one_sent_paragraph_per_place"),
        ),
        migrations.RunSQL(SENT_BEFORE, migrations.RunSQL.noop),
        RowLevelSecurity("reports_summarysending"),
        RowLevelSecurity("reports_sentparagraph"),
    ]
