"""Women who are not called to a screening, with the reason."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import federation.sealed
from federation.migration_operations import RowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0005_working_days_and_persons"),
        ("members", "0004_references_by_the_statement"),
        ("programs", "0021_screening_recalls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScreeningExclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("cervical", models.BooleanField(verbose_name="宫颈癌不查")),
                ("breast", models.BooleanField(verbose_name="乳腺癌不查")),
                (
                    "reason",
                    models.CharField(
                        choices=[("medical", "医学原因"), ("declined", "本人不参加"), ("away", "长期在外")],
                        max_length=10,
                        verbose_name="原因",
                    ),
                ),
                (
                    "detail",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="具体情况"),
                ),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="取消日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.campaign",
                        verbose_name="只在本次筛查",
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
                        related_name="screening_exclusions",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
            ],
            options={
                "verbose_name": "不查登记",
                "verbose_name_plural": "不查登记",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cervical", True), ("breast", True), _connector="OR"),
                        name="exclusion_from_something",
                        violation_error_message="宫颈癌和乳腺癌至少选一项",
                    )
                ],
            },
        ),
        RowLevelSecurity("programs_screeningexclusion"),
    ]
