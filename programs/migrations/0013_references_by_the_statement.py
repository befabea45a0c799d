"""What an attendance or a result refers to is checked once a statement (members 0004 says why).

An attendance is found by its woman, so the unique index begins with her and the plain one goes; a campaign is a year's
rows, which the indexes by day and branch find.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from federation.migration_operations import StatementForeignKeys

_BRANCH = {"organization_id": "federation_organization", "township_id": "federation_organization"}


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0002_audit_chain"),
        ("members", "0004_references_by_the_statement"),
        ("outreach", "0004_response_times"),
        ("programs", "0012_loan_events_and_follow_ups"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="screening",
            name="one_screening_per_campaign_and_woman",
        ),
        migrations.RemoveIndex(
            model_name="screeningresult",
            name="result_by_township",
        ),
        migrations.AlterField(
            model_name="screening",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="programs.batch",
                verbose_name="来自名单",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="screenings",
                to="programs.campaign",
                verbose_name="筛查批次",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federation.organization",
                verbose_name="所属妇联",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="township",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federation.organization",
                verbose_name="所属乡镇",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="recall",
            field=models.OneToOneField(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="screening",
                to="outreach.followup",
                verbose_name="召回跟进",
            ),
        ),
        migrations.AlterField(
            model_name="screeningresult",
            name="screening",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="result",
                to="programs.screening",
                verbose_name="参检",
            ),
        ),
        migrations.AlterField(
            model_name="screening",
            name="woman",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="screenings",
                to="members.woman",
                verbose_name="妇女",
            ),
        ),
        migrations.AlterField(
            model_name="screeningresult",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="programs.batch",
                verbose_name="来自名单",
            ),
        ),
        migrations.AlterField(
            model_name="screeningresult",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federation.organization",
                verbose_name="所属妇联",
            ),
        ),
        migrations.AlterField(
            model_name="screeningresult",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterField(
            model_name="screeningresult",
            name="township",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federation.organization",
                verbose_name="所属乡镇",
            ),
        ),
        migrations.AddConstraint(
            model_name="screening",
            constraint=models.UniqueConstraint(
                fields=("woman", "campaign"),
                name="one_screening_per_campaign_and_woman",
                violation_error_message="该妇女在本次筛查里已有记录",
            ),
        ),
        StatementForeignKeys(
            "programs_screening",
            {
                **_BRANCH,
                "campaign_id": "programs_campaign",
                "woman_id": "members_woman",
                "recall_id": "outreach_followup",
                "batch_id": "programs_batch",
            },
        ),
        StatementForeignKeys(
            "programs_screeningresult", {**_BRANCH, "screening_id": "programs_screening", "batch_id": "programs_batch"}
        ),
    ]
