from typing import Any

from django.db import migrations

CODE, SOURCE = "outreach.visit.oldest_days", "平台初始设置，待市妇联核定"


def add_rule(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("federation", "PolicyRule")
    rules.objects.get_or_create(
        code=CODE, valid_from=None, defaults={"value": "365", "source": SOURCE, "verified": False}
    )


def remove_rule(apps: Any, schema_editor: Any) -> None:
    apps.get_model("federation", "PolicyRule").objects.filter(code=CODE, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0005_needs_in_the_order_of_their_promise"),
        ("federation", "0002_audit_chain"),
    ]
    operations = [migrations.RunPython(add_rule, remove_rule)]
