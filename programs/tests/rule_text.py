"""The subsidy a second time, written from the text of domain.md §4.3 alone: day by day, in fractions, by a plain table.

Nothing here knows how `programs.loans.subsidy` works; only the test that compares them knows both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

ONE_DAY = timedelta(days=1)


@dataclass
class PlainLoan:
    """Money in yuan, rates in percent, both exact. `version` is A, A′, B or C; dates say when the new state begins."""

    version: str
    yuan: Fraction
    percent: Fraction
    released: date
    maturity: date
    lpr: Fraction = Fraction(3)
    extension: date | None = None
    misuse: date | None = None
    payoff: date | None = None
    repaid: list[tuple[date, Fraction]] = field(default_factory=list)
    new_rates: list[tuple[date, Fraction]] = field(default_factory=list)


def subsidised_rate(loan: PlainLoan, day: date, rate: Fraction) -> Fraction:
    """s of the formula: A the whole rate, A′ by year, B what is above LPR − 1.5, C half."""
    if loan.version == "A":
        return rate
    if loan.version == "B":
        return max(Fraction(0), rate - (loan.lpr - Fraction(3, 2)))
    if loan.version == "C":
        return rate * Fraction(1, 2)
    passed = day.year - loan.released.year - ((day.month, day.day) < (loan.released.month, loan.released.day))
    if (loan.released.month, loan.released.day) == (2, 29) and (day.month, day.day) == (2, 28) and not leap(day.year):
        passed += 1
    return rate * (Fraction(1), Fraction(2, 3), Fraction(1, 3))[min(passed, 2)]


def leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def day_facts(loan: PlainLoan, day: date) -> tuple[Fraction, Fraction]:
    """(balance, rate) that day."""
    balance, rate = loan.yuan, loan.percent
    for on, amount in loan.repaid:
        if on <= day:
            balance -= amount
    for on, new in sorted(loan.new_rates):
        if on <= day:
            rate = new
    return balance, rate


def quarter(loan: PlainLoan, start: date, end: date) -> tuple[int, int]:
    """(interest, subsidy) in fen of the days from start to the day before end: each day is looked at and tallied."""
    interest, subsidy = Tally(), Tally()
    day = start
    while day < end:
        if loan.released <= day and not (loan.payoff and day >= loan.payoff):
            balance, rate = day_facts(loan, day)
            if day < (loan.extension or loan.maturity):
                interest.add(balance, rate)
            if day < loan.maturity and not (loan.misuse and day >= loan.misuse):
                subsidy.add(balance, subsidised_rate(loan, day, rate))
        day += ONE_DAY
    return half_up(interest.over_360()), half_up(subsidy.over_360())


class Tally:
    """How many days had which balance and rate."""

    def __init__(self) -> None:
        self.rows: list[tuple[Fraction, Fraction, int]] = []

    def add(self, balance: Fraction, rate: Fraction) -> None:
        days = 1
        if self.rows and self.rows[-1][:2] == (balance, rate):
            days += self.rows.pop()[2]
        self.rows.append((balance, rate, days))

    def over_360(self) -> Fraction:
        return sum((balance * days * rate / 100 / 360 for balance, rate, days in self.rows), Fraction(0))


def half_up(yuan: Fraction) -> int:
    fen, rest = divmod(yuan * 100, 1)
    return int(fen) + (1 if rest >= Fraction(1, 2) else 0)
