"""Figures of a year stay what they were, and every page says the same, whatever was moved, merged or closed since."""

from __future__ import annotations

from datetime import date

import pytest

from federation import organizing, scoping
from federation.models import Organization, User
from federation.periods import Period
from reports import overview, statistics
from reports.indicators import INDICATORS
from reports.tests import build

MOVED = date(2017, 3, 1)
TODAY = date(2018, 12, 31)
Lines = dict[str, str]


@pytest.fixture
def visits(
    everything: scoping.Scope, village: Organization, sister_village: Organization, other_village: Organization
) -> None:
    """2016: 1 + 2 + 4; 2017, before the change: 1 at the village."""
    for branch, number in ((village, 1), (sister_village, 2), (other_village, 4)):
        for _ in range(number):
            build.build_visit(branch)
    build.build_visit(village, visited_on=date(2017, 2, 1))


def lines_of(branch: Organization, year: int, *, by: User) -> Lines:
    """The visits' column as this person reads it: branch -> number, its total under 合计."""
    with scoping.of_user(by):
        table = statistics.table_of(Organization.objects.get(pk=branch.pk), year, measure="visits", on=TODAY)
    found = {line.branch.short_name: line.cells[0].text for line in table.lines}
    return found | {"合计": table.total.cells[0].text}


def test_moved_village_counts_where_it_stood_that_year(
    visits: None, village: Organization, township: Organization, other_township: Organization, city: Organization,
    township_officer: User, township_outsider: User, city_officer: User,
) -> None:  # fmt: skip
    organizing.move(village, parent=other_township, on=MOVED, by=city_officer)
    assert lines_of(township, 2016, by=township_officer) == {"杨柳村妇联": "1", "石桥村妇联": "2", "合计": "3"}
    assert lines_of(other_township, 2016, by=township_outsider) == {"上塘村妇联": "4", "合计": "4"}
    assert lines_of(city, 2016, by=city_officer) == {"青石镇妇联": "3", "南塘镇妇联": "4", "合计": "7"}
    assert lines_of(other_township, 2017, by=township_outsider) == {"上塘村妇联": "", "杨柳村妇联": "1", "合计": "1"}
    assert lines_of(city, 2017, by=city_officer) == {"青石镇妇联": "", "南塘镇妇联": "1", "合计": "1"}


def test_figure_page_and_last_year_agree_with_the_table(
    visits: None, village: Organization, township: Organization, other_township: Organization,
    township_officer: User, city_officer: User,
) -> None:  # fmt: skip
    organizing.move(village, parent=other_township, on=MOVED, by=city_officer)
    with scoping.of_user(township_officer):
        assert INDICATORS["visits"].value(township, Period.year(2016)) == 3
        assert overview.year_of(township, 2017, on=TODAY).before("visits") == 3
        assert overview.months_of(township, 2016, ["visits"])["visits"][5] == 3


def test_rows_of_a_village_that_moved_away_stay_closed(
    visits: None, village: Organization, township: Organization, other_township: Organization,
    township_officer: User, city_officer: User, client_of: object,
) -> None:  # fmt: skip
    organizing.move(village, parent=other_township, on=MOVED, by=city_officer)
    page = client_of(township_officer).get(f"/desk/figures/{township.pk}/visits/2016/")
    assert page.context["number"] == "3"
    assert [line.unit for line in page.context["lines"]] == ["石桥村妇联"] * 2
    assert {share.branch.short_name: share.rows for share in page.context["shares"]} == {
        "杨柳村妇联": 1,
        "石桥村妇联": 2,
    }
    assert "后来划走的杨柳村妇联" in page.content.decode()
    table = client_of(township_officer).get("/desk/figures/?year=2016").context["table"]
    assert [line.cells[0].url == "" for line in table.lines] == [True, False]


def test_closed_village_keeps_its_line_in_the_year_it_closed(
    visits: None, village: Organization, township: Organization, city_officer: User, township_officer: User
) -> None:
    organizing.close(village, on=MOVED, by=city_officer)
    assert lines_of(township, 2017, by=township_officer) == {"杨柳村妇联": "1", "石桥村妇联": "", "合计": "1"}
    assert lines_of(township, 2016, by=township_officer) == {"杨柳村妇联": "1", "石桥村妇联": "2", "合计": "3"}
    build.build_visit(Organization.objects.get(code="439981101202"), visited_on=date(2018, 1, 1))
    assert lines_of(township, 2018, by=township_officer) == {"石桥村妇联": "1", "合计": "1"}


def test_merged_village_counts_in_its_successors_line(
    visits: None, village: Organization, other_village: Organization, township: Organization,
    other_township: Organization, city: Organization, city_officer: User, township_outsider: User,
    township_officer: User,
) -> None:  # fmt: skip
    organizing.merge(village, into=other_village, on=MOVED, by=city_officer)
    assert lines_of(other_township, 2017, by=township_outsider) == {"上塘村妇联": "1", "合计": "1"}
    assert lines_of(city, 2017, by=city_officer) == {"青石镇妇联": "", "南塘镇妇联": "1", "合计": "1"}
    assert lines_of(township, 2016, by=township_officer) == {"杨柳村妇联": "1", "石桥村妇联": "2", "合计": "3"}
    assert lines_of(city, 2016, by=city_officer) == {"青石镇妇联": "3", "南塘镇妇联": "4", "合计": "7"}
