"""Home pages by role, and the statistics behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from reports import overview, waiting
from reports.tests import build

ClientOf = Callable[[User], Client]
ON = date(2017, 3, 1)


@pytest.fixture
def this_year(city: Organization, village: Organization, other_village: Organization) -> int:
    today = timezone.localdate()
    first = date(today.year, 1, 1)
    with scoping.everything("a test arranges a year"):
        campaign = build.build_campaign(city, year=today.year)
        build.build_quota(village.township, campaign, 4)
        build.build_screening(village, campaign, attended_on=first)
        build.build_visit(village, visited_on=first)
        build.build_visit(other_village, visited_on=first)
        build.build_recall(village, due_on=first, result="not_reached", done_on=first)
        build.build_met_need(village, on=first)
        for _ in range(3):
            build.build_need(village, raised_on=first, due_on=today - timedelta(days=2), desk="township")
    return today.year


def test_officer_sees_what_waits_late_first(this_year: int, township_officer: User, client_of: ClientOf) -> None:
    page = client_of(township_officer).get(reverse("reports:desk"))
    first = page.context["waiting"][0]
    assert (first.label, first.source, first.count, first.overdue_days) == ("诉求待答复", "青石镇", 3, 2)
    assert "最早的超 2 天" in page.content.decode()


def test_city_desk_names_who_needs_help_in_code_order(this_year: int, city_officer: User, client_of: ClientOf) -> None:
    units = client_of(city_officer).get(reverse("reports:desk")).context["units"]
    assert [(unit.branch.short_name, unit.screening, unit.recall, unit.words, unit.needs_help) for unit in units] == [
        ("青石镇妇联", "25%", "0%", "召回低，超时 3 件", True),
        ("南塘镇妇联", "", "", "在办 0 件", False),
    ]


def test_quantity_stands_beside_its_partner(this_year: int, city_officer: User, client_of: ClientOf) -> None:
    pair = client_of(city_officer).get(reverse("reports:desk")).context["pairs"][0]
    assert (pair.number, pair.sub, pair.partner_label, pair.partner_number) == (
        "2",
        "上年无同期数",
        "诉求解决率",
        "100.0%",
    )
    assert pair.partner_note == "办结 1，确认解决 1"


def test_leader_sees_a_year_with_four_charts_and_no_names(this_year: int, leader: User, client_of: ClientOf) -> None:
    text = client_of(leader).get(reverse("reports:desk")).content.decode()
    assert text.count('role="img"') == 4
    assert "王桂兰" not in text


def test_neighbour_does_not_count_the_others(this_year: int, township_outsider: User, client_of: ClientOf) -> None:
    page = client_of(township_outsider).get(reverse("reports:desk"))
    assert (page.context["pairs"][0].number, page.context["waiting"]) == ("1", [])


@pytest.mark.parametrize(
    "who", ["hospital", "finance_officer", "auditor", "rights_officer", "sponsor", "administrator"]
)
def test_everybody_has_a_home(who: str, request: pytest.FixtureRequest, client_of: ClientOf) -> None:
    page = client_of(request.getfixturevalue(who)).get(reverse("reports:desk"))
    assert page.status_code == 200
    assert "工作台" in page.content.decode()


def test_front_page_is_for_everybody(city: Organization, client: Client) -> None:
    text = client.get("/").content.decode()
    assert "兰河市妇女联合会" in text
    assert "12338" in text


def test_statistics_by_branch_and_their_export(this_year: int, city_officer: User, client_of: ClientOf) -> None:
    client = client_of(city_officer)
    table = client.get(reverse("reports:figures")).context["table"]
    assert [line.cells[0].text for line in table.lines] == ["1", "1"]
    assert table.total.cells[0].text == "2"
    exported = client.get(reverse("reports:figures_export")).content.decode("utf-8-sig").splitlines()
    assert exported[1].startswith("青石镇妇联,439981101000,1,4,100.0%,1,0.0%")


def test_year_of_a_city_takes_few_queries(
    this_year: int, everything: scoping.Scope, city: Organization, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(5):
        found = overview.year_of(city, this_year, on=date(this_year, 11, 25))
    assert (found.value("visits"), found.value("screened_women"), found.before("visits")) == (2, 1, None)


def test_city_is_the_sum_of_its_townships_and_they_of_their_villages(
    everything: scoping.Scope, city: Organization, village: Organization, other_village: Organization
) -> None:
    for branch, days in {village: [2015, 2016, 2016], other_village: [2015, 2015, 2015, 2016]}.items():
        for year in days:
            build.build_visit(branch, visited_on=date(year, 6, 1))
    found = overview.year_of(city, 2016, on=ON)
    parts = [overview.year_of(branch, 2016, on=ON) for branch in (village.parent, other_village.parent)]
    assert (found.value("visits"), found.before("visits")) == (3, 4)
    assert [(part.value("visits"), part.before("visits")) for part in parts] == [(2, 1), (1, 3)]
    assert [found.of_branch(part.organization, "visits") for part in parts] == [2, 1]
    assert [parts[0].of_branch(branch, "visits") for branch in (village, other_village)] == [2, None]
    assert overview.year_of(village, 2016, on=ON).before("visits") == 1


def test_running_year_is_compared_by_the_months_that_are_over(
    everything: scoping.Scope, city: Organization, village: Organization
) -> None:
    for day in ("2026-01-05", "2026-10-31", "2026-11-02", "2025-10-30", "2025-11-01", "2025-12-01"):
        build.build_visit(village, visited_on=day)
    said = {
        day: overview.change_words(overview.year_of(city, 2026, on=day), "visits")
        for day in (date(2026, 1, 6), date(2026, 11, 25), date(2026, 12, 31))
    }
    assert list(said.values()) == [
        "上年全年 3 次",
        "1—10月 2 次，上年同期 1 次，翻一番",
        "上年 3 次，与上年持平",
    ]


def test_coming_days_are_counted(this_year: int, village: Organization, township_officer: User) -> None:
    today = timezone.localdate()
    with scoping.everything("a test arranges a need"):
        build.build_need(village, raised_on=today, due_on=today + timedelta(days=3))
    with scoping.of_user(township_officer):
        found = waiting.coming_for(township_officer, on=today)
    assert [(each.on, each.what) for each in found] == [(today + timedelta(days=3), "1 件诉求到期")]
