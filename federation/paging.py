"""Pages of a list by key, never by offset: the last page costs what the first one costs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from federation.sealed import seal_bytes, unseal_bytes
from federation.statements import Statement, kept, statement_of

_R = TypeVar("_R")
SIZES = (20, 50, 100)
CAP = 500
_PLACE = "list.mark"


@dataclass(frozen=True)
class Order:
    """The column that a list stands in the order of. `links` turn it, or choose another column, from the beginning."""

    column: str
    descending: bool
    is_usual: bool
    links: dict[str, str]


@dataclass(frozen=True)
class Page(Generic[_R]):
    """`newer_url` goes back towards the beginning of the list, `older_url` on; empty where there is nothing more."""

    rows: list[_R]
    newer_url: str
    older_url: str
    size: int
    summary: str
    order: Order
    sizes: list[tuple[int, str]]


@dataclass(frozen=True)
class Lines(Generic[_R]):
    """Rows that a list reads as tuples of plain columns and makes something light of. `kept_as` names all that its
    statement depends on; None where that is not worth keeping, or holds what somebody typed.
    """

    model: type[models.Model]
    build: Callable[[], models.QuerySet[Any, Any]]
    make: Callable[[tuple[Any, ...]], _R]
    kept_as: Hashable | None = None


def day_of(moment: datetime) -> str:
    """A page begins and ends on days of the reader's calendar."""
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def page_of(
    source: models.QuerySet[Any, _R] | Lines[_R],
    request: HttpRequest,
    *,
    key: Sequence[str],
    also: Sequence[Sequence[str]] = (),
    size: int = SIZES[0],
    descending: bool = True,
    describe: Callable[[_R], str] | None = None,
) -> Page[_R]:
    """One page. `key` names columns that are never null and together unique, the leading ones indexed; `also` are the
    keys of other columns that the reader may order the list by. The first column of a key is its name in the address.
    """
    size = _asked_size(request, size)
    usual = key[0]
    key, order = _asked_order(request, [key, *also], descending=descending)
    descending, describe = order.descending, describe if key[0] == usual else None
    fields = [_field(source.model, name) for name in key]
    mark, backwards = _asked_mark(request, fields)
    reverse = descending != backwards
    ordering = [f"-{name}" if reverse else name for name in key]

    def asked() -> models.QuerySet[Any, Any]:
        rows = source.build() if isinstance(source, Lines) else source
        return (rows if mark is None else rows.filter(_beyond(key, mark, below=reverse))).order_by(*ordering)[
            : size + 1
        ]

    rows: list[_R] = _read_lines(source, asked, (*ordering, size), mark) if isinstance(source, Lines) else list(asked())
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_newer = more if backwards else mark is not None
    has_older = mark is not None if backwards else more
    return Page(
        rows=rows,
        newer_url=_url(request, "before", rows[0], key, fields) if rows and has_newer else "",
        older_url=_url(request, "after", rows[-1], key, fields) if rows and has_older else "",
        size=size,
        summary=_summary(rows, describe),
        order=order,
        sizes=_sizes(request) if has_newer or has_older or size > SIZES[0] else [],
    )


def _read_lines(
    lines: Lines[_R], asked: Callable[[], models.QuerySet[Any, Any]], form: tuple[Hashable, ...], mark: object
) -> list[_R]:
    """The first page of a list as it opens is asked for over and over; what lies beyond a mark is not."""
    if lines.kept_as is None or mark is not None:
        statement = statement_of(asked())
    else:
        statement = kept((lines.kept_as, form), lambda: statement_of(asked()))
    return [lines.make(row) for row in statement.rows()]


def _asked_order(
    request: HttpRequest, keys: Sequence[Sequence[str]], *, descending: bool
) -> tuple[Sequence[str], Order]:
    """`?order=due_on` or `?order=-due_on`; a column that the list does not offer is ignored."""
    asked, offered = request.GET.get("order", ""), {key[0]: key for key in keys}
    column = asked.removeprefix("-")
    if column not in offered:
        column, asked = keys[0][0], f"-{keys[0][0]}" if descending else keys[0][0]
    turned = asked.startswith("-")
    links = {name: _order_url(request, name if name != column or turned else f"-{name}") for name in offered}
    return offered[column], Order(column, turned, column == keys[0][0] and turned == descending, links)


def _order_url(request: HttpRequest, order: str) -> str:
    return _from_the_beginning(request, "order", order)


def _sizes(request: HttpRequest) -> list[tuple[int, str]]:
    """How many rows a page may have, with the address of each; none where everything stands on one small page."""
    return [(size, _from_the_beginning(request, "size", str(size))) for size in SIZES]


def _from_the_beginning(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    for mark in ("before", "after"):
        query.pop(mark, None)
    query[name] = value
    return f"?{query.urlencode()}"


def capped_count(queryset: models.QuerySet[Any], *, cap: int = CAP) -> str:
    """ "212" or "500 多": counting stops at the cap, and the unit follows (500 多 人)."""
    return capped_counts({"": queryset}, cap=cap)[""]


def capped_counts(querysets: Mapping[str, models.QuerySet[Any]], *, cap: int = CAP) -> dict[str, str]:
    """The counts of several lists by their names, asked for in one statement."""
    return in_words(counts_up_to(cap + 1, querysets), cap=cap)


def in_words(counts: Mapping[str, int], *, cap: int = CAP) -> dict[str, str]:
    """Of counts up to one more than the cap."""
    return {name: f"{cap} 多" if count > cap else str(count) for name, count in counts.items()}


def counts_up_to(most: int, querysets: Mapping[str, models.QuerySet[Any]]) -> dict[str, int]:
    return _counts(querysets, _counting(most, querysets))


def kept_counts(
    most: int, key: Hashable, names: Sequence[str], rows_of: Callable[[str], models.QuerySet[Any]]
) -> dict[str, int]:
    """As `counts_up_to`, for what every page counts: the statement is kept (statements.py), the numbers are not."""
    statement = kept((most, key, tuple(names)), lambda: _counting(most, {name: rows_of(name) for name in names}))
    return _counts(names, statement)


def _counts(names: Iterable[str], statement: Statement) -> dict[str, int]:
    found = next(iter(statement.rows()), ())
    return dict(zip(names, found, strict=True)) if found else dict.fromkeys(names, 0)


def _counting(most: int, querysets: Mapping[str, models.QuerySet[Any]]) -> Statement:
    """A column for each list; nought where it cannot have rows."""
    lists = [statement_of(queryset.order_by().values_list("pk")[:most]) for queryset in querysets.values()]
    if not any(rows.sql for rows in lists):
        return Statement("")
    counts = ", ".join(f"(SELECT count(*) FROM ({rows.sql}) AS counted)" if rows.sql else "0" for rows in lists)
    return Statement(f"SELECT {counts}", tuple(value for rows in lists for value in rows.values))


def _beyond(key: Sequence[str], mark: Sequence[Any], *, below: bool) -> Q:
    """Row comparison written so that the first column's index serves it."""
    sign = "lt" if below else "gt"
    condition = Q()
    for position in range(len(key)):
        equal = {name: value for name, value in zip(key[:position], mark[:position], strict=True)}
        condition |= Q(**equal, **{f"{key[position]}__{sign}": mark[position]})
    return Q(**{f"{key[0]}__{sign}e": mark[0]}) & condition


def _asked_size(request: HttpRequest, default: int) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if asked in {str(size) for size in SIZES} else default


def _asked_mark(request: HttpRequest, fields: Sequence[models.Field[Any, Any]]) -> tuple[list[Any] | None, bool]:
    """The key in the address. A mark that was typed or cut short is ignored: the list begins at its beginning."""
    backwards = "before" in request.GET
    text = request.GET.get("before" if backwards else "after", "")
    try:
        mark = json.loads(_opened(base64.urlsafe_b64decode(text), fields)) if text else None
        if not isinstance(mark, list) or len(mark) != len(fields):
            return None, False
        return [_read(field, value) for field, value in zip(fields, mark, strict=True)], backwards
    except (ValueError, TypeError, RecursionError, ValidationError):
        return None, False


def _is_readable(field: models.Field[Any, Any]) -> bool:
    """Text may be a name or its pinyin, which stand in no address."""
    return isinstance(field, models.CharField)


def _opened(mark: bytes, fields: Iterable[models.Field[Any, Any]]) -> bytes:
    return unseal_bytes(mark, place=_PLACE) if any(map(_is_readable, fields)) else mark


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The column that a part of the key names."""
    *above, last = name.split("__")
    for part in above:
        related: Any = model._meta.get_field(part).related_model
        model = related
    field = model._meta.pk if last == "pk" else model._meta.get_field(last)
    assert isinstance(field, models.Field)
    return field


def _read(field: models.Field[Any, Any], value: Any) -> Any:
    """What the column itself could hold; anything else would fail only in the database."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(value)
    if isinstance(value, str) and b"\0" in value.encode():
        raise ValueError(value)
    read = field.to_python(value)
    field.run_validators(read)
    return read


def _url(
    request: HttpRequest, direction: str, row: Any, key: Sequence[str], fields: Iterable[models.Field[Any, Any]]
) -> str:
    values = [_plain(_value(row, name)) for name in key]
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("after", None)
    mark = json.dumps(values).encode()
    if any(map(_is_readable, fields)):
        mark = seal_bytes(mark, place=_PLACE)
    query[direction] = base64.urlsafe_b64encode(mark).decode()
    return f"?{query.urlencode()}"


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _summary(rows: list[Any], describe: Callable[[Any], str] | None) -> str:
    if not rows:
        return ""
    count = f"本页 {len(rows)} 条"
    if describe is None:
        return count
    first, last = describe(rows[0]), describe(rows[-1])
    return f"{count}，{first}" if first == last else f"{count}，{first} 至 {last}"
