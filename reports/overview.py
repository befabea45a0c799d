"""A year of figures from the stored roll-ups: home pages, the leader's year, the statistics by branch.

Every figure is the indicator of the same code: who is counted once a year and what is dated after today are put right
by the indicators' own rows (recounting.py). A branch without a roll-up of a measure has no record of it: its cell stays blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from django.db.models import F

from federation import past_trees
from federation.models import Organization
from federation.periods import Period
from reports import recounting
from reports.models import RollUp
from reports.models.rollup import RollUpQuerySet, Sums
from reports.recounting import Seen
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

    @property
    def keys(self) -> list[str]:
        return [key for key in (self.key, self.part, self.base) if key]


MEASURES: dict[str, Measure] = {
    measure.code: measure
    for measure in [
        Measure("visits", "走访", "次", "visits", partner="solved_rate"),
        Measure("needs_raised", "收到诉求", "件", "needs_raised", partner="solved_rate"),
        Measure("needs_answered", "办结诉求", "件", "needs_answered", partner="solved_rate"),
        Measure("solved_rate", "诉求解决率", "%", part="needs_met", base="needs_answered"),
        Measure("satisfied_rate", "诉求满意率", "%", part="needs_satisfied", base="needs_rated"),
        Measure("screened_women", "两癌筛查", "名", "screenings", partner="recall_rate"),
        Measure("recall_rate", "异常召回率", "%", part="recalls_done", base="recalls", target=95),
        Measure("loans_released_fen", "贴息贷款", "元", "loans_released", summed=True, partner="repayment_rate"),
        Measure("repayment_rate", "按期还款率", "%", part="loans_repaid", base="loans_matured"),
        Measure("reliefs_paid", "两癌救助", "笔", "reliefs_paid", partner="relief_visited_rate"),
        Measure("relief_visited_rate", "到账回访率", "%", part="reliefs_visited", base="reliefs_paid"),
        Measure("children_aided", "资助困境儿童", "名", "child_aids", partner="paired_rate"),
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
    """A branch's sums of a year as it stood on a day, and of the one before, as a whole and by the branches below."""

    organization: Organization
    year: int
    on: date
    now: dict[str, Sums] = field(default_factory=dict)
    was: dict[str, Sums] = field(default_factory=dict)
    below: dict[int | None, dict[str, Sums]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def value(self, code: str) -> Number | None:
        return MEASURES[code].value(self.now)

    def before(self, code: str) -> Number | None:
        return MEASURES[code].value(self.was)

    def of_branch(self, branch: Organization, code: str) -> Number | None:
        return MEASURES[code].value(self.below.get(branch.pk, {}))

    @property
    def is_running(self) -> bool:
        return self.on < Period.year(self.year).last_day

    @property
    def whole_months(self) -> int:
        """Months of a running year that are over."""
        return self.on.month - 1 if self.year == self.on.year else 0

    @cached_property
    def same_months(self) -> tuple[dict[str, Sums], dict[str, Sums]]:
        """This year's months that are over, and the same of the year before: the one fair comparison in mid-year."""
        parts = {of: self._months_over(of) for of in (self.year - 1, self.year)}
        seen = [each for each in self.seen if each.on.month <= self.whole_months]
        for of, sums_of in parts.items():
            recounting.once(sums_of, seen, of)
        return parts[self.year], parts[self.year - 1]

    def _months_over(self, of: int) -> dict[str, Sums]:
        """The same months of one of the two years, by the tree of that year."""
        on, keys = Period.year(of).last_day, {key for measure in MEASURES.values() for key in measure.keys}
        with past_trees.opened(self.organization, on=on):
            kept = RollUp.objects.within(self.organization, on=on).by_month(of).filter(month__lte=self.whole_months)
            return {measure: sums for (measure,), sums in kept.of_measures(keys).sums().items()}


def year_of(organization: Organization, year: int, *, on: date) -> Year:
    """Each year by its own tree. One query for the roll-ups, of some thousand rows for a city, while no branch moved."""
    found = Year(organization, year, on)
    column = recounting.line_column(organization, year)
    last, before = Period.year(year).last_day, Period.year(year - 1).last_day
    with past_trees.opened(organization, on=last), past_trees.opened(organization, on=before):
        if isinstance(column, F):
            _fill(found, RollUp.objects.within(organization, on=last).of_years(year - 1, year), column)
        else:
            _fill(found, RollUp.objects.within(organization, on=last).of_years(year), column)
            _fill(found, RollUp.objects.within(organization, on=before).of_years(year - 1), column)
        _put_right(found, column)
    return found


def _fill(found: Year, rows: RollUpQuerySet, column: recounting.Column) -> None:
    """The year before is only read as a whole; added up here, since one more condition is dear in every row."""
    for (of, branch, measure), sums in rows.annotate(branch=column).sums("year", "branch").items():
        if of == found.year:
            found.below.setdefault(branch, {})[measure] = sums
            found.now[measure] = found.now.get(measure, Sums()) + sums
        else:
            found.was[measure] = found.was.get(measure, Sums()) + sums


def _put_right(found: Year, column: recounting.Column) -> None:
    for branch, later in recounting.ahead(found.organization, found.year, column, on=found.on).items():
        recounting.taken_away(found.now, later)
        recounting.taken_away(found.below.get(branch, {}), later)
    found.seen = recounting.people(found.organization, [found.year - 1, found.year], column, on=found.on)
    recounting.once(found.now, found.seen, found.year)
    recounting.once(found.was, found.seen, found.year - 1)
    for branch, sums in found.below.items():
        recounting.once(sums, [each for each in found.seen if each.branch == branch], found.year)


def months_of(organization: Organization, year: int, measures: Sequence[str]) -> dict[str, list[int | None]]:
    """Rows of each measure by month; months without any record are None."""
    on = Period.year(year).last_day
    with past_trees.opened(organization, on=on):
        sums = RollUp.objects.within(organization, on=on).by_month(year).of_measures(measures).sums("month")
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


def pair_of(year: Year, code: str, *, sub: str = "", note: str = "", partner: tuple[str, str] | None = None) -> Pair:
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
    return Pair(measure, measure.words(value), sub or change_words(year, code), label, number, note, below)


def _rate_note(measure: Measure, year: Year) -> str:
    """Both numbers of a rate, so that nobody reads 100 % of two."""
    found = [(PARTS[key], measure._of(year.now, key)) for key in (measure.base, measure.part)]
    return "，".join(f"{name} {value or 0}" for name, value in found) if found[0][1] else ""


def change_words(year: Year, code: str) -> str:
    """A whole year beside the one before; of a year that still runs, its months that are over beside the same ones."""
    measure = MEASURES[code]
    value, before = year.value(code), year.before(code)
    if value is None:
        return "还没有记录"
    if not year.is_running:
        return NO_BASE_WORDS if before is None else f"上年 {_said(measure, before)}，{_changed(measure, value, before)}"
    if not year.whole_months:
        return NO_BASE_WORDS if before is None else f"上年全年 {_said(measure, before)}"
    now, was = (measure.value(sums) for sums in year.same_months)
    months = f"1—{year.whole_months}月" if year.whole_months > 1 else "1月"
    if was is None:
        return NO_BASE_WORDS
    return f"{months} {_said(measure, now or 0)}，上年同期 {_said(measure, was)}，{_changed(measure, now or 0, was)}"


def _said(measure: Measure, value: Number) -> str:
    return f"{measure.words(value)} {measure.screen_unit}".strip()


def _changed(measure: Measure, value: Number, before: Number) -> str:
    return compare(value, before, measure.unit).removeprefix("同比")
