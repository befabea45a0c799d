"""A hospital's list of 25,000 rows from the upload to the last row written, against its floor and its peer.

Ours is what the portal does in production: receive, read in the limited child, check, compare, preview, sealed rows,
commit with sealing, blind index, recalls and audit, each step a transaction of its own. Every run is checked and undone.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import tablib
from django.db import connection, models, transaction
from import_export import fields, resources, widgets
from python_calamine import CalamineWorkbook

from bench import town, workbooks
from bench.bars import Bar, below, faster, rounds, spread, within
from federation import copying, scoping
from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from programs.models import Batch, Campaign, Screening, ScreeningResult
from programs.screening import uploading

ROWS, FEW, TIMES = 25_000, 2_500, 3
FIRST, LAST, ON = date(2026, 3, 1), date(2026, 10, 31), date(2026, 11, 24)
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
COLUMNS = (
    "code", "name", "id_number", "phone", "township", "village", "attended_on", "method", "hpv", "tbs", "via",
    "colposcopy", "cervical_pathology", "breast_exam", "ultrasound", "mammogram", "breast_pathology", "reported_on",
    "institution", "remark",
)  # fmt: skip


class FlatScreening(models.Model):
    """The same 20 columns as one plain table, for the floor and the peer only."""

    village = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    id_number = models.CharField(max_length=18, unique=True)
    attended_on = models.DateField()
    reported_on = models.DateField()

    class Meta:
        app_label = "programs"
        db_table = "bench_flat_screening"
        indexes = [models.Index(fields=["-attended_on", "-id"], name="bench_flat_keyset")]

    def __str__(self) -> str:
        return self.id_number


for _name in COLUMNS:
    if _name not in ("village", "id_number", "attended_on", "reported_on"):
        FlatScreening.add_to_class(_name, models.CharField(max_length=200, blank=True))


class FlatResource(resources.ModelResource):
    """As the package's own guide writes it: a foreign key looked up in each row, unchanged rows skipped."""

    village = fields.Field(
        attribute="village", column_name="village", widget=widgets.ForeignKeyWidget(Organization, "code")
    )

    class Meta:
        model = FlatScreening
        fields = COLUMNS
        import_id_fields = ("id_number",)
        skip_unchanged = True


def measure() -> list[Bar]:
    arrange()
    clean, spoiled = contents(ROWS, spoiled=False), contents(ROWS, spoiled=True)
    ways = [lambda: floor(clean), lambda: ours(clean), lambda: ours_spoiled(spoiled), lambda: again(clean)]
    times = _with_undoing(ways)
    flat, own, bad, same = (sorted(part)[len(part) // 2] for part in times)
    few, fewer = (median(peer(count) for _ in range(TIMES)) for count in (FEW, FEW // 2))
    peer_whole = few * ROWS / FEW
    linear = abs(few / fewer - 2) < 0.6
    name = f"screening import {ROWS} x {len(COLUMNS)}"
    return [
        below(f"{name}, upload to commit / floor", own, flat, bar=2.2, unit="s", spread=spread(times[1])),
        faster(
            f"{name}, stock import-export ({FEW} rows x 10, {'' if linear else 'NOT '}linear)",
            own,
            peer_whole,
            bar=35,
            unit="s",
        ),
        below(f"{name}, every row bad / clean", bad, own, bar=1.5, unit="s", spread=spread(times[2])),
        below(f"{name}, the same file again / floor", same, flat, bar=2.2, unit="s", spread=spread(times[3])),
        within(f"{name}, peak above the idle worker", memory(), bar=250, unit="MB"),
    ]


def _with_undoing(ways: Sequence[Any]) -> list[list[float]]:
    """The order within a round: floor, ours, every row bad, and then ours a second time over the first's rows."""
    times: list[list[float]] = [[] for _ in ways]
    floor_way, ours_way, bad_way, again_way = ways
    for _ in range(TIMES):
        for place, way in ((0, floor_way), (2, bad_way), (1, ours_way), (3, again_way)):
            times[place] += rounds([way], times=1)[0]
        undo()
    return times


def arrange() -> None:
    """Town, a hospital account, a campaign, and the flat table."""
    town.build()
    city = Organization.objects.get(parent=None)
    if not User.objects.filter(username="bench_hospital").exists():
        user = User.objects.create(username="bench_hospital", display_name="陈医生", is_demo=True)
        RoleGrant.objects.create(user=user, organization=city, role=Role.SCREENING_HOSPITAL, starts_on=date(2020, 1, 1))
    Campaign.objects.get_or_create(
        organization=city, year=2026, name="筛查测量", defaults={"quota": ROWS, "starts_on": FIRST, "ends_on": LAST}
    )
    if FlatScreening._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(FlatScreening)


@cache
def contents(rows: int, *, spoiled: bool) -> bytes:
    make = workbooks.spoiled_workbook if spoiled else workbooks.results_workbook
    return make(rows, _villages(), first=FIRST, last=LAST)


def _villages() -> list[tuple[str, str]]:
    villages = Organization.objects.villages().select_related("township").in_tree_order()
    return [(village.township.division_name, village.division_name) for village in villages if village.township]


# --- floor: read with calamine, COPY the same columns ----------------------------------------------------------------


def floor(content: bytes) -> None:
    rows = iter(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    next(rows)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_flat_screening")
        villages = {
            (village.township.division_name, village.division_name): village.pk
            for village in Organization.objects.villages().select_related("township")
            if village.township
        }
        names = ["village_id" if name == "village" else name for name in COLUMNS]
        copying.copy_lines("bench_flat_screening", names, _flat(rows, villages))
        cursor.execute("SELECT count(*) FROM bench_flat_screening")
        assert cursor.fetchone()[0] == ROWS


def _flat(rows: Iterator[list[Any]], villages: dict[tuple[str, str], int]) -> Iterator[str]:
    for row in rows:
        row[5] = str(villages[row[4], row[5]])
        yield "\t".join(map(copying.text, row)) + "\n"


# --- ours ------------------------------------------------------------------------------------------------------------


def _run(content: bytes) -> Batch:
    hospital = User.objects.get(username="bench_hospital")
    campaign = Campaign.objects.get(name="筛查测量")
    with scoping.of_user(hospital):
        batch = uploading.receive(
            campaign=campaign,
            organization=campaign.organization,
            file_name="list.xlsx",
            content=content,
            by=hospital,
            at=AT,
        )
    with scoping.of_user(hospital):
        uploading.preview(batch, on=ON)
    if batch.rows_entering:
        with scoping.of_user(hospital):
            uploading.commit(batch, by=hospital, at=AT, on=ON)
    return batch


def ours(content: bytes) -> None:
    batch = _run(content)
    assert (batch.state, batch.rows_new, batch.rows_rejected) == (Batch.State.COMMITTED, ROWS, 0), _reasons(batch)
    with scoping.everything("the benchmark counts what was written"):
        here = batch.organization
        counts = [model.objects.within(here).filter(batch=batch).count() for model in (Screening, ScreeningResult)]
        assert counts == [ROWS, ROWS], counts


def _reasons(batch: Batch) -> list[str]:
    with scoping.everything("the benchmark says what went wrong"):
        return sorted({f"{problem.title}: {problem.value} {problem.reason}" for problem in batch.problems.all()})[:20]


def ours_spoiled(content: bytes) -> None:
    """No row goes in; each is told with its cell, and all of them stand in the error book."""
    batch = _run(content)
    assert (batch.state, batch.rows_rejected, batch.problems_total) == (Batch.State.PREVIEWED, ROWS, ROWS)
    assert len(batch.error_book.read()) > 100_000
    hospital = User.objects.get(username="bench_hospital")
    with scoping.of_user(hospital):
        uploading.cancel(batch, by=hospital)


def again(content: bytes) -> None:
    batch = _run(content)
    assert (batch.rows_new, batch.rows_changed, batch.rows_same) == (0, 0, ROWS), batch.rows_same
    hospital = User.objects.get(username="bench_hospital")
    with scoping.of_user(hospital):
        uploading.cancel(batch, by=hospital)


def undo() -> None:
    """The rows of the measured lists, and the women that they opened."""
    with transaction.atomic(), scoping.everything("the benchmark takes its rows away"), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE opened ON COMMIT DROP AS SELECT woman_id FROM programs_screening")
        cursor.execute("DELETE FROM programs_screeningrecall")
        cursor.execute("DELETE FROM programs_screeningresult")
        cursor.execute("DELETE FROM programs_screening")
        cursor.execute("DELETE FROM outreach_followup WHERE kind = 'recall'")
        cursor.execute("DELETE FROM members_woman WHERE id IN (SELECT woman_id FROM opened)")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE members_woman, programs_screening, programs_screeningresult, outreach_followup")


# --- peer ------------------------------------------------------------------------------------------------------------


def peer(rows: int) -> float:
    """Seconds of a stock resource for so many rows, dry run and preview left out in its favour."""
    codes = {(v.township.division_name, v.division_name): v.code for v in _branches()}
    data = tablib.Dataset(headers=COLUMNS)
    for row in workbooks.results(rows, list(codes), first=FIRST, last=LAST):
        values = list(row.values())
        values[5] = codes[values[4], values[5]]
        data.append(values)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bench_flat_screening")

    def load() -> None:
        book = tablib.Dataset().load(data.export("xlsx"), format="xlsx")
        result = FlatResource().import_data(book, dry_run=False, raise_errors=True)
        assert result.totals["new"] == rows

    taken = rounds([load], times=1)[0][0]
    assert FlatScreening.objects.count() == rows
    return taken


def _branches() -> Iterator[Any]:
    return (v for v in Organization.objects.villages().select_related("township") if v.township)


# --- memory ----------------------------------------------------------------------------------------------------------


def memory() -> float:
    """MB above the idle process, in a fresh one; the reading child counts if it is the larger."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(contents(ROWS, spoiled=False))
        file.flush()
        code = "import sys, django; django.setup(); from bench import screening; screening.tell_memory(sys.argv[1])"
        done = subprocess.run([sys.executable, "-c", code, file.name], capture_output=True, text=True, check=True)
    undo()
    told = json.loads(done.stdout.splitlines()[-1])
    print(f"  memory: {told}")
    return float(max(told["peak"] - told["idle"], told["child"]))


def tell_memory(path: str) -> None:
    """The kernel's peak is set back first: it would else count the process that started this one."""
    content = Path(path).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    idle = peak()
    ours(content)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"idle": idle, "peak": peak(), "child": child}))


def peak() -> float:
    """MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
