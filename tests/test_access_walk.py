"""The walk: every route, every role, the own object and a stranger's, plain and htmx, against the access matrix."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, path, reverse

from federation import scoping
from federation.access import signed_in
from federation.models import Organization, User
from federation.permissions import Role
from federation.urls import urlpatterns as portal_urls
from tests.access_objects import OBJECTS, Built

MATRIX: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "access_matrix.yaml").read_text())
STAFF = ["village_director", "township_officer", "city_officer"]
GROUPS = {
    "STAFF": STAFF,
    "OFFICERS": STAFF[1:],
    "READERS": [*STAFF, "auditor"],
    "FIGURES": [*STAFF, "auditor", "leader"],
    "ALL": [role.value for role in Role],
}
FEWEST_ROUTES, PARTS = 60, 16
SCOPE_OF_OTHERS = ["township_officer", "village_director"]
WITHOUT_SCOPE = {"sponsor", "system_administrator"}
UNSCOPED = {None, "organization", "grant", "invitation"}  # the tree and the accounts are the administrator's work
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)")


def collect(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from collect(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield namespace + entry.name


def roles_of(names: list[str]) -> set[str]:
    return {role for name in names for role in GROUPS.get(name, [name])}


ROUTES = sorted({name for name in collect(get_resolver().url_patterns) if not name.startswith("admin:")})
OPEN_ROUTES = [name for name in ROUTES if not MATRIX.get(name, {}).get("closed")]


def test_matrix_names_exactly_the_routes_there_are() -> None:
    assert set(ROUTES) == set(MATRIX) - {"admin:*"}
    assert len(ROUTES) >= FEWEST_ROUTES


def test_every_pattern_has_a_name() -> None:
    def unnamed(patterns: list[Any]) -> Iterator[str]:
        for entry in patterns:
            if isinstance(entry, URLResolver):
                if entry.app_name != "admin":
                    yield from unnamed(entry.url_patterns)
            elif not entry.name:
                yield str(entry.pattern)

    assert list(unnamed(portal_urls)) == []


@pytest.fixture
def cast(
    village_director: User, township_officer: User, city_officer: User, rights_officer: User, hospital: User,
    finance_officer: User, finance_reviewer: User, leader: User, auditor: User, sponsor: User, administrator: User,
) -> dict[str, User]:  # fmt: skip
    people = [
        village_director, township_officer, city_officer, rights_officer, hospital, finance_officer, finance_reviewer,
        leader, auditor, sponsor, administrator,
    ]  # fmt: skip
    return {next(iter(person.roles)).value: person for person in people}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Walk:
    """One route of the matrix, asked by everybody. Whatever a request changes is undone before the next one."""

    def __init__(
        self,
        route: str,
        row: dict[str, Any],
        sessions: dict[str, SimpleCookie],
        own: Organization,
        other: Organization,
    ) -> None:
        self.route, self.row = route, row
        self.clients: dict[str | None, Client] = {role: client_with(cookies) for role, cookies in sessions.items()}
        self.clients[None] = Client()
        self.own, self.other = self.build(own), self.build(other)

    def build(self, organization: Organization) -> Built:
        kind = self.row.get("object") or self.row.get("lists")
        if not kind:
            return Built()
        with scoping.everything("the walk arranges an object"):
            return OBJECTS[kind](organization)

    def url(self, built: Built) -> str:
        return reverse(self.route, kwargs=built.kwargs if self.row.get("object") else {})

    def allowed(self, role: str, method: str) -> bool:
        if self.row.get("public") or self.row.get("signed_in"):
            return True
        names = self.row["roles"] if method == "GET" else self.row.get("write", self.row["roles"])
        return role in roles_of(names)

    def ask(self, role: str | None, method: str, built: Built, htmx: bool, *, writing: bool = True) -> HttpResponse:
        """A request that must be refused must not write either: not even a line of the trail."""
        headers = {"HX-Request": "true"} if htmx else {}
        with undone(), CaptureQueriesContext(connection) as captured:
            answer = getattr(self.clients[role], method.lower())(self.url(built), headers=headers)
        if not writing:
            assert [query["sql"] for query in captured if WRITES.match(query["sql"])] == [], (self.route, role)
        return answer

    def check_stranger_at_the_door(self, method: str, htmx: bool) -> None:
        answer = self.ask(None, method, self.own, htmx)
        if self.row.get("public"):
            assert answer.status_code < 500
            return
        assert answer.status_code == (401 if htmx else 302), (self.route, "anonymous", answer.status_code)
        target = answer["HX-Redirect"] if htmx else answer["Location"]
        assert target.startswith("/accounts/login/")
        self.leaks_nothing(answer, self.own)

    def check(self, role: str, method: str, htmx: bool) -> None:
        allowed = self.allowed(role, method)
        answer = self.ask(role, method, self.own, htmx, writing=allowed)
        where = (self.route, role, method, answer.status_code)
        self.has_its_headers(answer)
        if not allowed:
            assert answer.status_code == 403, where
            self.leaks_nothing(answer, self.own)
        elif self.row.get("owner_only"):
            assert answer.status_code == 404, where
            self.leaks_nothing(answer, self.own)
        elif self.row.get("object") not in UNSCOPED and role in WITHOUT_SCOPE:
            assert answer.status_code in (403, 404), where
            self.leaks_nothing(answer, self.own)
        else:
            assert answer.status_code not in (401, 404, 405), where
            assert answer.status_code < 500, where

    def check_other(self, role: str, method: str, htmx: bool) -> None:
        """The object of another township: it does not exist for people of this one."""
        answer = self.ask(
            role, method, self.other, htmx, writing=bool(self.row.get("public") or self.row.get("shared"))
        )
        where = (self.route, role, method, answer.status_code, "other township")
        if self.row.get("shared") and self.allowed(role, method):
            assert answer.status_code < 500, where
            return
        if self.row.get("object") and self.allowed(role, method) and not self.row.get("public"):
            assert answer.status_code == 404, where
        self.leaks_nothing(answer, self.other)

    def check_list(self, role: str) -> None:
        text = self.ask(role, "GET", self.own, False).content.decode()
        if role in STAFF and self.allowed(role, "GET"):
            assert self.own.canary in text, (self.route, role, "the own row is missing")
        if role in SCOPE_OF_OTHERS:
            assert self.other.canary not in text, (self.route, role, "a row of another township")

    def has_its_headers(self, answer: HttpResponse) -> None:
        assert answer["Cache-Control"] == "no-store", self.route
        assert "unsafe" not in answer["Content-Security-Policy"], self.route

    def leaks_nothing(self, answer: HttpResponse, built: Built) -> None:
        if built.canary:
            assert built.canary not in answer.content.decode(errors="replace"), (self.route, "canary")


def sessions_of(cast: dict[str, User]) -> dict[str, SimpleCookie]:
    return {role: cookies_of(person) for role, person in cast.items()}


def cookies_of(person: User) -> SimpleCookie:
    """The cookies of one signed in and already seen, so that no request of the walk writes into the session."""
    client = Client()
    client.force_login(person)
    session = client.session
    session.update({"began": int(time.time()), "seen": int(time.time()) + 3600})
    session.save()
    return client.cookies


def client_with(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies.update(cookies)
    return client


@pytest.mark.parametrize("part", range(PARTS))
def test_walk(
    part: int, cast: dict[str, User], village: Organization, other_village: Organization, thorough: bool,
    subtests: pytest.Subtests,
) -> None:  # fmt: skip
    """Many routes by the same people, since to make the people takes as long as to walk a route. Each is told alone."""
    sessions = sessions_of(cast)
    for route in OPEN_ROUTES[part::PARTS]:
        with subtests.test(route=route), undone():
            carry_out(Walk(route, MATRIX[route], sessions, village, other_village), thorough=thorough)


def carry_out(walk: Walk, *, thorough: bool) -> None:
    """By htmx one person a way asks who may; `./portal test --full` asks as everybody."""
    people = [role for role in walk.clients if role is not None]
    for method in walk.row.get("methods", ["GET", "POST"]):
        first = next((role for role in people if walk.allowed(role, method)), None)
        for htmx in (False, True):
            walk.check_stranger_at_the_door(method, htmx)
            for role in people:
                if thorough or not htmx or role == first:
                    walk.check(role, method, htmx)
            for role in SCOPE_OF_OTHERS if walk.row.get("object") else ():
                walk.check_other(role, method, htmx)
    for role in people if walk.row.get("lists") else ():
        walk.check_list(role)


@pytest.mark.parametrize("route", [name for name in ROUTES if MATRIX.get(name, {}).get("closed")])
def test_closed_routes_answer_nobody(route: str, cast: dict[str, User]) -> None:
    try:
        url = reverse(route)
    except NoReverseMatch:
        url = reverse(route, kwargs={"uidb36": "1", "key": "a-b"} if "from_key" in route else {"key": "k"})
    for person in cast.values():
        client = Client()
        client.force_login(person)
        assert client.get(url).status_code == 403, (route, person.username)
        assert client.post(url).status_code == 403, (route, person.username)


def test_administration_is_for_administrators_only(cast: dict[str, User]) -> None:
    for role, person in cast.items():
        client = Client()
        client.force_login(person)
        expected = 200 if role == Role.SYSTEM_ADMINISTRATOR else 403
        assert client.get(reverse("admin:index")).status_code == expected, role


def test_methods_that_no_route_offers_are_refused(cast: dict[str, User]) -> None:
    client = Client()
    client.force_login(cast["city_officer"])
    for route in ROUTES:
        row = MATRIX[route]
        if (
            "object" in row
            or row.get("closed")
            or not ({"city_officer"} & roles_of(row.get("roles", [])) or row.get("signed_in"))
        ):
            continue
        for method in ("put", "patch", "delete"):
            assert getattr(client, method)(reverse(route)).status_code < 500, (route, method)


@signed_in
def leaky(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(Organization.objects.get(pk=pk).name)


leaky_urls = type("leaky_urls", (), {"urlpatterns": [*portal_urls, path("leaky/<int:pk>/", leaky, name="leaky")]})


def test_walk_catches_a_leaky_view(
    cast: dict[str, User], village: Organization, other_village: Organization, settings: Any
) -> None:
    with override_settings(ROOT_URLCONF=leaky_urls):
        walk = Walk("leaky", {"roles": ["STAFF"], "object": "organization"}, sessions_of(cast), village, other_village)
        with pytest.raises(AssertionError):
            walk.check("sponsor", "GET", False)
        with pytest.raises(AssertionError):
            walk.check_other("village_director", "GET", False)


def test_unmarked_view_answers_nobody(city_officer: User, client_of: Callable[[User], Client]) -> None:
    def unmarked(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    urls = type("urls", (), {"urlpatterns": [*portal_urls, path("unmarked/", unmarked, name="unmarked")]})
    with override_settings(ROOT_URLCONF=urls):
        assert client_of(city_officer).get("/unmarked/").status_code == 403
