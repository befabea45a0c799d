"""Set a paragraph into lines of 28 cells. WeasyPrint widens spaces only, and Chinese has none, so it cannot do this.

Each line says by how much its characters are set apart, so that a full line ends exactly at the right edge: 28 Han
characters stand on the grid of 15.79 pt, a line that hands its last character down is set a little wider.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from reports.rendering.fonts import FontSet, Role

SIZE = 16.0
CELLS = 28
MEASURE = 156 / 25.4 * 72
CELL = MEASURE / CELLS
# A 16 pt character stands in a cell of 15.79 pt.
TRACK = CELL - SIZE
WIDEST = 3.0

NO_START = frozenset("、。，．：；？！）〕］｝》〉」』】”’％‰℃·～／,.:;?!)]}%-")
NO_END = frozenset("（〔［｛《〈「『【“‘／([{")
DOUBLED = frozenset("—…")
# 万 and 亿 belong to the number, which must not be cut.
AFTER_NUMBER = frozenset("万亿%％‰℃")
INSIDE_WORD = frozenset(".,%+-/:_@&'")


@dataclass(frozen=True)
class Piece:
    text: str
    role: Role


@dataclass(frozen=True)
class Line:
    pieces: tuple[Piece, ...]
    spacing: float
    indent: float = 0

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def roles_of(text: str, role: Role, fonts: FontSet) -> tuple[Piece, ...]:
    """The text in stretches of one role; only a 楷体 that borrows marks has more than one."""
    if text and not (role is Role.KAI and fonts.borrows_marks):
        return (Piece(text, role),)
    stretches = groupby(text, lambda character: fonts.role_of(character, role))
    return tuple(Piece("".join(group), part) for part, group in stretches)


def can_break(before: str, after: str) -> bool:
    if after in NO_START or before in NO_END or (before == after and before in DOUBLED):
        return False
    if before.isdigit() and after in AFTER_NUMBER:
        return False
    if in_word(before) and in_word(after):
        return False
    return not unicodedata.combining(after)


def in_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in INSIDE_WORD)


def set_lines(text: str, role: Role, fonts: FontSet, *, indent: float = 2, hang: float = 0) -> list[Line]:
    """`indent` cells before the first line, `hang` before the others."""
    lines, start, cells = [], 0, indent
    while start < len(text):
        end = line_end(text, start, role, fonts, (CELLS - cells) * CELL)
        words = text[start:end].rstrip(" ")
        last = end == len(text)
        spacing = TRACK if last else justified(words, role, fonts, (CELLS - cells) * CELL)
        lines.append(Line(roles_of(words, role, fonts), round(spacing, 3), cells))
        start, cells = end, hang
        while start < len(text) and text[start] == " ":
            start += 1
    return lines


def line_end(text: str, start: int, role: Role, fonts: FontSet, room: float) -> int:
    """Where the line that begins at `start` ends: the last place in it where a line may end."""
    room += 0.01
    end = start
    for width in widths(text[start:], role, fonts):
        if room < width and text[end] != " ":
            break
        room -= width
        end += 1
    if end == len(text):
        return end
    for place in range(end, start, -1):
        if can_break(text[place - 1], text[place]):
            return place
    return max(end, start + 1)


def widths(text: str, role: Role, fonts: FontSet) -> Iterator[float]:
    """Of each character with the white after it, as it is asked for."""
    return (glyph + TRACK for glyph in glyphs(text, role, fonts))


def glyphs(text: str, role: Role, fonts: FontSet) -> Iterator[float]:
    advances = fonts.advances[role]
    return ((advances[character] or 0) * SIZE for character in text)


def justified(words: str, role: Role, fonts: FontSet, room: float) -> float:
    """How far apart the characters go so that the last one ends where a character on the grid would."""
    if len(words) < 2:
        return TRACK
    spacing = (room - TRACK - sum(glyphs(words, role, fonts))) / (len(words) - 1)
    return spacing if spacing <= WIDEST else TRACK


def measure(text: str, role: Role, fonts: FontSet) -> float:
    """Width in cells."""
    return sum(widths(text, role, fonts)) / CELL
