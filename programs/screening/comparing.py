"""Checked rows against the register and the campaign: what is new, what differs, what is the same, what may not go in.

One look-up of all blind indexes answers for the whole list. Preview and commit both come through here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from federation import scoping
from federation.sealed import blind_index, masked_name, masked_phone, unseal
from federation.spreadsheets.problems import SheetProblem
from members.models import Woman
from members.models.woman import ID_PURPOSE
from programs.models import Batch, Campaign, ScreeningResult
from programs.screening.checking import Columns, Row
from programs.screening.findings import CODED
from programs.screening.places import Places

NUMBER_PLACE = f"{Woman._meta.db_table}.id_number"
PHONE_PLACE = f"{Woman._meta.db_table}.phone"
HEALTH_PLACE = f"{ScreeningResult._meta.db_table}.health"
HIDDEN = "结果栏不显示"

# Row-level security narrows each of these tables to the uploader's scope, results to the hospital's.
_KNOWN = """
    SELECT encode(w.id_index, 'hex'), w.id, uuid_send(w.public_id), w.name, w.organization_id, w.township_id, w.phone,
           s.id, s.number, s.attended_on::text, s.cervical, s.breast, s.needs_contact, s.recall_id, b.kind,
           r.id, uuid_send(r.public_id), r.health, r.reported_on::text
    FROM members_woman w
    LEFT JOIN programs_screening s ON s.woman_id = w.id AND s.campaign_id = %s
    LEFT JOIN programs_batch b ON b.id = s.batch_id
    LEFT JOIN programs_screeningresult r ON r.screening_id = s.id
    WHERE w.id_index = ANY(%s::bytea[])
"""
_EARLIER = """
    SELECT woman_id, max(cervical_due_on), max(breast_due_on) FROM programs_screening
    WHERE campaign_id <> %s AND woman_id = ANY(%s) GROUP BY woman_id
"""


class Known(NamedTuple):
    """A woman on file, with her attendance and result in this campaign where there are any; days and keys as in `Row`."""

    woman: int
    woman_key: bytes
    name: str
    organization: int
    township: int | None
    phone: bytes | None
    screening: int | None
    code: str | None
    attended_on: str | None
    cervical: bool | None
    breast: bool | None
    needs_contact: bool | None
    recall: int | None
    batch_kind: str | None
    result: int | None
    result_key: bytes | None
    health: bytes | None
    reported_on: str | None


class Difference(NamedTuple):
    """One thing that a row would change, or as a note only mentions, masked."""

    row: Row
    place: int
    title: str
    before: str
    after: str
    is_note: bool = False


@dataclass
class Comparison:
    """Every checked row stands in exactly one of new, changed, same and rejected."""

    new: list[tuple[Row, Known | None]] = field(default_factory=list)
    changed: list[tuple[Row, Known]] = field(default_factory=list)
    same: int = 0
    rejected: list[Row] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    indexes: dict[str, bytes] = field(default_factory=dict)

    @property
    def notes(self) -> list[Difference]:
        return [found for found in self.differences if found.is_note]


class Register:
    """What is already known of the women of a list."""

    def __init__(self, rows: Sequence[Row], campaign: Campaign) -> None:
        self.indexes = {row.id_number: blind_index(ID_PURPOSE, row.id_number) for row in rows}
        self._known = _known(campaign, self.indexes.values())
        newcomers = [known.woman for known in self._known.values() if known.screening is None]
        self._earlier = _earlier(campaign, newcomers)
        self._elsewhere = _elsewhere(index for index in self.indexes.values() if index.hex() not in self._known)

    def of(self, row: Row) -> Known | None:
        return self._known.get(self.indexes[row.id_number].hex()) if self._known else None

    def is_elsewhere(self, row: Row) -> bool:
        return bool(self._elsewhere) and self.indexes[row.id_number] in self._elsewhere

    def earlier(self, woman: int) -> tuple[date | None, date | None]:
        return self._earlier.get(woman, (None, None))


def _array(indexes: Iterable[bytes]) -> str:
    """As one text: 25,000 values of their own would take the driver longer than PostgreSQL's whole answer."""
    return "{" + ",".join([rf'"\\x{index.hex()}"' for index in indexes]) + "}"


def _known(campaign: Campaign, indexes: Iterable[bytes]) -> dict[str, Known]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [campaign.pk, _array(indexes)])
        return {index: Known(*rest) for index, *rest in cursor.fetchall()}


def _earlier(campaign: Campaign, women: list[int]) -> dict[int, tuple[date | None, date | None]]:
    if not women:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [campaign.pk, women])
        return {woman: (cervical, breast) for woman, cervical, breast in cursor.fetchall()}


def _elsewhere(unknown: Iterable[bytes]) -> set[bytes]:
    """Numbers on file outside the uploader's scope. Only the yes or no leaves this function."""
    if scoping.current().everything:
        return set()
    wanted = _array(unknown)
    with scoping.everything("an ID number stands once in the city's register"), connection.cursor() as cursor:
        cursor.execute("SELECT id_index FROM members_woman WHERE id_index = ANY(%s::bytea[])", [wanted])
        return {bytes(index) for (index,) in cursor.fetchall()}


def compare(rows: Sequence[Row], columns: Columns, *, campaign: Campaign, kind: str, places: Places) -> Comparison:
    register = Register(rows, campaign)
    result = Comparison(indexes=register.indexes)
    with_results = kind == Batch.Kind.RESULTS
    for row in rows:
        known = register.of(row)
        if known is None:
            _place_unknown(row, columns, register, result)
            continue
        if with_results and _is_same(row, known):
            result.same += 1
            continue
        if with_results and (held := _steps_entered(known)):
            row = _with_steps(row, known, held)
            if _is_same(row, known):
                result.same += 1
                continue
        problems = list(_objections(row, known, columns, register.earlier(known.woman), with_results=with_results))
        if problems:
            result.problems += problems
            result.rejected.append(row)
            continue
        _place_known(row, known, places, result, with_results=with_results)
    return result


def _place_unknown(row: Row, columns: Columns, register: Register, result: Comparison) -> None:
    if not register.is_elsewhere(row):
        result.new.append((row, None))
        return
    reason = "这个号码的档案在本市别的乡镇，不在本单位范围"
    result.problems.append(
        columns.problem(row.number, "id_number", row.id_number, reason, "请她现住村所在的乡镇或市妇联上传")
    )
    result.rejected.append(row)


def _objections(
    row: Row, known: Known, columns: Columns, earlier: tuple[date | None, date | None], *, with_results: bool
) -> Iterator[SheetProblem]:
    if _plain(row.name) != _plain(known.name):
        masked = masked_name(known.name)
        reason = f"这个身份证号在档案里姓名是 {masked}（{len(known.name)} 个字），和表里不同"
        yield columns.problem(row.number, "name", masked_name(row.name), reason, "请核对身份证原件，改正姓名或号码")
    if known.screening is None:
        yield from _too_soon(row, columns, earlier)
    elif with_results and _steps_entered(known) and row.findings != findings_of(known):
        reason = "医院已在个案里登记了结果，和表里对不上"
        yield columns.problem(row.number, "method", "", reason, "请在个案页更正，或改正表里的结果")
    elif not with_results and known.batch_kind != Batch.Kind.ATTENDANCE and known.attended_on != row.attended_on:
        reason = f"医院已登记她 {known.attended_on} 参检"
        yield columns.problem(row.number, "attended_on", row.attended_on, reason, known.attended_on or "")


def _too_soon(row: Row, columns: Columns, earlier: tuple[date | None, date | None]) -> Iterator[SheetProblem]:
    """The cycle of the earlier method has not run out (domain.md §2.1)."""
    for part, wanted, due in (("宫颈癌", row.cervical, earlier[0]), ("乳腺癌", row.breast, earlier[1])):
        if wanted and due is not None and row.attended_on < due.isoformat():
            reason = f"{part}筛查在周期内做过，{due} 起才该再做"
            yield columns.problem(row.number, "attended_on", row.attended_on, reason, f"{due} 或以后")


def _is_same(row: Row, known: Known) -> bool:
    """The whole row at once, since most of a list sent again is as it was; whatever differs is told apart below."""
    return (
        known.result is not None
        and row.name == known.name
        and row.village == known.organization
        and row.attended_on == known.attended_on
        and row.code in ("", known.code)
        and (row.cervical, row.breast) == (known.cervical, known.breast)
        and row.reported_on == known.reported_on
        and (not row.phone or row.phone == phone_of(known))
        and row.findings == findings_of(known)
    )


def _steps_entered(known: Known) -> dict[str, str]:
    """What the hospital entered on the case page, day by day; a list never takes it away."""
    text = findings_of(known)
    held: dict[str, str] = json.loads(text) if '_on":' in text else {}
    return held


def _with_steps(row: Row, known: Known, held: Mapping[str, str]) -> Row:
    """A list that says nothing else than the case leaves the case as it is."""
    told = json.loads(row.findings)
    if any(held.get(key) != value for key, value in told.items() if key in _STEPS):
        return row
    return row._replace(findings=findings_of(known), abnormal=bool(known.needs_contact), reported_on=known.reported_on)


_STEPS = frozenset(CODED) - {"further"}


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("·", "").casefold()


def _place_known(row: Row, known: Known, places: Places, result: Comparison, *, with_results: bool) -> None:
    if row.village != known.organization:
        result.differences.append(_village_note(row, known, places))
    changes = list(_changes(row, known, with_results=with_results))
    result.differences += changes
    if known.screening is None:
        result.new.append((row, known))
    elif changes:
        result.changed.append((row, known))
    else:
        result.same += 1


def _village_note(row: Row, known: Known, places: Places) -> Difference:
    """The hospital sends the village of residence; a file is moved by the federation, never by an import."""
    place = places.by_id.get(known.organization)
    before = place.name if place else "已撤并的村"
    return Difference(
        row, known.organization, "村（社区）", before, f"表里是{places.by_id[row.village].name}，档案不改", True
    )


def _changes(row: Row, known: Known, *, with_results: bool) -> Iterator[Difference]:
    if row.phone and row.phone != phone_of(known):
        before = masked_phone(phone_of(known)) or "没有登记"
        yield Difference(row, known.organization, "手机号", before, masked_phone(row.phone))
    if known.screening is None:
        return
    if with_results or known.batch_kind == Batch.Kind.ATTENDANCE:
        yield from _new_attendance(row, known)
    if with_results:
        yield from _new_findings(row, known)


def _new_attendance(row: Row, known: Known) -> Iterator[Difference]:
    if row.attended_on != known.attended_on:
        yield Difference(row, known.organization, "参检日期", str(known.attended_on), row.attended_on)
    if row.code and row.code != known.code:
        yield Difference(row, known.organization, "编号", known.code or "（空）", row.code)
    before, after = _kinds(known.cervical, known.breast), _kinds(row.cervical, row.breast)
    if before != after:
        yield Difference(row, known.organization, "参检项目", before, after)


def _new_findings(row: Row, known: Known) -> Iterator[Difference]:
    if known.result is None:
        yield Difference(row, known.organization, "检查结果", "还没有", HIDDEN)
        return
    if row.findings != findings_of(known):
        yield Difference(row, known.organization, "检查结果", HIDDEN, HIDDEN)
    if row.reported_on != known.reported_on:
        yield Difference(row, known.organization, "报告日期", str(known.reported_on), str(row.reported_on))


def _kinds(cervical: Any, breast: Any) -> str:
    return "、".join(word for word, is_part in (("宫颈癌", cervical), ("乳腺癌", breast)) if is_part)


def phone_of(known: Known) -> str:
    return unseal(bytes(known.phone), place=PHONE_PLACE, row=known.woman_key) if known.phone else ""


def findings_of(known: Known) -> str:
    if known.health is None or known.result_key is None:
        return ""
    return unseal(bytes(known.health), place=HEALTH_PLACE, row=known.result_key)
