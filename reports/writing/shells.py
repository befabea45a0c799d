"""Shells: the structure and sentences that a summary opens with, read from the text files beside this module.

    ## 存在问题            a chapter
    （一）…                a section
    1.坚持党的领导。…        an item: its first sentence is the lead
    !着力扩大阵地。…         a paragraph with a lead sentence
    …                     a paragraph
    + …                   more of the paragraph above
    ?recall_rate<95 …      only if the figure is known and the comparison holds when the shell is opened

Markers are not kept: numbers are set when the text is put together, so that a moved or removed block renumbers the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from federation.models.organization import Level as BranchLevel
from reports.models import SummaryBlock
from reports.wording import Number
from reports.writing.tokens import codes_in

Chapter, Level = SummaryBlock.Chapter, SummaryBlock.Level
FOLDER = Path(__file__).parent / "shells"
FILES = {
    BranchLevel.CITY: "city.txt",
    BranchLevel.TOWNSHIP: "township.txt",
    BranchLevel.VILLAGE: "village.txt",
    BranchLevel.COMMUNITY: "village.txt",
}
_CHAPTERS = {str(chapter.label): chapter for chapter in Chapter}
_SECTION, _ITEM = re.compile(r"（[一二三四五六七八九十]+）(.+)"), re.compile(r"\d+\.([^。]+。)(.*)")
_LEAD, _CONDITION = re.compile(r"!([^。]+。)(.*)"), re.compile(r"\?(\w+)([<>])(\d+) ?(.*)")
Value = Callable[[str], "Number | None"]


@dataclass(frozen=True)
class Condition:
    code: str
    below: bool
    bound: Decimal

    def holds(self, value: Value) -> bool:
        found = value(self.code)
        if found is None:
            return False
        return Fraction(found) < self.bound if self.below else Fraction(found) > self.bound


@dataclass(frozen=True)
class Piece:
    """One line of a shell."""

    chapter: str
    level: str
    heading: str
    text: str
    condition: Condition | None = None
    continues: bool = False


@dataclass
class Draft:
    """A block to be."""

    chapter: str
    level: str
    heading: str
    text: str


@cache
def shell_of(level: str) -> tuple[Piece, ...]:
    return tuple(_pieces((FOLDER / FILES[BranchLevel(level)]).read_text(encoding="utf-8")))


def codes_of(level: str) -> set[str]:
    """Every figure that the shell may name or ask."""
    pieces = shell_of(level)
    asked = {piece.condition.code for piece in pieces if piece.condition}
    return asked.union(*(codes_in(piece.text) for piece in pieces))


def drafts(level: str, value: Value) -> list[Draft]:
    """The blocks of a new summary, conditions decided by the figures of the day."""
    found: list[Draft] = []
    for piece in shell_of(level):
        if piece.condition and not piece.condition.holds(value):
            continue
        if piece.continues and found:
            found[-1].text += piece.text
        else:
            found.append(Draft(piece.chapter, piece.level, piece.heading, piece.text))
    return found


def _pieces(source: str) -> Iterator[Piece]:
    chapter: str = Chapter.OPENING
    for line in filter(None, map(str.strip, source.splitlines())):
        if line.startswith("## "):
            chapter = _CHAPTERS[line[3:]]
        else:
            yield _piece(chapter, line)


def _piece(chapter: str, line: str) -> Piece:
    continues = line.startswith("+ ")
    line = line.removeprefix("+ ")
    condition = None
    if asked := _CONDITION.fullmatch(line):
        condition, line = Condition(asked[1], asked[2] == "<", Decimal(asked[3])), asked[4]
    if section := _SECTION.fullmatch(line):
        return Piece(chapter, Level.SECTION, section[1], "", condition)
    if item := _ITEM.fullmatch(line):
        return Piece(chapter, Level.ITEM, item[1], item[2], condition)
    lead = _LEAD.fullmatch(line)
    heading, text = (lead[1], lead[2]) if lead else ("", line)
    return Piece(chapter, Level.PARAGRAPH, heading, text, condition, continues)
