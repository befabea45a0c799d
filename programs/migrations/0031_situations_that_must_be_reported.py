"""Which of the nine situations of mandatory reporting a suspected harm shows; sealed like its facts."""

from django.db import migrations

import federation.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0030_leave_to_open_a_childs_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="signs",
            field=federation.sealed.SealedTextField(editable=True, null=True, verbose_name="哪些情形"),
        ),
    ]
