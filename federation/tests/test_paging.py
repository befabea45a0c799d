from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from federation.models import Organization
from federation.paging import capped_counts, counts_up_to

pytestmark = pytest.mark.django_db


def test_counts_of_several_lists_take_one_statement(
    village: Organization, township: Organization, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everywhere = Organization.objects.all()
    with django_assert_num_queries(1):
        counts = counts_up_to(99, {"all": everywhere, "village": everywhere.filter(pk=village.pk)})
    assert counts == {"all": everywhere.count(), "village": 1}


def test_counting_stops_at_the_cap(village: Organization, township: Organization) -> None:
    everywhere = Organization.objects.all()
    assert everywhere.count() > 2
    assert capped_counts({"all": everywhere, "one": everywhere.filter(pk=village.pk)}, cap=2) == {
        "all": "2 多",
        "one": "1",
    }


def test_list_that_cannot_have_rows_counts_nought_beside_others(village: Organization) -> None:
    none = Organization.objects.none()
    assert counts_up_to(9, {"none": none, "village": Organization.objects.filter(pk=village.pk)}) == {
        "none": 0,
        "village": 1,
    }
    assert capped_counts({"none": none}) == {"none": "0"}
