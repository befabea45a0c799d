"""A year of figures from the stored roll-ups: home pages, the leader's year, the statistics by branch.

Roll-ups count rows (次, 件, 人次); who is counted once a year (人) is the indicators' business. A branch without a roll-up
of a measure has no record of it: its cell stays blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Case, When

from federation.models import Organization
from federation.periods import Period
from reports.models import RollUp
from reports.models.rollup import Sums
from reports.wording import MONEY_UNITS, NO_BASE_WORDS, compare, rate, rounded

Number = int | Fraction
BySums = Mapping[str, Sums]


@dataclass(frozen=True)
class Measure:
    """A column: rows or total of one roll-up, or the rate of two. `code` is the indicator that its rows are traced by."""

    code: str
    label: str
    unit: str
    key: str = ""
    summed: bool = False
    part: str = ""
    base: str = ""
    partner: str = ""
    target: int | None = None

    @property
    def is_rate(self) -> bool:
        return bool(self.base)

    def value(self, sums: BySums) -> Number | None:
        if self.is_rate:
            return rate(self._of(sums, self.part) or 0, self._of(sums, self.base))
        return self._of(sums, self.key)

    def _of(self, sums: BySums, key: str) -> int | None:
        found = sums.get(key)
        if found is None:
            return None
        return found.total if self.summed else found.rows

    def words(self, value: Number | None) -> str:
        """On a screen: money in 万元 to two decimals at most, rates with their sign, whole numbers as they are."""
        if value is None:
            return ""
        if self.is_rate:
            return f"{rounded(value, 1)}%"
        if self.unit in MONEY_UNITS:
            return f"{rounded(Fraction(value) / 1_000_000, 2):f}".rstrip("0").rstrip(".")
        return str(value)

    @property
    def screen_unit(self) -> str:
        return "万元" if self.unit in MONEY_UNITS else "" if self.is_rate else self.unit


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in [
        Measure("visits", "走访", "次", "visits", partner="solved_rate"),
        Measure("needs_raised", "收到诉求", "件", "needs_raised", partner="solved_rate"),
        Measure("needs_answered", "办结诉求", "件", "needs_answered", partner="solved_rate"),
        Measure("solved_rate", "诉求解决率", "%", part="needs_met", base="needs_answered"),
        Measure("satisfied_rate", "诉求满意率", "%", part="needs_satisfied", base="needs_rated"),
        Measure("screened_women", "两癌筛查", "人次", "screenings", partner="recall_rate"),
        Measure("recall_rate", "异常召回率", "%", part="recalls_done", base="recalls", target=95),
        Measure("loans_released_fen", "贴息贷款", "元", "loans_released", summed=True, partner="repayment_rate"),
        Measure("repayment_rate", "按期还款率", "%", part="loans_repaid", base="loans_matured"),
        Measure("reliefs_paid", "两癌救助", "笔", "reliefs_paid", partner="relief_visited_rate"),
        Measure("relief_visited_rate", "到账回访率", "%", part="reliefs_visited", base="reliefs_paid"),
        Measure("children_aided", "资助困境儿童", "人次", "child_aids", partner="paired_rate"),
        Measure("lecture_hall_sessions", "女性大讲堂", "期", "lectures.lecture_hall", partner="attendance_rate"),
        Measure("attendance_rate", "到场率", "%", summed=True, part="lectures_attended", base="lectures_expected"),
    ]
}
# What each part or base of a rate is called beside the rate.
PARTS = {
    "needs_answered": "办结", "needs_met": "确认解决", "recalls": "应召回", "recalls_done": "已召回", "loans_matured": "到期",
    "loans_repaid": "按期结清", "reliefs_paid": "拨付", "reliefs_visited": "已回访", "lectures_expected": "应到",
    "lectures_attended": "实到", "needs_rated": "有效评价", "needs_satisfied": "满意和基本满意",
}  # fmt: skip


@dataclass
class Year:
    """A branch's sums of a year and of the one before, as a whole and by the branches below."""

    organization: Organization
    year: int
    now: dict[str, Sums] = field(default_factory=dict)
    was: dict[str, Sums] = field(default_factory=dict)
    below: dict[int | None, dict[str, Sums]] = field(default_factory=dict)

    def value(self, code: str) -> Number | None:
        return MEASURES[code].value(self.now)

    def before(self, code: str) -> Number | None:
        return MEASURES[code].value(self.was)

    def of_branch(self, branch: Organization, code: str) -> Number | None:
        return MEASURES[code].value(self.below.get(branch.pk, {}))


def year_of(organization: Organization, year: int) -> Year:
    """One query, of some thousand rows for a city; the year before is only read as a whole."""
    found = Year(organization, year)
    column = "township_id" if organization.parent_id is None else "organization_id"
    rows = RollUp.objects.within(organization, on=Period.year(year).last_day).of_years(year - 1, year)
    branches = rows.annotate(branch=Case(When(year=year, then=column)))
    for (of, branch, measure), sums in branches.sums("year", "branch").items():
        if of == year:
            found.below.setdefault(branch, {})[measure] = sums
            found.now[measure] = found.now.get(measure, Sums()) + sums
        else:
            found.was[measure] = sums
    return found


def months_of(organization: Organization, year: int, measures: Sequence[str]) -> dict[str, list[int | None]]:
    """Rows of each measure by month; months without any record are None."""
    rows = RollUp.objects.within(organization, on=Period.year(year).last_day).by_month(year).of_measures(measures)
    sums = rows.sums("month")
    return {
        measure: [sums[month, measure].rows if (month, measure) in sums else None for month in range(1, 13)]
        for measure in measures
    }


@dataclass(frozen=True)
class Pair:
    """A quantity with its partner, as the home pages draw them."""

    measure: Measure
    number: str
    sub: str
    partner_label: str = ""
    partner_number: str = ""
    partner_note: str = ""
    below_target: str = ""


def pair_of(
    year: Year, code: str, *, on: date, sub: str = "", note: str = "", partner: tuple[str, str] | None = None
) -> Pair:
    """`sub` and `partner` stand for what the roll-ups do not hold: a task, a count as of today."""
    measure = MEASURES[code]
    value = year.value(code)
    label, number, below = "", "", ""
    if partner is not None:
        label, number = partner
    elif measure.partner in MEASURES:
        rate_of = MEASURES[measure.partner]
        found = rate_of.value(year.now)
        label, number = rate_of.label, rate_of.words(found)
        note = note or _rate_note(rate_of, year)
        if rate_of.target is not None and found is not None and found < rate_of.target:
            below = f"低于目标 {rate_of.target}%"
    return Pair(measure, measure.words(value), sub or change_words(year, code, on=on), label, number, note, below)


def _rate_note(measure: Measure, year: Year) -> str:
    """Both numbers of a rate, so that nobody reads 100 % of two."""
    found = [(PARTS[key], measure._of(year.now, key)) for key in (measure.base, measure.part)]
    return "，".join(f"{name} {value or 0}" for name, value in found) if found[0][1] else ""


def change_words(year: Year, code: str, *, on: date) -> str:
    """A year that still runs stands beside the whole one before it, and is not compared with it."""
    measure = MEASURES[code]
    value, before = year.value(code), year.before(code)
    if value is None:
        return "还没有记录"
    if before is None:
        return NO_BASE_WORDS
    if on < Period.year(year.year).last_day:
        return f"上年全年 {measure.words(before)} {measure.screen_unit}"
    changed = compare(value, before, measure.unit).removeprefix("同比")
    return f"上年 {measure.words(before)} {measure.screen_unit}，{changed}"
