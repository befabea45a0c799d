from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("outreach", "0006_how_late_a_visit_is_entered")]
    operations = [
        migrations.AddIndex(
            model_name="need",
            index=models.Index(
                fields=["desk", "due_on"], name="need_open", condition=Q(confirmed_on=None, withdrawn_on=None)
            ),
        ),
    ]
