"""The limited child process that unpacks and reads an uploaded file; `reading.py` starts it.

The file comes on standard input after one line of JSON with the limits; the answer is one JSON document on standard
output. Nothing of Django is loaded here, so the child starts fast and holds no keys or connections.
"""

from __future__ import annotations

import gc
import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson

from federation.spreadsheets import archive, csv_text
from federation.spreadsheets.refusal import BadFile

# More blank rows than this in a row end the sheet.
_BLANKS = 200


def main() -> None:
    limits = json.loads(sys.stdin.buffer.readline())
    for kind, amount in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
    ):
        resource.setrlimit(kind, (amount, amount))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    # Half a million cells and no cycle among them: looking for one takes longer than reading them.
    gc.disable()
    try:
        answer = _read(content, limits)
    except BadFile as problem:
        answer = {"bad": [problem.reason, problem.cure, problem.rule]}
    sys.stdout.buffer.write(orjson.dumps(answer))


def _read(content: bytes, limits: dict[str, int]) -> dict[str, Any]:
    archive.refuse_foreign_kind(content)
    if not archive.is_zip(content):
        rows = csv_text.rows_of(content, most_rows=limits["rows"], most_columns=limits["columns"])
        return {"sheets": [_sheet("", rows, limits)], "base_1904": False}
    archive.check_archive(content)
    return {
        "sheets": _workbook(content, limits),
        "base_1904": archive.uses_1904_dates(content),
    }


def _workbook(content: bytes, limits: dict[str, int]) -> list[dict[str, Any]]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet and meta.visible == calamine.SheetVisibleEnum.Visible
        ]
        sheets = [_sheet(name, _rows(book.get_sheet_by_name(name), limits), limits) for name in visible[:10]]
    except calamine.PasswordError:
        raise BadFile("文件设了打开密码", "请去掉密码再传", rule="encrypted") from None
    except (calamine.CalamineError, ValueError) as problem:
        if isinstance(problem, BadFile):
            raise
        raise BadFile(
            "文件不完整，可能没有传完或已损坏",
            "请在 Excel 里打开确认，另存一份再传",
            rule="broken",
        ) from None
    if not sheets:
        raise BadFile(
            "文件里没有能看见的工作表",
            "请把要传的工作表放在第一张，不要隐藏",
            rule="no_sheet",
        )
    return sheets


def _rows(sheet: Any, limits: dict[str, int]) -> list[list[Any]]:
    """Rows from the very first one of the sheet, so that positions are the ones the officer sees."""
    if sheet.total_width > limits["columns"]:
        raise BadFile(
            f"工作表“{sheet.name}”有 {sheet.total_width} 列，最多 {limits['columns']} 列",
            "请删去表格右边多余的列再传",
            rule="columns",
        )
    return sheet.to_python(skip_empty_area=False, nrows=limits["rows"] + 1)  # type: ignore[no-any-return]


def _sheet(name: str, rows: list[list[Any]], limits: dict[str, int]) -> dict[str, Any]:
    kept: list[list[Any]] = []
    blanks = 0
    for row in rows:
        blank = row.count("") + row.count(None) == len(row)
        blanks = blanks + 1 if blank else 0
        if blanks > _BLANKS:
            break
        kept.append([] if blank else row if _PLAIN.issuperset(map(type, row)) else list(map(_told, row)))
    while kept and not kept[-1]:
        kept.pop()
    if len(kept) > limits["rows"]:
        raise BadFile(f"超过 {limits['rows']} 行", "请分成几个文件传", rule="rows")
    return {"name": name, "rows": kept}


# What JSON carries as it is.
_PLAIN = frozenset({str, float, int, bool})


def _told(cell: Any) -> Any:
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    return cell
