from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from federation.models import Level, Organization
from federation.paging import Page, capped_counts, counts_up_to, page_of
from federation.tests.cast import build_branch

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


def paged(query: str) -> Page[Organization]:
    request = RequestFactory().get(f"/?{query}")
    return page_of(Organization.objects.all(), request, key=["path"], also=[["code", "id"]], descending=False)


def names(page: Page[Organization]) -> list[str]:
    return [branch.division_name for branch in page.rows]


def test_list_is_ordered_by_the_columns_it_offers(village: Organization, sister_village: Organization) -> None:
    usual, turned, other = paged(""), paged("order=-path"), paged("order=code")
    assert names(usual) == ["兰河市", "青石镇", "杨柳村", "石桥村"]
    assert names(turned) == ["石桥村", "杨柳村", "青石镇", "兰河市"]
    assert (other.order.column, other.order.links["code"], other.order.links["path"]) == (
        "code", "?order=-code", "?order=path",
    )  # fmt: skip
    assert [page.order.is_usual for page in (usual, turned, other)] == [True, False, False]


@pytest.mark.parametrize("asked", ["name", "-parent__code", "path; DROP", "_connector", "--path", "-"])
def test_column_that_is_not_offered_is_ignored(asked: str, village: Organization) -> None:
    assert names(paged(f"order={asked}")) == ["兰河市", "青石镇", "杨柳村"]


def test_pages_of_a_turned_list_follow_each_other(city: Organization) -> None:
    for number in range(1, 24):
        build_branch(city, Level.TOWNSHIP, f"4399811{number:02}000", f"第{number}镇")
    first = paged("order=-code")
    second = paged(first.older_url[1:])
    assert (len(first.rows), names(second)) == (20, ["第3镇", "第2镇", "第1镇", "兰河市"])
    assert names(paged(second.newer_url[1:])) == names(first)


def test_size_is_offered_where_there_is_more(city: Organization) -> None:
    assert paged("").sizes == []
    for number in range(1, 24):
        build_branch(city, Level.TOWNSHIP, f"4399811{number:02}000", f"第{number}镇")
    assert paged("order=code&after=abc").sizes[1] == (50, "?order=code&size=50")
    assert len(paged("size=50").rows) == 24
