from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0004_response_times")]
    operations = [
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["township", "due_on", "id"], name="need_by_township_due"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["organization", "due_on", "id"], name="need_by_branch_due"),
        ),
        migrations.AddIndex(
            model_name="need",
            index=models.Index(fields=["due_on", "id"], name="need_by_due_day"),
        ),
    ]
