"""The desk's lists and records through the client."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from federation import jobs, scoping
from federation.models import Job, Organization, User
from federation.statements import kept, statement_of
from members.models import Woman
from members.timeline import story_of
from outreach import needs
from outreach.models import FollowUp, Need, Visit
from outreach.tests.build import build_follow_up, build_lecture, build_need, build_visit, build_woman

ClientOf = Callable[[User], Client]
LISTS = ["visit_list", "need_list", "follow_up_list"]


@pytest.fixture
def woman(village: Organization, everything: None) -> Woman:
    return build_woman(village, "张桂花")


@pytest.fixture
def desk(township_officer: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(township_officer)


def text_of(answer: Any) -> str:
    return answer.content.decode()


def page(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"outreach:{name}", args=args) + query)
    assert answer.status_code == 200
    return text_of(answer)


def records_of(woman: Woman, by: User) -> None:
    """A visit with two needs, and a recall."""
    today = timezone.localdate()
    visit = build_visit(woman, by, visited_on=today)
    for category in (Need.Category.RELIEF, Need.Category.SCHOOLING):
        build_need(woman, visit=visit, category=category, raised_on=today)
    build_follow_up(woman, due_on=today)


@pytest.mark.parametrize("name", LISTS)
def test_list_shows_its_villages_and_not_the_neighbours(
    name: str, desk: Client, woman: Woman, other_village: Organization, village_director: User
) -> None:
    records_of(woman, village_director)
    records_of(build_woman(other_village, "陌生人"), village_director)
    shown = page(desk, name)
    assert "张桂花" in shown
    assert "陌生人" not in shown


def test_a_statement_planned_once_shows_each_scope_its_own_rows(
    woman: Woman, sister_village: Organization, village_director: User, sister_director: User
) -> None:
    """The second wall alone: the statement names no branch, and its key no person."""
    other = build_woman(sister_village, "陌生人")
    with scoping.everything("both villages' visits"):
        hers, others = (build_visit(each, village_director).pk for each in (woman, other))
        statement = kept("test", lambda: statement_of(Visit.objects.order_by("pk").values_list("pk")))
    found = []
    for user in (village_director, sister_director) * 6:
        with scoping.of_user(user):
            found.append(statement.rows())
    assert found == [[(hers,)], [(others,)]] * 6


@pytest.mark.parametrize("name", [*LISTS, "lecture_list"])
def test_list_costs_the_same_for_many_rows(name: str, desk: Client, woman: Woman, village_director: User) -> None:
    page(desk, name)
    counts = []
    for round_ in range(2):
        for number in range(1, 4):
            records_of(build_woman(woman.organization, f"张{number}"), village_director)
            build_lecture(woman.organization, round_ * 3 + number)
        with CaptureQueriesContext(connection) as queries:
            page(desk, name)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", LISTS)
def test_auditor_reads_masked_names(
    name: str, woman: Woman, village_director: User, auditor: User, client_of: Callable[[User], Client]
) -> None:
    records_of(woman, village_director)
    shown = page(client_of(auditor), name)
    assert "张*" in shown
    assert "张桂花" not in shown


def test_visit_views_and_conditions(desk: Client, woman: Woman, village_director: User) -> None:
    today = timezone.localdate()
    long_ago = today - timedelta(days=60)
    old = build_visit(woman, village_director, visited_on=long_ago, mode="phone")
    late = build_visit(woman, village_director, visited_on=long_ago)
    build_need(woman, visit=late, raised_on=long_ago, category=Need.Category.LAND)
    new = build_visit(woman, village_director, visited_on=today)

    def shown(query: str) -> set[int]:
        answer = desk.get(reverse("outreach:visit_list") + query)
        return {visit.pk for visit in answer.context["page"].rows}

    assert shown("") == {new.pk}
    assert shown("?view=all") == {old.pk, late.pk, new.pk}
    assert shown("?view=open") == shown("?view=overdue") == shown("?view=all&category=land") == {late.pk}
    assert shown("?view=all&mode=phone") == {old.pk}
    assert shown("?view=mine") == set()
    assert shown(f"?since={long_ago}&until={long_ago}") == {old.pk, late.pk}
    assert shown("?view=all&q=zgh") == {old.pk, late.pk, new.pk}
    assert shown("?view=all&q=李") == set()


def test_mine_are_those_i_wrote(woman: Woman, village_director: User, desk: Client, client_of: ClientOf) -> None:
    records_of(woman, village_director)
    own = client_of(village_director).get(reverse("outreach:visit_list"), {"view": "mine"}).context["page"].rows
    assert [visit.visitor_name for visit in own] == [village_director.display_name]
    assert desk.get(reverse("outreach:visit_list"), {"view": "mine"}).context["page"].rows == []


@pytest.mark.parametrize("name", LISTS)
def test_id_number_in_the_name_box_finds_nothing_and_says_where_it_belongs(name: str, desk: Client) -> None:
    assert "这里按姓名查。身份证号请填在页面最上面的查人框里" in page(desk, name, query="?q=430181198203053329")


@pytest.mark.parametrize(("size", "rows"), [("", 20), ("50", 21), ("7", 20)])
def test_page_size_is_one_of_three(size: str, rows: int, desk: Client, woman: Woman, village_director: User) -> None:
    for _ in range(21):
        build_visit(woman, village_director, visited_on=timezone.localdate())
    answer = desk.get(reverse("outreach:visit_list"), {"size": size})
    assert len(answer.context["page"].rows) == rows


def test_wrong_order_of_dates_is_explained(desk: Client, woman: Woman) -> None:
    assert "止 2026-01-01 早于起 2026-02-01，请调换。" in page(
        desk, "visit_list", query="?since=2026-02-01&until=2026-01-01"
    )


def test_need_views(desk: Client, woman: Woman, township_officer: User, village_director: User) -> None:
    today = timezone.localdate()
    at_village = build_need(woman, raised_on=today)
    at_township = build_need(woman, raised_on=today, desk=Need.Desk.TOWNSHIP)
    late = build_need(woman, raised_on=today - timedelta(days=40))
    answered = build_need(woman, raised_on=today)
    needs.answer(need=answered, outcome="solved", answer="办好了", on=today, by=township_officer)

    def shown(view: str) -> set[int]:
        answer = desk.get(reverse("outreach:need_list"), {"view": view})
        return {need.pk for need in answer.context["page"].rows}

    assert shown("village") == {at_village.pk, late.pk}
    assert shown("township") == {at_township.pk}
    assert shown("city") == set()
    assert shown("overdue") == {late.pk}
    assert shown("confirm") == {answered.pk}
    assert shown("open") == {at_village.pk, at_township.pk, late.pk, answered.pk}
    assert shown("confirmed") == set()
    needs.confirm(need=answered, satisfaction="satisfied", words="", on=today, by=village_director)
    assert shown("confirmed") == {answered.pk}


def test_her_words_stand_in_full_and_the_step_is_taken(desk: Client, woman: Woman, township_officer: User) -> None:
    need = build_need(woman, words="他工伤在家大半年了，低保要复核，说缺一张收入证明，我不知道该找哪个。")
    shown = page(desk, "need_detail", need.pk)
    assert "“他工伤在家大半年了，低保要复核，说缺一张收入证明，我不知道该找哪个。”" in shown
    assert shown.count("btn primary") == 1
    address = need.get_absolute_url()
    assert "请写做了什么、结果怎样" in text_of(desk.post(address, {"step": "solved", "text": ""}))
    desk.post(address, {"step": "solved", "text": "已交材料"})
    need.refresh_from_db()
    assert (need.outcome, need.answered_by) == ("solved", township_officer)
    assert "等另一位同事回访她本人" in page(desk, "need_detail", need.pk)
    assert desk.post(address, {"satisfaction": "satisfied"}).status_code == 403


def test_village_confirms_what_the_township_answered(
    woman: Woman, township_officer: User, village_director: User, client_of: Callable[[User], Client]
) -> None:
    need = build_need(woman)
    needs.answer(need=need, outcome="partly", answer="办了一半", on=need.raised_on, by=township_officer)
    client_of(village_director).post(need.get_absolute_url(), {"satisfaction": "dissatisfied", "words": "没办完"})
    need.refresh_from_db()
    assert (need.times_reopened, need.answered_on) == (1, None)
    assert "没办完" in page(client_of(township_officer), "need_detail", need.pk)


def test_township_passes_on_to_the_city(desk: Client, woman: Woman) -> None:
    need = build_need(woman, desk=Need.Desk.TOWNSHIP)
    desk.post(need.get_absolute_url(), {"step": "pass_on", "text": "要市里协调"})
    need.refresh_from_db()
    assert need.desk == Need.Desk.CITY
    assert desk.post(need.get_absolute_url(), {"step": "solved", "text": "x"}).status_code == 403


def test_withdrawing_says_what_is_cancelled(desk: Client, woman: Woman) -> None:
    need = build_need(woman)
    build_follow_up(woman, need=need, kind=FollowUp.Kind.NEED)
    assert "还没办的 1 件跟进会一起取消" in page(desk, "need_withdraw", need.pk)
    desk.post(reverse("outreach:need_withdraw", args=[need.pk]), {"reason": "自己办好了"})
    need.refresh_from_db()
    assert need.withdrawn_on == timezone.localdate()


def test_recall_says_no_result_and_is_recorded(desk: Client, woman: Woman) -> None:
    recall = build_follow_up(woman)
    address = recall.get_absolute_url()
    desk.post(address, {"result": "not_reached", "note": "外出"})
    recall.refresh_from_db()
    assert recall.result == "not_reached"
    assert FollowUp.objects.open().count() == 1


def test_navigation_counts_what_waits(desk: Client, woman: Woman) -> None:
    build_need(woman, desk=Need.Desk.TOWNSHIP)
    build_need(woman)
    items = {
        item.label: item.count
        for section in desk.get(reverse("outreach:visit_list")).context["shell"].nav
        for item in section.items
    }
    assert (items["诉求台账"], items["跟进任务"]) == (1, None)


def test_her_story_tells_visits_needs_and_recalls(woman: Woman, village_director: User, outsider: User) -> None:
    records_of(woman, village_director)
    kinds = sorted(event.kind for event in story_of(woman, village_director) if event.kind)
    assert kinds == sorted(["走访", "诉求", "诉求", "跟进"])
    assert [event for event in story_of(woman, outsider) if event.kind] == []


@pytest.mark.parametrize(("name", "rows"), [("visit", 1), ("need", 2), ("follow_up", 1)])
def test_list_leaves_as_a_workbook_without_the_neighbours(
    name: str, rows: int, desk: Client, woman: Woman, other_village: Organization, village_director: User
) -> None:
    records_of(woman, village_director)
    records_of(build_woman(other_village, "陌生人"), village_director)
    desk.post(reverse(f"outreach:{name}_export"), {"purpose": "report", "form": "xlsx"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    sheet: Any = load_workbook(io.BytesIO(job.result.read())).active
    cells = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len([row for row in cells if "张桂花" in row]) == job.done == rows
    assert not [row for row in cells if "陌生人" in row]
