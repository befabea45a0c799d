"""Roll-ups cost a load little and give a city's year at once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection, transaction

from bench import town
from bench.bars import Bar, below, rounds, within
from federation import copying, scoping
from federation.models import Organization, User
from members.models import Woman
from outreach.models import Need, Visit
from reports import overview, rollups

LOADED, VISITS, NEEDS = 25_000, 700_000, 300_000
TIMES, READS = 7, 101
COLUMNS = [
    "organization_id", "township_id", "submission_id", "visited_on", "mode", "woman_id", "subject", "target_group",
    "situation", "confirmation", "made_by_id", "received_at",
]  # fmt: skip


def measure() -> list[Bar]:
    town.build()
    return [_load(), _read()]


def _load() -> Bar:
    """The same 25,000 visits by COPY, with the triggers and without, undone each time."""
    with scoping.everything("the benchmark loads visits"):
        rows = _rows()
    seconds = rounds([lambda: _loading(rows, True), lambda: _loading(rows, False)], times=TIMES)
    ours, floor = (median(each) * 1000 for each in seconds)
    return below(f"load {LOADED} visits with roll-ups / without", ours, floor, bar=1.15, unit="ms")


def _rows() -> list[tuple[Any, ...]]:
    people = list(Woman.objects.order_by("pk").values_list("pk", "organization_id", "township_id")[:LOADED])
    maker = User.objects.get(username="bench_township").pk
    return [
        (branch, township, uuid.uuid4(), town.TODAY - timedelta(days=number % 365), "home", woman, "", "ordinary",
         "家里老人身体还好，孩子在镇上读书。", "spoken", maker, town.TODAY)
        for number, (woman, branch, township) in enumerate(people[at % len(people)] for at in range(LOADED))
    ]  # fmt: skip


def _loading(rows: list[tuple[Any, ...]], counted: bool) -> None:
    with transaction.atomic(), scoping.everything("the benchmark loads visits"):
        if not counted:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE outreach_visit DISABLE TRIGGER USER")
        copying.insert(Visit, COLUMNS, rows)
        transaction.set_rollback(True)


def _read() -> Bar:
    """What the home pages ask: this year and last, by township, from a million facts."""
    town.fill_visits(VISITS)
    with scoping.everything("the benchmark arranges its needs"):
        _fill_needs()
    with scoping.everything("the benchmark reads a city's year"):
        assert rollups.differences() == []
        city = Organization.objects.get(parent=None)
        assert Visit.objects.count() + Need.objects.count() >= VISITS + NEEDS
        found = overview.year_of(city, town.TODAY.year, on=town.TODAY)
        assert len(found.below) >= 24
        assert found.value("visits")
        times = [_database_time(lambda: overview.year_of(city, town.TODAY.year, on=town.TODAY)) for _ in range(READS)]
    return within(f"a city's year of figures from {VISITS + NEEDS} facts", median(times) * 1000, bar=5, unit="ms")


def _fill_needs() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outreach_need (organization_id, township_id, category, words, urgency, raised_on, due_on, desk,
                outcome, answer, satisfaction, times_reopened, answered_on, confirmed_on)
            SELECT organization_id, township_id, (ARRAY['health', 'employment', 'relief', 'schooling'])[id %% 4 + 1], '',
                'ordinary', visited_on, visited_on + 15, 'village', 'solved', '', 'satisfied', 0, visited_on, visited_on
            FROM outreach_visit ORDER BY id LIMIT %s
            """,
            [NEEDS],
        )
        cursor.execute("ANALYZE outreach_need")
        cursor.execute("ANALYZE reports_rollup")


def _database_time(ask: Callable[[], object]) -> float:
    with _timed() as spent:
        ask()
    return sum(spent)


@contextmanager
def _timed() -> Iterator[list[float]]:
    spent: list[float] = []

    def timed(execute: Callable[..., Any], *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(timed):
        yield spent
