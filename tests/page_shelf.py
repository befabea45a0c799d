"""Every page there is, fetched as the people who may see it.

The list is the access matrix: a route that somebody adds is walked from the same commit on. What the matrix cannot
say (a job in each state, a form sent empty, error pages, the second factor) stands below by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from federation import jobs, scoping
from federation.models import Job, Organization, User
from federation.tests.cast import build_user
from tests.access_objects import OBJECTS, Built
from tests.test_access_walk import MATRIX, ROUTES, roles_of

PASSWORD = "Lanhe-2026ab"
# Whose eyes a page is drawn for, if she may see it.
READERS = [
    "city_officer", "township_officer", "village_director", "screening_hospital", "leader", "rights_officer",
    "finance_officer", "finance_reviewer", "auditor", "sponsor", "system_administrator",
]  # fmt: skip


@dataclass(frozen=True)
class Look:
    """One page as one person sees it; the address is made up so that each look has its own."""

    address: str
    response: HttpResponse

    @property
    def is_broken(self) -> bool:
        """The view failed; only the drawn page of failures answers so on purpose."""
        return self.response.status_code >= 500 and self.address != "/anybody/500/"

    @property
    def is_page(self) -> bool:
        return self.response.headers.get("Content-Type", "").startswith("text/html")


class Visitors:
    """The cast signed in by password, as people are, so that no page asks them who they are again."""

    def __init__(self, cast: dict[str, User], village: Organization) -> None:
        self.village, self.cast = village, cast
        self.clients = {role: self.client_of(person) for role, person in cast.items()}

    def client_of(self, person: User) -> Client:
        client = Client(
            raise_request_exception=False, headers={"User-Agent": "Mozilla/5.0 (Linux; Android 10) Chrome/130"}
        )
        answer = client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
        assert answer.status_code == 302, (person.username, answer.status_code)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    def looks(self, *, every_reader: bool, routes: Sequence[str] = ROUTES, besides: bool = True) -> Iterator[Look]:
        """All pages; `every_reader` shows each to everybody who may see it, otherwise to the first who can.

        `besides` adds the pages that the matrix does not know.
        """
        for route in routes:
            row = MATRIX[route]
            if row.get("closed") or row.get("owner_only") or "GET" not in row.get("methods", ["GET"]):
                continue
            yield from self.looks_at(route, row, every_reader)
        if besides:
            yield from self.jobs()
            yield from self.refusals()
            yield from self.second_factor()

    def looks_at(self, route: str, row: dict[str, Any], every_reader: bool) -> Iterator[Look]:
        url = reverse(route, kwargs=self.built(row).kwargs if row.get("object") else {})
        seen = False
        for role in self.readers(row):
            response = self.clients[role].get(url) if role else Client().get(url)
            look = Look(f"/{role or 'anybody'}/{route}/", response)
            if look.is_broken:
                yield look
            if response.status_code != 200:
                continue
            yield look
            if not seen and "POST" in row.get("methods", ["GET", "POST"]) and role:
                yield from self.sent_empty(route, role, url)
            seen = True
            if not every_reader:
                return

    def readers(self, row: dict[str, Any]) -> list[str]:
        if row.get("public"):
            return ["", READERS[0]]
        return READERS if row.get("signed_in") else [role for role in READERS if role in roles_of(row["roles"])]

    def sent_empty(self, route: str, role: str, url: str) -> Iterator[Look]:
        """The form with all its problems. Whatever an empty form does change is rolled back with the test."""
        if route.startswith(("account_logout", "usersessions")):
            return
        response = self.clients[role].post(url)
        if response.status_code == 200 and b"data-error" in response.content:
            yield Look(f"/{role}/{route}/sent-empty/", response)

    def built(self, row: dict[str, Any]) -> Built:
        kind = row.get("object") or row.get("lists")
        if not kind:
            return Built()
        with scoping.everything("the page walk arranges an object"):
            return OBJECTS[kind](self.village)

    def jobs(self) -> Iterator[Look]:
        person, client = self.cast["city_officer"], self.clients["city_officer"]
        for state in Job.State.values:
            with scoping.everything("the page walk arranges a job"):
                job = jobs.enqueue(next(iter(jobs.HANDLERS)), by=person, organization=self.village)
                Job.objects.filter(pk=job.pk).update(state=state, done=14, total=22, message="已排 14 页")
            yield Look(f"/city_officer/job/{state}/", client.get(reverse("job", args=[job.pk])))
        yield Look("/city_officer/job_list/filled/", client.get(reverse("job_list")))

    def refusals(self) -> Iterator[Look]:
        officer, sponsor = self.clients["city_officer"], self.clients["sponsor"]
        yield Look("/anybody/404/", Client().get("/nowhere/"))
        yield Look("/city_officer/404/", officer.get("/nowhere/"))
        yield Look("/sponsor/403/", sponsor.get(reverse("account_list")))
        yield Look("/anybody/403_csrf/", Client(enforce_csrf_checks=True).post(reverse("large_type")))
        from federation.views import pages

        request = officer.get("/nowhere/").wsgi_request
        yield Look("/city_officer/400/", pages.bad_request(request, Exception()))
        yield Look("/anybody/500/", pages.server_error(request))

    def second_factor(self) -> Iterator[Look]:
        person = build_user("two_steps", None, self.village, display_name="何静")
        client = self.client_of(person)
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(person)
        for route in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
            yield Look(f"/two_steps/{route}/", client.get(reverse(route)))
        yield Look("/two_steps/mfa_reauthenticate/", client.get(reverse("mfa_reauthenticate")))
        arriving = Client()
        arriving.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
        yield Look("/arriving/mfa_authenticate/", arriving.get(reverse("mfa_authenticate")))
        wrong = Client().post(reverse("account_login"), {"login": person.username, "password": "x"})
        yield Look("/anybody/account_login/wrong/", wrong)
