"""Working days: the published holidays and make-up days, the office's own adjustments over them, and time limits.

Holidays of a year are published late in the year before, and the calendar package follows with its next release. Until
then Monday to Friday count as worked; whoever is told a date from such a year is told so too (`Calendar.doubt`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from federation.models import DayAdjustment

_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The adjustments are read once (`read`), so that a page of deadlines asks the database once."""

    adjusted: dict[date, bool] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Calendar:
        return cls(dict(DayAdjustment.objects.values_list("on", "is_worked")))

    def is_workday(self, day: date) -> bool:
        if day in self.adjusted:
            return self.adjusted[day]
        return _published(day) if is_published(day.year) else day.weekday() < _SATURDAY

    def add(self, start: date, days: int) -> date:
        """The so many-th working day after `start`, which is not counted itself."""
        if days < 0:
            raise ValueError("working days are counted forwards")
        day, left = start, days
        while left:
            day += _DAY
            left -= self.is_workday(day)
        return day

    def last_day(self, *, after: date, days: int, working: bool = True) -> date:
        """The last day of a limit: the day of the event is not counted; a limit that would end on a free day ends on
        the next working day."""
        day = self.add(after, days) if working else after + timedelta(days=days)
        while not self.is_workday(day):
            day += _DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        return sum(self.is_workday(start + timedelta(days=ahead)) for ahead in range(1, (end - start).days + 1))

    def doubt(self, *days: date) -> str:
        """Words to stand beside dates that lie in a year whose holidays are not known, else nothing."""
        years = sorted({day.year for day in days if not is_published(day.year)})
        if not years:
            return ""
        named = "、".join(f"{year} 年" for year in years)
        return f"{named}的放假安排平台还不知道，先按周一至周五上班算；公布后请在系统管理的“节假日调整”里补上。"


def is_published(year: int) -> bool:
    """Whether the calendar package knows the holidays of that year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _published(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def is_workday(day: date) -> bool:
    return Calendar.read().is_workday(day)


def add_workdays(start: date, days: int) -> date:
    return Calendar.read().add(start, days)


def last_day_of(*, after: date, days: int, working: bool = True) -> date:
    return Calendar.read().last_day(after=after, days=days, working=working)
