"""The demo city is loaded once; its sample year must carry the sample's figures (annual-summary-2016.txt)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Sum

from federation import scoping
from federation.models import Level, Organization, User
from federation.periods import Period
from federation.permissions import Role
from members.identity import is_valid
from members.models import Appointment, Woman
from outreach.models import FollowUp, Lecture, Need, Visit
from programs import ledger, verifying
from programs.models import (
    ApplicationStep,
    CareDonation,
    Child,
    ChildAid,
    Fund,
    LoanApplication,
    ReliefGrant,
    Screening,
    ScreeningRecall,
    ScreeningResult,
    SubsidisedLoan,
    SubsidyBatch,
)
from programs.screening import recalling
from reports.demo import accounts, places

TODAY = date(2026, 11, 24)
YEAR_2016 = Period.year(2016)


@pytest.fixture
def city(db: None) -> Iterator[Organization]:
    call_command("load_demo", on=TODAY, verbosity=0)
    with scoping.everything("the test reads the whole demo city"):
        yield Organization.objects.get(parent=None)


def test_demo_city_carries_the_figures_of_the_sample(city: Organization) -> None:
    loans = SubsidisedLoan.objects.within(city).released_in(YEAR_2016)
    relief = ReliefGrant.objects.within(city).paid_in(YEAR_2016)
    donations = CareDonation.objects.within(city).received_in(YEAR_2016)
    assert Screening.objects.within(city).attended_in(YEAR_2016).count() == 25_312
    assert loans.aggregate(Sum("principal_fen"))["principal_fen__sum"] == 1800 * 10_000 * 100
    assert (relief.count(), relief.aggregate(Sum("amount_fen"))["amount_fen__sum"]) == (15, 15 * 10_000 * 100)
    assert ChildAid.objects.within(city).given_in(YEAR_2016).values("child").distinct().count() == 1000
    assert donations.aggregate(Sum("amount_fen"))["amount_fen__sum"] == 496_000 * 100
    assert Child.objects.within(city).in_care(on=date(2016, 12, 31)).count() == 5_123
    assert Lecture.objects.within(city).held_in(YEAR_2016).of_series(Lecture.Series.LECTURE_HALL).count() == 10
    check_money(city)
    check_subsidy(city)
    check_loan_applications(city)
    check_recalls(city)
    check_tree_and_people(city)
    check_nothing_lies_in_the_future(city)
    check_each_role_has_an_account()
    check_it_goes_into_an_empty_database_only()


def check_money(city: Organization) -> None:
    """The ledger tells the sample's year too: 15 women, 15 万元; 49.6 万元 in and 49 万元 out for the children."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert verifying.faults() == []
    year = {fund.programme: ledger.balances(fund, period=YEAR_2016) for fund in Fund.objects.within(city)}
    assert (year["relief"].received, year["relief"].paid) == (15_000_000, 15_000_000)
    assert (year["sunflower"].received, year["sunflower"].paid) == (49_600_000, 49_000_000)


def check_subsidy(city: Organization) -> None:
    """Paid batches add up to the fen; of the newest quarter each bank's list lies at another desk."""
    batches = SubsidyBatch.objects.within(city)
    for batch in batches.filter(state__in=["checked", "paid", "cleared"]):
        sums = batch.lines.aggregate(declared=Sum("declared_fen"), computed=Sum("computed_fen"))
        assert sums == {"declared": batch.bank_total_fen, "computed": batch.bank_total_fen}
    newest = batches.filter(year=2026, quarter=3)
    assert set(newest.values_list("state", flat=True)) == {"declared", "checked", "sent_back"}
    faults = newest.get(state="declared").lines.unequal().order_by("verdict")
    assert list(faults.values_list("verdict", flat=True)) == ["different", "missing", "unknown"]
    assert SubsidisedLoan.objects.within(city).in_arrears(on=TODAY).count() == 2


def check_loan_applications(city: Organization) -> None:
    """One at every desk and at every end, none of them written by hand."""
    rows = LoanApplication.objects.within(city)
    assert set(rows.values_list("state", flat=True)) == set(LoanApplication.State.values)
    assert not rows.filter(brought_in=True).exists()
    assert set(rows.filter(state="released").values_list("loan_kind", flat=True)) == {
        "individual",
        "partnership",
        "firm",
    }
    assert not ApplicationStep.objects.within(city).filter(at__date__gt=TODAY).exists()


def check_recalls(city: Organization) -> None:
    """All that the overdue list keeps apart stands on it, and it is what the findings themselves call for."""
    recalls = ScreeningRecall.objects.within(city)
    newest = recalls.filter(campaign__year=2026)
    counts = {state: newest.in_state(state, on=TODAY).count() for state in ("missing", "recorded", "done", "waiting")}
    assert all(counts.values()), counts
    assert not recalls.open().filter(campaign__year__lt=2025).exists()
    assert not recalls.filter(closed_on__gt=TODAY).exists()
    before = list(recalls.order_by("pk").values_list("pk", "closed_on"))
    results = ScreeningResult.objects.within(city).filter(screening__recalls__isnull=False).select_related("screening")
    recalling.settle(list(results), on=TODAY, by=User.objects.get(username="fuyou"))
    assert list(recalls.order_by("pk").values_list("pk", "closed_on")) == before


def check_tree_and_people(city: Organization) -> None:
    levels = {level: Organization.objects.filter(level=level).count() for level in (Level.CITY, Level.TOWNSHIP)}
    assert levels == {Level.CITY: 1, Level.TOWNSHIP: 24}
    assert Organization.objects.villages().count() == 336
    woman = Woman.objects.within(city).order_by("pk")[0]
    assert is_valid(woman.id_number)
    assert woman.age(on=TODAY) is not None
    assert Woman.objects.within(city).with_id_number(woman.id_number).get() == woman
    assert Appointment.objects.within(city).in_office(on=TODAY).filter(post="chair").count() == 361 - 361 // 97


def check_nothing_lies_in_the_future(city: Organization) -> None:
    assert not Visit.objects.within(city).filter(visited_on__gt=TODAY).exists()
    assert not Screening.objects.within(city).filter(attended_on__gt=TODAY).exists()
    assert not Need.objects.within(city).filter(answered_on__gt=TODAY).exists()
    assert FollowUp.objects.within(city).recalls().open().exists()
    assert 0 < Need.objects.within(city).overdue(on=TODAY).count() < 200
    assert ScreeningResult.objects.within(city).count() == Screening.objects.within(city).count()


def check_each_role_has_an_account() -> None:
    roles = {
        role
        for user in User.objects.filter(username__in=[a.username for a in accounts.ACCOUNTS])
        for role in user.roles
    }
    assert roles == set(Role)


def check_it_goes_into_an_empty_database_only() -> None:
    with pytest.raises(CommandError, match="只能装进空的数据库"):
        call_command("load_demo", on=TODAY, verbosity=0)


def test_same_day_makes_the_same_city() -> None:
    assert list(places.lines()) == list(places.lines())
