"""A year of the sunflower program in four figures, as the annual summary counts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from federation.models import User
from federation.periods import Period
from programs.models import CareDonation, Child, ChildAid


@dataclass(frozen=True)
class YearTotals:
    """`counted_on` is the last day of the year, or today while the year runs."""

    year: int
    counted_on: date
    in_care: int
    unpaired: int
    aided_children: int
    aided_fen: int
    donated_fen: int


def totals_of(user: User, *, year: int, on: date) -> YearTotals:
    period = Period.year(year)
    counted_on = min(on, period.end - timedelta(days=1))
    children = Child.objects.visible_to(user)
    aids = ChildAid.objects.visible_to(user).given_in(period)
    return YearTotals(
        year=year,
        counted_on=counted_on,
        in_care=children.in_care(on=counted_on).count(),
        unpaired=children.unpaired(on=counted_on).count(),
        aided_children=aids.children_count(),
        aided_fen=aids.total_fen(),
        donated_fen=CareDonation.objects.visible_to(user).received_in(period).total_fen(),
    )
