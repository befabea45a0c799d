import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from federation import scoping
from federation.models import Organization, User
from members.forms.cadres import AppointmentForm, CadreForm, EndForm
from members.models import Appointment, Cadre, Household
from members.tests.build import build_appointment, build_cadre, build_household, build_woman

ClientOf = Callable[[User], Client]
CADRES, HOUSEHOLDS = reverse("members:cadre_list"), reverse("members:household_list")
Post = Appointment.Post


@pytest.fixture
def chairs(village: Organization, sister_village: Organization, other_village: Organization) -> list[Cadre]:
    with scoping.everything("a test arranges rows"):
        found = [
            build_cadre(village, name="刘春梅", in_two_committees=True, phone="13812345678"),
            build_cadre(sister_village, name="何秀兰"),
            build_cadre(other_village, name="邓玉珍"),
        ]
        for cadre in found[::2]:
            build_appointment(cadre, post=Post.CHAIR, starts_on=date(2020, 1, 1), term_ends_on=date(2024, 12, 31))
    return found


def listed(client: Client, url: str) -> list[str]:
    page = client.get(url).content.decode()
    return re.findall(r'/desk/(?:cadres|households)/\d+/">([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["何秀兰", "刘春梅"]),
        ("?q=hxl", ["何秀兰"]),
        ("?post=chair", ["刘春梅"]),
        ("?term=serving", ["刘春梅"]),
        ("?term=over", ["刘春梅"]),
        ("?term=soon", []),
        ("?term=none", ["何秀兰"]),
        ("?committees=on", ["刘春梅"]),
    ],
)
def test_cadres_of_the_scope(
    query: str, names: list[str], chairs: list[Cadre], township_officer: User, client_of: ClientOf
) -> None:
    assert listed(client_of(township_officer), f"{CADRES}{query}") == names


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lists_ask_as_often_for_three_rows_as_for_one(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    client = client_of(village_director)

    def one_more() -> None:
        with scoping.everything("a test arranges rows"):
            build_appointment(build_cadre(village, phone="13812345678"))
            build_woman(village, household=build_household(village))

    one_more()
    once = [queries_of(client, url) for url in (CADRES, HOUSEHOLDS, CADRES, HOUSEHOLDS)][2:]
    one_more()
    one_more()
    assert [queries_of(client, url) for url in (CADRES, HOUSEHOLDS)] == once


def test_cadre_is_opened_appointed_and_ends(village: Organization, township_officer: User, client_of: ClientOf) -> None:
    client = client_of(township_officer)
    opened = client.post(
        reverse("members:cadre_new"), {"name": "刘春梅", "organization": village.pk, "in_two_committees": "on"}
    )
    pk = int(opened["Location"].split("/")[-2])
    given = {
        "organization": village.pk, "post": "chair", "mode": "part_time",
        "starts_on": "2022-01-01", "term_ends_on": "2099-12-31",
    }  # fmt: skip
    client.post(reverse("members:appointment_new", args=[pk]), given)
    assert "2099年12月31日届满，余 " in client.get(opened["Location"]).content.decode()
    with scoping.everything("a test looks"):
        post = Appointment.objects.all().get()
    client.post(reverse("members:appointment_end", args=[post.pk]), {"reason": "transfer", "on": "2026-03-08"})
    page = client.get(opened["Location"]).content.decode()
    assert "2026年3月8日离任，工作调动" in page
    assert "登记离任…" not in page


def test_second_chair_is_refused_on_the_form(
    chairs: list[Cadre], village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    given = {"organization": village.pk, "post": "chair", "mode": "part_time", "starts_on": "2026-01-01"}
    answer = client_of(township_officer).post(reverse("members:appointment_new", args=[chairs[1].pk]), given)
    assert "杨柳村妇联已有在任主席刘*（2020-01-01 起），请先登记她离任。" in answer.content.decode()


def test_post_at_ones_village_of_a_cadre_from_outside_cannot_be_ended_from_the_village(
    village: Organization, township: Organization, village_director: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        post = build_appointment(build_cadre(township), organization=village)
    url = reverse("members:appointment_end", args=[post.pk])
    assert client_of(village_director).get(url).status_code == 404


def test_phone_of_a_cadre_is_masked_on_list_and_file(
    chairs: list[Cadre], village_director: User, client_of: ClientOf
) -> None:
    for url in (CADRES, chairs[0].get_absolute_url()):
        page = client_of(village_director).get(url).content.decode()
        assert ("138****5678" in page, "13812345678" in page) == (True, False)


def test_households_of_the_scope_with_their_residents(
    village: Organization, other_village: Organization, village_director: User, auditor: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        home = build_household(village, head_name="张建国")
        build_woman(village, name="张小燕", household=home)
        build_woman(village, name="何兰", household=home, left_on=date(2026, 1, 1), left_reason="died")
        build_household(other_village, head_name="邓大山")
    client = client_of(village_director)
    assert listed(client, HOUSEHOLDS) == ["张建国"]
    page = client.get(HOUSEHOLDS).content.decode()
    assert ("张小燕" in page, "何兰" in page) == (True, False)
    assert listed(client_of(auditor), HOUSEHOLDS) == ["邓*", "张*"]


def test_household_is_opened_and_changed(village: Organization, village_director: User, client_of: ClientOf) -> None:
    client = client_of(village_director)
    given = {"head_name": "张建国", "hardship": "none", "organization": village.pk}
    opened = client.post(reverse("members:household_new"), given)
    with scoping.everything("a test looks"):
        household = Household.objects.all().get()
    assert opened["Location"] == household.get_absolute_url()
    client.post(
        reverse("members:household_edit", args=[household.pk]), {**given, "hardship": "minimum_living", "group": "3 组"}
    )
    page = client.get(household.get_absolute_url()).content.decode()
    assert "修改了家庭档案：村（居）民小组、困难类别" in page


@pytest.mark.parametrize(("form", "field"), [(AppointmentForm, "starts_on"), (EndForm, "on"), (CadreForm, "birth_on")])
def test_no_day_of_a_cadre_lies_ahead(
    form: Any, field: str, village: Organization, township_officer: User, everything: None
) -> None:
    cadre = build_cadre(village)
    given = {
        EndForm: {},
        AppointmentForm: {"user": township_officer, "cadre": cadre},
        CadreForm: {"user": township_officer},
    }
    assert "2099-01-01 还没有到" in form({field: "2099-01-01"}, **given[form]).errors[field][0]


def test_cadres_of_the_same_initials_go_by_the_whole_pinyin(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        for name in ("黄秀兰", "胡秀兰", "何秀兰"):
            build_cadre(village, name=name)
    assert listed(client_of(township_officer), CADRES) == ["何秀兰", "胡秀兰", "黄秀兰"]
