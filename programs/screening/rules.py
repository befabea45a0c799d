"""Ages and cycles in force on the day of a screening, read once for a whole list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from federation import policy
from federation.models import PolicyRule

_CODES = ("youngest", "oldest", "cytology_years", "hpv_years", "breast_years")


@dataclass(frozen=True)
class DayRules:
    """What holds for those who came on one day.

    Births are compared as eight digits, as they stand in ID numbers; the other days are ISO texts, as rows hold them.
    """

    day: str
    youngest: int
    oldest: int
    born_from: str
    born_to: str
    cytology_due_on: str
    hpv_due_on: str
    breast_due_on: str


class Rules:
    def __init__(self) -> None:
        self._rows = list(_rules())
        self._days: dict[date, DayRules] = {}

    def on(self, day: date) -> DayRules:
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = self._of(day)
        return found

    def _of(self, day: date) -> DayRules:
        youngest, oldest, cytology, hpv, breast = (self._value(code, day) for code in _CODES)
        return DayRules(
            day.isoformat(),
            youngest,
            oldest,
            born_from=_digits(years_later(day, -oldest - 1), after=True),
            born_to=_digits(years_later(day, -youngest)),
            cytology_due_on=years_later(day, cytology).isoformat(),
            hpv_due_on=years_later(day, hpv).isoformat(),
            breast_due_on=years_later(day, breast).isoformat(),
        )

    def _value(self, code: str, day: date) -> int:
        for row in reversed(self._rows):
            if row.code == f"screening.{code}" and _in_force(row, day):
                return int(row.value)
        raise policy.missing(f"screening.{code}", on=day)


def _rules() -> QuerySet[PolicyRule]:
    return PolicyRule.objects.filter(code__startswith="screening.")


def _in_force(row: PolicyRule, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to > day)


def years_later(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _digits(day: date, *, after: bool = False) -> str:
    """Eight digits; with `after`, of the first birth date past that day."""
    return str(int(f"{day:%Y%m%d}") + after)
