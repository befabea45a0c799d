"""Interest and subsidy of one loan (domain.md §4.3), in whole numbers from beginning to end.

Balances by day, ACT/360, the first day counts and the last does not. Rates are millionths (3.5% is 35,000). What is due
for a quarter is summed unrounded and rounded once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import lcm

from programs.money import fen_of, plain_yuan

MILLION = 1_000_000


@dataclass(frozen=True)
class SubsidyTerms:
    """What one set of stamped rules says: shares by year of the loan, and the rate that the borrower bears herself."""

    scheme: str
    shares: tuple[Fraction, ...]
    own_rate: int = 0
    own_words: str = ""
    day_count: int = 360
    settlement_day: int = 20
    penalty: Fraction = Fraction(3, 2)

    @cached_property
    def denominator(self) -> int:
        """Under which every product of balance, days, rate and share is a whole number of fen."""
        return lcm(*(share.denominator for share in self.shares)) * MILLION * self.day_count

    @cached_property
    def scaled_shares(self) -> tuple[int, ...]:
        common = lcm(*(share.denominator for share in self.shares))
        return tuple(int(share * common) for share in self.shares)


@dataclass(frozen=True)
class Course:
    """A loan as the arithmetic sees it. Each `..._on` is the first day on which the new state holds."""

    terms: SubsidyTerms
    principal_fen: int
    rate: int
    released_on: date
    matures_on: date
    due_on: date
    settled_on: date | None = None
    misused_on: date | None = None
    repayments: tuple[tuple[date, int], ...] = ()
    rates: tuple[tuple[date, int], ...] = ()

    @property
    def subsidised_until(self) -> date:
        """The first day without subsidy: maturity (an extension changes nothing), misuse or payoff."""
        return min(day for day in (self.matures_on, self.settled_on, self.misused_on) if day)

    @property
    def interest_until(self) -> date:
        """Ordinary interest runs to the agreed day, extension included; after that it is penalty interest."""
        return min(day for day in (self.due_on, self.settled_on) if day)

    def balance_on(self, day: date) -> int:
        if day < self.released_on or (self.settled_on and day >= self.settled_on):
            return 0
        return self.principal_fen - sum(fen for on, fen in self.repayments if on <= day)

    def rate_on(self, day: date) -> int:
        return next((rate for on, rate in reversed(self.rates) if on <= day), self.rate)

    def year_on(self, day: date) -> int:
        """0 in the first year of the loan, counted from the day of release."""
        year = day.year - self.released_on.year
        return year if day >= anniversary(self.released_on, year) else year - 1

    def share_place(self, day: date) -> int:
        """Years beyond the last share named have that share."""
        return min(self.year_on(day), len(self.terms.shares) - 1)

    def days_of_change(self) -> set[date]:
        days = {day for day, _ in (*self.repayments, *self.rates)} | {self.subsidised_until}
        if len(self.terms.shares) > 1:
            days |= {anniversary(self.released_on, year) for year in range(1, len(self.terms.shares))}
        return days


def anniversary(day: date, years: int) -> date:
    """Of a 29 February, the 28th in other years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which nothing changes: start inside, end outside."""

    start: date
    end: date
    balance_fen: int
    rate: int
    share_place: int
    subsidised: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def stretches(course: Course, start: date, end: date) -> Iterator[Stretch]:
    """What the loan was from `start` up to, not including, `end`; days without interest are left out."""
    start, end = max(start, course.released_on), min(end, course.interest_until)
    if start >= end:
        return
    cuts = sorted(day for day in course.days_of_change() if start < day < end)
    until = course.subsidised_until
    for first, last in zip([start, *cuts], [*cuts, end], strict=True):
        balance = course.balance_on(first) if course.repayments else course.principal_fen
        place = course.share_place(first) if len(course.terms.shares) > 1 else 0
        yield Stretch(first, last, balance, course.rate_on(first), place, first < until)


def subsidy_product(course: Course, stretch: Stretch) -> int:
    """Over the terms' denominator."""
    if not stretch.subsidised:
        return 0
    borne = max(0, stretch.rate - course.terms.own_rate)
    return stretch.balance_fen * stretch.days * borne * course.terms.scaled_shares[stretch.share_place]


def subsidy_fen(course: Course, start: date, end: date) -> int:
    """Rounded once, from the unrounded sum."""
    total = sum(subsidy_product(course, stretch) for stretch in stretches(course, start, end))
    return fen_of(total, course.terms.denominator)


def interest_fen(course: Course, start: date, end: date) -> int:
    total = sum(part.balance_fen * part.days * part.rate for part in stretches(course, start, end))
    return fen_of(total, MILLION * course.terms.day_count)


def penalty_fen(course: Course, *, on: date) -> int:
    """Penalty interest on what has stood unpaid since the agreed day, all of it borne by the borrower."""
    end = min(day for day in (on, course.settled_on) if day)
    cuts = sorted({day for day, _ in course.repayments if course.due_on < day < end} | {course.due_on, end})
    pairs = zip(cuts, cuts[1:], strict=False) if course.due_on < end else ()
    rate = course.rate_on(course.due_on)
    days = sum(course.balance_on(first) * (last - first).days for first, last in pairs)
    penalty = course.terms.penalty
    return fen_of(days * rate * penalty.numerator, MILLION * course.terms.day_count * penalty.denominator)


# --- the worked line -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Worked:
    """A quarter of one loan so that a person can check each fen with a pocket calculator."""

    lines: Sequence[str]
    sum_words: str
    interest_fen: int
    subsidy_fen: int

    @property
    def borne_fen(self) -> int:
        return self.interest_fen - self.subsidy_fen

    def text(self) -> str:
        return "\n".join([*self.lines, self.sum_words])


def worked(course: Course, start: date, end: date) -> Worked:
    parts = list(stretches(course, start, end))
    subsidy, interest = subsidy_fen(course, start, end), interest_fen(course, start, end)
    products = [subsidy_product(course, part) for part in parts]
    whole = exact_yuan(sum(products), course.terms.denominator)
    sum_words = f"应贴息 {whole} 元，四舍五入到分为 {plain_yuan(subsidy)} 元"
    if len(parts) > 1:
        sum_words = f"合计{sum_words}"
    return Worked(
        [_line(course, part) for part in parts], sum_words if parts else "这一季没有计息的日子", interest, subsidy
    )


def _line(course: Course, part: Stretch) -> str:
    days = f"{part.start:%Y-%m-%d} 起 {part.days} 天（{part.end:%Y-%m-%d} 不算）"
    if not part.subsidised:
        return f"{days}：余额 {plain_yuan(part.balance_fen)} 元，不贴息（{_why_not(course, part)}）"
    terms = course.terms
    rate = percent(part.rate)
    if not terms.scheme:
        return f"{days}：余额 {plain_yuan(part.balance_fen)} 元，放款时没有贴息政策"
    if terms.own_rate:
        if part.rate <= terms.own_rate:
            return f"{days}：利率 {rate} 不高于借款人负担的 {percent(terms.own_rate)}，不贴息"
        rate = f"（{rate} − {terms.own_words or percent(terms.own_rate)}）"
    share = terms.shares[part.share_place]
    shared = "" if share == 1 else f" × {share}"
    formula = f"{plain_yuan(part.balance_fen)} 元 × {part.days} 天 × {rate}{shared} ÷ {terms.day_count}"
    return f"{days}：{formula} = {exact_yuan(subsidy_product(course, part), terms.denominator)} 元"


def _why_not(course: Course, part: Stretch) -> str:
    if course.misused_on and part.start >= course.misused_on:
        return f"{course.misused_on:%Y-%m-%d} 起挪用"
    return f"{course.matures_on:%Y-%m-%d} 已到期，展期的日子不贴"


def percent(rate: int) -> str:
    whole, part = divmod(rate, 10_000)
    return f"{whole}.{part:04}".rstrip("0").rstrip(".") + "%"


def exact_yuan(numerator: int, denominator: int) -> str:
    """Yuan with six decimals, cut and not rounded; an ellipsis says that more follow."""
    millionths, rest = divmod(numerator * 10_000, denominator)
    whole, part = divmod(millionths, MILLION)
    return f"{whole}.{part:06}…" if rest else (f"{whole}.{part:06}".rstrip("0").rstrip(".") if part else str(whole))
