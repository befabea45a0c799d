"""A child's year through the pages, role by role; and its lists cost the same with one row and with three."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs.models import Child, ChildAccess, ChildWish, Mentor, Pairing
from programs.sunflower import opening
from programs.tests.build_welfare import build_child, build_incident, build_pairing

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("policy")


def press(client: Client, route: str, pk: int | None, /, **typed: object) -> None:
    """A form of this page is filled in and taken."""
    answer = client.post(reverse(f"programs:{route}", args=[pk] if pk else []), typed)
    assert answer.status_code == 302, (route, answer.context["form"].errors if answer.context else answer.status_code)


def test_a_childs_year_from_the_file_to_its_end(
    village: Organization, village_director: User, township_officer: User, city_officer: User, sponsor: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    today, officer, director = timezone.localdate(), client_of(township_officer), client_of(village_director)
    press(
        officer, "child_new", None, organization=village.pk, name="陈小雨", sex="2", birth_on="2015-05-04",
        opened_on=today, category="left_behind", guardian_name="陈大山", guardian_relation="祖父",
    )  # fmt: skip
    press(
        officer,
        "mentor_new",
        None,
        organization=village.pk,
        name="林爱华",
        sex="2",
        kind="caring_mother",
        recruited_on=today,
    )
    with scoping.everything("the test reads what was written"):
        child, mentor = Child.objects.get().pk, Mentor.objects.get().pk
    press(officer, "consent_new", child, version="2026-1", signed_by="陈大山", relation="祖父", signed_on=today)
    press(officer, "mentor_vet", mentor, checked_on=today, check_number="公1", result="clear", pledged_on=today)
    press(officer, "mentor_train", mentor, trained_on=today)
    press(officer, "pairing_new", child, mentor=mentor, starts_on=today)
    press(client_of(city_officer), "mentor_account", mentor, account=sponsor.pk)
    press(director, "wish_new", child, words="想要一个新书包", wished_on=today)
    with scoping.everything("the test reads what was written"):
        bond, wish = Pairing.objects.get().pk, ChildWish.objects.get().pk
    home = client_of(sponsor).get(reverse("reports:desk")).content.decode()
    assert ("想要一个新书包" in home, "陈小雨" in home) == (True, False)
    press(client_of(sponsor), "card_contact", bond, contacted_on=today, way="letter", words="寄了书包")
    press(director, "wish_grant", wish, granted_on=today)
    press(director, "access_new", child, purpose="visit")
    with scoping.everything("the test reads what was written"):
        asked = ChildAccess.objects.get(basis="asked").pk
    press(officer, "access_detail", asked, allowed="allowed")
    assert "陈小雨" in director.get(reverse("programs:child_detail", args=[child])).content.decode()
    press(officer, "pairing_renew", bond, words="两边都愿意继续")
    press(officer, "pairing_end", bond, reason="换一位更合适的结对人", on=today)
    assert [row.pk for row in officer.get(f"{reverse('programs:child_list')}?state=unpaired").context["page"].rows] == [
        child
    ]
    press(officer, "child_close", child, reason="困难解除", on=today)
    assert officer.get(reverse("programs:pairing_list")).context["page"].rows == []


def add_pairing(village: Organization, by: User) -> None:
    build_pairing(build_child(village))


def add_incident(village: Organization, by: User) -> None:
    build_incident(village)


def add_access(village: Organization, by: User) -> None:
    opening.ask(build_child(village), purpose="visit", reason="", urgent=False, at=timezone.now(), by=by)


@pytest.mark.parametrize(
    ("name", "add"),
    [
        ("mentor_list", add_pairing), ("pairing_list", add_pairing), ("incident_list", add_incident),
        ("access_list", add_access),
    ],
)  # fmt: skip
def test_lists_cost_the_same_with_one_row_and_with_three(
    village: Organization, village_director: User, township_officer: User, rights_officer: User, client_of: ClientOf,
    name: str, add: Callable[[Organization, User], None],
) -> None:  # fmt: skip
    client, costs = client_of(rights_officer if name == "incident_list" else township_officer), []
    client.get(reverse(f"programs:{name}"))
    for more in (1, 2):
        with scoping.everything("a test arranges rows"):
            for _ in range(more):
                add(village, village_director)
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(reverse(f"programs:{name}")).context["page"].rows
        costs.append((len(rows), len(captured)))
    assert [rows for rows, _ in costs] == [1, 3]
    assert costs[0][1] == costs[1][1]


def test_report_after_the_hour_is_told_as_late(
    village: Organization, rights_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        incident = build_incident(village, recorded_at=timezone.now() - timedelta(hours=4))
    client = client_of(rights_officer)
    for to in ("federation", "police"):
        told = {"reported_to": to, "reported_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "receipt_number": "020117"}
        assert client.post(incident.get_absolute_url(), told).status_code == 302
        page = client.get(reverse("programs:incident_list")).content.decode()
        assert ("没有报告，超时" in page, "已报告，超时" in page) == (to == "federation", to == "police")
