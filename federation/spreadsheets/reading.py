"""An uploaded spreadsheet as plain rows. The file is opened only in a child process with memory and time limits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

import orjson

from federation.cells import Cell
from federation.spreadsheets.columns import Header, Layout
from federation.spreadsheets.refusal import BadFile

LARGEST_FILE = 30 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
_MEMORY = 768 * 1024 * 1024
_SECONDS = 30
_WALL_SECONDS = 60
_STAMP = re.compile(r"模板第 (\S+?) 版")
_TOTALS = ("合计", "总计", "小计", "共计")
# The child gets the package's folder without running federation/__init__.py: no Django, no Celery, 0.2 s saved.
_CHILD = (
    "import sys, types; package = types.ModuleType('federation'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['federation'] = package; from federation.spreadsheets import child; child.main()"
)
_PACKAGE = str(Path(__file__).resolve().parents[1])


@dataclass
class Sheet:
    """One worksheet: its rows from row 1 on, and where the columns stand. Row `n` of the file is `rows[n - 1]`."""

    name: str
    rows: list[list[Cell]]
    header: Header
    base_1904: bool

    def body(self) -> list[tuple[int, list[Cell]]]:
        """(row number, cells) below the header, without blank rows and without a closing row of totals."""
        found = [(number, row) for number, row in enumerate(self.rows, start=1) if number > self.header.row and row]
        while found and _is_total(found[-1][1]):
            found.pop()
        return found


def _is_total(row: list[Cell]) -> bool:
    words = [cell for cell in row if cell not in ("", None)]
    return bool(words) and isinstance(words[0], str) and words[0].replace(" ", "").startswith(_TOTALS)


def read_sheet(content: bytes, layout: Layout, *, most_rows: int = MOST_ROWS) -> Sheet:
    """The first visible worksheet whose header has the layout's columns. Raises `BadFile` in the officer's words."""
    answer = _in_child(content, most_rows=most_rows)
    sheets = answer["sheets"]
    _refuse_old_template(sheets, layout)
    chosen = next((sheet for sheet in sheets if layout.find_header(sheet["rows"]) >= 0), sheets[0])
    header = layout.read_header(chosen["rows"])
    sheet = Sheet(chosen["name"], chosen["rows"], header, answer["base_1904"])
    if len(sheet.rows) <= header.row:
        raise BadFile("表头下面没有内容", "请填好再传", rule="no_rows")
    return sheet


def _refuse_old_template(sheets: list[_ReadSheet], layout: Layout) -> None:
    """The stamp stands in words on the template's own sheet: spreadsheet programs keep it when they save."""
    first_cells = (sheet["rows"][0][0] for sheet in sheets if sheet["rows"] and sheet["rows"][0])
    for cell in first_cells:
        stamp = _STAMP.search(cell) if isinstance(cell, str) else None
        if stamp and layout.name in str(cell) and stamp[1] != layout.version:
            raise BadFile(
                f"这是模板第 {stamp[1]} 版，现在用第 {layout.version} 版",
                "请下载新模板，把内容复制过去再传",
                rule="old_template",
            )


class _ReadSheet(TypedDict):
    name: str
    rows: list[list[Cell]]


class _Answer(TypedDict):
    sheets: list[_ReadSheet]
    base_1904: bool


def _in_child(content: bytes, *, most_rows: int) -> _Answer:
    if len(content) > LARGEST_FILE:
        size = LARGEST_FILE // 1024 // 1024
        raise BadFile(f"文件超过 {size} MB", "请删去图片，或分成几个文件传", rule="file_size")
    limits = {
        "memory": _MEMORY,
        "seconds": _SECONDS,
        "rows": most_rows,
        "columns": MOST_COLUMNS,
    }
    command = [sys.executable, "-P", "-E", "-X", "utf8", "-c", _CHILD, _PACKAGE]
    try:
        child = subprocess.run(
            command,
            input=json.dumps(limits).encode() + b"\n" + content,
            capture_output=True,
            timeout=_WALL_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_heavy() from None
    if child.returncode != 0:
        raise _too_heavy()
    answer = orjson.loads(child.stdout)
    if "bad" in answer:
        reason, cure, rule = answer["bad"]
        raise BadFile(reason, cure, rule=rule)
    return cast(_Answer, answer)


def _too_heavy() -> BadFile:
    return BadFile(
        "这个文件铺得太开或太大，平台没有读完",
        "请把有内容的部分复制到模板里，另存为 .xlsx 再传",
        rule="too_heavy",
    )
