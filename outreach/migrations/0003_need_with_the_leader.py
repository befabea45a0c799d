from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0002_second_wall")]
    operations = [
        migrations.AddField(
            model_name="need",
            name="escalated_on",
            field=models.DateField(blank=True, null=True, verbose_name="领导包案日期"),
        ),
    ]
