from typing import Any

from django.db import migrations

SOURCE = "平台初始设置，待市妇联核定"
DAYS = {
    "outreach.need.response_days.ordinary": "15",
    "outreach.need.response_days.soon": "7",
    "outreach.need.response_days.urgent": "2",
    "outreach.need.confirm_days": "7",
    "outreach.follow_up.again_days": "7",
}


def add_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("federation", "PolicyRule")
    for code, value in DAYS.items():
        rules.objects.get_or_create(
            code=code, valid_from=None, defaults={"value": value, "source": SOURCE, "verified": False}
        )


def remove_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("federation", "PolicyRule")
    rules.objects.filter(code__in=DAYS, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0003_need_with_the_leader"),
        ("federation", "0002_audit_chain"),
    ]
    operations = [migrations.RunPython(add_rules, remove_rules)]
