"""What policy allows on the day a loan is released (domain.md §4.1), and which rules go with the loan from then on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from federation.models import PolicyRule
from federation.policy import NoRuleInForce, missing, rule
from programs.money import spoken, to_fen

if TYPE_CHECKING:
    from programs.models import SubsidisedLoan

PREFIX = "loan."
CEILING = "loan.{kind}_ceiling_yuan"
LONGEST = "loan.{kind}_longest_months"
YOUNGEST, OLDEST = "loan.youngest_age", "loan.oldest_age"
SCHEME = "loan.scheme"
PER_PARTNER, PERCENT_OF_CEILINGS = "loan.partnership_per_partner_yuan", "loan.partnership_percent_of_ceilings"
SPREAD = "loan.rate_spread_percent"
REFERENCE, REFERENCE_LONG = "loan.reference_rate_percent", "loan.reference_rate_over_one_year_percent"
INDIVIDUAL, PARTNERSHIP = "individual", "partnership"
_YEAR = 12
LAST_YEAR = 2100


@dataclass(frozen=True)
class Rules:
    """The loan rules in force on one day, by code."""

    on: date
    by_code: dict[str, PolicyRule]

    @classmethod
    def on_day(cls, on: date) -> Rules:
        """Where two rows claim the day the later one holds, as in `federation.policy.rule`."""
        rows = PolicyRule.objects.filter(code__startswith=PREFIX).in_force_on(on)
        return cls(on, {row.code: row for row in rows})

    @classmethod
    def stamped(cls, loan: SubsidisedLoan) -> Rules:
        """Those the loan was recorded under; of a loan from before rules were stamped, those of its release."""
        if not loan.rule_ids:
            return cls.on_day(loan.released_on)
        return cls(loan.released_on, {row.code: row for row in PolicyRule.objects.filter(pk__in=loan.rule_ids)})

    def find(self, code: str) -> PolicyRule | None:
        return self.by_code.get(code)

    def need(self, code: str) -> PolicyRule:
        found = self.by_code.get(code)
        if found is None:
            raise missing(code, on=self.on)
        return found

    def ids(self) -> list[int]:
        return sorted(row.pk for row in self.by_code.values())


@dataclass(frozen=True)
class Limit:
    """An upper limit in force, how it is arrived at, and the row it comes from."""

    value: Decimal
    words: str
    rule: PolicyRule


def require(loan: SubsidisedLoan, *, age: int | None) -> None:
    """Everything that is against the terms, each at its field with the rule and its source."""
    if not loan.released_on:
        return
    require_sane("released_on", loan.released_on)
    rules = Rules.on_day(loan.released_on)
    if rules.find(SCHEME) is None:
        raise ValidationError({"released_on": f"{loan.released_on:%Y-%m-%d} 没有贴息贷款政策在施行，请核对放款日期"})
    if loan.matures_on:
        require_sane("matures_on", loan.matures_on)
    problems = {
        "principal_fen": _ceiling_problem(loan, rules) if loan.principal_fen else "",
        "partners": _partners_problem(loan, rules),
        "released_on": "" if age is None else _age_problem(age, loan.released_on),
        "matures_on": _term_problem(loan, rules) if loan.matures_on else "",
        "rate_percent": rate_problem(loan, Decimal(loan.rate_percent), rules) if loan.rate_percent is not None else "",
    }
    if found := {field: problem for field, problem in problems.items() if problem}:
        raise ValidationError(found)


def require_sane(field: str, day: date) -> None:
    """A slip of the keyboard is told before anything is computed with it."""
    if day.year > LAST_YEAR:
        raise ValidationError({field: f"年份要在 {LAST_YEAR} 年以前，请核对"})


def ceiling(kind: str, *, on: date) -> PolicyRule | None:
    """Partnerships have no total of their own in some years: then the number of partners decides."""
    try:
        return rule(CEILING.format(kind=kind), on=on)
    except NoRuleInForce:
        return None


def limits(loan: SubsidisedLoan, rules: Rules) -> list[Limit]:
    """Every limit on the amount; the lowest one counts."""
    found = []
    if total := rules.find(CEILING.format(kind=loan.kind)):
        found.append(Limit(Decimal(to_fen(total.value)), spoken(to_fen(total.value)), total))
    if loan.kind == PARTNERSHIP and loan.partners:
        found += _by_partners(loan.partners, rules)
    return found


def _by_partners(partners: int, rules: Rules) -> Iterable[Limit]:
    if each := rules.find(PER_PARTNER):
        fen = to_fen(each.value)
        yield Limit(Decimal(fen * partners), f"{spoken(fen * partners)}（{partners} 人，每人 {spoken(fen)}）", each)
    if percent := rules.find(PERCENT_OF_CEILINGS):
        fen = to_fen(rules.need(CEILING.format(kind=INDIVIDUAL)).value)
        most = Decimal(fen) * partners * Decimal(percent.value).scaleb(-2)
        how = f"{partners} 人个人上限 {spoken(fen)}之和的 {percent.value}%"
        yield Limit(most, f"{spoken(int(most))}（{how}）", percent)


def _ceiling_problem(loan: SubsidisedLoan, rules: Rules) -> str:
    lowest = min(limits(loan, rules), key=lambda limit: limit.value, default=None)
    if lowest is None or loan.principal_fen <= lowest.value:
        return ""
    return f"{spoken(loan.principal_fen)}超过上限 {lowest.words}。{_source(lowest.rule, rules.on)}"


def _partners_problem(loan: SubsidisedLoan, rules: Rules) -> str:
    if loan.kind != PARTNERSHIP:
        return "只有合伙贷款才填合伙人数，个人和小微企业请留空" if loan.partners else ""
    needed = rules.find(PER_PARTNER) or rules.find(PERCENT_OF_CEILINGS)
    if loan.partners is not None and loan.partners < 2:
        return "合伙至少 2 人，连借款人在内"
    return f"请填合伙人数，上限按人数算。{_source(needed, rules.on)}" if needed and not loan.partners else ""


def _age_problem(age: int, on: date) -> str:
    youngest, oldest = rule(YOUNGEST, on=on), rule(OLDEST, on=on)
    if int(youngest.value) <= age <= int(oldest.value):
        return ""
    return f"放款时她 {age} 岁，贷款对象是 {youngest.value} 至 {oldest.value} 岁。{_source(oldest, on)}"


def _term_problem(loan: SubsidisedLoan, rules: Rules) -> str:
    longest = rules.find(LONGEST.format(kind=loan.kind))
    if longest is None:
        return ""
    last_day = months_after(loan.released_on, int(longest.value))
    if loan.matures_on <= last_day:
        return ""
    return f"{loan.matures_on:%Y-%m-%d} 超过期限 {longest.value} 个月（最晚 {last_day:%Y-%m-%d}）。{_source(longest, rules.on)}"


def rate_problem(loan: SubsidisedLoan, rate_percent: Decimal, rules: Rules) -> str:
    """`rules` are those of the day the rate begins: the reference rate moves, the spread is policy."""
    cap = rate_cap(loan, rules)
    if cap is None or rate_percent <= cap.value:
        return ""
    return f"{plain_percent(rate_percent)} 超过上限 {cap.words}。{_source(cap.rule, rules.on)}"


def rate_cap(loan: SubsidisedLoan, rules: Rules) -> Limit | None:
    spread, reference = rules.find(SPREAD), rules.find(REFERENCE)
    if loan.matures_on and loan.matures_on > months_after(loan.released_on, _YEAR):
        reference = rules.find(REFERENCE_LONG) or reference
    if spread is None or reference is None:
        return None
    cap = Decimal(reference.value) + Decimal(spread.value)
    how = f"{plain_percent(reference.value)} 加 {spread.value} 个百分点"
    return Limit(cap, f"{plain_percent(cap)}（{how}）", spread)


@dataclass(frozen=True)
class RuleLine:
    """One rule of a loan as its page tells it."""

    label: str
    words: str
    rule: PolicyRule


def summary(loan: SubsidisedLoan, rules: Rules) -> list[RuleLine]:
    """Version, limits and subsidy of the loan, each with the row it comes from."""
    found = [RuleLine("政策版本", scheme.value, scheme)] if (scheme := rules.find(SCHEME)) else []
    if lowest := min(limits(loan, rules), key=lambda limit: limit.value, default=None):
        found.append(RuleLine("金额上限", lowest.words, lowest.rule))
    if longest := rules.find(LONGEST.format(kind=loan.kind)):
        found.append(RuleLine("期限上限", f"{longest.value} 个月", longest))
    if cap := rate_cap(loan, rules):
        found.append(RuleLine("利率上限", cap.words, cap.rule))
    if shares := rules.find("loan.subsidy_shares"):
        found.append(RuleLine("贴息", _share_words(shares.value, rules), shares))
    return found


def _share_words(shares: str, rules: Rules) -> str:
    if borne := rules.find("loan.borrower_below_lpr_percent"):
        lpr = rules.need(REFERENCE)
        return f"高于 LPR {plain_percent(lpr.value)} − {plain_percent(borne.value)} 的部分全额贴息"
    if shares == "1":
        return "按合同利率全额贴息"
    parts = shares.split("、")
    if len(parts) == 1:
        return f"按合同利率的 {shares} 贴息"
    return "，".join(
        f"第{'一二三四五'[place]}年贴 {'全部' if part == '1' else part}" for place, part in enumerate(parts)
    )


def _source(found: PolicyRule, on: date) -> str:
    doubt = "" if found.verified else "。这个取值还没有核对原文，与本地文件不符的，请系统管理员在政策规则里改正"
    return f"放款日 {on:%Y-%m-%d} 施行的规则是{found.source}{doubt}"


def plain_percent(rate: Decimal | str) -> str:
    """3.5%, 7.35%, 4%: as it is written, without idle zeros."""
    text = f"{Decimal(rate):f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: a loan of 2016-02-29 for a year matures on 02-28."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)
