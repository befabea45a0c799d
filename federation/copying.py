"""Many rows into a table at once, by COPY.

PostgreSQL refuses COPY straight into a table with row-level security, so rows go to a temporary table of the same
columns and from there by one INSERT, which the policies and the statement-level triggers see like any other.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

_CHUNK = 256 * 1024
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
        cursor.copy_expert(f'COPY "{staged}" ({names}) FROM STDIN', _Lines(rows))
    return staged


def _plain(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


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
    str: _plain,
    int: int.__repr__,
    bytes: lambda value: "\\\\x" + value.hex(),
    bool: lambda value: "t" if value else "f",
    type(None): lambda value: "\\N",
    date: date.isoformat,
    datetime: datetime.isoformat,
}


class _Lines(io.RawIOBase):
    """The rows as the file that COPY reads, never whole in memory."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._lines: Iterator[str] = ("\t".join(map(_text, row)) + "\n" for row in rows)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = size if size > 0 else _CHUNK
        parts, held = [self._rest], len(self._rest)
        for line in self._lines:
            encoded = line.encode()
            parts.append(encoded)
            held += len(encoded)
            if held >= wanted:
                break
        content = b"".join(parts)
        self._rest = content[wanted:]
        return content[:wanted]
