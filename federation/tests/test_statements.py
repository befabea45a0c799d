from __future__ import annotations

from datetime import date

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from federation import scoping, statements
from federation.models import Level, Organization, User
from federation.paging import kept_counts
from federation.statements import Statement, kept, looked_up, statement_of
from federation.tests.cast import build_branch

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_kept", {})


def below(township: Organization) -> QuerySet[Organization]:
    return Organization.objects.filter(parent=township)


def test_what_is_found_is_not_kept(village: Organization, township: Organization) -> None:
    def counted() -> dict[str, int]:
        return kept_counts(99, "key", ["below", "none"], {"below": below(township), "none": below(village)}.__getitem__)

    before = counted()
    build_branch(township, Level.VILLAGE, "430181123299", "新村")
    assert counted() == {"below": before["below"] + 1, "none": 0}


def test_it_is_put_together_once_for_a_key(township: Organization) -> None:
    built: list[str] = []

    def build() -> Statement:
        built.append(township.name)
        return statement_of(below(township).values_list("pk"))

    assert kept("key", build) is kept("key", build)
    assert kept("another", build).sql == kept("key", build).sql
    assert built == [township.name] * 2


def test_what_asked_the_database_is_not_kept(village: Organization, township: Organization) -> None:
    def build() -> Statement:
        first = Organization.objects.get(pk=township.pk)
        return statement_of(below(first).values_list("pk"))

    assert kept("key", build) is not kept("key", build)


def test_only_so_many_are_kept(township: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_KEPT", 2)
    for key in range(5):
        kept(key, lambda: Statement("SELECT 1"))
    assert len(statements._kept) <= 2


def test_a_list_that_cannot_have_rows_asks_nothing(
    village: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert kept_counts(9, "key", ["none"], lambda name: Organization.objects.none()) == {"none": 0}


def test_another_person_or_day_has_another_standing(village_director: User, township_officer: User) -> None:
    standings = {
        scoping.standing(village_director, on=ON),
        scoping.standing(township_officer, on=ON),
        scoping.standing(township_officer, on=date(2026, 11, 25)),
    }
    assert len(standings) == 3


def test_another_post_has_another_standing(village_director: User, village: Organization) -> None:
    before = scoping.standing(village_director, on=ON)
    village_director.grants.all().delete()
    again = User.objects.get(pk=village_director.pk)
    assert scoping.standing(again, on=ON) != before


def test_a_name_is_looked_up_where_its_key_points(village: Organization, township: Organization) -> None:
    named = Organization.objects.annotate(above=looked_up(Organization, "parent", "short_name"))
    assert named.get(pk=village.pk).above == township.short_name
