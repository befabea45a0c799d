"""Whole files of the corpus. Each builder takes rows (column title -> value) and returns the bytes that are uploaded."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from bench.workbooks import workbook

Rows = Sequence[dict[str, Any]]
Builder = Callable[[Rows], bytes]
FILES: dict[str, Builder] = {}


def file(build: Builder) -> Builder:
    FILES[build.__name__] = build
    return build


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opened(rows: Rows) -> Workbook:
    return load_workbook(io.BytesIO(workbook("名单", rows)))


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return out.getvalue()


def text(rows: Rows, *, separator: str = ",", end: str = "\r\n", head: Sequence[str] = ()) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(head or list(rows[0]))
    writer.writerows(list(row.values()) for row in rows)
    return out.getvalue()


# --- xlsx structure ---------------------------------------------------------------------------------------------------


@file
def x_plain(rows: Rows) -> bytes:
    return workbook("名单", rows)


@file
def x_empty(rows: Rows) -> bytes:
    return b""


@file
def x_truncated(rows: Rows) -> bytes:
    content = workbook("名单", rows)
    return content[: len(content) // 2]


@file
def x_no_zip(rows: Rows) -> bytes:
    return b"PK\x03\x04" + b"no archive at all" * 20


@file
def x_pdf(rows: Rows) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n"


@file
def x_html(rows: Rows) -> bytes:
    return "<html><body><table><tr><td>姓名</td></tr></table></body></html>".encode()


@file
def x_old_xls(rows: Rows) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@file
def x_encrypted(rows: Rows) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(100)


@file
def x_docx(rows: Rows) -> bytes:
    return repacked(workbook("名单", rows), lambda parts: parts.update({"word/document.xml": b"<w/>"}))


@file
def x_ods(rows: Rows) -> bytes:
    return repacked(workbook("名单", rows), lambda parts: parts.update({"content.xml": b"<o/>", "mimetype": b"ods"}))


@file
def x_macros(rows: Rows) -> bytes:
    return repacked(workbook("名单", rows), lambda parts: parts.update({"xl/vbaProject.bin": b"x"}))


@file
def x_path(rows: Rows) -> bytes:
    return repacked(workbook("名单", rows), lambda parts: parts.update({"../evil.xml": b"<x/>"}))


@file
def x_members(rows: Rows) -> bytes:
    return repacked(
        workbook("名单", rows), lambda parts: parts.update({f"xl/more{n}.xml": b"<x/>" for n in range(300)})
    )


@file
def x_entity(rows: Rows) -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    return repacked(workbook("名单", rows), lambda parts: parts.update({"xl/workbook.xml": bomb}))


@file
def x_bomb(rows: Rows) -> bytes:
    return repacked(workbook("名单", rows), lambda parts: parts.update({"xl/sharedStrings.xml": b"a" * 120_000_000}))


@file
def x_archive(rows: Rows) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.csv", text(rows))
    return out.getvalue()


@file
def x_only_hidden(rows: Rows) -> bytes:
    book = opened(rows)
    book.create_chartsheet("图")
    book.active = 1
    book.worksheets[0].sheet_state = "hidden"
    return saved(book)


@file
def x_title_above(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].insert_rows(1, 2)
    book.worksheets[0]["A1"] = "兰河市两癌筛查名单"
    return saved(book)


@file
def x_totals_row(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].append(["合计", len(rows)])
    return saved(book)


@file
def x_blank_rows(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].insert_rows(2, 50)
    return saved(book)


@file
def x_second_sheet(rows: Rows) -> bytes:
    book = opened(rows)
    book.create_sheet("封面", 0)["A1"] = "请看第二张"
    return saved(book)


@file
def x_no_rows(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].delete_rows(2, len(rows))
    return saved(book)


@file
def x_no_header(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].delete_rows(1)
    return saved(book)


@file
def x_missing_column(rows: Rows) -> bytes:
    return workbook("名单", [{key: value for key, value in row.items() if key != "身份证号"} for row in rows])


@file
def x_doubled_column(rows: Rows) -> bytes:
    return workbook("名单", [{**row, "姓 名": row["姓名"]} for row in rows])


@file
def x_synonyms(rows: Rows) -> bytes:
    names = {"姓名": "受检者姓名*", "身份证号": "公民身份号码", "村（社区）": "现住村", "参检日期": "检查日期"}
    return workbook("名单", [{names.get(key, key): value for key, value in row.items()} for row in rows])


@file
def x_unknown_column(rows: Rows) -> bytes:
    return workbook("名单", [{**row, "网格员": "王二"} for row in rows])


@file
def x_last_cell(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].cell(1_048_576, 3, "x")
    return saved(book)


@file
def x_far_column(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].cell(1, 16_384, "x")
    return saved(book)


@file
def x_date_cells(rows: Rows) -> bytes:
    book = opened(rows)
    column = list(rows[0]).index("参检日期") + 1
    for number, row in enumerate(rows, start=2):
        book.worksheets[0].cell(number, column, datetime.fromisoformat(row["参检日期"]))
    return saved(book)


@file
def x_base_1904(rows: Rows) -> bytes:
    book = load_workbook(io.BytesIO(x_date_cells(rows)))
    book.epoch = CALENDAR_MAC_1904
    return saved(book)


@file
def x_protected(rows: Rows) -> bytes:
    book = opened(rows)
    book.worksheets[0].protection.enable()
    return saved(book)


# --- text -------------------------------------------------------------------------------------------------------------


@file
def c_utf8(rows: Rows) -> bytes:
    return text(rows).encode()


@file
def c_utf8_mark(rows: Rows) -> bytes:
    return text(rows).encode("utf-8-sig")


@file
def c_utf16(rows: Rows) -> bytes:
    return text(rows).encode("utf-16")


@file
def c_utf16_be_bare(rows: Rows) -> bytes:
    return text(rows).encode("utf-16-be")


@file
def c_gbk(rows: Rows) -> bytes:
    return text(rows).encode("gbk")


@file
def c_gb18030(rows: Rows) -> bytes:
    return text([{**row, "姓名": f"{row['姓名'][:1]}𠮷"} for row in rows]).encode("gb18030")


@file
def c_semicolon(rows: Rows) -> bytes:
    return text(rows, separator=";").encode()


@file
def c_tab(rows: Rows) -> bytes:
    return text(rows, separator="\t").encode()


@file
def c_full_width(rows: Rows) -> bytes:
    return text(rows, separator="，").encode()


@file
def c_cr_only(rows: Rows) -> bytes:
    return text(rows, end="\r").encode()


@file
def c_quotes(rows: Rows) -> bytes:
    return (text(rows) + '"never closed\n').encode()


@file
def c_nul(rows: Rows) -> bytes:
    return text(rows).encode() + b"\x00\x00"


@file
def c_mixed(rows: Rows) -> bytes:
    return text(rows).encode() + "混着国标".encode("gbk") + b"\xff\xfe\xfd"


@file
def c_long_line(rows: Rows) -> bytes:
    return (text(rows) + "a" * 1_000_000).encode()


@file
def c_wide(rows: Rows) -> bytes:
    return (text(rows) + "," * 2_000).encode()


@file
def c_words(rows: Rows) -> bytes:
    return "今天没有名单".encode()


@file
def x_renamed(rows: Rows) -> bytes:
    """A list of commas that somebody gave the name of a workbook."""
    return c_utf8(rows)
