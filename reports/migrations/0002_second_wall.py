from django.db import migrations

from federation.migration_operations import RowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_summaries_and_rollups")]
    operations = [
        RowLevelSecurity("reports_annualsummary"),
        RowLevelSecurity("reports_summaryblock"),
        RowLevelSecurity("reports_figure"),
        RowLevelSecurity("reports_summarydocument"),
        RowLevelSecurity("reports_rollup"),
    ]
