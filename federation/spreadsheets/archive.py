"""Looks at the directory of an xlsx file before anything unpacks it: kind, size, ratio, members, paths."""

from __future__ import annotations

import io
import stat
import zipfile

from federation.spreadsheets.refusal import BadFile

LARGEST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 100
MOST_MEMBERS = 200
# Below this a high ratio harms nobody: small sheets of repeated text pack very well.
_RATIO_FROM = 5 * 1024 * 1024
_HEAD = 4096
_SAVE_AS = "请在 Excel 或 WPS 里另存为“Excel 工作簿（.xlsx）”再传"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "这是 PDF，不是 Excel 表", "pdf"),
    (b"\x89PNG", "这是图片，不是 Excel 表", "image"),
    (b"\xff\xd8\xff", "这是图片，不是 Excel 表", "image"),
    (b"Rar!", "这是压缩包，不是 Excel 表", "archive"),
    (b"7z\xbc\xaf", "这是压缩包，不是 Excel 表", "archive"),
    (b"\x1f\x8b", "这是压缩包，不是 Excel 表", "archive"),
    (b"MZ", "这是程序，不是 Excel 表", "program"),
)


def is_zip(content: bytes) -> bool:
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def refuse_misnamed(content: bytes, name: str) -> None:
    """A text that was only renamed: read as CSV it would be told of columns that it never had."""
    if name.lower().endswith((".xlsx", ".xlsm")) and content.strip() and not is_zip(content):
        refuse_foreign_kind(content)
        raise BadFile("这是文本文件，只是改了名字，不是 Excel 表", _SAVE_AS, rule="misnamed")


def refuse_foreign_kind(content: bytes) -> None:
    """Files that are neither a workbook nor text, told by their first bytes and not by their name."""
    if not content.strip():
        raise BadFile("文件是空的", "请选填好的表再传", rule="empty")
    if content.startswith(_OLE):
        _refuse_ole(content)
    for head, reason, rule in _FOREIGN_KINDS:
        if content.startswith(head):
            raise BadFile(reason, _SAVE_AS, rule=rule)
    start = content[:512].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<table")):
        raise BadFile("这是网页，不是 Excel 表（有的系统导出时只改了名字）", _SAVE_AS, rule="html")


def _refuse_ole(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise BadFile("文件设了打开密码", "请去掉密码再传", rule="encrypted")
    raise BadFile("这是旧格式的 .xls 文件", _SAVE_AS, rule="old_format")


def check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members)
            _check_sizes(members, len(content))
            _check_kind({member.filename for member in members})
            _check_markup(archive, members)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
    ) as problem:
        if isinstance(problem, BadFile):
            raise
        raise BadFile(
            "文件不完整，可能没有传完或已损坏",
            "请在 Excel 里打开确认，另存一份再传",
            rule="broken",
        ) from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise BadFile(f"文件里有 {len(members)} 个部件，太多了", _SAVE_AS, rule="members")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise BadFile("文件里有重名的部件", _SAVE_AS, rule="duplicate_member")
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if member.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in member.filename:
            raise BadFile("文件里有不正常的路径", _SAVE_AS, rule="path")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise BadFile("文件里有链接", _SAVE_AS, rule="link")
        if member.flag_bits & 0x1:
            raise BadFile("文件设了打开密码", "请去掉密码再传", rule="encrypted")


def _check_sizes(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED or (unpacked > _RATIO_FROM and unpacked > LARGEST_RATIO * packed):
        raise BadFile(
            "文件展开后太大，平台没有打开",
            "请把表复制到模板里另存，或分成几个文件传",
            rule="too_big",
        )


def _check_kind(names: set[str]) -> None:
    if "xl/vbaProject.bin" in names:
        raise BadFile("文件带宏", _SAVE_AS, rule="macros")
    if "word/document.xml" in names:
        raise BadFile("这是 Word 文件，不是 Excel 表", _SAVE_AS, rule="docx")
    if "content.xml" in names and "mimetype" in names:
        raise BadFile("这是 ODS 文件", _SAVE_AS, rule="ods")
    if "xl/workbook.bin" in names:
        raise BadFile("这是 .xlsb 文件", _SAVE_AS, rule="xlsb")
    if "xl/workbook.xml" not in names:
        raise BadFile("这是压缩包，不是 Excel 表", _SAVE_AS, rule="archive")


def _check_markup(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """A workbook never declares document types or entities; the start of each part is where they would stand."""
    for member in members:
        if not member.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(member) as part:
            head = part.read(_HEAD).replace(b"\x00", b"").lower()
        if b"<!doctype" in head or b"<!entity" in head:
            raise BadFile("文件里有不该有的声明（DTD 或实体）", _SAVE_AS, rule="entity")


def uses_1904_dates(content: bytes) -> bool:
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        archive.open("xl/workbook.xml") as part,
    ):
        head = part.read(64 * 1024)
    return b'date1904="1"' in head or b'date1904="true"' in head
