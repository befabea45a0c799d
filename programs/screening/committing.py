"""A compared list into the tables, in bulk: women not on file, attendance, sealed results, recalls. One transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from federation import copying
from federation.models import User
from federation.sealed import new_keys, seal_column
from members.models import Woman
from outreach import following_up
from outreach.models import FollowUp
from programs.models import Batch, Screening, ScreeningResult
from programs.screening import entering
from programs.screening.checking import Row
from programs.screening.comparing import HEALTH_PLACE, PHONE_PLACE, Comparison, Known, findings_of, phone_of
from programs.screening.places import Places

# Within how many days the village is to have told her.
RECALL_DAYS = 7
_RESULT = (
    "organization_id", "township_id", "public_id", "screening_id", "health", "abnormal", "reported_on", "batch_id",
)  # fmt: skip


class Commit:
    """Writes one comparison. Each step is one COPY or one UPDATE, however many rows there are."""

    def __init__(self, batch: Batch, compared: Comparison, places: Places, *, by: User, at: datetime, on: date) -> None:
        self.batch, self.compared, self.places = batch, compared, places
        self.by, self.at, self.on = by, at, on
        self.with_results = batch.holds_results()

    def write(self) -> None:
        new, places = self.compared.new, self.places.by_id
        if new:
            entering.enter(self.compared, places, batch=self.batch, at=self.at, raise_recalls=self._recalls)
            self._phones([(row, known) for row, known in new if known is not None])
        self._changed()

    def _recalls(self, wanted: Iterable[tuple[int, int, int | None]]) -> dict[int, int]:
        """Woman's id -> id of her recall, for (woman, branch, township) of her file."""
        due_on = self.on + timedelta(days=RECALL_DAYS)
        recalls = [following_up.Recall(woman, branch, township, due_on) for woman, branch, township in wanted]
        return following_up.recalls_for(recalls, on=self.on, by=self.by) if recalls else {}

    def _changed(self) -> None:
        changed = self.compared.changed
        if not changed:
            return
        self._phones(changed)
        own = [(row, known) for row, known in changed if self.with_results or known.batch_kind == Batch.Kind.ATTENDANCE]
        recalls = self._recalls(
            (known.woman, known.organization, known.township)
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
        self._first_results([(row, known) for row, known in changed if known.result is None])
        held = [(row, known) for row, known in changed if known.result is not None and _result_differs(row, known)]
        keys = [known.result_key or b"" for _, known in held]
        sealed = seal_column(keys, [row.findings for row, _ in held], place=HEALTH_PLACE)
        rows = [
            (known.result, health, row.abnormal, row.reported_on, self.batch.pk)
            for health, (row, known) in zip(sealed, held, strict=True)
        ]
        _update(ScreeningResult, ("id", "health", "abnormal", "reported_on", "batch_id"), rows)

    def _first_results(self, rows: Sequence[tuple[Row, Known]]) -> None:
        """For women whose attendance the federation had entered before the hospital's list came."""
        if not rows:
            return
        keys = new_keys(len(rows))
        sealed = seal_column(keys, [row.findings for row, _ in rows], place=HEALTH_PLACE)
        copying.insert(
            ScreeningResult,
            _RESULT,
            (
                (
                    known.organization, known.township, key.hex(), known.screening, health, row.abnormal,
                    row.reported_on, self.batch.pk,
                )
                for key, health, (row, known) in zip(keys, sealed, rows, strict=True)
            ),
        )  # fmt: skip

    def _phones(self, rows: Sequence[tuple[Row, Known]]) -> None:
        held = [(row, known) for row, known in rows if row.phone and row.phone != phone_of(known)]
        keys = [known.woman_key for _, known in held]
        sealed = seal_column(keys, [row.phone for row, _ in held], place=PHONE_PLACE)
        _update(Woman, ("id", "phone"), [(known.woman, phone) for phone, (_, known) in zip(sealed, held, strict=True)])


_SCREENING_CHANGES = (
    "id", "number", "attended_on", "cervical", "breast", "cervical_due_on", "breast_due_on", "needs_contact",
    "recall_id", "batch_id",
)  # fmt: skip


def _result_differs(row: Row, known: Known) -> bool:
    return row.findings != findings_of(known) or row.reported_on != known.reported_on


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
