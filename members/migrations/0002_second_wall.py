from django.db import migrations

from federation.migration_operations import RowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("members", "0001_women_and_cadres")]
    operations = [
        RowLevelSecurity("members_household"),
        RowLevelSecurity("members_woman"),
        RowLevelSecurity("members_cadre"),
        RowLevelSecurity("members_appointment"),
    ]
