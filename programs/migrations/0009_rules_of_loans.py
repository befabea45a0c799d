"""Ceilings, ages and terms of the loans by contract date, their days and factors, and the reference rates (domain.md §§4.1-4.3)."""

from collections.abc import Iterator
from datetime import date

from django.db import migrations

from federation.migration_operations import AddRules, Rule

_A, _A2, _B, _C = "财金〔2009〕72号", "银发〔2016〕202号", "财金〔2020〕21号", "财金〔2023〕75号"
_FROM_A, _FROM_A2, _FROM_B, _FROM_C = date(2009, 7, 1), date(2016, 7, 1), date(2021, 1, 1), date(2023, 10, 1)
_AGES = "各地公开的贷款条件示例，有的地方是 18 至 50 岁，以本市文件为准"
_CONTRACT = "银行合同的通行写法，以本市经办银行的合同为准"
_LOCAL = "本市没有文件，按通行做法先填"
_PERSONAL_TERM_B, _FIRM_TERM_B = f"{_B}：个人不超过 3 年", f"{_B}：小微企业不超过 2 年"
_BENCHMARK = "中国人民银行公布的贷款基准利率"
_LPR = "全国银行间同业拆借中心公布的一年期贷款市场报价利率（LPR）"


def _term(kind: str, source_b: str, months_b: str, months_c: str) -> tuple[Rule, ...]:
    return (
        (f"loan.{kind}_longest_months", "24", _FROM_A, _FROM_A2, f"{_A}：不超过 2 年，有的地方 1 至 3 年", False),
        (f"loan.{kind}_longest_months", "36", _FROM_A2, _FROM_B, _A2, False),
        (f"loan.{kind}_longest_months", months_b, _FROM_B, _FROM_C, source_b, True),
        (f"loan.{kind}_longest_months", months_c, _FROM_C, None, _C, False),
    )


_SAME = f"{_C}：次数没有核对，先按前一版填"
_OWN = "公开资料里没有具体时限，平台暂定，请市妇联核定后修改"
_TEN = "公开的办理流程（汕尾 2011）：镇妇联 10 个工作日内报初审意见"


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
    ("loan.scheme", "A", _FROM_A, _FROM_A2, f"{_A}，妇女小额担保财政贴息贷款", True),
    ("loan.scheme", "A′", _FROM_A2, _FROM_B, f"{_A2}，创业担保贷款", False),
    ("loan.scheme", "B", _FROM_B, _FROM_C, f"{_B}，创业担保贷款", False),
    ("loan.scheme", "C", _FROM_C, None, f"{_C}，创业担保贷款", False),
    *_term("individual", _PERSONAL_TERM_B, "36", "36"),
    *_term("partnership", _PERSONAL_TERM_B, "36", "36"),
    *_term("firm", _FIRM_TERM_B, "24", "24"),
    ("loan.partnership_per_partner_yuan", "100000", _FROM_A, _FROM_A2, f"{_A}：合伙人均 10 万元", True),
    ("loan.partnership_per_partner_yuan", "100000", _FROM_A2, _FROM_B, f"{_A2}：合伙人均 10 万元", False),
    ("loan.partnership_percent_of_ceilings", "110", _FROM_C, None, f"{_C}：不超过合伙人个人上限之和的 110%", True),
    ("loan.rate_spread_percent", "3", _FROM_A, _FROM_A2, f"{_A}：基准利率上浮不超过 3 个百分点", True),
    ("loan.rate_spread_percent", "3", _FROM_A2, _FROM_B, f"{_A2}：按地区上浮 1、2、3 个百分点，先按 3 填", False),
    ("loan.rate_spread_percent", "0.5", _FROM_B, _FROM_C, f"{_B}：有的地方是 LPR 加 50 个基点", False),
    ("loan.rate_spread_percent", "0.5", _FROM_C, None, f"{_C}：LPR 加 50 个基点", False),
    ("loan.subsidy_shares", "1", _FROM_A, _FROM_A2, f"{_A}：微利项目期内全额贴息", True),
    ("loan.subsidy_shares", "1、2/3、1/3", _FROM_A2, _FROM_B, f"{_A2}：第一、二、三年，贫困县全额", False),
    ("loan.subsidy_shares", "1", _FROM_B, _FROM_C, f"{_B}：借款人负担部分以外全额贴息", True),
    ("loan.subsidy_shares", "1/2", _FROM_C, None, f"{_C}：按实际利率的 50% 贴息", True),
    ("loan.borrower_below_lpr_percent", "1.5", _FROM_B, _FROM_C, f"{_B}：LPR 减 150 个基点以下由借款人负担", True),
    ("loan.day_count", "360", None, None, f"{_CONTRACT}：按日计息，一年 360 天", False),
    ("loan.settlement_day", "20", None, None, f"{_CONTRACT}：季末月 20 日结息", False),
    ("loan.penalty_factor", "1.5", None, None, f"{_CONTRACT}：逾期按合同利率的 1.3 至 1.5 倍计罚息，先按 1.5 填", False),
    ("loan.compensation_after_days", "90", None, None, "逾期 90 天以上由担保基金代偿，以本市担保合同为准", False),
    ("loan.use_visit_after_days", "30", None, None, f"{_LOCAL}：放款后 30 天内走访一次，看用途", False),
    ("loan.individual_most_times", "3", _FROM_B, _FROM_C, f"{_B}：个人不超过 3 次", True),
    ("loan.individual_most_times", "3", _FROM_C, None, _SAME, False),
    ("loan.firm_most_times", "2", _FROM_B, _FROM_C, f"{_B}：小微企业不超过 2 次", True),
    ("loan.firm_most_times", "2", _FROM_C, None, _SAME, False),
    ("loan.lowest_education", "初中", None, None, "公开的办理条件举例：初中以上，以本地文件为准", False),
    ("loan_application.correct_workdays", "5", None, None, _OWN, False),
    ("loan_application.recommend_workdays", "5", None, None, _OWN, False),
    ("loan_application.check_workdays", "10", None, None, _TEN, True),
    ("loan_application.review_workdays", "5", None, None, _OWN, False),
)  # fmt: skip
# Day of effect, up to one year, one to five years (domain.md §4.3 names 4.35; the others were not checked again).
_BENCHMARKS = (
    (date(2008, 12, 23), "5.31", "5.40"), (date(2010, 10, 20), "5.56", "5.60"), (date(2010, 12, 26), "5.81", "5.85"),
    (date(2011, 2, 9), "6.06", "6.10"), (date(2011, 4, 6), "6.31", "6.40"), (date(2011, 7, 7), "6.56", "6.65"),
    (date(2012, 6, 8), "6.31", "6.40"), (date(2012, 7, 6), "6.00", "6.15"), (date(2014, 11, 22), "5.60", "6.00"),
    (date(2015, 3, 1), "5.35", "5.75"), (date(2015, 5, 11), "5.10", "5.50"), (date(2015, 6, 28), "4.85", "5.25"),
    (date(2015, 8, 26), "4.60", "5.00"), (date(2015, 10, 24), "4.35", "4.75"),
)  # fmt: skip
_LPRS = (
    (date(2019, 8, 20), "4.25"), (date(2019, 9, 20), "4.20"), (date(2019, 11, 20), "4.15"), (date(2020, 2, 20), "4.05"),
    (date(2020, 4, 20), "3.85"), (date(2021, 12, 20), "3.80"), (date(2022, 1, 20), "3.70"), (date(2022, 8, 22), "3.65"),
    (date(2023, 6, 20), "3.55"), (date(2023, 8, 21), "3.45"), (date(2024, 7, 22), "3.35"), (date(2024, 10, 21), "3.10"),
    (date(2025, 5, 20), "3.00"),
)  # fmt: skip
_SHORT, _LONG = "loan.reference_rate_percent", "loan.reference_rate_over_one_year_percent"


def reference_rates() -> Iterator[Rule]:
    """The benchmark until the LPR came; each rate until the next."""
    lpr_from = _LPRS[0][0]
    days = [day for day, *_ in (*_BENCHMARKS, *_LPRS)]
    until = dict(zip(days, [*days[1:], None], strict=True))
    for day, short, long in _BENCHMARKS:
        yield _SHORT, short, day, until[day], f"{_BENCHMARK}，一年以内（含一年）", False
        yield _LONG, long, day, min(until[day], lpr_from), f"{_BENCHMARK}，一年至五年", False
    for day, rate in _LPRS:
        yield _SHORT, rate, day, until[day], _LPR, False


class Migration(migrations.Migration):
    replaces = [("programs", "0006_loan_and_relief_rules"), ("programs", "0011_loan_rule_versions")]
    dependencies = [("programs", "0008_rules_of_screening_and_relief")]
    operations = [AddRules((*RULES, *reference_rates()))]
