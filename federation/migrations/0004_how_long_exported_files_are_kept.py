from typing import Any

from django.db import migrations

SOURCE = "平台初始设置（个人信息保护法第十九条：保存期限应当最短），待市妇联核定"
DAYS = {"export.file_days": "7"}


def add_rules(apps: Any, schema_editor: Any) -> None:
    rules = apps.get_model("federation", "PolicyRule")
    for code, value in DAYS.items():
        rules.objects.get_or_create(
            code=code, valid_from=None, defaults={"value": value, "source": SOURCE, "verified": False}
        )


def remove_rules(apps: Any, schema_editor: Any) -> None:
    apps.get_model("federation", "PolicyRule").objects.filter(code__in=DAYS, source=SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [("federation", "0003_table_of_the_stand_in_cache")]
    operations = [migrations.RunPython(add_rules, remove_rules)]
