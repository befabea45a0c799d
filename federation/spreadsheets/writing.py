"""Workbooks that leave the portal: error books, templates, exports. Texts are typed text cells, never formulas."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell as BookCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from rustpy_xlsxwriter import FastExcel

from federation.cells import Cell
from federation.spreadsheets.columns import Column, Layout
from federation.spreadsheets.problems import SheetProblem
from federation.spreadsheets.reading import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RED = PatternFill("solid", fgColor="FFF4CCCC")
_HEAD = PatternFill("solid", fgColor="FFF1EEE8")
_BOLD, _WRAP = Font(bold=True), Alignment(wrap_text=True, vertical="top")
# Comments are heavy drawings; beyond this many the colour stays and the reason stands on the sheet 说明.
_MOST_COMMENTS = 2000
_TEMPLATE_ROWS = 2000
_TEXT_KINDS = frozenset({"id_number", "phone"})


def clean(value: Any) -> Any:
    """Characters that XML cannot carry are left out of texts; other values stay as they are."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _clean_record(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """One look at all texts of a row: hardly any row has something to leave out."""
    if "".join([value for value in record.values() if type(value) is str]).isprintable():
        return record
    return {title: clean(value) for title, value in record.items()}


def _cell(sheet: Any, value: Any) -> BookCell:
    cell = WriteOnlyCell(sheet, value=clean(value))
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- error book ------------------------------------------------------------------------------------------------------


def error_book(sheet: Sheet, problems: Sequence[SheetProblem], layout: Layout) -> bytes:
    """The sheet as it was sent, wrong cells red with the reason as a comment; all reasons again on a second sheet."""
    book = Workbook(write_only=True)
    marked = book.create_sheet(sheet.name[:31] or "原表")
    by_row: dict[int, list[SheetProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    comments = 0
    for number, row in enumerate(sheet.rows, start=1):
        if number not in by_row:
            marked.append([_cell(marked, value) for value in row])
            continue
        with_comment = comments < _MOST_COMMENTS
        marked.append(_marked_row(marked, row, by_row[number], with_comment=with_comment))
        comments += len(by_row[number])
    _explanations(book, problems, layout)
    return _saved(book)


def _marked_row(sheet: Any, row: Sequence[Cell], problems: list[SheetProblem], *, with_comment: bool) -> list[BookCell]:
    width = max(len(row), *(problem.column + 1 for problem in problems), 1)
    cells = [_cell(sheet, row[position] if position < len(row) else None) for position in range(width)]
    for problem in problems:
        cell = cells[max(problem.column, 0)]
        cell.fill = _RED
        if with_comment:
            cell.comment = Comment(
                f"{problem.reason}。正确写法：{problem.example}",
                "工作平台",
                width=280,
                height=90,
            )
    return cells


def _explanations(book: Workbook, problems: Sequence[SheetProblem], layout: Layout) -> None:
    notes = book.create_sheet("说明")
    notes.column_dimensions["D"].width = notes.column_dimensions["E"].width = 50
    notes.append(
        [
            _cell(
                notes,
                f"共 {len(problems)} 处要改。改好第一张表里标红的格子，整本再传，不会重复。",
            )
        ]
    )
    notes.append([_cell(notes, text) for text in ("行", "单元格", "列名", "为什么不行", "正确写法")])
    for problem in problems:
        texts = (
            problem.row,
            problem.cell,
            problem.title,
            problem.reason,
            problem.example,
        )
        notes.append([_cell(notes, text) for text in texts])
    for column in layout.columns:
        if column.choices:
            notes.append(
                [
                    _cell(notes, f"“{column.title}”可以填"),
                    *(_cell(notes, choice) for choice in column.choices),
                ]
            )


# --- template --------------------------------------------------------------------------------------------------------


def template(layout: Layout, rows: Iterable[Mapping[str, str]] = ()) -> bytes:
    """A list to fill in: named columns, text format for long numbers, drop-downs, version. `rows` are what is known
    already, column key -> text."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "填报"
    sheet.freeze_panes = "A2"
    choices = book.create_sheet("字典")
    choices.sheet_state = "hidden"
    for position, column in enumerate(layout.columns, start=1):
        _template_column(sheet, choices, position, column)
    for number, row in enumerate(rows, start=2):
        for position, column in enumerate(layout.columns, start=1):
            if text := row.get(column.key, ""):
                cell = sheet.cell(number, position, clean(text))
                cell.data_type, cell.number_format = "s", "@"
    _how_to_fill(book.create_sheet("填表说明"), layout)
    book.properties.title, book.properties.version = layout.name, layout.version
    book.properties.creator = "妇联工作平台"
    return _saved(book)


def _template_column(sheet: Worksheet, choices: Worksheet, position: int, column: Column) -> None:
    letter = get_column_letter(position)
    head = sheet.cell(1, position, f"{column.title}*" if column.required else column.title)
    head.font, head.fill, head.alignment = _BOLD, _HEAD, _WRAP
    sheet.column_dimensions[letter].width = column.width
    if column.sensitive in _TEXT_KINDS:
        sheet.column_dimensions[letter].number_format = "@"
        for row in range(2, _TEMPLATE_ROWS + 2):
            sheet.cell(row, position).number_format = "@"
    if not column.choices:
        return
    for row, choice in enumerate(column.choices, start=1):
        choices.cell(row, position, choice)
    allowed = DataValidation(
        type="list",
        formula1=f"'字典'!${letter}$1:${letter}${len(column.choices)}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="不是规定的名目",
        error=f"“{column.title}”请从下拉里选",
    )
    sheet.add_data_validation(allowed)
    allowed.add(f"{letter}2:{letter}{_TEMPLATE_ROWS + 1}")


def _how_to_fill(sheet: Worksheet, layout: Layout) -> None:
    sheet.append([f"{layout.name}（模板第 {layout.version} 版）。带 * 的列必填；不要改列名。"])
    sheet.append(["列名", "怎么填", "例子"])
    for column in layout.columns:
        hint = column.hint or ("从下拉里选" if column.choices else "")
        sheet.append(
            [
                column.title,
                hint,
                column.example or (column.choices[0] if column.choices else ""),
            ]
        )
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 60


# --- export ----------------------------------------------------------------------------------------------------------


def export(title: str, rows: Iterable[Mapping[str, Any]], *, note: str) -> bytes:
    """Records as one sheet, streamed. Keys are the column titles; the note stands above them and at each page's foot."""
    out = io.BytesIO()
    _write(out, title, rows, note=note)
    return out.getvalue()


def export_file(title: str, rows: Iterable[Mapping[str, Any]], *, note: str) -> IO[bytes]:
    """As `export`, in a temporary file that only this process's user reads and that is gone when it is closed."""
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")
    _write(file.name, title, rows, note=note)
    return file


def _write(target: Any, title: str, rows: Iterable[Mapping[str, Any]], *, note: str) -> None:
    records = map(_clean_record, rows)
    first = next(records, {})
    banner = [(0, 0, 0, len(first) - 1, note)] if len(first) > 1 else None
    book = FastExcel(target).format(bold_headers=True, datetime_format="yyyy-mm-dd hh:mm").freeze(row=2)
    footer = note.replace("&", "&&")[:200]
    page = {"landscape": True, "fit_to_pages": (1, 0), "repeat_rows": (0, 1), "footer": f"&L{footer}&R&P / &N"}
    book.sheet(title[:31], chain([first], records), header_row=1, merge_ranges=banner, page_setup=page).save()
