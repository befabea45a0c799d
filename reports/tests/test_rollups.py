"""Roll-ups say what the facts say after every kind of change."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from federation import copying, organizing, scoping
from federation.models import Organization, User
from outreach.models import Visit
from reports import rollups
from reports.models import RollUp
from reports.models.rollup import Sums
from reports.tests import build

Facts = list[tuple[str, int, int, int, int]]
pytestmark = pytest.mark.django_db


def kept(measure: str) -> Facts:
    """Village code, year, month, rows and total of the measure; months that add up to nothing are left out."""
    found = RollUp.objects.filter(measure=measure).exclude(rows=0, total=0).order_by("organization", "year", "month")
    return [(each.organization.short_name, each.year, each.month, each.rows, each.total) for each in found]


def test_insert_counts_in_its_month_and_year(everything: scoping.Scope, village: Organization) -> None:
    build.build_loan(village)
    assert kept("loans_released") == [("杨柳村妇联", 2016, 0, 1, 8_000_000), ("杨柳村妇联", 2016, 6, 1, 8_000_000)]


def test_update_of_day_moves_the_row(everything: scoping.Scope, village: Organization) -> None:
    visit = build.build_visit(village)
    visit.visited_on = date(2017, 1, 1)
    visit.save()
    assert kept("visits") == [("杨柳村妇联", 2017, 0, 1, 0), ("杨柳村妇联", 2017, 1, 1, 0)]


def test_update_of_branch_moves_the_row(
    everything: scoping.Scope, village: Organization, other_village: Organization
) -> None:
    Visit.objects.filter(pk=build.build_visit(village).pk).update(
        organization=other_village, township=other_village.township
    )
    assert kept("visits") == [("上塘村妇联", 2016, 0, 1, 0), ("上塘村妇联", 2016, 6, 1, 0)]
    assert rollups.differences() == []


def test_change_of_state_moves_the_row(everything: scoping.Scope, village: Organization) -> None:
    grant = build.build_relief(village)
    grant.state = "approved"
    grant.save()
    assert kept("reliefs_paid") == []


def test_withdrawn_need_is_taken_off(everything: scoping.Scope, village: Organization) -> None:
    need = build.build_need(village)
    assert kept("needs_raised.health") == [("杨柳村妇联", 2016, 0, 1, 0), ("杨柳村妇联", 2016, 6, 1, 0)]
    need.withdrawn_on = date(2016, 7, 1)
    need.save()
    assert kept("needs_raised") == kept("needs_raised.health") == []


def test_delete_takes_the_row_off(everything: scoping.Scope, village: Organization) -> None:
    build.build_lecture(village, attended=30)
    lecture = build.build_lecture(village, attended=12)
    lecture.delete()
    assert kept("lectures.lecture_hall") == [("杨柳村妇联", 2016, 0, 1, 30), ("杨柳村妇联", 2016, 6, 1, 30)]


def test_many_rows_by_copy_count_like_single_ones(everything: scoping.Scope, village: Organization) -> None:
    columns = ["organization_id", "township_id", "child_id", "given_on", "amount_fen", "list_number", "received_by"]
    child = build.build_child(village)
    rows = [(village.pk, village.township_id, child.pk, build.MIDYEAR, 100, f"L{n}", "") for n in range(50)]
    copying.insert(build.ChildAid, columns, rows)
    assert kept("child_aids")[0] == ("杨柳村妇联", 2016, 0, 50, 5000)


def test_every_kind_of_fact_agrees_with_a_recount(
    everything: scoping.Scope, city: Organization, village: Organization
) -> None:
    build.build_visit(village)
    build.build_met_need(village)
    build.build_recall(village, result="done", done_on=build.MIDYEAR)
    build.build_screening(village, build.build_campaign(city))
    build.build_lecture(city, expected=50, attended=45)
    build.build_loan(village, state="settled", settled_on=date(2018, 6, 1))
    build.build_relief(village, return_visit_on=build.MIDYEAR)
    build.build_aid(village)
    build.build_donation(city)
    assert rollups.differences() == []
    assert RollUp.objects.of_years(2016).sums()[("lectures_expected",)] == Sums(1, 50)
    assert len({line.measure for line in RollUp.objects.all()}) == 20


def test_moved_village_takes_its_rollups_along(
    everything: scoping.Scope, village: Organization, other_township: Organization, city_officer: User
) -> None:
    build.build_visit(village)
    organizing.move(village, parent=other_township, on=date(2017, 1, 1), by=city_officer)
    build.build_visit(Organization.objects.get(pk=village.pk), visited_on=date(2017, 3, 1))
    assert {line.township_id for line in RollUp.objects.filter(measure="visits")} == {other_township.pk}
    assert RollUp.objects.within(other_township, on=date(2016, 12, 31)).of_years(2016).sums() == {}
    assert rollups.differences() == []


def test_village_director_moves_her_rollup_behind_the_wall(village: Organization, village_director: User) -> None:
    with scoping.of_user(village_director):
        build.build_visit(village)
        build.build_visit(village)
        assert kept("visits")[0] == ("杨柳村妇联", 2016, 0, 2, 0)


def test_rollups_of_another_township_are_not_seen(
    everything: scoping.Scope, village: Organization, other_village: Organization, township_officer: User
) -> None:
    build.build_visit(village)
    build.build_visit(other_village)
    with scoping.of_user(township_officer):
        assert {line.organization for line in RollUp.objects.visible_to(township_officer)} == {village}
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT organization_id FROM reports_rollup")
            assert cursor.fetchall() == [(village.pk,)]


def test_difference_is_named_and_rebuild_heals_it(
    everything: scoping.Scope, village: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    build.build_visit(village)
    RollUp.objects.filter(month=6).update(rows=7)
    assert rollups.differences() == [rollups.Difference(village.pk, 2016, 6, "visits", 7, 0, 1, 0)]
    with pytest.raises(CommandError, match="有 1 处不一致"):
        call_command("verify_rollups")
    call_command("verify_rollups", rebuild=True)
    assert "一致" in capsys.readouterr().out
    assert rollups.differences() == []


def test_a_moved_rollup_enters_no_index_anew(everything: scoping.Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'reports_rollup'")
        indexed = " ".join(definition for (definition,) in cursor.fetchall())
    assert "measure" in indexed
    assert re.search(r"\b(rows|total)\b", indexed) is None
