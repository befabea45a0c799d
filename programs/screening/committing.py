"""A compared list into the tables, in bulk: women not on file, attendance, sealed results, recalls. One transaction."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from federation import copying
from federation.models import User
from federation.sealed import seal_many
from members.models import Woman
from members.pinyin import initials_of, pinyin_of
from outreach import following_up
from outreach.models import FollowUp
from programs.models import Batch, Screening, ScreeningResult
from programs.screening.checking import Row
from programs.screening.comparing import Comparison, Known, findings_of, phone_of
from programs.screening.places import Places

# Within how many days the village is to have told her.
RECALL_DAYS = 7
_WOMAN = (
    "id", "organization_id", "township_id", "public_id", "name", "pinyin", "initials", "id_number", "id_index",
    "no_id_reason", "birth_on", "sex", "ethnic", "education", "political", "marriage", "hardship", "phone", "address",
    "left_reason", "created_at",
)  # fmt: skip
_SCREENING = (
    "id", "organization_id", "township_id", "campaign_id", "woman_id", "number", "attended_on", "cervical", "breast",
    "cervical_due_on", "breast_due_on", "needs_contact", "recall_id", "batch_id",
)  # fmt: skip
_RESULT = (
    "id",
    "organization_id",
    "township_id",
    "public_id",
    "screening_id",
    "health",
    "abnormal",
    "reported_on",
    "batch_id",
)


class _Place:
    """Where a woman's facts are filed: her own village if she is on file, else the one the list names."""

    __slots__ = ("organization", "township")

    def __init__(self, organization: int, township: int | None) -> None:
        self.organization, self.township = organization, township


class Commit:
    """Writes one comparison. Each step is one COPY or one UPDATE, however many rows there are."""

    def __init__(self, batch: Batch, compared: Comparison, places: Places, *, by: User, at: datetime, on: date) -> None:
        self.batch, self.compared, self.places = batch, compared, places
        self.by, self.at, self.on = by, at, on
        self.with_results = batch.holds_results()

    def write(self) -> None:
        women = self._new_women()
        self._new_screenings(women)
        self._changed()

    def _new_women(self) -> dict[int, int]:
        """Row number -> id of the woman opened for it."""
        rows = [row for row, known in self.compared.new if known is None]
        ids = copying.reserve_ids(Woman, len(rows)) if rows else []
        if rows:
            copying.insert(Woman, _WOMAN, self._woman_rows(rows, ids))
        return dict(zip((row.number for row in rows), ids, strict=True))

    def _woman_rows(self, rows: Sequence[Row], ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
        keys = _uuids(len(rows))
        numbers = seal_many(zip(keys, (row.id_number for row in rows), strict=True), place="members_woman.id_number")
        phones = _sealed_phones(list(zip(keys, (row.phone for row in rows), strict=True)))
        indexes, places, at = self.compared.indexes, self.places.by_id, self.at.isoformat()
        for pk, key, number, phone, row in zip(ids, keys, numbers, phones, rows, strict=True):
            place = places[row.village]
            yield (
                pk, place.id, place.township_id, key.hex, row.name, pinyin_of(row.name), initials_of(row.name), number,
                indexes[row.id_number], "", row.birth_on, "2", "01", "", "", "", "none", phone, "", "", at,
            )  # fmt: skip

    def _new_screenings(self, women: dict[int, int]) -> None:
        new = self.compared.new
        if not new:
            return
        homes = [self._home(row, known) for row, known in new]
        persons = [known.woman if known else women[row.number] for row, known in new]
        recalls = self._recalls(
            (person, home) for (row, _), person, home in zip(new, persons, homes, strict=True) if row.abnormal
        )
        ids = copying.reserve_ids(Screening, len(new))
        copying.insert(
            Screening,
            _SCREENING,
            [
                (
                    pk, home.organization, home.township, self.batch.campaign_id, person, row.code, row.attended_on,
                    row.cervical, row.breast, row.cervical_due_on, row.breast_due_on, row.abnormal,
                    recalls.get(person), self.batch.pk,
                )
                for pk, person, home, (row, _) in zip(ids, persons, homes, new, strict=True)
            ],
        )  # fmt: skip
        if self.with_results:
            self._new_results([(pk, home, row) for pk, home, (row, _) in zip(ids, homes, new, strict=True)])
        self._phones([(row, known) for row, known in new if known is not None])

    def _home(self, row: Row, known: Known | None) -> _Place:
        if known is not None:
            return _Place(known.organization, known.township)
        place = self.places.by_id[row.village]
        return _Place(place.id, place.township_id)

    def _recalls(self, wanted: Iterable[tuple[int, _Place]]) -> dict[int, int]:
        due_on = self.on + timedelta(days=RECALL_DAYS)
        recalls = [following_up.Recall(person, home.organization, home.township, due_on) for person, home in wanted]
        return following_up.recalls_for(recalls, on=self.on, by=self.by) if recalls else {}

    def _new_results(self, rows: Sequence[tuple[int, _Place, Row]]) -> None:
        if not rows:
            return
        keys = _uuids(len(rows))
        texts = zip(keys, (row.findings for _, _, row in rows), strict=True)
        sealed = seal_many(texts, place="programs_screeningresult.health")
        ids = copying.reserve_ids(ScreeningResult, len(rows))
        copying.insert(
            ScreeningResult,
            _RESULT,
            (
                (
                    pk, home.organization, home.township, key.hex, screening, health, row.abnormal, row.reported_on,
                    self.batch.pk,
                )
                for pk, key, health, (screening, home, row) in zip(ids, keys, sealed, rows, strict=True)
            ),
        )  # fmt: skip

    def _changed(self) -> None:
        changed = self.compared.changed
        if not changed:
            return
        self._phones(changed)
        own = [(row, known) for row, known in changed if self.with_results or known.batch_kind == Batch.Kind.ATTENDANCE]
        recalls = self._recalls(
            (known.woman, _Place(known.organization, known.township))
            for row, known in own
            if row.abnormal and not known.needs_contact
        )
        _update(Screening, _SCREENING_CHANGES, [self._screening_change(row, known, recalls) for row, known in own])
        if self.with_results:
            self._withdraw_recalls(own)
            self._changed_results(own)

    def _screening_change(self, row: Row, known: Known, recalls: dict[int, int]) -> tuple[Any, ...]:
        needs_contact = row.abnormal if self.with_results else known.needs_contact
        recall = recalls.get(known.woman, known.recall if needs_contact else None)
        return (
            known.screening, row.code or known.code, row.attended_on, row.cervical, row.breast, row.cervical_due_on,
            row.breast_due_on, needs_contact, recall, self.batch.pk,
        )  # fmt: skip

    def _withdraw_recalls(self, changed: Sequence[tuple[Row, Known]]) -> None:
        """The hospital no longer asks for her: what the village has not done yet is taken off its list."""
        lifted = [known.recall for row, known in changed if known.recall and not row.abnormal]
        if lifted:
            FollowUp.objects.within(self.batch.organization).open().filter(pk__in=lifted).update(cancelled_on=self.on)

    def _changed_results(self, changed: Sequence[tuple[Row, Known]]) -> None:
        missing = [
            (known.screening, _Place(known.organization, known.township), row)
            for row, known in changed
            if known.result is None and known.screening is not None
        ]
        self._new_results(missing)
        held = [(row, known) for row, known in changed if known.result is not None and _result_differs(row, known)]
        texts = [(known.result_key, row.findings) for row, known in held if known.result_key is not None]
        sealed = seal_many(texts, place="programs_screeningresult.health")
        rows = [
            (known.result, health, row.abnormal, row.reported_on, self.batch.pk)
            for health, (row, known) in zip(sealed, held, strict=True)
        ]
        _update(ScreeningResult, ("id", "health", "abnormal", "reported_on", "batch_id"), rows)

    def _phones(self, rows: Sequence[tuple[Row, Known]]) -> None:
        held = [(row, known) for row, known in rows if row.phone and row.phone != phone_of(known)]
        sealed = seal_many([(known.woman_key, row.phone) for row, known in held], place="members_woman.phone")
        _update(Woman, ("id", "phone"), [(known.woman, phone) for phone, (_, known) in zip(sealed, held, strict=True)])


_SCREENING_CHANGES = (
    "id", "number", "attended_on", "cervical", "breast", "cervical_due_on", "breast_due_on", "needs_contact",
    "recall_id", "batch_id",
)  # fmt: skip


def _result_differs(row: Row, known: Known) -> bool:
    return row.findings != findings_of(known) or row.reported_on != str(known.reported_on)


def _sealed_phones(pairs: Sequence[tuple[uuid.UUID, str]]) -> list[bytes | None]:
    given = [pair for pair in pairs if pair[1]]
    sealed = iter(seal_many(given, place="members_woman.phone"))
    return [next(sealed) if phone else None for _, phone in pairs]


def _uuids(count: int) -> list[uuid.UUID]:
    """Random UUIDs from one draw."""
    drawn = os.urandom(16 * count)
    return [uuid.UUID(bytes=drawn[16 * n : 16 * n + 16], version=4) for n in range(count)]


def _update(model: type[Any], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """New values for rows given by their ids, the first column."""
    if not rows:
        return
    staged = copying.stage(model, columns, rows)
    table = model._meta.db_table
    sets = ", ".join(f'"{column}" = staged."{column}"' for column in columns[1:])
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET {sets} FROM "{staged}" staged WHERE "{table}".id = staged.id')
        cursor.execute(f'DROP TABLE "{staged}"')
