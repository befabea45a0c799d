"""The four departments' lists against the applications that wait for comparison, by ID number (domain.md §3).

Only what a list says about our applicants stays; the other people on it are never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from federation import audit
from federation.cells import folded
from federation.models import User
from federation.sealed import blind_index
from federation.spreadsheets.columns import Column, Layout
from federation.spreadsheets.reading import Sheet, read_sheet
from members.codes import Hardship
from members.identity import InvalidNationalID, NationalID
from members.models.woman import ID_PURPOSE
from programs.models import ComparisonFinding, ComparisonList, Cycle, ReliefGrant

LAYOUT = Layout(
    "部门名单",
    (
        Column("name", "姓名", ("名字", "患者姓名", "户主姓名", "参保人"), required=True, example="张小兰"),
        Column(
            "id_number", "身份证号", ("身份证", "身份证号码", "公民身份号码", "证件号", "证件号码"),
            required=True, sensitive="id_number", example="11010519491231002X",
        ),
        Column("hardship", "困难类别", ("人员类别", "救助类别", "对象类别", "身份类别"), example="低保"),
    ),
)  # fmt: skip
# The departments in whose registers hardship stands; a place in one of them is enough.
HARDSHIP_REGISTERS = (ComparisonList.Department.CIVIL, ComparisonList.Department.RURAL)


@dataclass(frozen=True)
class Entry:
    name: str
    hardship: str


@transaction.atomic
def compare(cycle: Cycle, *, department: str, as_of: date, content: bytes, by: User, at: datetime) -> ComparisonList:
    """Raises `BadFile` in the officer's words where the file cannot be read."""
    entries, unread = _entries(read_sheet(content, LAYOUT))
    grants = list(waiting_for(cycle))
    source = ComparisonList.objects.create(
        cycle=cycle, department=department, as_of=as_of, rows=len(entries) + unread, unread=unread,
        compared=len(grants), uploaded_by=by, uploaded_at=at,
    )  # fmt: skip
    for grant in grants:
        verdict, words = _verdict(grant, entries)
        ComparisonFinding.objects.update_or_create(
            grant=grant,
            department=department,
            defaults={"organization": grant.organization, "source": source, "verdict": verdict, "words": words},
        )
    audit.record("programs.cycle.compared", cycle, by=by, department=source.get_department_display(), count=len(grants))
    return source


def waiting_for(cycle: Cycle) -> list[ReliefGrant]:
    """Checked by their townships and not compared yet: of this cycle, or from before there were cycles."""
    waiting = ReliefGrant.objects.within(cycle.organization).filter(state=ReliefGrant.State.CHECKED)
    assert cycle.fund is not None
    mine = waiting.filter(cycle=cycle) | waiting.filter(cycle=None, fund=cycle.fund.source)
    return list(mine.select_related("organization", "woman").order_by("pk"))


def gaps_of(grant: ReliefGrant) -> list[str]:
    """What still stands in the way of calling the comparison done."""
    verdicts = dict(grant.findings.values_list("department", "verdict"))
    missing = [label for code, label in ComparisonList.Department.choices if code not in verdicts]
    if missing:
        return [f"还没有和{'、'.join(missing)}的名单比对，请在这一期的页面上传名单"]
    absent = ComparisonFinding.Verdict.ABSENT
    if all(verdicts[department] == absent for department in HARDSHIP_REGISTERS):
        return ["民政、乡村振兴的名单上都没有她，困难身份没有着落；请退回补正，或不予救助"]
    return []


def _entries(sheet: Sheet) -> tuple[dict[bytes, Entry], int]:
    """By blind index; and how many rows had no valid number."""
    found: dict[bytes, Entry] = {}
    unread = 0
    places = sheet.header.places
    for _, row in sheet.body():
        cells = {key: row[place] if place < len(row) else "" for key, place in places.items()}
        try:
            number = NationalID(cells["id_number"])
        except InvalidNationalID:
            unread += 1
            continue
        entry = Entry(_plain(cells["name"]), _plain(cells.get("hardship", "")))
        found[blind_index(ID_PURPOSE, number.text)] = entry
    return found, unread


def _plain(cell: object) -> str:
    return "".join(folded(cell or "").split())


def _verdict(grant: ReliefGrant, entries: dict[bytes, Entry]) -> tuple[str, str]:
    index = grant.woman.id_index
    entry = entries.get(bytes(index)) if index is not None else None
    verdict = ComparisonFinding.Verdict
    if entry is None:
        return verdict.ABSENT, ""
    differences = []
    if entry.name and entry.name != _plain(grant.woman.name):
        differences.append("姓名和档案不同")
    declared = Hardship(grant.hardship).label
    if entry.hardship and declared not in entry.hardship:
        differences.append(f"名单上是“{entry.hardship[:20]}”，申报的是“{declared}”")
    return (verdict.CONTRADICTORY, "；".join(differences)) if differences else (verdict.MATCHED, "")
