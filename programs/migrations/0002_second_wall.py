from django.db import migrations

from federation.migration_operations import RowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_screening_loans_relief_and_sunflower")]
    operations = [
        RowLevelSecurity("programs_screeningquota"),
        RowLevelSecurity("programs_batch"),
        RowLevelSecurity("programs_screening"),
        RowLevelSecurity("programs_screeningresult", clinical=True),
        RowLevelSecurity("programs_subsidisedloan"),
        RowLevelSecurity("programs_reliefgrant"),
        RowLevelSecurity("programs_child"),
        RowLevelSecurity("programs_pairing"),
        RowLevelSecurity("programs_childaid"),
        RowLevelSecurity("programs_caredonation"),
    ]
