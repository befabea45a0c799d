"""Many rows into a table at once, by COPY.

PostgreSQL refuses COPY straight into a table with row-level security, so rows go to a temporary table of the same
columns and from there by one INSERT, which the policies and the statement-level triggers see like any other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, models

NULL = "\\N"
_LINES_AT_ONCE = 500
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


MANY = 5000


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys that no other row will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows given as tuples in the order of `columns` (database column names). Returns how many.

    Never run a query inside `rows`: the connection is busy with COPY while they are drawn.
    """
    staged = stage(model, columns, rows)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {names} FROM "{staged}"')
        inserted = cursor.rowcount
        cursor.execute(f'DROP TABLE "{staged}"')
        if inserted > MANY:
            # Until autovacuum comes by, checks of the next rows against these would be planned for an empty table.
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return inserted


def stage(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows in a temporary table with some columns of the model's table; gone at commit. Returns its name."""
    table = model._meta.db_table
    staged = f"staged_{table}"
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{staged}"')
        cursor.execute(
            f'CREATE TEMPORARY TABLE "{staged}" ON COMMIT DROP AS SELECT {names} FROM "{table}" WITH NO DATA'
        )
    copy_lines(staged, columns, ("\t".join(map(_text, row)) + "\n" for row in rows))
    return staged


def copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Lines in COPY's text format, as `text` and `binary` write their values, into a table without row-level security."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{table}" ({names}) FROM STDIN', _Lines(lines))


def text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)


def binary(value: bytes | None) -> str:
    return NULL if value is None else "\\\\x" + value.hex()


def _text(value: Any) -> str:
    """One value in COPY's text format."""
    form = _FORMS.get(type(value))
    if form is not None:
        return form(value)
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# By exact type, since a million values pass through here; subclasses take the longer way.
_FORMS: dict[type, Callable[[Any], str]] = {
    str: text,
    int: int.__repr__,
    bytes: lambda value: "\\\\x" + value.hex(),
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: NULL,
    date: date.isoformat,
    datetime: datetime.isoformat,
}


class _Lines(io.RawIOBase):
    """The lines as the file that COPY reads, some hundred at a time: never all of them in memory."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """`size` is psycopg's wish, no limit."""
        return "".join(islice(self._lines, _LINES_AT_ONCE)).encode()
