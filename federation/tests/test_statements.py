from __future__ import annotations

from datetime import date

import pytest
from django.db import DataError, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from federation import scoping, statements
from federation.models import Level, Organization, User
from federation.paging import kept_counts
from federation.statements import Statement, given_in, kept, looked_up, statement_of
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


def test_a_kept_statement_is_planned_once_a_connection(township: Organization) -> None:
    statement = kept("key", lambda: statement_of(below(township).values_list("pk")))
    with CaptureQueriesContext(connection) as captured:
        first, second = statement.rows(), statement.rows()
    assert first == second
    assert [query["sql"].partition(" ")[0] for query in captured] == ["PREPARE", "EXECUTE"]


def test_behind_a_pooler_it_is_asked_as_it_stands(township: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    statement = kept("key", lambda: statement_of(below(township).values_list("pk")))
    with CaptureQueriesContext(connection) as captured:
        statement.rows()
    assert captured[0]["sql"].startswith("SELECT")


def test_what_is_given_differs_from_run_to_run(village: Organization, township: Organization) -> None:
    named = Organization.objects.filter(given_in(Organization, "id"), short_name__contains="镇")
    statement = kept("key", lambda: statement_of(named.values_list("pk")))
    assert [statement.rows(given) for given in ([village.pk, township.pk], [], [village.pk])] == [
        [(township.pk,)],
        [],
        [],
    ]


def test_only_so_many_are_prepared(township: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_PREPARED", 2)
    for key in range(5):
        assert kept(key, lambda: Statement("SELECT 1")).rows() == [(1,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= 2


def test_one_that_failed_is_in_nobodys_way(township: Organization) -> None:
    statement = kept(
        "key", lambda: Statement("SELECT 1 / (SELECT count(*) FROM federation_organization WHERE name = 'x')")
    )
    for _ in range(2):
        with pytest.raises(DataError), transaction.atomic():
            statement.rows()
    Organization.objects.filter(pk=township.pk).update(name="x")
    assert statement.rows() == [(1,)]
