"""The words of a document in reading order, each with the place a reader knows it by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from reports.rendering.document import Annex, Chapter, Chart, OfficialDocument, Section, Text, chinese_date, plain
from reports.rendering.fonts import FontSet, Role
from reports.rendering.glyphs import Run
from reports.rendering.lines import CELLS, measure

INDENT = "\u3000"


@dataclass(frozen=True)
class Block:
    """A heading or paragraph; the indents of its first line and of the others are in cells."""

    tag: str
    role: Role
    text: str
    place: str
    indent: float = 2
    hang: float = 0


def clean(text: str) -> str:
    """Without what has no shape: a tab becomes a space, a zero-width mark from a web page goes. Line breaks stay."""
    if text.isprintable():
        return text
    kept = (character for character in text if unicodedata.category(character) != "Cf")
    return "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in kept)


def one_line(text: str) -> str:
    return clean(text).replace("\n", "")


def body(document: OfficialDocument) -> Iterator[Block]:
    if document.addressee:
        yield Block("p", Role.BODY, one_line(document.addressee), "主送机关", indent=0)
    yield from paragraphs(document.opening, "导语")
    for chapter in document.chapters:
        yield Block("h2", Role.HEI, one_line(chapter.heading), chapter.heading)
        yield from points(chapter, chapter.heading)
        for section in chapter.sections:
            yield Block("h3", Role.KAI, one_line(section.heading), section.heading)
            yield from points(section, section.heading)


def points(part: Chapter | Section, place: str) -> Iterator[Block]:
    yield from paragraphs(part.paragraphs, place)
    for number, item in enumerate(part.items, start=1):
        yield Block("p", Role.BODY, one_line(item.lead + plain(item.text)), f"{place} 第{number}条")


def paragraphs(texts: tuple[Text, ...], place: str) -> Iterator[Block]:
    for number, text in enumerate((text for text in texts if text), start=1):
        yield Block("p", Role.BODY, one_line(plain(text)), f"{place} 第{number}段")


def annex_list(document: OfficialDocument) -> Iterator[Block]:
    """附件说明, a row below the text."""
    several = len(document.annexes) > 1
    for number, (annex, label) in enumerate(labelled(document.annexes), start=1):
        lead = ("附件：" if number == 1 else INDENT * 3) + (f"{number}." if several else "")
        yield Block("p", Role.BODY, lead + one_line(annex.title), f"{label}标题", hang=6 if several else 5)


def closing(document: OfficialDocument, fonts: FontSet) -> Iterator[Block]:
    """署名 and 成文日期 as on a paper without a seal, then notes."""
    signature = one_line(document.signature)
    date = chinese_date(document.date) if document.date else ""
    signed, dated = signature_indents(signature, date, fonts)
    if signature:
        yield Block("p", Role.BODY, signature, "落款署名", indent=signed)
    if date:
        yield Block("p", Role.BODY, date, "成文日期", indent=dated)
    for note in document.notes:
        yield Block("p", Role.BODY, one_line(note), "附注")


def signature_indents(signature: str, date: str, fonts: FontSet) -> tuple[float, float]:
    """署名 two characters from the right, the date two to the right of its beginning; a date longer than the 署名
    stands two from the right instead, and the 署名 moves left with it."""
    signed, dated = measure(signature, Role.BODY, fonts), measure(date, Role.BODY, fonts)
    if date and (dated > signed or not signature):
        start = CELLS - 2 - dated
        return start - 2, start
    start = CELLS - 2 - signed
    return start, start + 2


def labelled(annexes: tuple[Annex, ...]) -> list[tuple[Annex, str]]:
    """附件 alone when there is one, 附件1 and so on when there are more."""
    if len(annexes) == 1:
        return [(annexes[0], "附件")]
    return [(annex, f"附件{number}") for number, annex in enumerate(annexes, start=1)]


# The same words by font, for the glyph check


def runs(document: OfficialDocument, blocks: list[Block]) -> Iterator[Run]:
    yield Run(one_line(document.title), Role.TITLE, "标题")
    yield Run(clean(document.byline), Role.KAI, "题下署名")
    for block in blocks:
        yield Run(block.text, block.role, f"“{block.place}”" if block.role in {Role.HEI, Role.KAI} else block.place)
    yield from chart_runs(document.charts, "正文")
    for annex, label in labelled(document.annexes):
        yield from annex_runs(annex, label)


def annex_runs(annex: Annex, label: str) -> Iterator[Run]:
    yield Run(label, Role.HEI, label)
    yield Run(one_line(annex.title), Role.TITLE, f"{label}标题")
    yield Run(clean(annex.reported_by + annex.as_of), Role.BODY, f"{label}表头上方")
    for number, column in enumerate(annex.columns, start=1):
        yield Run(clean(column.label + column.group), Role.HEI, f"{label}表头第{number}列")
    for row_number, row in enumerate(annex.rows, start=1):
        for number, cell in enumerate(row, start=1):
            yield Run(clean(cell), Role.BODY, f"{label}第{row_number}行第{number}列")
    for note in annex.notes:
        yield Run(clean(note), Role.BODY, f"{label}表注")
    yield from chart_runs(annex.charts, label)


def chart_runs(charts: tuple[Chart, ...], place: str) -> Iterator[Run]:
    for chart in charts:
        yield Run(clean(chart.caption), Role.HEI, f"{place}图题“{chart.caption}”")
        drawn = ElementTree.fromstring(chart.svg).itertext()
        words = "".join("".join(drawn).split())
        yield Run(words, Role.SONG, f"{place}图“{chart.caption}”里")
