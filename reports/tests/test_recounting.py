"""One definition of a figure: home pages and statistics say what a summary of the same day says."""

from __future__ import annotations

from datetime import date

import pytest

from federation import scoping
from federation.models import Organization
from reports import overview
from reports.indicators import INDICATORS, year_until
from reports.overview import MEASURES
from reports.tests import build

TODAY, PAST, TO_COME, LONG_AGO = date(2026, 11, 25), date(2026, 5, 1), date(2026, 12, 20), date(2023, 5, 1)


@pytest.fixture
def year(everything: scoping.Scope, city: Organization, village: Organization) -> overview.Year:
    """Of each kind something past and something dated after today, and people who come twice."""
    child, woman = build.build_child(village), build.build_woman(village)
    spring = build.build_campaign(city, year=2026, starts_on=date(2026, 3, 1), ends_on=date(2026, 6, 30))
    autumn = build.build_campaign(city, year=2026, starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 30))
    for campaign in (spring, autumn):
        build.build_screening(village, campaign, woman=woman, attended_on=campaign.starts_on)
        build.build_recall(village, woman=woman, due_on=campaign.ends_on, result="done", done_on=campaign.starts_on)
        build.build_aid(village, child=child, given_on=campaign.starts_on)
    build.build_screening(village, spring, attended_on=PAST)
    for day in (PAST, TO_COME):
        build.build_visit(village, visited_on=day)
        build.build_recall(village, due_on=day)
        build.build_loan(village, released_on=day, matures_on=date(2029, 5, 1))
        build.build_loan(village, released_on=LONG_AGO, matures_on=day, state="settled", settled_on=day)
        build.build_relief(village, paid_on=day, return_visit_on=PAST)
        build.build_lecture(village, held_on=day, expected=10, attended=5 if day == PAST else 9)
        build.build_aid(village, given_on=day)
    return overview.year_of(city, 2026, on=TODAY)


@pytest.mark.parametrize("code", MEASURES)
def test_every_measure_is_its_indicator(year: overview.Year, code: str) -> None:
    period = year_until(2026, on=TODAY)
    assert year.value(code) == INDICATORS[code].value(year.organization, period)


@pytest.mark.parametrize("code", MEASURES)
def test_every_measure_has_the_unit_of_its_indicator(code: str) -> None:
    assert MEASURES[code].unit == INDICATORS[code].unit


def test_people_are_counted_once_and_days_to_come_not_at_all(year: overview.Year, village: Organization) -> None:
    codes = ("screened_women", "children_aided", "recall_rate", "loans_released_fen", "lecture_hall_sessions")
    assert [year.value(code) for code in codes] == [2, 2, 50, 8_000_000, 1]
    assert village.parent is not None
    assert [year.of_branch(village.parent, code) for code in codes] == [2, 2, 50, 8_000_000, 1]
