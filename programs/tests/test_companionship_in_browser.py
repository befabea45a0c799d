"""The sunflower's people in a real Chromium: mentors, pairings, the sponsor's cards, and the red button."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright

from federation import scoping
from federation.models import Organization, User
from outreach.tests.build import build_need, build_visit, build_woman
from programs.sunflower import caring, companionship, mentoring, opening, protecting
from programs.tests.build_welfare import (
    build_access,
    build_child,
    build_incident,
    build_mentor,
    build_pairing,
    build_wish,
)
from tests.browsing import Eye, Shelf, browser_of

# Set to a folder to keep the pictures.
SHOTS = Path(os.environ["CARE_SHOTS"]) if "CARE_SHOTS" in os.environ else None
ClientOf = Callable[[User], Client]


def arrange(village: Organization, officer: User, sponsor: User) -> dict[str, str]:
    today, now = timezone.localdate(), timezone.now()
    mentor = build_mentor(village, phone="13912345678", work_unit="杨柳村小学", account=sponsor)
    begun = today - timedelta(days=60)
    child = build_child(village, opened_on=begun, consented_on=begun)
    build_access(child, officer)
    bond = caring.pair(child, mentor=mentor, starts_on=begun, on=today, by=officer)
    companionship.note_contact(
        bond, contacted_on=today, way="video", words="说了期末考试，想妈妈", on=today, by=officer
    )
    build_pairing(build_child(village), mentor=mentor, contact_due_on=today - timedelta(days=3))
    wish = build_wish(child)
    new, refused = (build_mentor(village, name=name, vetted_on=None, vetted_until=None) for name in ("何静", "周小红"))
    mentoring.vet(
        refused, checked_on=today, check_number="公2026-9", result="found", pledged_on=None, on=today, by=officer
    )
    build_mentor(village, name="李玉梅", trained_on=None)
    build_mentor(village, name="欧阳桂枝", vetted_until=today - timedelta(days=5))
    late = build_incident(village, recorded_at=now - timedelta(hours=3), child=child, reporter=officer)
    told = build_incident(village, recorded_at=now - timedelta(days=2), about="woman", reporter=officer)
    build_incident(village, reporter=officer)
    protecting.report(told, reported_to="police", reported_at=now, receipt_number="警号 020117", at=now, by=officer)
    woman = build_woman(village)
    closed = build_child(village)
    director = User.objects.get(username="village")
    asked = opening.ask(closed, purpose="visit", reason="周末入户", urgent=False, at=now, by=director)
    urgent = opening.ask(child, purpose="visit", reason="孩子没到校，要找监护人", urgent=True, at=now, by=director)
    visit, need = build_visit(woman, officer), build_need(woman)
    of = {"bond": bond.pk, "child": child.pk, "wish": wish.pk, "mentor": mentor.pk, "new": new.pk, "late": late.pk}
    of |= {"closed": closed.pk, "asked": asked.pk, "urgent": urgent.pk}
    return {
        **{key: str(pk) for key, pk in of.items()}, "told": str(told.pk), "visit": str(visit.pk), "need": str(need.pk),
    }  # fmt: skip


def pages(keys: dict[str, str]) -> dict[str, list[str]]:
    """Who looks at which addresses."""

    def at(name: str, key: str = "") -> str:
        return reverse(f"programs:{name}", args=[keys[key]] if key else [])

    return {
        "officer": [
            at("mentor_list"), at("mentor_new"), at("mentor_detail", "mentor"), at("mentor_detail", "new"),
            at("mentor_edit", "mentor"), at("mentor_vet", "mentor"), at("mentor_train", "new"), at("mentor_leave", "mentor"),
            at("pairing_list"), at("pairing_new", "child"), at("pairing_renew", "bond"), at("pairing_end", "bond"),
            at("contact_new", "bond"), at("wish_new", "child"), at("wish_grant", "wish"), at("child_detail", "child"),
            at("child_list"), at("child_detail", "closed"), at("access_new", "closed"), at("access_list"), at("access_detail", "asked"), at("access_detail", "urgent"), f"{at('incident_new')}?child={keys['child']}", at("incident_new"),
            reverse("outreach:visit_detail", args=[keys["visit"]]), reverse("outreach:need_detail", args=[keys["need"]]),
        ],
        "city": [at("mentor_account", "mentor")],
        "director": [at("child_detail", "closed") + "?as=director", 
            f"{at('incident_on_phone')}?visit={keys['visit']}", at("incident_on_phone"), reverse("outreach:danger"),
            reverse("outreach:visit_on_phone", args=[keys["visit"]]), reverse("outreach:need_on_phone", args=[keys["need"]]),
        ],
        "rights": [at("incident_list"), at("incident_detail", "late"), at("incident_detail", "told"), reverse("reports:desk")],
        "leader": [at("access_list") + "?as=leader", at("incident_detail", "told") + "?as=leader"],
        "sponsor": [reverse("reports:desk") + "?as=sponsor", at("card_contact", "bond")],
    }  # fmt: skip


@pytest.mark.usefixtures("policy")
@pytest.mark.full
def test_pages_are_right_in_the_browser(
    village: Organization, township_officer: User, city_officer: User, village_director: User, rights_officer: User,
    leader: User, sponsor: User, client_of: ClientOf,
) -> None:  # fmt: skip
    people = {
        "officer": township_officer, "city": city_officer, "director": village_director, "rights": rights_officer,
        "leader": leader, "sponsor": sponsor,
    }  # fmt: skip
    with scoping.everything("a test arranges rows"):
        looked = pages(arrange(village, township_officer, sponsor))
    shelf, asked = Shelf(), []
    for who, addresses in looked.items():
        for address in addresses:
            answer = client_of(people[who]).get(address)
            assert answer.status_code == 200, address
            asked.append(shelf.put(address, answer))
    new = reverse("programs:incident_new")
    asked.append(shelf.put("/wrong/", client_of(township_officer).post(new, {"reported_to": "police", "about": "x"})))
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        assert {address: found for address in asked if (found := eye.faults(address, shots=SHOTS))} == {}
