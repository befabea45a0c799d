"""The web-form family of the input corpus against every route of the access matrix that takes a form or a query.

Whatever comes in: no failure, no wait, no English, no markup that was typed, and nothing written where it is refused.
"""

from __future__ import annotations

import base64
import csv
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from federation import scoping
from federation.models import Organization, User
from tests.access_objects import OBJECTS
from tests.test_access_walk import MATRIX, ROUTES, WRITES, cast, roles_of

__all__ = ["cast"]
WRITERS = ["city_officer", "township_officer", "village_director", "screening_hospital", "finance_officer"]
# Every field of a form at once: more would meet the limit on a whole request before the field's own.
LONG = "长" * 10_000
SLOWEST_SECONDS = 10
# What Python itself refuses to read: a number of 5,000 digits, lists 20,000 deep.
DIGITS, DEEP = "9" * 5_000, "[" * 20_000
KEYS = ("branch", "year", "woman", "household", "visit")
URLENCODED = "application/x-www-form-urlencoded"
LEAK = re.compile(r"Traceback|Exception|psycopg|SELECT |INSERT |/work/|<script>alert|<b hx-get|onerror=alert\(1\)>")
# Audit rows tell of reads and refusals too; sessions are the sign-in's own.
OWN_WRITES = re.compile(r'"(django_session|usersessions_usersession)"|"last_login"')


@dataclass(frozen=True)
class Case:
    id: str
    way: str
    content: str
    verdict: str

    def text(self, other: Organization) -> str:
        plain = self.content.replace("{long}", LONG).replace("{other}", str(other.pk))
        plain = plain.replace("{digits}", DIGITS).replace("{deep}", DEEP)
        return re.sub(r"(?<!\\)\\u([0-9a-f]{4})|\\x([0-9a-f]{2})", lambda hit: chr(int(hit[1] or hit[2], 16)), plain)


def cases() -> list[Case]:
    with (Path(__file__).parent / "corpus" / "forms.csv").open(encoding="utf-8") as lines:
        return [Case(**row) for row in csv.DictReader(lines)]


@dataclass(frozen=True)
class Door:
    """A route as somebody who may use it meets it, with the fields of its form."""

    route: str
    url: str
    client: Client
    person: User
    fields: tuple[str, ...]


@pytest.fixture
def doors(cast: dict[str, User], village: Organization) -> list[Door]:
    clients = {role: signed_in(cast[role]) for role in WRITERS}
    found = [door_of(route, cast, clients, village) for route in ROUTES if takes_input(MATRIX[route])]
    doors = [door for door in found if door is not None]
    assert len(doors) >= 60
    return doors


def signed_in(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def takes_input(row: dict[str, Any]) -> bool:
    return not (row.get("closed") or row.get("owner_only") or row.get("public") or row.get("signed_in"))


def door_of(route: str, cast: dict[str, User], clients: dict[str, Client], village: Organization) -> Door | None:
    row = MATRIX[route]
    role = next((role for role in WRITERS if role in roles_of(row.get("write", row["roles"]))), None)
    if role is None:
        return None
    built: dict[str, Any] = {}
    if row.get("object"):
        with scoping.everything("the corpus arranges an object"):
            built = OBJECTS[row["object"]](village).kwargs
    url = reverse(route, kwargs=built)
    form = getattr(clients[role].get(url), "context", None)
    form = form.get("form") if form else None
    fields = tuple(form.fields) if hasattr(form, "fields") else ()
    return Door(route, url, clients[role], cast[role], fields)


def send(door: Door, case: Case, text: str) -> HttpResponse:
    """The case as a browser, a script or a phone would bring it to the door."""
    client, url, every = door.client, door.url, {name: text for name in door.fields}
    ways: dict[str, Callable[[], HttpResponse]] = {
        "every": lambda: client.post(url, every),
        "doubled": lambda: client.post(url, {name: [text, text] for name in door.fields}),
        "unknown": lambda: client.post(url, {"is_superuser": "on", "organization_id": "1", "__class__": text}),
        "many": lambda: guarded_client(door.person).post(url, {f"field{number}": text for number in range(1001)}),
        "raw": lambda: client.post(url, "&".join(f"{name}={text}" for name in door.fields), content_type=URLENCODED),
        "json": lambda: client.post(url, text, content_type="application/json"),
        "text": lambda: client.post(url, text, content_type="text/plain"),
        "no_csrf": lambda: strict_client(door.person).post(url, every),
        "method": lambda: client.put(url),
        "query": lambda: client.get(f"{url}?{text}"),
        "key": lambda: client.get(url, dict.fromkeys(KEYS, text)),
        "files": lambda: guarded_client(door.person).post(url, {f"f{part}": BytesIO(b"x") for part in range(1000)}),
        **{f"mark{width}": lambda width=width: client.get(url, {"after": mark(text, width)}) for width in (1, 2)},
    }
    return ways[case.way]()


def guarded_client(person: User) -> Client:
    """As in the browser: the guard against forged forms reads the body, also where the page would not."""
    client = strict_client(person)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return client


def mark(element: str, width: int) -> str:
    """The key of a page as the portal writes it, with what it never wrote inside."""
    return base64.urlsafe_b64encode(f"[{','.join([element] * width)}]".replace("\\\\", "\\").encode()).decode()


def strict_client(person: User) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(person)
    return client


def check(door: Door, case: Case, other: Organization, fields: dict[str, Any] | None = None) -> None:
    began = time.monotonic()
    connection.queries_log.clear()
    with transaction.atomic(), CaptureQueriesContext(connection) as caught:
        answer = door.client.post(door.url, fields) if fields else send(door, case, case.text(other))
        transaction.set_rollback(True)
    where = (door.route, case.id, answer.status_code)
    assert answer.status_code < 500, where
    assert time.monotonic() - began < SLOWEST_SECONDS, where
    body = b"" if answer.streaming else answer.content
    assert not LEAK.search(body.decode(errors="replace")), where
    if case.verdict == "refuse_request":
        status, says = (403, "这一页放得太久了") if case.way == "no_csrf" else (400, "没有看懂这次请求")
        assert (answer.status_code, says in body.decode()) == (status, True), where
        written = [query["sql"] for query in caught if WRITES.match(query["sql"])]
        assert [sql for sql in written if not OWN_WRITES.search(sql)] == [], where


def is_list(door: Door) -> bool:
    """A page whose form is the query in its address; what is posted to it is not looked at."""
    return door.route.endswith(("_list", "_tree", "figures"))


def meets(case: Case, door: Door) -> bool:
    """Typed texts go where a form is, queries where a list is, odd requests everywhere."""
    if case.way in ("every", "doubled", "raw", "many", "files", "no_csrf"):
        return bool(door.fields) and not is_list(door)
    if case.way == "query" or case.way.startswith("mark"):
        return is_list(door)
    return True


def widened(case: Case) -> list[Case]:
    """The key of a page has one part or more: a list reads the mark of its own width only."""
    return [replace(case, way=f"mark{width}") for width in (1, 2)] if case.way == "mark" else [case]


def test_every_door_stands_every_case(doors: list[Door], other_township: Organization, thorough: bool) -> None:
    """One test, so that the hundred doors are arranged once."""
    asked = 0
    for turn, case in enumerate(cases()):
        met = [door for door in doors if meets(case, door)]
        # Every form meets a seventh of the cases, and every case a seventh of the forms; all of them with --full.
        step = 1 if thorough or case.way in ("mark", "key") else 7
        for door in met[turn % step :: step]:
            for wide in widened(case):
                check(door, wide, other_township)
                asked += 1
    assert asked >= 300


def test_one_bad_field_among_good_ones(doors: list[Door], other_township: Organization) -> None:
    """Forms that open filled in: all else is valid, so that nothing but the one field can stop the bad value."""
    typed = [case for case in cases() if case.way == "every"]
    saved = set()
    for door in (door for door in doors if door.fields and not is_list(door)):
        form = door.client.get(door.url).context["form"]
        good = {name: written(form[name].value()) for name in door.fields}
        with transaction.atomic():
            accepted = door.client.post(door.url, good).status_code == 302
            transaction.set_rollback(True)
        saved |= {door.route} if accepted else set()
        for turn, name in enumerate(door.fields if accepted else ()):
            for case in typed[turn % 2 :: 2]:
                check(door, replace(case, way="one"), other_township, {**good, name: case.text(other_township)})
    assert {"outreach:lecture_edit", "programs:loan_edit", "programs:relief_edit", "organization_edit"} <= saved


def written(value: Any) -> str | list[str]:
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return "" if value in (None, False) else "on" if value is True else str(value)


def test_forms_refuse_what_they_must(doors: list[Door], other_township: Organization) -> None:
    """One form of each family: what was typed is kept, the reason is given in Chinese, and nothing is saved."""
    wanted = {"members:woman_new", "members:cadre_new", "outreach:lecture_new", "programs:donation_new"}
    chosen = [door for door in doors if door.route in wanted]
    assert {door.route for door in chosen} == wanted
    for case in cases():
        for door in chosen if (case.verdict, case.way) == ("refuse", "every") else ():
            check_refusal(door, case, other_township)


def check_refusal(door: Door, case: Case, other: Organization) -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as caught:
        answer = send(door, case, case.text(other))
        transaction.set_rollback(True)
    assert answer.status_code == 200, (door.route, case.id)
    problems = [str(text) for texts in answer.context["form"].errors.values() for text in texts]
    assert problems, (door.route, case.id)
    assert all(re.search(r"[一-鿿]", text) for text in problems), (door.route, case.id, problems)
    assert not any(query["sql"].startswith("INSERT") for query in caught), (door.route, case.id)


def test_corpus_has_its_first_hundred_and_twenty_cases() -> None:
    with (Path(__file__).parent / "corpus" / "cases.csv").open(encoding="utf-8") as lines:
        files_and_cells = list(csv.DictReader(lines))
    assert len(files_and_cells) + len(cases()) >= 120
