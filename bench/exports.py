"""A list of 25,000 rows and 20 columns taken out of the portal: the whole job, against COPY and against import-export."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from bench import screening, town
from bench.bars import Bar, below, faster, rounds, spread
from bench.screening import COLUMNS, FlatResource, FlatScreening
from federation import exporting, jobs, scoping
from federation.forms.lists import ListFilter
from federation.models import Job, Organization, PolicyRule, User

ROWS, MANY, FEW, TIMES = 25_000, 250_000, 2_500, 3


class FlatFilter(ListFilter):
    def rows(self, *, on: date) -> QuerySet[FlatScreening]:
        return FlatScreening.objects.select_related("village").order_by("pk")


def _column(name: str) -> Any:
    if name == "village":
        return lambda row, _: row.village.division_name
    return lambda row, _: getattr(row, name)


LISTING = exporting.Listing(
    "bench.flat", "筛查名册", "人", FlatFilter, tuple((name, _column(name)) for name in COLUMNS)
)


def measure() -> list[Bar]:
    screening.arrange()
    _allow_long_lists()
    exporting.register(LISTING)
    _fill(ROWS)
    own, flat = rounds([ours, floor], times=TIMES)
    _fill(FEW)
    few, _ = rounds([peer, _nothing], times=TIMES)
    _fill(FEW // 2)
    fewer, _ = rounds([peer, _nothing], times=TIMES)
    linear = abs(median(few) / median(fewer) - 2) < 0.6
    whole = median(few) * ROWS / FEW
    name = f"export {ROWS} x {len(COLUMNS)} to xlsx, the whole job"
    stock = f"{name}, stock import-export ({FEW} rows x 10, {'' if linear else 'NOT '}linear)"
    small, large = (memory(count) for count in (ROWS, MANY))
    return [
        below(f"{name} / COPY to CSV", median(own), median(flat), bar=12, unit="s", spread=spread(own)),
        faster(stock, median(own), whole, bar=30, unit="s"),
        below(f"memory above idle, export of {MANY} rows / {ROWS}", large, small, bar=1.3, unit="MB"),
    ]


def _nothing() -> None:
    """`rounds` takes turns between two."""


def _allow_long_lists() -> None:
    """Nobody stands by to allow what is measured."""
    PolicyRule.objects.filter(code=exporting.MOST_WITHOUT_LEAVE).update(value=str(10 * MANY))


def _fill(count: int) -> None:
    places = ", ".join(f"'{name}' || number" if _is_text(name) else _value(name) for name in COLUMNS)
    columns = ", ".join("village_id" if name == "village" else name for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_flat_screening")
        cursor.execute(
            f"INSERT INTO bench_flat_screening ({columns}) SELECT {places} FROM generate_series(1, %s) AS number",
            [count],
        )
        cursor.execute("ANALYZE bench_flat_screening")


def _is_text(name: str) -> bool:
    return name not in ("village", "attended_on", "reported_on")


def _value(name: str) -> str:
    if name == "village":
        return f"{Organization.objects.villages().values_list('pk', flat=True)[0]}"
    return "date '2026-03-01' + (number % 200)::int".replace("%", "%%")


def ours() -> None:
    """From the click to the sealed file."""
    user = User.objects.get(username="bench_township")
    with scoping.of_user(user):
        job = exporting.start(LISTING, query=QueryDict(), form="xlsx", purpose="check", by=user)
    jobs.run(job.pk)
    done = Job.objects.get(pk=job.pk)
    assert done.state == Job.State.DONE, done.message
    done.result.delete(save=False)


def floor() -> None:
    out = io.BytesIO()
    columns = ", ".join("village_id" if name == "village" else name for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {columns} FROM bench_flat_screening ORDER BY id) TO STDOUT CSV HEADER", out)
    assert out.getvalue().count(b"\n") == FlatScreening.objects.count() + 1


def peer() -> None:
    """As the package's guide writes it: one look-up of the village in each row."""
    assert FlatResource().export(FlatScreening.objects.order_by("pk")).export("xlsx")


@dataclass(frozen=True)
class Told:
    idle: float
    peak: float


def memory(count: int) -> float:
    """MB above the idle process, in a fresh one."""
    _fill(count)
    code = "import django; django.setup(); from bench import exports; exports.tell_memory()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told = Told(**json.loads(done.stdout.splitlines()[-1]))
    print(f"  memory at {count} rows: {told}")
    return told.peak - told.idle


def tell_memory() -> None:
    """What a worker has loaded before its first job counts as idle: the writer and one look at the database."""
    town.build()
    exporting.register(LISTING)
    Path("/proc/self/clear_refs").write_text("5")
    idle = screening.peak()
    ours()
    print(json.dumps({"idle": idle, "peak": screening.peak()}))
