"""From a text with tokens to the sentences that are read.

A sentence ends with 。 and stands only if all its figures are known and not zero; so does a clause in [square brackets]
inside it. What remains are words and marked figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reports.rendering.document import FigureMark
from reports.wording import MONEY_UNITS, WAN, Number, Wording, compare, word, wording_of
from reports.writing.tokens import COMPARE, TOKEN, Token

_SENTENCE = re.compile(r"[^。]*。[”’）]?|[^。]+$")
_CLAUSE = re.compile(r"\[([^\[\]]*)\]")
Part = str | FigureMark
# Asked for in 万; below one 万 the figure is written out instead of rounded away.
IN_WAN = frozenset({Wording.ABOUT_WAN, Wording.MONEY_WAN})


@dataclass(frozen=True)
class Known:
    """A figure as the prose needs it."""

    value: Number | None
    previous: Number | None
    unit: str

    def in_words(self, style: str) -> str:
        """Empty where there is nothing to say: not recorded, zero, or nothing to compare with."""
        if not self.value:
            return ""
        if style == COMPARE:
            return compare(self.value, self.previous, self.unit) if self.previous else ""
        if not style or (style in IN_WAN and self.value < self._wan):
            return wording_of(self.value, self.unit)
        return word(self.value, self.unit, style)

    @property
    def _wan(self) -> int:
        return WAN * 100 if self.unit in MONEY_UNITS else WAN


@dataclass(frozen=True)
class Words:
    """What a text is filled with: figures by code, and the plain words of its branch and year."""

    figures: Mapping[str, Known] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)

    def say(self, token: Token) -> Part:
        if token.is_word:
            return self.plain.get(token.code, "")
        known = self.figures.get(token.code)
        words = known.in_words(token.style) if known else ""
        return FigureMark(words, token.code) if words else ""


def fill(text: str, words: Words) -> tuple[Part, ...]:
    """The text as it is read; empty where every sentence dropped out."""
    parts: list[Part] = []
    for match in _SENTENCE.finditer(text.strip()):
        parts += _sentence(match[0], words) or ()
    return tuple(_joined(parts))


def _sentence(text: str, words: Words) -> list[Part] | None:
    parts: list[Part] = []
    at = 0
    for clause in _CLAUSE.finditer(text):
        before, inside = _stretch(text[at : clause.start()], words), _stretch(clause[1], words)
        if before is None:
            return None
        parts += before + (inside or [])
        at = clause.end()
    rest = _stretch(text[at:], words)
    return None if rest is None else parts + rest


def _stretch(text: str, words: Words) -> list[Part] | None:
    """None where a token has nothing to say."""
    parts: list[Part] = []
    at = 0
    for match in TOKEN.finditer(text):
        said = words.say(Token(match[1], match[2] or ""))
        if not said:
            return None
        parts += [text[at : match.start()], said]
        at = match.end()
    return [*parts, text[at:]]


def _joined(parts: list[Part]) -> Iterator[Part]:
    """Neighbouring words as one."""
    held = ""
    for part in parts:
        if isinstance(part, str):
            held += part
            continue
        if held:
            yield held
        held = ""
        yield part
    if held:
        yield held
