"""What a figure is: a set of rows, what is counted in it, and the figure that says whether the work was good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Aggregate, Count, QuerySet, Sum

from federation import past_trees
from federation.models import Organization
from federation.periods import Period
from reports.wording import rate

Rows = Callable[[Organization, Period], "QuerySet[Any]"]
Number = int | Fraction


@dataclass(frozen=True)
class Indicator:
    """One definition for screen, export, drill-down and paper.

    `count` names the column whose distinct values are counted (rows where it is empty), `total` one that is summed.
    A rate has `part` and `base`, the codes of its two figures, and shares the rows of its part.
    """

    code: str
    label: str
    unit: str
    definition: str
    rows: Rows
    count: str = ""
    total: str = ""
    partner: str = ""
    part: str = ""
    base: str = ""
    # Column with the day of a row: where no row of the register is older than the period's end, nothing was recorded yet.
    dated: str = ""
    # How the rows of this figure are told apart in a list: the column path of the person or thing.
    names: str = ""

    @property
    def is_rate(self) -> bool:
        return bool(self.base)

    def value(self, organization: Organization, period: Period) -> Number | None:
        """None is "not recorded": blank is not zero."""
        if self.is_rate:
            from reports.indicators import INDICATORS

            part, base = INDICATORS[self.part], INDICATORS[self.base]
            return rate(part.value(organization, period), base.value(organization, period))
        with past_trees.opened(organization, on=period.last_day):
            rows = self.rows(organization, period).order_by()
            number: int | None = rows.aggregate(found=self._counting())["found"]
            number = number if self.total else number or None
            return number or self._nothing(number, organization, period)

    def _counting(self) -> Aggregate:
        return Sum(self.total) if self.total else Count(self.count or "pk", distinct=bool(self.count))

    def _nothing(self, number: int | None, organization: Organization, period: Period) -> int | None:
        return 0 if number == 0 else self._zero_if_kept(organization, period)

    def counted(self, organization: Organization, period: Period) -> tuple[int | None, list[int]]:
        """The value and the ids of the rows behind it, in one reading. Not for rates: they have no rows of their own."""
        with past_trees.opened(organization, on=period.last_day):
            rows = self.rows(organization, period).order_by()
            found = rows.aggregate(found=self._counting(), ids=ArrayAgg("pk", default=[]))
            number: int | None = found["found"] if self.total else found["found"] or None
            return number or self._nothing(number, organization, period), sorted(found["ids"])

    def _zero_if_kept(self, organization: Organization, period: Period) -> int | None:
        """Nothing found counts as 0 only where this branch had begun to keep the register by then."""
        if not self.dated:
            return None if self.total else 0
        model: Any = self.rows(organization, period).model
        register = model._default_manager.within(organization, on=period.last_day)
        return 0 if register.filter(**{f"{self.dated}__lt": period.end}).exists() else None


def year_until(year: int, *, on: date) -> Period:
    """The whole year once it is past, else the part up to and with that day."""
    whole = Period.year(year)
    if on not in whole:
        return whole
    return Period(whole.start, on + timedelta(days=1))


def year_before(period: Period) -> Period:
    """The same days a year earlier."""
    return Period(_earlier(period.start), _earlier(period.end))


def _earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 3, 1)
