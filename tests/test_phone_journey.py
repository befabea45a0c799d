"""A village director logs visits on a 360 px phone, in a real Chromium, and the township finds the need."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from federation import scoping
from federation.models import Organization, User
from outreach.models import Need, Visit
from outreach.tests.build import build_woman
from tests.browsing import HOST, WIDE, Wire

SHOTS = Path(os.environ["PAGE_SHOTS"]) if "PAGE_SHOTS" in os.environ else None
PHONE = {"viewport": {"width": 360, "height": 760}, "has_touch": True, "is_mobile": True}
FEWEST_TAPS = 3  # 记一次走访, her name, 交给镇里


class Thumb:
    """Taps on what is named, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, name: str, *, role: Literal["button", "link", "radio", "checkbox"] = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).tap()
        self.taps += 1

    def sees(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for(timeout=10_000)
        assert self.page.evaluate(WIDE) == []
        if SHOTS:
            self.page.screenshot(path=SHOTS / f"phone-{self.taps:02}-{words[:8]}.png", full_page=True)


@pytest.fixture
def wire(village: Organization, village_director: User, client_of: Callable[[User], Client]) -> Wire:
    with scoping.everything("the test arranges a file"):
        build_woman(village, "张桂花")
    return Wire(client_of(village_director))


def begin(page: Page) -> Thumb:
    page.goto(HOST + reverse("outreach:today"))
    thumb = Thumb(page)
    thumb.sees("今天要做 0 件")
    thumb.tap("记一次走访", role="link")
    thumb.sees("走访谁？")
    thumb.tap("张桂花")
    thumb.sees("看一遍，没错就交")
    return thumb


def test_visit_takes_three_taps(wire: Wire) -> None:
    def steps(page: Page) -> None:
        thumb = begin(page)
        thumb.tap("只是看望，交给镇里")
        thumb.sees("已交给镇里")
        assert thumb.taps == FEWEST_TAPS

    wire.walk(steps, **PHONE)
    with scoping.everything("the test counts"):
        assert [(made.mode, made.whom(), made.needs.count()) for made in Visit.objects.all()] == [("home", "张桂花", 0)]


def test_need_reaches_the_township_without_typing(
    wire: Wire, township_officer: User, township_outsider: User, client_of: Callable[[User], Client]
) -> None:
    def steps(page: Page) -> None:
        thumb = begin(page)
        thumb.tap("她有事要办，记下来", role="link")
        thumb.sees("她说的是哪方面的事？")
        thumb.tap("社会救助", role="checkbox")
        thumb.tap("下一步")
        thumb.sees("她怎么说？")
        thumb.tap("请镇里办", role="radio")
        thumb.tap("下一步")
        thumb.sees("请镇里办，一般")
        thumb.tap("交给镇里")
        thumb.sees("已交给镇里")
        assert thumb.taps == 8

    wire.walk(steps, **PHONE)
    with scoping.everything("the test looks"):
        need = Need.objects.get()
        assert (need.category, need.desk) == ("relief", "township")
    pages = [client_of(user).get(reverse("outreach:need_list")) for user in (township_officer, township_outsider)]
    assert [need.number in page.content.decode() for page in pages] == [True, False]


def test_a_page_with_problems_is_asked_for_anew_not_sent_anew(wire: Wire) -> None:
    """Else Chrome, going back to it, says ERR_CACHE_MISS."""

    def steps(page: Page) -> None:
        begin(page)
        page.goto(page.url.replace("/check/", "/woman/"))
        thumb = Thumb(page)
        thumb.tap("建档，接着记")
        thumb.sees("有 1 处要改")
        with page.expect_request(page.url) as asked:
            page.reload()
        assert asked.value.method == "GET"

    wire.walk(steps, **PHONE)
