"""Ceilings and ages of the loans, and the amount of relief, as dated rows (domain.md §3 and §4.1)."""

from datetime import date

from django.db import migrations

_A, _A2, _B, _C = "财金〔2009〕72号", "银发〔2016〕202号", "财金〔2020〕21号", "财金〔2023〕75号"
_FROM_A, _FROM_A2, _FROM_B, _FROM_C = date(2009, 7, 1), date(2016, 7, 1), date(2021, 1, 1), date(2023, 10, 1)
_AGES = "各地公开的贷款条件示例，有的地方是 18 至 50 岁，以本市文件为准"
_LOTTERY = "中央专项彩票公益金低收入妇女两癌救助项目：每人 10000 元，一生一次，转入本人银行卡"
# code, value, from, to, source, verified
RULES = (
    ("loan.individual_ceiling_yuan", "80000", _FROM_A, _FROM_A2, _A, True),
    ("loan.individual_ceiling_yuan", "100000", _FROM_A2, _FROM_B, _A2, False),
    ("loan.individual_ceiling_yuan", "200000", _FROM_B, _FROM_C, _B, True),
    ("loan.individual_ceiling_yuan", "300000", _FROM_C, None, _C, True),
    # Years whose ceiling for partnerships goes by the number of partners have no row of this kind.
    ("loan.partnership_ceiling_yuan", "500000", _FROM_A, _FROM_A2, _A, True),
    ("loan.partnership_ceiling_yuan", "1000000", _FROM_B, _FROM_C, f"{_B}，合计上限是地方做法", True),
    ("loan.firm_ceiling_yuan", "2000000", _FROM_A, _FROM_A2, f"{_A}，劳动密集型小企业", True),
    ("loan.firm_ceiling_yuan", "2000000", _FROM_A2, _FROM_B, _A2, False),
    ("loan.firm_ceiling_yuan", "3000000", _FROM_B, _FROM_C, _B, True),
    ("loan.firm_ceiling_yuan", "4000000", _FROM_C, None, _C, True),
    ("loan.youngest_age", "18", None, None, _AGES, False),
    ("loan.oldest_age", "55", None, None, _AGES, False),
    ("relief.lottery_grant_yuan", "10000", None, None, _LOTTERY, True),
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
    dependencies = [("programs", "0005_payments_and_extensions"), ("federation", "0002_audit_chain")]
    operations = [migrations.RunPython(add_rules, remove_rules)]
