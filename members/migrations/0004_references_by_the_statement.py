"""A woman's references are checked once a statement, and the register keeps the indexes that its lists use.

A list of 25,000 rows queued 300,000 row-wise checks in three tables, mostly of the same 360 branches, one campaign and
one list, 2.5 s at commit. `StatementForeignKeys` promises the same in a tenth of that. Each index costs such a list
0.07 s: the plain ones of branch and township are beginnings of the ones by initials; a search by name goes by the whole
city's names and then by the scope; nobody looks a woman up by her `public_id`.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from federation.migration_operations import StatementForeignKeys


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0002_audit_chain"),
        ("members", "0003_reasons_for_leaving"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="woman",
            name="woman_township_name",
        ),
        migrations.RemoveIndex(
            model_name="woman",
            name="woman_branch_name",
        ),
        migrations.AlterField(
            model_name="woman",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="women",
                to="members.household",
                verbose_name="家庭",
            ),
        ),
        migrations.AlterField(
            model_name="woman",
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
            model_name="woman",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterField(
            model_name="woman",
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
        migrations.AddIndex(
            model_name="woman",
            index=models.Index(
                condition=models.Q(("household__isnull", False)), fields=["household"], name="woman_household"
            ),
        ),
        StatementForeignKeys(
            "members_woman",
            {
                "organization_id": "federation_organization",
                "township_id": "federation_organization",
                "household_id": "members_household",
            },
        ),
    ]
