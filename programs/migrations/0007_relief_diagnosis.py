from django.db import migrations


class Migration(migrations.Migration):
    """A name of its own, so that the right to read screening results does not open it."""

    dependencies = [("programs", "0006_loan_and_relief_rules")]
    operations = [migrations.RenameField("reliefgrant", "health", "diagnosis")]
