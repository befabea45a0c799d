"""Quarterly forms as issued, and which stages count as early for breast cancer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from federation.migration_operations import RowLevelSecurity


def add_rule(apps, schema_editor):
    PolicyRule = apps.get_model("federation", "PolicyRule")
    source = "0 期和Ⅰ期，有的方案加ⅡA 期，未核对原文"
    PolicyRule.objects.get_or_create(
        code="screening.breast_early_stages", valid_from=None, defaults={"value": "0、I", "source": source}
    )


def remove_rule(apps, schema_editor):
    apps.get_model("federation", "PolicyRule").objects.filter(code="screening.breast_early_stages").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("programs", "0025_screening_days_and_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("figures", models.JSONField(verbose_name="数字")),
                ("made_on", models.DateField(verbose_name="填表日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填表人",
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
                "verbose_name": "筛查季报",
                "verbose_name_plural": "筛查季报",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="return_of_a_quarter",
                        violation_error_message="季度写 1 到 4",
                    )
                ],
            },
        ),
        RowLevelSecurity("programs_screeningreturn"),
        migrations.RunPython(add_rule, remove_rule),
    ]
