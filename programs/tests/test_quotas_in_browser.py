"""The pages of the year's task before a real browser: axe, overflow, script and policy errors, 1440 to 320 px."""

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
from members.models import Woman
from programs.models import Campaign
from programs.screening import quotas
from programs.tests.build import build_campaign
from tests.browsing import Eye, Shelf, browser_of

# Set to a folder to keep the pictures.
SHOTS = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else None
ON, PERCENTS = date(2016, 2, 20), [10, 20, 30, 40]


def issued_twice(campaign: Campaign, by: User) -> list[str]:
    """By the women due, then equal shares with a reason: the addresses of both."""
    first = quotas.issue(
        campaign, shares=quotas.shares_of(campaign, anew=True), percents=PERCENTS, follows=None,
        document_number="兰妇发〔2016〕7号", reason="", on=ON, by=by,
    )  # fmt: skip
    shares = quotas.shares_of(campaign, anew=False)
    numbers = {share.branch.pk: campaign.quota // len(shares) for share in shares}
    changed = quotas.changed(shares, quotas=numbers, reasons=dict.fromkeys(numbers, "卫生院停诊一个季度"))
    second = quotas.issue(
        campaign, shares=changed, percents=PERCENTS, follows=first.pk, document_number="兰妇发〔2016〕19号",
        reason="青石镇卫生院停诊，任务调整", on=ON, by=by,
    )  # fmt: skip
    return [first.get_absolute_url(), second.get_absolute_url()]


@pytest.mark.usefixtures("policy")
@pytest.mark.full
def test_pages_of_the_task_are_right_in_the_browser(
    city: Organization, village: Organization, other_village: Organization, city_officer: User,
    township_officer: User, village_director: User, client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    with scoping.everything("a test arranges rows"):
        for place, branch in enumerate((village, village, village, other_village)):
            Woman.objects.create(organization=branch, name=f"张{place}", birth_on=date(1975, 5, 6), no_id_reason="lost")
    campaign = build_campaign(city, quota=40)
    page = reverse("programs:campaign_quotas", args=[campaign.pk])
    desk, shelf = client_of(city_officer), Shelf()
    asked = [shelf.put("/first/", desk.get(page))]
    equal = {f"quota_{town.pk}": 20 for town in quotas.townships_of(campaign)}
    equal |= {f"percent_{place}": share for place, share in enumerate(PERCENTS, start=1)}
    asked.append(shelf.put("/wrong/", desk.post(page, equal)))
    reasons = {f"reason_{town.pk}": "卫生院停诊" for town in quotas.townships_of(campaign)}
    unfair = desk.post(page, equal | reasons)
    assert "应查妇女却相差很大" in unfair.content.decode()
    asked.append(shelf.put("/unfair/", unfair))
    with scoping.of_user(city_officer):
        both = issued_twice(campaign, city_officer)
    asked += [shelf.put(address, desk.get(address)) for address in (*both, page, campaign.get_absolute_url())]
    for name, person in (("township", township_officer), ("village", village_director)):
        asked.append(shelf.put(f"/{name}/", client_of(person).get(campaign.get_absolute_url())))
        asked.append(shelf.put(f"/{name}/issue/", client_of(person).get(both[1])))
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        assert {address: found for address in asked if (found := eye.faults(address, shots=SHOTS))} == {}
