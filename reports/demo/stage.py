"""What every part of the demo city shares: the day, the chance, the branches, the accounts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from federation.models import Organization, User
from federation.permissions import STAFF
from reports.demo.people import IdNumbers

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAMPLE_YEAR = 2016
EARLIEST_DAY = date(2018, 1, 1)


@dataclass
class Stage:
    """`on` is the day on which the demo city lives: nothing in it lies later."""

    on: date
    random: Random = field(default_factory=lambda: Random(SAMPLE_YEAR))
    id_numbers: IdNumbers = field(default_factory=IdNumbers)

    @property
    def years(self) -> tuple[int, int, int, int]:
        """The sample's year with the one before it to compare with, and the latest two."""
        return (SAMPLE_YEAR - 1, SAMPLE_YEAR, self.on.year - 1, self.on.year)

    @cached_property
    def city(self) -> Organization:
        return Organization.objects.get(parent=None)

    @cached_property
    def townships(self) -> list[Organization]:
        return list(Organization.objects.townships().in_tree_order())

    @cached_property
    def villages(self) -> list[Organization]:
        return list(Organization.objects.villages().select_related("township").in_tree_order())

    @cached_property
    def directors(self) -> dict[int, int]:
        """Branch id -> the id of the account that does its work."""
        working = User.objects.filter(grants__role__in=STAFF)
        return dict(working.values_list("grants__organization_id", "pk"))

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def day_in(self, year: int, first_month: int = 1, last_month: int = 12) -> date | None:
        """A working-week day of the year, or None if it lies after the demo's day."""
        start = date(year, first_month, 1)
        days = (date(year + last_month // 12, last_month % 12 + 1, 1) - start).days
        day = start + timedelta(days=self.random.randrange(days))
        return self.past(day - timedelta(days=max(0, day.weekday() - 4)))

    def past(self, day: date) -> date | None:
        return day if day <= self.on else None

    def moment(self, day: date) -> datetime:
        clock = time(8 + self.random.randrange(10), self.random.randrange(60))
        return datetime.combine(day, clock, SHANGHAI)
