"""Ages and cycles of the two-cancer screening as dated rows (domain.md §2.1)."""

from datetime import date

from django.db import migrations

_PLAN_2010 = "2010 年农村妇女两癌检查方案：35 至 59 岁"
_PLAN_2022 = "2022 年 1 月宫颈癌、乳腺癌筛查工作方案：35 至 64 周岁，城乡一致"
_CYTOLOGY = "2022 年宫颈癌筛查工作方案：细胞学每 3 年一次"
_HPV = "2022 年宫颈癌筛查工作方案：HPV 每 5 年一次"
_BREAST = "各地 2 至 3 年，本市按 3 年，未核对原文"
_FROM_2022 = date(2022, 1, 1)
# code, value, from, to, source, verified
RULES = (
    ("screening.youngest", "35", None, None, _PLAN_2022, True),
    ("screening.oldest", "59", None, _FROM_2022, _PLAN_2010, False),
    ("screening.oldest", "64", _FROM_2022, None, _PLAN_2022, True),
    ("screening.cytology_years", "3", None, None, _CYTOLOGY, False),
    ("screening.hpv_years", "5", None, None, _HPV, False),
    ("screening.breast_years", "3", None, None, _BREAST, False),
)


def add_rules(apps, schema_editor):
    PolicyRule = apps.get_model("federation", "PolicyRule")
    for code, value, valid_from, valid_to, source, verified in RULES:
        PolicyRule.objects.get_or_create(
            code=code,
            valid_from=valid_from,
            defaults={"value": value, "valid_to": valid_to, "source": source, "verified": verified},
        )


def remove_rules(apps, schema_editor):
    apps.get_model("federation", "PolicyRule").objects.filter(code__in=[rule[0] for rule in RULES]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0003_batch_previews_and_screening_cycles"),
        ("federation", "0002_audit_chain"),
    ]
    operations = [migrations.RunPython(add_rules, remove_rules)]
