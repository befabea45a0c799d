"""The walk: every route, every role, the own object and a stranger's, plain and htmx, against the access matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
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
FEWEST_ROUTES = 60
SCOPE_OF_OTHERS = {"township_officer", "village_director"}


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


class Walk:
    """One route of the matrix, asked by everybody."""

    def __init__(
        self, route: str, row: dict[str, Any], cast: dict[str, User], own: Organization, other: Organization
    ) -> None:
        self.route, self.row, self.cast = route, row, cast
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

    def ask(self, user: User | None, method: str, built: Built, htmx: bool) -> HttpResponse:
        client = Client(raise_request_exception=True)
        if user is not None:
            client.force_login(user)
        headers = {"HX-Request": "true"} if htmx else {}
        return getattr(client, method.lower())(self.url(built), headers=headers)

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
        answer = self.ask(self.cast[role], method, self.own, htmx)
        where = (self.route, role, method, answer.status_code)
        if not self.allowed(role, method):
            assert answer.status_code == 403, where
            self.leaks_nothing(answer, self.own)
        elif self.row.get("owner_only"):
            assert answer.status_code == 404, where
        elif self.row.get("object") and not self.reaches(role):
            assert answer.status_code in (403, 404), where
            self.leaks_nothing(answer, self.own)
        else:
            assert answer.status_code not in (401, 404), where
            assert answer.status_code < 500, where

    def check_other(self, role: str, method: str, htmx: bool) -> None:
        """The object of another township: it does not exist for people of this one."""
        answer = self.ask(self.cast[role], method, self.other, htmx)
        where = (self.route, role, method, answer.status_code, "other township")
        if (
            role in SCOPE_OF_OTHERS
            and self.row.get("object")
            and self.allowed(role, method)
            and not self.row.get("public")
        ):
            assert answer.status_code == 404, where
        if role in SCOPE_OF_OTHERS or not self.allowed(role, method):
            self.leaks_nothing(answer, self.other)

    def check_list(self, role: str) -> None:
        text = self.ask(self.cast[role], "GET", self.own, False).content.decode()
        if role in STAFF and self.allowed(role, "GET"):
            assert self.own.canary in text, (self.route, role, "the own row is missing")
        if role in SCOPE_OF_OTHERS:
            assert self.other.canary not in text, (self.route, role, "a row of another township")

    def reaches(self, role: str) -> bool:
        """Accounts without a branch in scope: sponsors and administrators see no scoped object."""
        return role not in ("sponsor", "system_administrator")

    def leaks_nothing(self, answer: HttpResponse, built: Built) -> None:
        if built.canary:
            assert built.canary not in answer.content.decode(errors="replace"), (self.route, "canary")


@pytest.mark.parametrize("route", [name for name in ROUTES if not MATRIX.get(name, {}).get("closed")])
def test_walk(route: str, cast: dict[str, User], village: Organization, other_village: Organization) -> None:
    row = MATRIX[route]
    walk = Walk(route, row, cast, village, other_village)
    for method in row.get("methods", ["GET", "POST"]):
        for htmx in (False, True):
            walk.check_stranger_at_the_door(method, htmx)
            for role in cast:
                walk.check(role, method, htmx)
                walk.check_other(role, method, htmx)
    for role in cast if row.get("lists") else ():
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
        walk = Walk("leaky", {"roles": ["STAFF"], "object": "organization"}, cast, village, other_village)
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
