"""A loan as it stands on any day, and its subsidy quarter by quarter with the worked lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from programs.loans.collecting import left_to_recover
from programs.loans.courses import course_of, terms_of
from programs.loans.quarters import Quarter, quarters
from programs.loans.subsidy import Course, Worked, penalty_fen, percent, worked
from programs.loans.terms import Rules
from programs.models import LoanEvent, SubsidisedLoan


@dataclass(frozen=True)
class Standing:
    """What is owed on one day, by what was recorded up to then."""

    on: date
    balance_fen: int
    rate: str
    overdue_days: int
    penalty_fen: int
    to_recover_fen: int

    @property
    def is_overdue(self) -> bool:
        return self.overdue_days > 0


@dataclass(frozen=True)
class QuarterRow:
    quarter: Quarter
    start: date
    end: date
    worked: Worked
    is_over: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def course(loan: SubsidisedLoan, events: Sequence[LoanEvent], rules: Rules) -> Course:
    return course_of(loan, events, terms_of(rules))


def standing_on(loan: SubsidisedLoan, events: Sequence[LoanEvent], way: Course, *, on: date) -> Standing:
    """`events` are the standing ones. When the guarantee fund has paid, she owes the fund and no longer the bank."""
    known = [event for event in events if event.on <= on]
    taken_over = any(event.kind == LoanEvent.Kind.COMPENSATED for event in known)
    balance = 0 if taken_over else way.balance_on(on)
    overdue = max(0, (on - way.due_on).days) if balance else 0
    return Standing(
        on=on,
        balance_fen=balance,
        rate=percent(way.rate_on(on)),
        overdue_days=overdue,
        penalty_fen=penalty_fen(way, on=on) if overdue else 0,
        to_recover_fen=left_to_recover(known) if taken_over else 0,
    )


def quarter_rows(way: Course, *, on: date) -> list[QuarterRow]:
    """From the release to the end of ordinary interest; quarters that lie ahead are told as expected."""
    day = way.terms.settlement_day
    found = []
    for quarter in quarters(way.released_on, way.interest_until, day):
        period = quarter.period(day)
        line = worked(way, period.start, period.end)
        start, end = max(period.start, way.released_on), min(period.end, way.interest_until)
        found.append(QuarterRow(quarter, start, end, line, period.end <= on))
    return found


@dataclass(frozen=True)
class Totals:
    """The sums of the rounded quarters, as the bank and the treasury add them."""

    days: int
    interest_fen: int
    subsidy_fen: int
    borne_fen: int


def totals(rows: Sequence[QuarterRow]) -> Totals:
    lines = [row.worked for row in rows]
    return Totals(
        sum(row.days for row in rows),
        sum(line.interest_fen for line in lines),
        sum(line.subsidy_fen for line in lines),
        sum(line.borne_fen for line in lines),
    )
