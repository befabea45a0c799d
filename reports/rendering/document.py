"""What an official document holds, before anything is decided about paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class FigureMark:
    """Words that state a figure; the web preview links them, paper shows the text only."""

    text: str
    code: str


Text = str | tuple[str | FigureMark, ...]


def plain(text: Text) -> str:
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else part.text for part in text)


@dataclass(frozen=True)
class Item:
    """A numbered point that runs on: “1.坚持党的领导。” and its text."""

    lead: str
    text: Text = ""


@dataclass(frozen=True)
class Section:
    """（一）…, in 楷体."""

    heading: str
    paragraphs: tuple[Text, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """一、…, in 黑体."""

    heading: str
    paragraphs: tuple[Text, ...] = ()
    items: tuple[Item, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Chart:
    """An SVG drawing of its own size; the description is what a screen reader says."""

    caption: str
    svg: str
    description: str


@dataclass(frozen=True)
class Column:
    """Columns side by side with the same group share a cell above them. Widths are shares of the whole."""

    label: str
    width: float = 1
    align: Literal["start", "center", "end"] = "center"
    group: str = ""


@dataclass(frozen=True)
class Annex:
    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    reported_by: str = ""
    as_of: str = ""
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class OfficialDocument:
    """A line break in the title is the author's own; without one the title is broken by its words."""

    title: str
    byline: str = ""
    addressee: str = ""
    opening: tuple[Text, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    charts: tuple[Chart, ...] = ()
    signature: str = ""
    date: dt.date | None = None
    notes: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()

    def figure_codes(self) -> list[str]:
        """Codes of the figures that the text states, in reading order."""
        return [
            part.code
            for text in self.texts()
            if not isinstance(text, str)
            for part in text
            if isinstance(part, FigureMark)
        ]

    def texts(self) -> Iterator[Text]:
        yield from self.opening
        for chapter in self.chapters:
            yield from chapter.paragraphs
            yield from (item.text for item in chapter.items)
            for section in chapter.sections:
                yield from section.paragraphs
                yield from (item.text for item in section.items)


def chinese_date(date: dt.date) -> str:
    """Arabic figures, the whole year, nothing padded with zero."""
    return f"{date.year}年{date.month}月{date.day}日"
