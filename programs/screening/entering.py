"""The rows that are new in a campaign: copied once into a temporary table, from there by one INSERT into each table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection

from federation import copying
from federation.copying import NULL, binary, text
from federation.sealed import new_keys, seal_column
from members.pinyin import initials_of, pinyin_of
from programs.models import Batch
from programs.screening.checking import Row
from programs.screening.comparing import HEALTH_PLACE, NUMBER_PLACE, PHONE_PLACE, Comparison, Known
from programs.screening.places import Place

# Ids are drawn as the rows arrive; whom the register knows keeps her own and leaves the drawn one unused.
_TABLE = """
    CREATE TEMPORARY TABLE entering (
        woman_id bigint, organization_id bigint, township_id bigint, woman_key uuid, name text, pinyin text,
        initials text, id_number bytea, id_index bytea, birth_on date, phone bytea, number text, attended_on date,
        cervical boolean, breast boolean, cervical_due_on date, breast_due_on date, abnormal boolean, result_key uuid,
        health bytea, reported_on date,
        opened_id bigint DEFAULT nextval('members_woman_id_seq'),
        screening_id bigint DEFAULT nextval('programs_screening_id_seq')
    ) ON COMMIT DROP
"""
_COLUMNS = (
    "woman_id", "organization_id", "township_id", "woman_key", "name", "pinyin", "initials", "id_number", "id_index",
    "birth_on", "phone", "number", "attended_on", "cervical", "breast", "cervical_due_on", "breast_due_on", "abnormal",
    "result_key", "health", "reported_on",
)  # fmt: skip
_WOMEN = """
    INSERT INTO members_woman (id, organization_id, township_id, public_id, name, pinyin, initials, id_number, id_index,
        no_id_reason, birth_on, sex, ethnic, education, political, marriage, hardship, phone, address, left_reason,
        created_at)
    SELECT opened_id, organization_id, township_id, woman_key, name, pinyin, initials, id_number, id_index, '', birth_on,
        '2', '01', '', '', '', 'none', phone, '', '', %s
    FROM entering WHERE woman_id IS NULL
"""
_TO_CONTACT = """
    SELECT coalesce(woman_id, opened_id), organization_id, township_id FROM entering WHERE abnormal
"""
_ATTENDANCE = """
    INSERT INTO programs_screening (id, organization_id, township_id, campaign_id, woman_id, number, attended_on, cervical,
        breast, cervical_due_on, breast_due_on, needs_contact, recall_id, batch_id)
    SELECT screening_id, organization_id, township_id, %s, coalesce(entering.woman_id, opened_id), number, attended_on,
        cervical, breast, cervical_due_on, breast_due_on, abnormal, recall.id, %s
    FROM entering
    LEFT JOIN unnest(%s::bigint[], %s::bigint[]) AS recall (woman_id, id)
        ON recall.woman_id = coalesce(entering.woman_id, opened_id)
"""
_RESULTS = """
    INSERT INTO programs_screeningresult (organization_id, township_id, public_id, screening_id, health, abnormal,
        reported_on, batch_id)
    SELECT organization_id, township_id, result_key, screening_id, health, abnormal, reported_on, %s FROM entering
"""

# (woman, branch, township) of those whom the hospital asks to come -> woman's id -> follow-up's id.
RaiseRecalls = Callable[[Iterable[tuple[int, int, int | None]]], Mapping[int, int]]


def enter(
    compared: Comparison, places: Mapping[int, Place], *, batch: Batch, at: datetime, raise_recalls: RaiseRecalls
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS entering")
        cursor.execute(_TABLE)
        copying.copy_lines("entering", _COLUMNS, _lines(compared, places))
        cursor.execute(_WOMEN, [at])
        cursor.execute(_TO_CONTACT)
        recalls = raise_recalls(cursor.fetchall())
        cursor.execute(_ATTENDANCE, [batch.campaign_id, batch.pk, list(recalls), list(recalls.values())])
        if batch.holds_results():
            cursor.execute(_RESULTS, [batch.pk])


def _lines(compared: Comparison, places: Mapping[int, Place]) -> Iterator[str]:
    """In the order of `_COLUMNS`, 500 rows sealed at a time while PostgreSQL takes in the ones before."""
    for first in range(0, len(compared.new), 500):
        yield from _sealed_lines(compared.new[first : first + 500], compared.indexes, places)


def _sealed_lines(
    new: Sequence[tuple[Row, Known | None]], indexes: Mapping[str, bytes], places: Mapping[int, Place]
) -> Iterator[str]:
    rows = [row for row, _ in new]
    woman_keys, result_keys = new_keys(len(rows)), new_keys(len(rows))
    numbers = seal_column(woman_keys, [row.id_number for row in rows], place=NUMBER_PLACE)
    phones = seal_column(woman_keys, [row.phone for row in rows], place=PHONE_PLACE)
    healths = seal_column(result_keys, [row.findings for row in rows], place=HEALTH_PLACE)
    sealed = zip(new, woman_keys, result_keys, numbers, phones, healths, strict=True)
    for (row, known), woman_key, result_key, number, phone, health in sealed:
        name = text(row.name)
        yield (
            f"{known.woman if known else NULL}\t{_home(row, known, places)}\t{woman_key.hex()}\t{name}\t"
            f"{text(pinyin_of(row.name))}\t{text(initials_of(row.name))}\t{binary(number)}\t"
            f"{binary(indexes[row.id_number])}\t{row.birth_on}\t{binary(phone)}\t{text(row.code)}\t{row.attended_on}\t"
            f"{row.cervical:d}\t{row.breast:d}\t{row.cervical_due_on or NULL}\t{row.breast_due_on or NULL}\t"
            f"{row.abnormal:d}\t{result_key.hex()}\t{binary(health)}\t{row.reported_on or NULL}\n"
        )


def _home(row: Row, known: Known | None, places: Mapping[int, Place]) -> str:
    """Branch and township of her file: her own if she is on file, else those of the village that the list names."""
    branch, township = (known.organization, known.township) if known else (row.village, places[row.village].township_id)
    return f"{branch}\t{township or NULL}"
