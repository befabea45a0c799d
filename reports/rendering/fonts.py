"""Which font sets which part. An office's licensed fonts come first, the free stand-ins after them.

A role's faces are asked in turn for each character, so a rare character in a name is taken from the next font and
not lost. Fontconfig gets the same order as a family stack.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTCollection, TTFont

SUFFIXES = {".ttf", ".otf", ".ttc"}
REGULAR, BOLD = 400, 700
# Fontconfig's own scale of weights.
FC_WEIGHTS = {80: REGULAR, 200: BOLD}


class Role(StrEnum):
    TITLE = "title"
    BODY = "body"
    HEI = "hei"
    KAI = "kai"
    # Page numbers, and the marks that a free 楷体 draws half as wide as official documents want them.
    SONG = "song"


# Family names in order of choice; weight 400 unless the stand-in has to be bold to look like 小标宋.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC")
KAI = ("LXGW WenKai", "AR PL UKai CN")
NAMES = {
    Role.TITLE: ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    Role.BODY: ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong", "FandolFang R", "FandolFang"),
    Role.HEI: ("黑体", "SimHei"),
    Role.KAI: ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi"),
    Role.SONG: ("宋体", "SimSun"),
}
STAND_INS = {
    Role.TITLE: (SERIF, BOLD),
    Role.BODY: (SERIF, REGULAR),
    Role.HEI: (SANS, REGULAR),
    Role.KAI: (KAI, REGULAR),
    Role.SONG: (SERIF, REGULAR),
}
# A free 楷体 draws these half as wide as documents have them.
MARKS = frozenset("“”‘’·—…、。，：；？！（）《》〈〉〔〕【】")


class FontsMissing(Exception):
    """The text is for the person who runs the machine."""


@dataclass(frozen=True)
class Face:
    family: str
    weight: int
    file: Path
    index: int = 0

    @cached_property
    def font(self) -> TTFont:
        return TTFont(self.file, fontNumber=self.index, lazy=True)

    @cached_property
    def glyphs(self) -> dict[int, str]:
        return self.font.getBestCmap() or {}

    @property
    def is_stand_in(self) -> bool:
        return self.family in SERIF + SANS + KAI

    def has(self, character: str) -> bool:
        return ord(character) in self.glyphs

    def advance(self, character: str) -> float:
        """In em."""
        return self.font["hmtx"][self.glyphs[ord(character)]][0] / self.font["head"].unitsPerEm


@dataclass(frozen=True, eq=False)
class FontSet:
    faces: dict[Role, tuple[Face, ...]]
    folder: str = ""
    # Small faces that stand before the first of their role, and where they are kept (cuts.py).
    cuts: dict[Role, Face] = field(default_factory=dict)
    store: str = ""

    @cached_property
    def advances(self) -> dict[Role, Advances]:
        """By role: the width in em of the glyph that will be printed for a character; None if no font has it."""
        return {role: Advances(self, role) for role in Role}

    @cached_property
    def borrows_marks(self) -> bool:
        return self.faces[Role.KAI][0].is_stand_in

    def role_of(self, character: str, role: Role) -> Role:
        return Role.SONG if role is Role.KAI and character in MARKS and self.borrows_marks else role

    def face(self, role: Role, character: str) -> Face | None:
        return next((face for face in self.faces[role] if face.has(character)), None)

    def css(self) -> str:
        """Family stacks as custom properties, the one thing in the style that depends on the machine."""
        stacks = []
        for role, faces in self.faces.items():
            cut = [self.cuts[role]] if role in self.cuts else []
            families = ", ".join(f'"{face.family}"' for face in [*cut, *faces])
            stacks.append(f"--{role}: {families}; --{role}-weight: {faces[0].weight};")
        return f":root {{ {' '.join(stacks)} }}"


class Advances(dict[str, float | None]):
    """Asked of the fonts once a character: setting a paragraph asks for each of its characters several times."""

    def __init__(self, fonts: FontSet, role: Role) -> None:
        super().__init__()
        self.fonts, self.role = fonts, role

    def __missing__(self, character: str) -> float | None:
        face = self.fonts.face(self.fonts.role_of(character, self.role), character)
        self[character] = face.advance(character) if face else None
        return self[character]


@cache
def find_fonts(folder: str = "") -> FontSet:
    """The faces for every role, from the office's folder and from what fontconfig has."""
    own = folder_faces(Path(folder)) if folder else {}
    installed = installed_faces()
    faces = {role: chain(role, own, installed) for role in Role}
    missing = [role for role, found in faces.items() if not found]
    if missing:
        raise FontsMissing(
            "缺少公文字体，不能生成 PDF。请运行 apt-get install -y fonts-noto-cjk fonts-lxgw-wenkai，"
            "或把字体文件放进一个目录，用 PORTAL_FONTS 指明这个目录。"
        )
    return FontSet(faces, folder)


Faces = dict[tuple[str, int], Face]


def chain(role: Role, own: Faces, installed: Faces) -> tuple[Face, ...]:
    families, weight = STAND_INS[role]
    wanted = [(name, REGULAR) for name in NAMES[role]] + [(name, weight) for name in families]
    found = [faces[key] for key in wanted for faces in (own, installed) if key in faces]
    if not found:
        return ()
    # One weight for the whole stack: CSS cannot ask for bold in one family and regular in the next.
    weight = found[0].weight
    rest = [
        faces.get((name, weight)) or faces.get((name, REGULAR))
        for name in SERIF + SANS + KAI
        for faces in (own, installed)
    ]
    return tuple(dict.fromkeys([face for face in found if face.weight == weight] + [face for face in rest if face]))


def folder_faces(folder: Path) -> Faces:
    return {
        (name, face.weight): face
        for file in sorted(folder.glob("*"))
        if file.suffix.lower() in SUFFIXES
        for face, names in file_faces(file)
        for name in names
    }


def file_faces(file: Path) -> list[tuple[Face, set[str]]]:
    if file.suffix.lower() != ".ttc":
        with TTFont(file, lazy=True) as font:
            return [described(font, file, 0)]
    with TTCollection(file, lazy=True) as collection:
        return [described(font, file, number) for number, font in enumerate(collection.fonts)]


def described(font: TTFont, file: Path, number: int) -> tuple[Face, set[str]]:
    names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 4, 16)}
    weight = BOLD if font["OS/2"].usWeightClass >= BOLD else REGULAR
    return Face(font["name"].getBestFamilyName(), weight, file, number), names


def installed_faces() -> Faces:
    """Regular and bold faces by fontconfig; none on a machine without it."""
    pattern = "%{family}\t%{style}\t%{weight}\t%{index}\t%{file}\n"
    try:
        listed = subprocess.run(["fc-list", "-f", pattern], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return {}
    found: Faces = {}
    for families, style, weight, index, file in sorted(line.split("\t") for line in listed.splitlines()):
        if weight.isdigit() and int(weight) in FC_WEIGHTS and "Italic" not in style:
            for name in families.split(","):
                face = Face(name, FC_WEIGHTS[int(weight)], Path(file), int(index) & 0xFFFF)
                found.setdefault((name, face.weight), face)
    return found


def fontconfig_file(folders: list[str]) -> str:
    """Fontconfig's own settings and these folders; a temporary file that the caller removes."""
    places = "".join(f"<dir>{escape(str(Path(folder).resolve()))}</dir>" for folder in folders)
    system = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as file:
        file.write(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f'<include ignore_missing="yes">{escape(system)}</include>{places}</fontconfig>'
        )
    return file.name
