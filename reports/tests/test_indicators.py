"""A tiny table of rows in, figures out: rows on both sides of the year, in the sister village, and withdrawn ones."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest

from federation import scoping
from federation.models import Organization
from federation.periods import Period
from federation.permissions import Role
from federation.tests.cast import build_user
from programs.payments import sampling
from programs.tests import build_money as money
from programs.tests.conftest import add_rules
from reports.indicators import INDICATORS, year_before, year_until
from reports.tests import build

FIRST, LAST, AFTER = date(2016, 1, 1), date(2016, 12, 31), date(2017, 1, 1)
BEFORE = FIRST - timedelta(days=1)
YEAR = Period.year(2016)
EXPECTED = {
    "visits": 3,
    "home_visits": 2,
    "visited_women": 1,
    "visited_households": 1,
    "needs_raised": 4,
    "needs_answered": 3,
    "needs_met": 1,
    "solved_rate": Fraction(100, 3),
    "needs_overdue": 1,
    "needs_unconfirmed": 1,
    "needs_rated": 2,
    "needs_satisfied": 1,
    "satisfied_rate": Fraction(50),
    "lecture_hall_sessions": 2,
    "micro_class_sessions": 1,
    "training_sessions": 1,
    "forum_sessions": 0,
    "report_sessions": 0,
    "attendances": 112,
    "cadres_trained": 22,
    "counted_attendances": 90,
    "expected_attendances": 220,
    "attendance_rate": Fraction(450, 11),
    "lectures_uncounted": 1,
    "lectures_half_empty": 1,
    "screened_women": 2,
    "screening_quota": 8,
    "screening_completion": Fraction(25),
    "recalls": 3,
    "recalled_done": 1,
    "recall_rate": Fraction(100, 3),
    "loans_released_fen": 16_000_000,
    "loans_released": 2,
    "loan_women": 1,
    "loans_matured": 2,
    "loans_repaid": 1,
    "repayment_rate": Fraction(50),
    "relief_women": 1,
    "relief_fen": 2_000_000,
    "reliefs_paid": 2,
    "reliefs_visited": 1,
    "relief_visited_rate": Fraction(50),
    "arrivals_asked": None,  # no batch was sampled in 2016; see the test of its own
    "arrivals_confirmed": None,
    "arrivals_confirmed_rate": None,
    "children_aided": 1,
    "child_aid_fen": 100_000,
    "donations_fen": 100_000,
    "children_in_care": 2,
    "children_paired": 1,
    "paired_rate": Fraction(50),
    "organizations": 1,
    "chairs": 1,
    "chair_rate": Fraction(100),
    "vacant_chairs": 0,
    "executives": 1,
    "village_chairs": 1,
    "chairs_in_committees": 1,
    "committee_rate": Fraction(100),
}


def arrange_outreach(village: Organization, sister: Organization) -> None:
    woman, home = build.build_woman(village), build.build_household(village)
    build.build_visit(village, visited_on=FIRST, woman=woman)
    build.build_visit(village, visited_on=LAST, woman=woman, household=home)
    build.build_visit(village, mode="phone")
    for outside in (BEFORE, AFTER):
        build.build_visit(village, visited_on=outside, woman=build.build_woman(village))
        build.build_met_need(village, on=outside)
        build.build_lecture(village, held_on=outside, attended=5, expected=5)
        build.build_recall(village, due_on=outside)
    build.build_visit(sister)
    build.build_met_need(sister)
    build.build_met_need(village)
    build.build_met_need(village, outcome="explained", satisfaction="dissatisfied")
    build.build_need(village, answered_on=LAST)
    build.build_need(village, due_on=LAST - timedelta(days=1))
    build.build_need(village, withdrawn_on=LAST, answered_on=LAST)
    build.build_lecture(village, expected=100, attended=60)
    build.build_lecture(village)
    build.build_lecture(village, series="micro_class", expected=120, attended=30)
    build.build_lecture(village, series="training", attended=22)
    build.build_lecture(sister, attended=9)
    build.build_recall(village, result="done", done_on=LAST)
    build.build_recall(village, result="not_reached", done_on=LAST)
    build.build_recall(village)
    build.build_recall(village, cancelled_on=LAST)
    build.build_recall(sister)


def arrange_programs(village: Organization, sister: Organization, city: Organization) -> None:
    campaign, second = build.build_campaign(city), build.build_campaign(city)
    twice = build.build_screening(village, campaign, attended_on=FIRST)
    build.build_screening(village, second, woman=twice.woman)
    build.build_screening(village, campaign, attended_on=LAST)
    build.build_screening(village, campaign, attended_on=AFTER)
    build.build_screening(sister, campaign)
    build.build_quota(village, campaign, 8)
    build.build_quota(sister, campaign, 5)
    woman = build.build_woman(village)
    build.build_loan(village, woman=woman, released_on=FIRST)
    build.build_loan(village, woman=woman, released_on=LAST)
    build.build_loan(village, released_on=BEFORE, matures_on=LAST, state="settled", settled_on=LAST)
    build.build_loan(village, released_on=BEFORE, matures_on=LAST, state="overdue")
    build.build_loan(village, released_on=BEFORE, matures_on=AFTER, state="settled", settled_on=LAST)
    build.build_loan(sister)
    build.build_relief(village, woman=woman, return_visit_on=LAST)
    build.build_relief(village, woman=woman, fund="city")
    build.build_relief(village, paid_on=AFTER)
    build.build_relief(village, state="withdrawn", paid_on=None)
    build.build_relief(sister)


def arrange_children(village: Organization, sister: Organization) -> None:
    child = build.build_child(village)
    build.build_pairing(child)
    build.build_aid(village, child=child, given_on=FIRST)
    build.build_aid(village, child=child, given_on=LAST)
    other = build.build_child(village)
    build.build_aid(village, child=other, given_on=AFTER)
    build.build_pairing(other, ends_on=LAST)
    build.build_child(village, closed_on=LAST, close_reason="年满18周岁")
    build.build_child(village, opened_on=AFTER)
    build.build_aid(sister)
    for place, on in ((village, LAST), (village, AFTER), (sister, LAST)):
        build.build_donation(place, received_on=on)


@pytest.fixture
def arranged(
    everything: scoping.Scope, city: Organization, village: Organization, sister_village: Organization
) -> Organization:
    arrange_outreach(village, sister_village)
    arrange_programs(village, sister_village, city)
    arrange_children(village, sister_village)
    build.build_chair(village, starts_on=date(2012, 1, 1), ended_on=LAST, end_reason="换届")
    build.build_chair(village, starts_on=LAST, in_two_committees=True)
    build.build_chair(village, post="executive")
    build.build_chair(village, post="executive", starts_on=AFTER)
    build.build_chair(sister_village)
    return village


def test_every_indicator_of_a_village(arranged: Organization) -> None:
    found = {code: indicator.value(arranged, YEAR) for code, indicator in INDICATORS.items()}
    assert found == EXPECTED


def test_rows_behind_a_figure_are_its_own(arranged: Organization, sister_village: Organization) -> None:
    for code in ("visits", "screened_women", "loans_released", "children_in_care", "chairs_in_committees"):
        indicator = INDICATORS[code]
        own = indicator.counted(arranged, YEAR)[1]
        assert own
        assert set(own).isdisjoint(indicator.counted(sister_village, YEAR)[1])


def test_city_counts_all_its_branches(arranged: Organization, city: Organization) -> None:
    assert INDICATORS["screened_women"].value(city, YEAR) == 3
    assert INDICATORS["screening_completion"].value(city, YEAR) == Fraction(15)
    assert INDICATORS["vacant_chairs"].value(city, YEAR) == 2


def test_blank_is_not_zero(everything: scoping.Scope, village: Organization) -> None:
    assert INDICATORS["visits"].value(village, YEAR) is None
    assert INDICATORS["screening_quota"].value(village, YEAR) is None
    build.build_visit(village, visited_on=BEFORE)
    assert INDICATORS["visits"].value(village, YEAR) == 0


def test_village_that_moved_counts_where_it_stood(
    everything: scoping.Scope,
    village: Organization,
    township: Organization,
    other_township: Organization,
    city_officer: object,
) -> None:
    from federation import organizing

    build.build_visit(village)
    organizing.move(village, parent=other_township, on=AFTER, by=city_officer)
    assert INDICATORS["visits"].value(township, YEAR) == 1
    assert INDICATORS["visits"].value(other_township, YEAR) is None


def test_every_partner_and_part_exists() -> None:
    for indicator in INDICATORS.values():
        assert {indicator.partner, indicator.part, indicator.base} <= {"", *INDICATORS}
    assert len({indicator.label for indicator in INDICATORS.values()}) == len(INDICATORS)


def test_running_year_ends_today() -> None:
    assert year_until(2016, on=date(2016, 3, 1)) == Period(FIRST, date(2016, 3, 2))
    assert year_until(2016, on=AFTER) == YEAR
    assert year_before(year_until(2016, on=date(2016, 2, 28))).end == date(2015, 3, 1)


@pytest.mark.usefixtures("everything")
def test_arrivals_count_once_by_the_last_answer(city: Organization, village: Organization) -> None:
    add_rules()
    who = money.hands(city, village.township)
    grants = [money.approved_grant(village, fund="city") for _ in range(3)]
    money.build_fund(city, fen=sum(grant.amount_fen for grant in grants), source="city")
    batch = money.sent(grants, who)
    money.answered(batch, [money.answer(payment) for payment in batch.payments.all()], who)
    draw = sampling.draw(batch, seed="1", at=money.AT, by=who.approver)
    asker = build_user("asker", Role.CITY_OFFICER, city)
    said = {"called_on": money.DAY, "told_fen": None, "words": "卡已挂失", "at": money.AT, "by": asker}
    for sample, outcomes in zip(draw.samples.all(), (["missing", "whole"], ["missing"], ["unreached"]), strict=True):
        for outcome in outcomes:
            sampling.call(sample, submission=uuid4(), outcome=outcome, **said)
    year = Period.year(money.DAY.year)
    codes = ("arrivals_asked", "arrivals_confirmed", "arrivals_confirmed_rate")
    assert [INDICATORS[code].value(village, year) for code in codes] == [2, 1, Fraction(50)]
