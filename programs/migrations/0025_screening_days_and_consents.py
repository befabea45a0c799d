"""Days of screening by village, appointments, consents by version, and whether she may need help."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from federation.migration_operations import RowLevelSecurity


def add_rule(apps, schema_editor):
    PolicyRule = apps.get_model("federation", "PolicyRule")
    source = "知情同意书样张的版本，由市妇幼保健院定，未核对原文"
    PolicyRule.objects.get_or_create(
        code="screening.consent_version", valid_from=None, defaults={"value": "2022版", "source": source}
    )


def remove_rule(apps, schema_editor):
    apps.get_model("federation", "PolicyRule").objects.filter(code="screening.consent_version").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("members", "0004_references_by_the_statement"),
        ("programs", "0024_cycles_and_comparison"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="needs_help",
            field=models.BooleanField(db_default=False, default=False, verbose_name="需协助"),
        ),
        migrations.CreateModel(
            name="ScreeningDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("place", models.CharField(max_length=60, verbose_name="地点")),
                ("quota", models.PositiveSmallIntegerField(verbose_name="当天最多（人）")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
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
                "verbose_name": "筛查安排",
                "verbose_name_plural": "筛查安排",
            },
        ),
        migrations.CreateModel(
            name="ScreeningAppointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("booked", "已预约"), ("came", "已到"), ("missed", "没到")],
                        default="booked",
                        max_length=10,
                        verbose_name="情况",
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
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
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="programs.screeningday",
                        verbose_name="筛查安排",
                    ),
                ),
            ],
            options={
                "verbose_name": "预约",
                "verbose_name_plural": "预约",
            },
        ),
        migrations.CreateModel(
            name="ScreeningConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=60, verbose_name="知情同意书版本")),
                ("signed_on", models.DateField(verbose_name="签字日期")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
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
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
            ],
            options={
                "verbose_name": "知情同意",
                "verbose_name_plural": "知情同意",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "woman", "version"),
                        name="one_consent_per_version",
                        violation_error_message="这一版知情同意书已经登记过",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="screeningday",
            index=models.Index(fields=["campaign", "day", "id"], name="screening_day_by_day"),
        ),
        migrations.AddConstraint(
            model_name="screeningday",
            constraint=models.UniqueConstraint(
                fields=("campaign", "organization", "day"),
                name="one_screening_day_per_branch",
                violation_error_message="这个村这一天已经安排过",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningday",
            constraint=models.CheckConstraint(
                condition=models.Q(("quota__gt", 0)),
                name="screening_day_for_some",
                violation_error_message="人数要大于 0",
            ),
        ),
        migrations.AddConstraint(
            model_name="screeningappointment",
            constraint=models.UniqueConstraint(
                fields=("day", "woman"),
                name="one_appointment_per_day_and_woman",
                violation_error_message="她已在这一天的名单里",
            ),
        ),
        RowLevelSecurity("programs_screeningday"),
        RowLevelSecurity("programs_screeningappointment"),
        RowLevelSecurity("programs_screeningconsent"),
        migrations.RunPython(add_rule, remove_rule),
    ]
