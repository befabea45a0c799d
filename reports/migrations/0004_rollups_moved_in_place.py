"""A roll-up moves with every statement that touches its facts, so it must move cheaply.

An index that holds `rows` and `total` gets an entry for each move, and a year's read then steps over the dead ones until
the next vacuum. Without them, and with room left on each page, the new version stays beside the old, which the next
reader of the page clears away.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_rollups_kept_by_triggers")]
    operations = [
        migrations.RemoveIndex("rollup", "rollup_by_month"),
        migrations.AddIndex("rollup", models.Index(fields=["year", "month", "measure"], name="rollup_by_month")),
        migrations.RunSQL(
            "ALTER TABLE reports_rollup SET (fillfactor = 70)", "ALTER TABLE reports_rollup RESET (fillfactor)"
        ),
    ]
