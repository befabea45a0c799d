"""Ages and cycles of the screening, what the hospital waits for (domain.md §§2.1-2.2); relief and its desks (§3)."""

from datetime import date

from django.db import migrations

from federation.migration_operations import AddRules

_PLAN_2010 = "2010 年农村妇女两癌检查方案：35 至 59 岁"
_PLAN_2022 = "2022 年 1 月宫颈癌、乳腺癌筛查工作方案：35 至 64 周岁，城乡一致"
_CYTOLOGY = "2022 年宫颈癌筛查工作方案：细胞学每 3 年一次"
_HPV = "2022 年宫颈癌筛查工作方案：HPV 每 5 年一次"
_BREAST = "各地 2 至 3 年，本市按 3 年，未核对原文"
_FROM_2022 = date(2022, 1, 1)
_NEXT = "异常后 30 天没有下一步的日期，列入逾期；本市未发文，未核对原文"
_FOLLOW = "随访 3、6、12 月，本市按 180 天，未核对原文"
_LOST = "失访要有 3 次写明日期的联系记录，未核对原文"
_CONSENT = "知情同意书样张的版本，由市妇幼保健院定，未核对原文"
_EARLY = "0 期和Ⅰ期，有的方案加ⅡA 期，未核对原文"
_KEPT = "平台初始设置（个人信息保护法第十九条：保存期限应当最短），待市妇联核定"
_LOTTERY = "中央专项彩票公益金低收入妇女两癌救助项目：每人 10000 元，一生一次，转入本人银行卡"
_DAYS = "公开资料里没有具体时限，平台暂定，请市妇联核定后修改"
_HARDSHIPS = "低收入妇女两癌救助项目公开的申报条件：低保、特困、易返贫致贫、支出型困难，任一种"
# code, value, from, to, source, verified
RULES = (
    ("screening.youngest", "35", None, None, _PLAN_2022, True),
    ("screening.oldest", "59", None, _FROM_2022, _PLAN_2010, False),
    ("screening.oldest", "64", _FROM_2022, None, _PLAN_2022, True),
    ("screening.cytology_years", "3", None, None, _CYTOLOGY, False),
    ("screening.hpv_years", "5", None, None, _HPV, False),
    ("screening.breast_years", "3", None, None, _BREAST, False),
    ("screening.next_step_days", "30", None, None, _NEXT, False),
    ("screening.treatment_days", "30", None, None, _NEXT, False),
    ("screening.follow_up_days", "180", None, None, _FOLLOW, False),
    ("screening.lost_after_contacts", "3", None, None, _LOST, False),
    ("screening.consent_version", "2022版", None, None, _CONSENT, False),
    ("screening.breast_early_stages", "0、I", None, None, _EARLY, False),
    ("batch.preview_days", "15", None, None, _KEPT, False),
    ("batch.problem_days", "30", None, None, _KEPT, False),
    ("relief.lottery_grant_yuan", "10000", None, None, _LOTTERY, True),
    ("relief.hardships", "低保、特困、易返贫致贫、支出型困难", None, None, _HARDSHIPS, True),
    ("relief.correct_workdays", "5", None, None, _DAYS, False),
    ("relief.accept_workdays", "3", None, None, _DAYS, False),
    ("relief.check_workdays", "5", None, None, _DAYS, False),
    ("relief.compare_workdays", "10", None, None, _DAYS, False),
    ("relief.review_workdays", "5", None, None, _DAYS, False),
    ("relief.report_workdays", "5", None, None, _DAYS, False),
    ("application.warn_workdays", "2", None, None, "平台的提醒，可以改", True),
)
# The lottery fund under both its names (domain.md §3: renamed in 2021), and the two that the city and province give.
FUNDS = (
    ("贫困母亲两癌救助（中央专项彩票公益金）", "lottery", "lottery", ""),
    ("低收入妇女两癌救助（中央专项彩票公益金）", "lottery", "lottery", "贫困母亲两癌救助（中央专项彩票公益金）"),
    ("省级两癌救助", "province", "province", ""),
    ("市级两癌救助", "city", "city", ""),
)


def name_funds(apps, schema_editor):
    ReliefFund = apps.get_model("programs", "ReliefFund")
    for name, source, line, predecessor in FUNDS:
        before = ReliefFund.objects.filter(name=predecessor).first()
        ReliefFund.objects.get_or_create(name=name, defaults={"source": source, "line": line, "predecessor": before})


def forget_funds(apps, schema_editor):
    """The later name first: a fund that another follows stays."""
    for name, *_ in reversed(FUNDS):
        apps.get_model("programs", "ReliefFund").objects.filter(name=name).delete()


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0004_screening_rules"),
        ("programs", "0008_how_long_uploaded_lists_are_kept"),
        ("programs", "0024_cycles_and_comparison"),
        ("programs", "0021_screening_recalls"),
        ("programs", "0025_screening_days_and_consents"),
        ("programs", "0026_screening_returns"),
    ]
    dependencies = [("programs", "0007_children_kept_by_triggers")]
    operations = [AddRules(RULES), migrations.RunPython(name_funds, forget_funds)]
