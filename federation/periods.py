"""Half-open spans of days: the end is the first day outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Period:
    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period has at least one day")

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def months(self) -> list[Period]:
        """Calendar months touched by the period, whole ones."""
        found = [Period.month(self.start.year, self.start.month)]
        while found[-1].end < self.end:
            found.append(Period.month(found[-1].end.year, found[-1].end.month))
        return found
