"""The HTML of an official document, every line of its text already set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

from django.template import Context, Engine
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.rendering.blocks import Block, annex_list, body, clean, closing, labelled, one_line, runs
from reports.rendering.document import Annex, Chart, Column, OfficialDocument
from reports.rendering.fonts import FontSet, Role
from reports.rendering.glyphs import check_glyphs
from reports.rendering.lines import CELL, Line, Piece, roles_of, set_lines
from reports.rendering.titles import break_title

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "reports" / "pdf"
SVG = "http://www.w3.org/2000/svg"
ElementTree.register_namespace("", SVG)
ROW_MM = 10.2268
ROW = ROW_MM / 25.4 * 72
TITLE_PITCH, BYLINE_GAP = 34.0, 6.0
# White that must stay under title and byline before the text begins.
MASTHEAD_GAP = 16.0


@dataclass(frozen=True)
class Composed:
    """The page source, and the pictures it names."""

    html: str
    assets: dict[str, bytes]


def parts_of(document: OfficialDocument, fonts: FontSet) -> list[list[Block]]:
    """Text, list of annexes, signature. Refuses when a character has no glyph, naming every such place at once."""
    parts = [[*body(document)], [*annex_list(document)], [*closing(document, fonts)]]
    check_glyphs(runs(document, [block for part in parts for block in part]), fonts)
    return parts


def check_characters(document: OfficialDocument, fonts: FontSet) -> None:
    parts_of(document, fonts)


def compose(document: OfficialDocument, fonts: FontSet) -> Composed:
    parts = parts_of(document, fonts)
    assets: dict[str, bytes] = {}
    title = break_title(clean(document.title))
    text, listed, closed = ([set_block(block, fonts) for block in part] for part in parts)
    context = {
        "title": one_line(document.title),
        "title_lines": title,
        "byline": spans(roles_of(clean(document.byline), Role.KAI, fonts), Role.KAI),
        "masthead_height": f"{masthead_rows(len(title), bool(document.byline)) * ROW_MM:.4f}",
        "blocks": text,
        "charts": [place_chart(chart, fonts, assets) for chart in document.charts],
        "annex_list": listed,
        "closing": closed,
        "annexes": [annex_page(annex, label, fonts, assets) for annex, label in labelled(document.annexes)],
    }
    return Composed(engine().get_template("official.html").render(Context(context)), assets)


@cache
def engine() -> Engine:
    """An engine of its own; as all it prints are strings, a worker needs no settings."""
    return Engine(dirs=[str(TEMPLATES)])


def set_block(block: Block, fonts: FontSet) -> dict[str, object]:
    lines = set_lines(block.text, block.role, fonts, indent=block.indent, hang=block.hang)
    return {"tag": block.tag, "label": block.text, "lines": [set_line(line, block.role) for line in lines]}


def set_line(line: Line, role: Role) -> dict[str, object]:
    style = f"letter-spacing:{line.spacing}pt"
    if line.indent:
        style += f";margin-inline-start:{line.indent * CELL:.3f}pt"
    return {"style": style, "html": spans(line.pieces, role)}


def spans(pieces: tuple[Piece, ...], role: Role) -> SafeString:
    """Only what is not in the font of its block needs an element of its own."""
    return format_html_join(
        "",
        "{}",
        (
            (piece.text if piece.role is role else format_html('<span class="{}">{}</span>', piece.role, piece.text),)
            for piece in pieces
        ),
    )


def masthead_rows(lines: int, byline: bool) -> int:
    """Whole rows of the grid that hold the title, the byline and some white."""
    height = lines * TITLE_PITCH + (BYLINE_GAP + ROW if byline else 0)
    return ceil((height + MASTHEAD_GAP) / ROW)


def annex_page(annex: Annex, label: str, fonts: FontSet, assets: dict[str, bytes]) -> dict[str, object]:
    title = break_title(clean(annex.title))
    total = sum(column.width for column in annex.columns)
    grouped = any(column.group for column in annex.columns)
    return {
        "label": label,
        "title": one_line(annex.title),
        "title_lines": title,
        "title_height": f"{ceil(len(title) * TITLE_PITCH / ROW) * ROW_MM:.4f}",
        "reported_by": clean(annex.reported_by),
        "as_of": clean(annex.as_of),
        "widths": [f"{column.width / total:.3%}" for column in annex.columns],
        "columns": annex.columns,
        "upper_heads": upper_heads(annex.columns) if grouped else [],
        "lower_heads": [column for column in annex.columns if column.group or not grouped],
        "rows": [list(zip(map(clean, row), annex.columns, strict=True)) for row in annex.rows],
        "notes": [clean(note) for note in annex.notes],
        "charts": [place_chart(chart, fonts, assets) for chart in annex.charts],
    }


def upper_heads(columns: tuple[Column, ...]) -> list[dict[str, str]]:
    """A cell over each group; a column in no group goes through both rows of the head."""
    cells: list[dict[str, str]] = []
    for group, members in groupby(columns, lambda column: column.group):
        if group:
            cells.append({"label": group, "span": str(len(list(members)))})
        else:
            cells.extend({"label": column.label, "span": ""} for column in members)
    return cells


def place_chart(chart: Chart, fonts: FontSet, assets: dict[str, bytes]) -> dict[str, str]:
    source = f"asset:chart-{len(assets) + 1}.svg"
    assets[source] = drawing(chart.svg, fonts)
    return {"caption": clean(chart.caption), "description": clean(chart.description), "source": source}


def drawing(svg: str, fonts: FontSet) -> bytes:
    """A drawing made for a page may leave out the namespace, and its font is the document's."""
    root = ElementTree.fromstring(svg)
    if not root.tag.startswith("{"):
        root.set("xmlns", SVG)
    root.set("font-family", ", ".join(face.family for face in fonts.faces[Role.SONG]))
    return ElementTree.tostring(root, encoding="utf-8")
