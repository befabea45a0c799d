"""SQL that stays the same from request to request: put together once, planned once a connection, asked anew each time.

What it finds is never kept. The key must name all that the statement depends on; for a person's own rows that is
`scoping.standing`. PostgreSQL's row security looks at the scope of the transaction whenever the statement runs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Model, QuerySet
from django.db.models.expressions import RawSQL

MOST_KEPT = 500
# Stands in a condition where each run has a value of its own: `given_in`.
GIVEN = object()


@dataclass(frozen=True, eq=False)
class Statement:
    """One that cannot find anything is empty."""

    sql: str
    values: tuple[Any, ...] = ()
    is_kept: bool = False

    def rows(self, given: Any = None) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            if self.is_kept and _may_prepare():
                _execute_prepared(cursor, self, given)
            else:
                cursor.execute(self.sql, [given if value is GIVEN else value for value in self.values])
            return cursor.fetchall()


def _may_prepare() -> bool:
    """Behind a pooler that hands each transaction to another connection, nothing prepared is found again."""
    return not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _execute_prepared(cursor: Any, statement: Statement, given: Any) -> None:
    """PostgreSQL plans it once a connection: for a page of small questions, planning is a third of its work.

    A name is used once only, so that one whose first run failed is in nobody's way.
    """
    names = _prepared.setdefault(connection.connection, {})
    name, preparing = names.get(statement), ""
    if name is None:
        name, forgetting = f"kept_{next(_numbers)}", "DEALLOCATE ALL; " if len(names) >= MOST_PREPARED else ""
        values = [_SLOT if value is GIVEN else value for value in statement.values]
        sql = cursor.mogrify(statement.sql, values).decode().replace(f"'{_SLOT}'", "$1")
        preparing = f"{forgetting}PREPARE {name} AS {sql}; "
        if forgetting:
            names.clear()
    execute = f"EXECUTE {name}" + (cursor.mogrify("(%s)", [given]).decode() if GIVEN in statement.values else "")
    cursor.execute(preparing + execute)
    names[statement] = name


MOST_PREPARED = 64
_prepared: WeakKeyDictionary[Any, dict[Statement, str]] = WeakKeyDictionary()
_numbers = count()
_SLOT = "given to each run"
_kept: dict[Hashable, Statement] = {}


def statement_of(queryset: QuerySet[Any, Any]) -> Statement:
    """Of `values_list` of plain columns: nothing converts what comes back."""
    try:
        sql, values = queryset.query.sql_with_params()
    except EmptyResultSet:
        return Statement("")
    return Statement(sql, tuple(values))


def kept(key: Hashable, build: Callable[[], Statement]) -> Statement:
    """What had to ask the database while it was put together depends on more than its key, and is not kept."""
    statement = _kept.get(key)
    if statement is None:
        asked: list[str] = []

        def notice(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(notice):
            statement = build()
        if not asked:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = statement = replace(statement, is_kept=True)
    return statement


def planned(queryset: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """Rows of `values_list` whose plan PostgreSQL keeps: where many small sums make one statement, planning is most of it.

    Put together anew each time, so that any condition may stand in it; nothing converts what comes back.
    """
    statement = statement_of(queryset)
    return kept((statement.sql, *map(repr, statement.values)), lambda: statement).rows()


def given_in(model: type[Model], key: str) -> RawSQL:
    """The condition that a key is among the list given to `Statement.rows`."""
    column = f"{model._meta.db_table}.{model._meta.get_field(key).column}"  # type: ignore[union-attr]
    return RawSQL(f"{column} = ANY(%s)", [GIVEN], output_field=BooleanField())


def looked_up(model: type[Model], key: str, column: str) -> RawSQL:
    """`looked_up(Visit, "woman", "name")`: a column of the row that a key points to, asked for the rows shown only.

    PostgreSQL plans a join of five tables longer than it takes to read a page of their rows. For the columns of a list,
    not of a subquery: it names the model's own table.
    """
    near: Any = model._meta.get_field(key)
    far = cast(type[Model], near.related_model)._meta
    output: Any = far.get_field(column)
    sql = (
        f"(SELECT looked_up.{output.column} FROM {far.db_table} AS looked_up"
        f" WHERE looked_up.{near.target_field.column} = {model._meta.db_table}.{near.column})"
    )
    return RawSQL(sql, [], output_field=output)  # type: ignore[no-untyped-call]
