"""The phone's pages through the client: one woman's visit from the first question to the township."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from members.models import Woman
from outreach import needs
from outreach.models import FollowUp, Need, Visit
from outreach.tests.build import build_follow_up, build_need, build_visit, build_woman


@pytest.fixture
def woman(village: Organization, everything: None) -> Woman:
    return build_woman(village, "张桂花")


@pytest.fixture
def phone(village_director: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(village_director)


def hidden(page: str) -> dict[str, list[str]]:
    """What the check page posts."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def begun(phone: Client) -> str:
    return phone.get(reverse("outreach:visit_begin"))["Location"].split("visit=")[1]


def at(page: str, visit: str) -> str:
    return f"{reverse(f'outreach:visit_{page}')}?visit={visit}"


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_shortest_way_is_who_then_hand_in(phone: Client, woman: Woman, village_director: User) -> None:
    visit = begun(phone)
    assert woman.name in text_of(phone.get(at("who", visit)))
    assert phone.post(at("who", visit), {"woman": woman.pk})["Location"] == at("check", visit)
    check = text_of(phone.get(at("check", visit)))
    assert "只是看望，交给镇里" in check
    answer = phone.post(at("check", visit), hidden(check), follow=True)
    assert "已交给镇里" in text_of(answer)
    stored = Visit.objects.get()
    assert (str(stored.submission_id), stored.woman, stored.made_by) == (visit, woman, village_director)
    assert (stored.visited_on, stored.mode, stored.needs.count()) == (timezone.localdate(), "home", 0)
    assert stored.seconds_spent is not None
    assert stored.written_at is not None


def test_second_click_finds_the_first_record(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    answers = hidden(text_of(phone.get(at("check", visit))))
    first = phone.post(at("check", visit), answers)
    second = phone.post(at("check", visit), answers, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert "没有重复登记" in text_of(second)
    assert Visit.objects.count() == 1
    assert phone.get(at("check", visit))["Location"] == first["Location"]


def test_resend_with_other_words_is_told_apart(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    answers = hidden(text_of(phone.get(at("check", visit))))
    phone.post(at("check", visit), answers)
    second = phone.post(at("check", visit), {**answers, "situation": ["后来改的"]}, follow=True)
    assert "以第一次交的为准" in text_of(second)
    assert Visit.objects.get().situation == ""


def test_needs_are_asked_in_two_pages(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    assert phone.post(at("needs", visit), {"categories": ["schooling"]})["Location"] == at("words", visit)
    words = {"words_schooling": "放学没人接", "urgency": "soon", "desk": "township"}
    assert phone.post(at("words", visit), words)["Location"] == at("check", visit)
    check = text_of(phone.get(at("check", visit)))
    assert "“放学没人接”" in check
    assert "请镇里办，较急" in check
    phone.post(at("check", visit), hidden(check))
    need = Need.objects.get()
    assert (need.category, need.words, need.desk, need.woman) == ("schooling", "放学没人接", "township", woman)
    assert (need.due_on - need.raised_on).days == 7


def test_next_without_a_choice_says_what_to_do(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    assert "请选一样；没有事要办，点“只是看望”。" in text_of(phone.post(at("needs", visit), {}))
    assert phone.post(at("needs", visit), {"none": "1"})["Location"] == at("check", visit)


def test_day_after_today_is_refused_and_kept(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    said = {"visited_on": "2999-01-01", "mode": "phone", "target_group": "ordinary", "situation": "在家"}
    page = text_of(phone.post(at("how", visit), said))
    assert "走访日期 2999-01-01 还没有到" in page
    assert 'value="2999-01-01"' in page
    assert "在家" in page


def test_nobody_chosen_says_so(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    assert "请选走访谁" in text_of(phone.post(at("who", visit), {"subject": ""}))
    assert phone.get(at("check", visit))["Location"] == at("who", visit)


def test_woman_of_another_village_cannot_be_visited(phone: Client, woman: Woman, other_village: Organization) -> None:
    stranger = build_woman(other_village, "陌生人")
    visit = begun(phone)
    page = text_of(phone.post(at("who", visit), {"woman": stranger.pk}))
    assert "这份档案已经不在您的范围内" in page
    assert "陌生人" not in text_of(phone.get(at("who", visit) + "&q=msr"))
    forged = {"woman": stranger.pk, "visited_on": "2026-11-01", "mode": "home", "target_group": "ordinary"}
    phone.post(at("check", visit), {**forged, "urgency": "ordinary", "desk": "village"})
    assert Visit.objects.count() == 0


def test_woman_without_a_file_gets_one(phone: Client, village: Organization, woman: Woman) -> None:
    visit = begun(phone)
    answer = phone.post(at("woman", visit), {"name": "新来的人", "no_id_reason": "refused"})
    assert answer["Location"] == at("check", visit)
    new = Woman.objects.get(name="新来的人")
    assert (new.organization, new.no_id_reason) == (village, "refused")
    assert "走访新来的人" not in text_of(phone.get(at("check", visit)))
    assert "新来的人，杨柳村妇联" in text_of(phone.get(at("check", visit)))


def test_new_file_without_a_name_says_so(phone: Client, woman: Woman) -> None:
    assert "请填姓名。" in text_of(phone.post(at("woman", begun(phone)), {"name": "", "no_id_reason": "pending"}))


def test_group_of_the_last_visit_stands_already(phone: Client, woman: Woman, village_director: User) -> None:
    build_visit(woman, village_director, target_group=Visit.TargetGroup.LEFT_BEHIND)
    address = phone.get(f"{reverse('outreach:visit_begin')}?woman={woman.pk}")["Location"]
    assert address.startswith(reverse("outreach:visit_check"))
    assert "入户，留守流动" in text_of(phone.get(address))


def test_unfinished_visit_waits_on_the_first_page(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    page = text_of(phone.get(reverse("outreach:today")))
    assert "走访张桂花" in page
    assert at("check", visit) in page


def test_danger_comes_before_the_record(phone: Client, woman: Woman) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    assert reverse("outreach:danger") in text_of(phone.get(at("needs", visit)))
    page = text_of(phone.get(f"{reverse('outreach:danger')}?visit={visit}"))
    assert 'href="tel:110"' in page
    assert 'href="tel:12338"' in page
    phone.post(at("needs", visit), {"categories": ["violence"]})
    assert re.search(r'value="urgent"[^>]*checked', text_of(phone.get(at("words", visit))))


def test_today_says_what_and_why(phone: Client, woman: Woman, township_officer: User) -> None:
    day = timezone.localdate()
    build_follow_up(woman, due_on=day, reason="医院请她本人联系")
    need = build_need(woman, raised_on=day, due_on=day)
    needs.answer(need=need, outcome="solved", answer="办好了", on=day, by=township_officer)
    page = text_of(phone.get(reverse("outreach:today")))
    assert "今天要做 2 件" in page
    assert "请张桂花联系市妇幼" in page
    assert "回访张桂花：就业创业" in page


def test_today_leaves_out_what_she_answered_herself(phone: Client, woman: Woman, village_director: User) -> None:
    day = timezone.localdate()
    need = build_need(woman, raised_on=day, due_on=day)
    needs.answer(need=need, outcome="solved", answer="办好了", on=day, by=village_director)
    assert "今天要做 0 件" in text_of(phone.get(reverse("outreach:today")))


def test_today_shows_no_other_village(phone: Client, woman: Woman, sister_village: Organization) -> None:
    build_follow_up(build_woman(sister_village, "李石桥"), due_on=timezone.localdate())
    page = text_of(phone.get(reverse("outreach:today")))
    assert "李石桥" not in page
    assert "今天要做 0 件" in page


def test_today_costs_the_same_for_many(phone: Client, woman: Woman, village_director: User) -> None:
    counts = []
    phone.get(reverse("outreach:today"))
    for _ in range(2):
        for name in ("张一", "张二", "张三"):
            other = build_woman(woman.organization, name)
            build_follow_up(other, due_on=timezone.localdate())
            build_visit(other, village_director)
        with CaptureQueriesContext(connection) as queries:
            phone.get(reverse("outreach:today"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_recall_is_recorded_in_one_choice(phone: Client, woman: Woman) -> None:
    recall = build_follow_up(woman)
    address = reverse("outreach:follow_up_on_phone", args=[recall.pk])
    assert "请选怎么样。" in text_of(phone.post(address, {"result": ""}))
    assert phone.post(address, {"result": "done"})["Location"] == reverse("outreach:today")
    recall.refresh_from_db()
    assert recall.result == FollowUp.Result.DONE
    assert "已登记：已办" in text_of(phone.get(address))


def test_she_is_asked_whether_it_helped(phone: Client, woman: Woman, township_officer: User) -> None:
    need = build_need(woman)
    needs.answer(need=need, outcome="solved", answer="办好了", on=need.raised_on, by=township_officer)
    address = reverse("outreach:need_on_phone", args=[need.pk])
    assert "她不满意时，请写下她的话" in text_of(phone.post(address, {"satisfaction": "dissatisfied"}))
    phone.post(address, {"satisfaction": "satisfied"})
    need.refresh_from_db()
    assert need.confirmed_on == timezone.localdate()


def test_need_arrives_at_the_township_and_not_next_door(
    phone: Client, woman: Woman, township_officer: User, township_outsider: User
) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    phone.post(at("needs", visit), {"categories": ["relief"]})
    phone.post(at("words", visit), {"urgency": "ordinary", "desk": "township"})
    phone.post(at("check", visit), hidden(text_of(phone.get(at("check", visit)))))
    seen = {}
    for user in (township_officer, township_outsider):
        with scoping.of_user(user):
            seen[user.username] = [need.category for need in Need.objects.visible_to(user)]
    assert seen == {"township": ["relief"], "township_outsider": []}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("1990-01-01", "走访日期 1990-01-01 太早"),
        (f"{timezone.localdate().year - 2}-06-01", "只补记 365 天以内的走访"),
        ("2099-01-01", "走访日期 2099-01-01 还没有到"),
    ],
)
def test_day_of_a_visit_is_one_that_can_have_been(phone: Client, woman: Woman, day: str, words: str) -> None:
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    how = {"visited_on": day, "mode": "home", "target_group": "ordinary", "situation": ""}
    assert words in text_of(phone.post(at("how", visit), how))


def test_nobody_is_visited_before_her_birth(phone: Client, village: Organization, everything: None) -> None:
    born = timezone.localdate() - timedelta(days=10)
    child = build_woman(village, "王小", birth_on=born)
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": child.pk})
    answers = hidden(text_of(phone.get(at("check", visit)))) | {"visited_on": [f"{born - timedelta(days=1)}"]}
    assert "在她出生以前" in text_of(phone.post(at("check", visit), answers))


def test_check_page_says_another_year(phone: Client, woman: Woman) -> None:
    visit, day = begun(phone), timezone.localdate() - timedelta(days=360)
    phone.post(at("who", visit), {"woman": woman.pk})
    how = {"visited_on": f"{day}", "mode": "home", "target_group": "ordinary", "situation": ""}
    phone.post(at("how", visit), how)
    shown = f"{day.year}年{day.month}月{day.day}日" if day.year != timezone.localdate().year else f"{day.month}月"
    assert shown in text_of(phone.get(at("check", visit)))


def test_a_tap_on_a_name_leaves_nothing_and_what_was_begun_can_be_dropped(phone: Client, woman: Woman) -> None:
    phone.get(f"{reverse('outreach:visit_begin')}?woman={woman.pk}")
    assert "没交的走访" not in text_of(phone.get(reverse("outreach:today")))
    visit = begun(phone)
    phone.post(at("who", visit), {"woman": woman.pk})
    assert "没交的走访" in text_of(phone.get(reverse("outreach:today")))
    phone.post(at("drop", visit))
    page = text_of(phone.get(reverse("outreach:today")))
    assert ("没交的走访" in page, "已经丢掉" in page) == (False, True)


def test_a_woman_of_the_same_name_is_offered_before_a_second_file_is_opened(
    phone: Client, woman: Woman, village_director: User
) -> None:
    visit, files = begun(phone), Woman.objects.visible_to(village_director)
    typed = {"name": woman.name, "no_id_reason": "pending"}
    page = phone.post(at("woman", visit), typed)
    assert (page.status_code, page.context["form"].twins, files.count()) == (200, [woman], 1)
    assert phone.post(page.context["who_url"], {"woman": woman.pk})["Location"] == at("check", visit)
    assert phone.post(at("woman", visit), {**typed, "other_person": "papers"})["Location"] == at("check", visit)
    assert files.count() == 2
