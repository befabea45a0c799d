"""No document goes out with an empty box in it: each character must have a glyph before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.rendering.fonts import FontSet, Role
from reports.rendering.problems import RenderingProblem

SHOWN = 5


@dataclass(frozen=True)
class Lack:
    character: str
    place: str

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.character):04X}"

    def __str__(self) -> str:
        return f"{self.place}的“{self.character}”（{self.code_point}）"


class MissingGlyph(RenderingProblem):
    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = tuple(lacks)
        super().__init__(self.lacks)

    @property
    def character(self) -> str:
        return self.lacks[0].character

    @property
    def code_point(self) -> str:
        return self.lacks[0].code_point

    @property
    def place(self) -> str:
        return self.lacks[0].place

    def __str__(self) -> str:
        shown = "；".join(str(lack) for lack in self.lacks[:SHOWN])
        more = f"；还有 {len(self.lacks) - SHOWN} 处" if len(self.lacks) > SHOWN else ""
        return f"字体里没有这些字，PDF 没有生成：{shown}{more}。请改用规范汉字，或请管理员装上有这个字的字体。"


@dataclass(frozen=True)
class Run:
    """Characters of one font role, and where a reader finds them."""

    text: str
    role: Role
    place: str


def check_glyphs(runs: Iterable[Run], fonts: FontSet) -> None:
    lacks = {
        Lack(character, run.place): None
        for run in runs
        for character in dict.fromkeys(run.text)
        if fonts.advances[run.role][character] is None
    }
    if lacks:
        raise MissingGlyph(lacks)
