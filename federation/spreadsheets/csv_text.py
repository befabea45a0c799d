"""Text files from all kinds of programs: encodings, separators, line ends."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from federation.spreadsheets.refusal import BadFile

_SEPARATORS = ",\t;，|"
_LONGEST_CELL = 50_000
_UTF8_CURE = "请在 Excel 里另存为“CSV UTF-8”或 .xlsx 再传"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


# Spreadsheet programs take a text that begins so for a formula.
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def written(rows: Iterable[Mapping[str, Any]], *, note: str) -> bytes:
    """Records as UTF-8 with the mark that Excel looks for; the note stands in the first line, the titles in the second.

    A text that a spreadsheet program would take for a formula begins with an apostrophe, which `cells.parse_text` drops.
    """
    out = io.StringIO(newline="")
    lines = csv.writer(out)
    for number, row in enumerate(rows):
        if number == 0:
            # As wide as the rows and without the wide comma, so that readers find the separator in it.
            lines.writerow([note.replace("，", "；"), *[""] * (len(row) - 1)])
            lines.writerow(row)
        lines.writerow(map(_as_text, row.values()))
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _as_text(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_MARKS) else value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def decoded(content: bytes) -> str:
    """The mark at the start decides; without one UTF-8, then GB18030, each of them strictly."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    if b"\x00" in content[:4096]:
        return _without_mark(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _without_mark(content: bytes) -> str:
    """UTF-16 of old programs comes without a mark; ASCII separators show which half of each pair is zero."""
    even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
    if max(even, odd) < 3 * min(even, odd) + 3:
        raise BadFile("文件里有空字符，不是文本表", _UTF8_CURE, rule="nul")
    return _strictly(content, "utf-16-be" if even > odd else "utf-16-le")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise BadFile(f"第 {line} 行起文字编码混乱，读不出来", _UTF8_CURE, rule="encoding") from None


def rows_of(content: bytes, *, most_rows: int, most_columns: int) -> list[list[str]]:
    text = decoded(content)
    if "\x00" in text:
        raise BadFile("文件里有空字符，不是文本表", _UTF8_CURE, rule="nul")
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(row) > most_columns:
                raise BadFile(
                    f"第 {reader.line_num} 行有 {len(row)} 列，最多 {most_columns} 列",
                    _UTF8_CURE,
                    rule="columns",
                )
            rows.append(row)
            if len(rows) > most_rows:
                break
    except csv.Error as problem:
        long = "field larger" in str(problem)
        reason = f"第 {reader.line_num} 行有一格特别长" if long else f"第 {reader.line_num} 行附近引号不成对"
        raise BadFile(reason, _UTF8_CURE, rule="long_cell" if long else "quotes") from None
    return rows


def _separator(text: str) -> str:
    """The separator that the first line with any has most of."""
    for line in io.StringIO(text[:20_000], newline=None):
        found = max(_SEPARATORS, key=line.count)
        if line.count(found):
            return found
    return ","
