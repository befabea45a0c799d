"""Subsidy quarters: from one settlement day to the next, named after the calendar quarter the last one falls in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from federation.periods import Period
from federation.policy import whole_number

SETTLEMENT_DAY = "loan.settlement_day"
_NAMES = "一二三四"


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError("a year has four quarters")

    def __str__(self) -> str:
        return f"{self.year}年第{_NAMES[self.number - 1]}季度"

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def settles_on(self, settlement_day: int) -> date:
        return date(self.year, self.number * 3, settlement_day)

    def period(self, settlement_day: int) -> Period:
        """The settlement day itself belongs to the next quarter."""
        return Period(self.before.settles_on(settlement_day), self.settles_on(settlement_day))

    @classmethod
    def parse(cls, code: str) -> Quarter:
        """Of "2026-3"; anything else is a ValueError."""
        if not re.fullmatch(r"\d{4}-[1-4]", code, re.ASCII) or code < "1900":
            raise ValueError(code)
        return cls(int(code[:4]), int(code[5]))

    @classmethod
    def holding(cls, day: date, settlement_day: int) -> Quarter:
        found = cls(day.year, (day.month + 2) // 3)
        return found if day < found.settles_on(settlement_day) else found.after

    @classmethod
    def settled_before(cls, day: date, settlement_day: int) -> Quarter:
        """The latest quarter that is over."""
        return cls.holding(day, settlement_day).before


def settlement_day(*, on: date) -> int:
    return whole_number(SETTLEMENT_DAY, on=on)


def quarters(start: date, end: date, settlement_day: int) -> list[Quarter]:
    """Those with a day from `start` up to, not including, `end`."""
    found = []
    quarter = Quarter.holding(start, settlement_day)
    while quarter.before.settles_on(settlement_day) < end:
        found.append(quarter)
        quarter = quarter.after
    return found
