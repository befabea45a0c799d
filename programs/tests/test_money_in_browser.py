"""The pages of payments, batches and funds before a real browser: axe, overflow, script and policy errors, 1440 to 320 px."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from federation import scoping
from federation.models import Organization, User
from members.tests.build import build_woman
from programs.payments import requesting, returning
from programs.payments.signing import sign
from programs.tests.build_money import (
    AT,
    answer,
    answered,
    approved,
    approved_grant,
    batched,
    build_fund,
    hands,
    requested,
    sent,
)  # fmt: skip
from programs.tests.build_welfare import build_child
from tests.browsing import Eye, Shelf, browser_of

# Set to a folder to keep the pictures.
SHOTS = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None
NAMES = "刘春梅 何秀兰 邓玉珍 彭桂英 谢小红 罗冬梅 唐秋菊 郑丽娟".split()
ALL_DAYS = "?start=&end="


def arrange(village: Organization, township: Organization, city: Organization) -> dict[str, int]:
    build_fund(city, fen=15_000_000)
    build_fund(city, fen=4_960_000_00, source="donation", programme="sunflower", purpose="困境儿童资助")
    who = hands(city, township)
    grants = [approved_grant(village, woman=build_woman(village, name=name)) for name in NAMES]
    batch = sent(grants[:3], who)
    first, second, third = batch.payments.order_by("line_number")
    answered(batch, [answer(first), answer(second, "failed"), answer(third, amount_fen=900_000)], who)
    answered(batch, [answer(first, "failed"), answer(first, bank_reference="ZF20260309-7-0004")], who)
    lines = list(batch.bank_lines.exclude(difference="").order_by("id"))
    returning.propose(lines[0], decision="ignore", grounds="请银行更正后重新导入", by=who.payer)
    returning.propose(lines[1], decision="follow", grounds="银行来函更正", by=who.payer)
    made = batched([grants[3]], who)
    approved(grants[4], who)
    excepted = sign(requested(grants[5], who), "reviewed", by=who.requester, at=AT, exception="镇妇联只有一名干事")
    requested(grants[6], who)
    draft = requesting.send_back(requested(approved_grant(village), who), reason="户名与卡不符", by=who.reviewer)
    return {
        "paid": first.pk, "returned": second.pk, "excepted": excepted.pk, "draft": draft.pk, "batch": batch.pk,
        "made": made.pk, "line": lines[2].pk, "proposed": lines[0].pk, "child": build_child(village).pk,
    }  # fmt: skip


ONE = {
    "payment_detail": "excepted", "payment_correct": "draft", "payment_resubmit": "draft", "payment_withdraw": "draft",
    "payment_reverse": "returned", "payment_batch_detail": "batch", "payment_batch_send": "made",
    "payment_batch_return": "batch", "bank_line_propose": "line", "bank_line_confirm": "proposed", "aid_new": "child",
}  # fmt: skip
PLAIN = ("payment_list", "payment_ask", "payment_review", "payment_approve", "payment_batch_list", "payment_batch_new", "fund_list", "fund_receive")  # fmt: skip
BY_CITY = {"payment_ask", "payment_review", "payment_correct", "payment_resubmit", "payment_withdraw", "aid_new"}
BY_REVIEWER = {"payment_approve", "payment_reverse", "bank_line_confirm"}


@pytest.mark.usefixtures("policy")
@pytest.mark.full
def test_pages_of_money_are_right_in_the_browser(
    village: Organization, township: Organization, city: Organization, city_officer: User, finance_officer: User,
    finance_reviewer: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    with scoping.everything("a test arranges rows"):
        keys = arrange(village, township, city)
        fund = build_fund(city).pk
        gifts = build_fund(city, source="donation", programme="sunflower", purpose="困境儿童资助").pk
    routes = [(name, reverse(f"programs:{name}")) for name in PLAIN]
    routes += [(name, reverse(f"programs:{name}", args=[keys[key]])) for name, key in ONE.items()]
    routes += [("paid", reverse("programs:payment_detail", args=[keys["paid"]]))]
    routes += [("made", reverse("programs:payment_batch_detail", args=[keys["made"]]))]
    routes += [
        ("fund_detail", reverse("programs:fund_detail", args=[fund])),
        ("all", reverse("programs:payment_list") + ALL_DAYS),
    ]
    routes += [("fund_statement", reverse("programs:fund_statement", args=[gifts]))]
    shelf, asked = Shelf(), []
    for name, address in routes:
        person = city_officer if name in BY_CITY else finance_reviewer if name in BY_REVIEWER else finance_officer
        answer_ = client_of(person).get(address)
        assert answer_.status_code == 200, address
        asked.append(shelf.put(address, answer_))
    refused = client_of(city_officer).post(reverse("programs:payment_review"), {"decision": "back"})
    asked.append(shelf.put("/refused/", refused))
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        assert {address: found for address in asked if (found := eye.faults(address, shots=SHOTS))} == {}
