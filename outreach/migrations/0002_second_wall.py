from django.db import migrations

from federation.migration_operations import RowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_visits_needs_and_lectures")]
    operations = [
        RowLevelSecurity("outreach_visit"),
        RowLevelSecurity("outreach_need"),
        RowLevelSecurity("outreach_followup"),
        RowLevelSecurity("outreach_lecture"),
    ]
