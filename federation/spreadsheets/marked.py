"""The error book: the rows that did not go in, wrong cells red, the reason behind each row and again on a second sheet.

Written straight as the few XML parts of a workbook: a file of 25,000 bad rows must not take longer than a good one.
Every text is an inline string, never a formula.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from federation.cells import Cell
from federation.spreadsheets.columns import Layout
from federation.spreadsheets.problems import SheetProblem
from federation.spreadsheets.reading import Sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN, _BOLD, _RED, _TEXT = 0, 1, 2, 3
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFF4CCCC"/></patternFill></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/>
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""
# Compression above this level costs more time than the office's disk is worth.
_LEVEL = 1


def book(sheet: Sheet, problems: Sequence[SheetProblem], layout: Layout) -> bytes:
    """Only the rows that stay out, so that the corrected book can be sent again as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, text in _parts(sheet.name[:31] or "原表").items():
            archive.writestr(name, text)
        _write_sheet(archive, "xl/worksheets/sheet1.xml", _marked_rows(sheet, problems))
        _write_sheet(archive, "xl/worksheets/sheet2.xml", _explanations(problems, layout))
    return out.getvalue()


def _parts(title: str) -> dict[str, str]:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in (1, 2)
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    name = "填报" if title == "说明" else title
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{sheets}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(_clean(name))} sheetId="1" r:id="rId1"/><sheet name="说明" sheetId="2" r:id="rId2"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": _STYLES,
    }


def _write_sheet(archive: zipfile.ZipFile, name: str, rows: Iterable[str]) -> None:
    with archive.open(name, "w") as part:
        part.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        held: list[str] = []
        for row in rows:
            held.append(row)
            if len(held) == 500:
                part.write("".join(held).encode())
                held.clear()
        part.write("".join(held).encode())
        part.write(b"</sheetData></worksheet>")


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry, lone surrogates among them."""
    if text.isprintable():
        return text
    return ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode()


def _cell(value: Cell, style: int = _TEXT) -> str:
    if value is None or value == "":
        return f'<c s="{style}"/>' if style == _RED else "<c/>"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f'<c s="{_RED if style == _RED else _PLAIN}"><v>{value!r}</v></c>'
    text = value if type(value) is str else str(value)
    if not text.isprintable():
        text = _clean(text)
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _row(cells: Iterable[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _marked_rows(sheet: Sheet, problems: Sequence[SheetProblem]) -> Iterator[str]:
    by_row: dict[int, list[SheetProblem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    head = sheet.rows[sheet.header.row - 1]
    width = max([len(head), *(len(sheet.rows[number - 1]) for number in by_row)])
    titles = [*head, *[""] * (width - len(head)), "原表行号", "为什么不能入库"]
    yield _row(_cell(title, _BOLD) for title in titles)
    for number in sorted(by_row):
        yield _marked_row(sheet.rows[number - 1], by_row[number], number, width)


def _marked_row(row: Sequence[Cell], problems: Sequence[SheetProblem], number: int, width: int) -> str:
    cells = [_cell(value) for value in row] + ["<c/>"] * (width - len(row))
    for problem in problems:
        if problem.column >= 0:
            cells[problem.column] = _cell(row[problem.column] if problem.column < len(row) else "", _RED)
    reasons = "；".join(f"{problem.title}：{problem.reason}" for problem in problems)
    return _row([*cells, _cell(number), _cell(reasons)])


def _explanations(problems: Sequence[SheetProblem], layout: Layout) -> Iterator[str]:
    yield _row([_cell(f"共 {len(problems)} 处要改。改好第一张表里标红的格子，整本再传，不会重复。", _BOLD)])
    yield _row(_cell(text, _BOLD) for text in ("行", "单元格", "列名", "为什么不行", "正确写法"))
    for problem in problems:
        texts = (problem.row, problem.cell, problem.title, problem.reason, problem.example)
        yield _row(_cell(text) for text in texts)
    for column in layout.columns:
        if column.choices:
            yield _row([_cell(f"“{column.title}”可以填", _BOLD), *(_cell(choice) for choice in column.choices)])
