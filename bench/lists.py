"""List pages do not grow with the table, and scope costs a name search nothing."""

from __future__ import annotations

import base64
import json
import time
from statistics import median

from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import town
from bench.bars import Bar, below, rounds, within
from federation import scoping
from federation.models import User
from members.models import Woman

SMALL, LARGE = 25_000, 2_500_000
TIMES = 25


def measure() -> list[Bar]:
    town.build()
    town.fill_visits(SMALL)
    small = {name: _page_times(name) for name in ("bench_city", "bench_township")}
    search = _name_search()
    queries = _query_counts()
    town.fill_visits(LARGE)
    large = {name: _page_times(name) for name in ("bench_city", "bench_township")}
    bars = []
    for user in small:
        for page in ("first", "last"):
            ours, floor = large[user][page], small[user][page]
            name = f"{user.removeprefix('bench_')} {page} page of {LARGE} visits / {SMALL}"
            bars.append(below(name, ours, floor, bar=1.5, unit="ms"))
    return [*bars, queries, *search]


def client_of(name: str) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username=name))
    assert SESSION_KEY in client.session
    return client


def _page_times(name: str) -> dict[str, float]:
    """Milliseconds of the whole page, first and last, median of many; rows on both are checked."""
    client, url = client_of(name), reverse("outreach:visit_list")
    last = f"{url}?before={_end_of_list()}"
    for page in (url, last):
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        assert answer.content.count(b"<tr") > 20, "the page shows its rows"
    times = rounds([lambda: client.get(url), lambda: client.get(last)], times=TIMES)
    return {"first": median(times[0]) * 1000, "last": median(times[1]) * 1000}


def _end_of_list() -> str:
    """The key before which the oldest page stands."""
    return base64.urlsafe_b64encode(json.dumps(["1900-01-01", 0]).encode()).decode()


def _query_counts() -> Bar:
    """The same number of queries with one row on the page and with fifty."""
    client, url = client_of("bench_township"), reverse("outreach:visit_list")
    counts = []
    for query in ("?size=50", "?size=20&q=没有这样的名字"):
        client.get(url + query)
        with CaptureQueriesContext(connection) as caught:
            client.get(url + query)
        counts.append(len(caught))
    return within("queries of a list page: 50 rows minus none", counts[0] - counts[1], bar=0, unit="queries")


def _name_search() -> list[Bar]:
    """Name prefix and pinyin initials at each level, with the second wall up and down."""
    bars = []
    for name in ("bench_city", "bench_township"):
        user = User.objects.get(username=name)
        up = _search_times(user)
        wall_down("members_woman")
        down = _search_times(user)
        wall_up("members_woman")
        bars.append(below(f"{name.removeprefix('bench_')} name search, wall up / down", up, down, bar=1.25, unit="ms"))
    return bars


def _search_times(user: User) -> float:
    times = []
    with scoping.of_user(user):
        for text in ("王", "wxy", "李秀", "zy") * 10:
            began = time.perf_counter()
            list(Woman.objects.visible_to(user).named_like(text).order_by("name", "pk")[:21])
            times.append(time.perf_counter() - began)
    return median(times) * 1000


def wall_down(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def wall_up(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
