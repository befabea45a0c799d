"""Every page of the people's register before a real browser: axe, overflow, script and policy errors, 1440 to 320 px."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from federation import scoping
from federation.models import Organization, User
from members import appointing, registering
from members.tests.build import build_appointment, build_cadre, build_household, build_woman, id_number
from tests.browsing import Eye, Shelf, browser_of

# Set to a folder to keep the pictures.
SHOTS = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None
NAMES = "刘春梅 何秀兰 邓玉珍 彭桂英 谢小红 罗冬梅 唐秋菊 郑丽娟 韩雪梅 曾周丽 邱月娥 欧阳娜".split()


def arrange(village: Organization, director: User) -> dict[str, int]:
    home = build_household(village, head_name="张建国", group="3 组", address="杨柳路 12 号", hardship="minimum_living")
    for number, name in enumerate(NAMES):
        born = date(1950 + 4 * number, 3, 8)
        build_woman(village, name=name, id_number=id_number(born), phone=f"138123456{number:02}", education="70")
    woman = registering.open_file(
        organization=village, by=director, name="张小燕", id_number=id_number(), phone="13812345678", household=home,
        marriage="20", hardship="minimum_living", address="3 组 12 号",
    )  # fmt: skip
    registering.edit_file(woman, by=director, address="3 组 14 号")
    build_woman(village, name="何兰", left_on=date(2026, 3, 1), left_reason="moved_away", household=home)
    cadre = build_cadre(village, phone="13900001111", political="01", in_two_committees=True)
    appointing.appoint(
        cadre, organization=village, post="chair", mode="part_time", starts_on=date(2022, 1, 1),
        term_ends_on=date(2026, 12, 31), by=director,
    )  # fmt: skip
    build_appointment(cadre, ended_on=date(2021, 12, 31), end_reason="term")
    post = build_appointment(build_cadre(village, name="刘春梅"))
    return {"woman": woman.pk, "household": home.pk, "cadre": cadre.pk, "appointment": post.pk}


def addresses(keys: dict[str, int]) -> list[str]:
    plain = [
        "woman_list",
        "woman_find",
        "woman_new",
        "woman_export",
        "household_list",
        "household_new",
        "cadre_list",
        "cadre_new",
    ]
    of_one = [
        ("woman_detail", "woman"), ("woman_edit", "woman"), ("woman_leave", "woman"), ("woman_move", "woman"),
        ("household_detail", "household"), ("household_edit", "household"), ("cadre_detail", "cadre"),
        ("cadre_edit", "cadre"), ("appointment_new", "cadre"), ("appointment_end", "appointment"),
    ]  # fmt: skip
    return [
        *(reverse(f"members:{name}") for name in plain),
        *(reverse(f"members:{name}", args=[keys[key]]) for name, key in of_one),
        reverse("members:woman_list") + "?q=wx",
    ]


@pytest.mark.usefixtures("sister_village")
@pytest.mark.full
def test_pages_are_right_in_the_browser(
    village: Organization, township_officer: User, client_of: Callable[[User], Client]
) -> None:
    with scoping.everything("a test arranges rows"):
        keys = arrange(village, township_officer)
    client, shelf = client_of(township_officer), Shelf()
    pages = [shelf.put(address, client.get(address)) for address in addresses(keys)]
    wrong = {"name": "张3", "id_number": "439981198503081234", "phone": "123"}
    pages.append(shelf.put("/wrong/", client.post(reverse("members:woman_new"), wrong)))
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        faults = {page: eye.faults(page, shots=SHOTS) for page in pages}
    assert {page: found for page, found in faults.items() if found} == {}
