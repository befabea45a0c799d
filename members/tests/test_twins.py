"""The same woman gets no second file by oversight: her name with her day, phone, family or village asks first."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from federation import scoping
from federation.models import AuditEntry, Organization, User
from members.models import Woman
from members.tests.build import build_household, build_woman, id_number
from members.twins import twins_of

BORN, PHONE = date(1985, 3, 8), "13812345678"
ClientOf = Callable[[User], Client]
TYPED = {"name": "梁娥花", "no_id_reason": "pending", "birth_on": "1985-03-08", "ethnic": "01", "hardship": "none"}


@pytest.fixture
def on_file(village: Organization) -> Woman:
    with scoping.everything("a test arranges rows"):
        return build_woman(
            village, name="梁娥花", birth_on=BORN, phone=PHONE, address="3 组 12 号", household=build_household(village)
        )


def test_a_twin_is_shown_first_and_opened_only_for_a_reason(
    on_file: Woman, village: Organization, village_director: User, client_of: ClientOf, everything: None
) -> None:
    client, new = client_of(village_director), reverse("members:woman_new")
    typed = {**TYPED, "organization": village.pk}
    page = client.post(new, typed)
    assert page.context["form"].twins == [on_file]
    assert f'href="{on_file.get_absolute_url()}">打开 梁娥花 的档案' in page.content.decode()
    assert [Woman.objects.visible_to(village_director).count(), page.status_code] == [1, 200]
    assert client.post(new, {**typed, "other_person": "met"}).status_code == 302
    beside = AuditEntry.objects.get(action="members.woman.opened_beside")
    assert beside.details == {"reason": "当面问过，是同名的另一个人"}
    assert Woman.objects.visible_to(village_director).count() == 2


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"birth_on": BORN}, True),
        ({"birth_on": date(1990, 1, 1)}, False),
        ({"birth_on": date(1990, 1, 1), "phone": PHONE}, True),
        ({"birth_on": date(1990, 1, 1), "phone": "13912345678"}, False),
        ({}, True),
        ({"name": "梁娥"}, False),
    ],
)
def test_who_may_be_her(
    told: dict[str, Any], found: bool, on_file: Woman, village_director: User, everything: None
) -> None:
    asked = {"name": "梁娥花", "organization": on_file.organization, **told}
    assert twins_of(village_director, **asked) == ([on_file] if found else [])


def test_her_family_and_her_village_tell_too(
    on_file: Woman, sister_village: Organization, township_officer: User, outsider: User, everything: None
) -> None:
    elsewhere = {"name": "梁娥花", "organization": sister_village}
    assert twins_of(township_officer, **elsewhere) == []
    assert twins_of(township_officer, **elsewhere, household=on_file.household) == [on_file]
    assert twins_of(outsider, name="梁娥花", organization=on_file.organization, birth_on=BORN) == []


def test_a_number_does_not_hide_the_file_without_one(
    on_file: Woman, village: Organization, village_director: User, client_of: ClientOf
) -> None:
    typed = {**TYPED, "organization": village.pk, "id_number": id_number(BORN), "birth_on": "", "no_id_reason": ""}
    page = client_of(village_director).post(reverse("members:woman_new"), typed)
    assert page.context["form"].twins == [on_file]


def test_a_changed_file_is_not_asked_about_itself(on_file: Woman, village_director: User, client_of: ClientOf) -> None:
    edit = reverse("members:woman_edit", args=[on_file.pk])
    assert client_of(village_director).post(edit, TYPED | {"education": "70"}).status_code == 302
