"""References checked by the statement keep what a foreign key promises (federation.migration_operations)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from federation import scoping
from federation.models import Organization, User
from members.tests.build import build_household, build_woman
from programs.models import Screening, ScreeningResult
from programs.tests.build import build_batch, build_campaign, build_result, build_screening

NOWHERE = 999_999_999
REFERENCES = [
    ("members_woman", "organization_id"),
    ("members_woman", "township_id"),
    ("members_woman", "household_id"),
    *(
        ("programs_screening", f"{name}_id")
        for name in ("organization", "township", "campaign", "woman", "recall", "batch")
    ),
    *(("programs_screeningresult", f"{name}_id") for name in ("organization", "township", "screening", "batch")),
]


@pytest.fixture
def result(city: Organization, village: Organization, everything: scoping.Scope) -> ScreeningResult:
    woman = build_woman(village, household=build_household(village))
    return build_result(build_campaign(city), woman)


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_row_without_its_parent_is_refused(result: ScreeningResult, table: str, column: str) -> None:
    with (
        pytest.raises(IntegrityError, match=f"{table}.{column} names a row"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {column} = {NOWHERE}")


def test_one_row_without_its_parent_refuses_the_statement(
    city: Organization, village: Organization, everything: scoping.Scope
) -> None:
    woman = build_woman(village)
    campaign = build_campaign(city)
    day = date(2016, 5, 1)
    rows = [
        Screening(campaign=campaign, organization=village, woman_id=pk, attended_on=day) for pk in (woman.pk, NOWHERE)
    ]
    with pytest.raises(IntegrityError, match="programs_screening.woman_id"), transaction.atomic():
        Screening.objects.bulk_create(rows)
    assert not Screening.objects.within(city).exists()


@pytest.mark.parametrize("parent", ["members_woman", "members_household", "programs_campaign", "programs_screening"])
def test_parent_that_has_rows_stays(result: ScreeningResult, parent: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match=f"{parent} .* is still referred to by"), transaction.atomic():
            cursor.execute(f"DELETE FROM {parent}")


def test_parent_may_go_with_its_rows_in_any_order(result: ScreeningResult) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM programs_screening")
        cursor.execute("DELETE FROM programs_screeningresult")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_parent_outside_the_writers_scope_is_found(
    city: Organization, village: Organization, village_director: User, hospital: User, everything: scoping.Scope
) -> None:
    """The batch is the city's; the village that edits her attendance does not see it, nor does the check show it."""
    campaign = build_campaign(city)
    screening = build_screening(campaign, build_woman(village))
    batch = build_batch(campaign, city, by=hospital)
    with scoping.of_user(village_director), connection.cursor() as cursor:
        cursor.execute("UPDATE programs_screening SET batch_id = %s WHERE id = %s", [batch.pk, screening.pk])
        cursor.execute("SELECT count(*) FROM programs_batch")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_parent_is_held_until_the_writer_is_done(village: Organization) -> None:
    other = connection.copy()
    take = "SELECT FROM federation_organization WHERE id = %s FOR UPDATE NOWAIT"
    with scoping.everything("a test arranges rows"):
        build_woman(village)
        with pytest.raises(OperationalError, match="could not obtain lock"), other.cursor() as cursor:
            cursor.execute(take, [village.pk])
    with other.cursor() as cursor:
        cursor.execute(take, [village.pk])
        assert cursor.rowcount == 1
    other.close()
