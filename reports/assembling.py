"""A summary put together from its blocks and frozen figures: numbered headings, 一是 二是, and no empty chapters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from reports.models import AnnualSummary, Figure, SummaryBlock
from reports.rendering.document import Annex, Chapter, Column, Item, OfficialDocument, Section, Text
from reports.wording import MONEY_UNITS, NO_BASE_WORDS, Number, Wording, compare, rounded, word
from reports.writing.prose import Known, Part, Words, fill

Place, Level = SummaryBlock.Chapter, SummaryBlock.Level
NUMERALS = "一二三四五六七八九十"
CHAPTERS = (Place.PRACTICES, Place.PROBLEMS, Place.LESSONS, Place.PLANS)
# Under the title of a paper that is not the approved one.
STANDING: dict[str, str] = {
    AnnualSummary.State.DRAFT: "（草稿）",
    AnnualSummary.State.RETURNED: "（草稿）",
    AnnualSummary.State.SENT: "（送审稿）",
    AnnualSummary.State.APPROVED: "",
}
Parts = tuple[Part, ...]


@dataclass
class Written:
    """A block as it is read. `mark` is its number: （一）, 1., 一是; empty parts and no heading mean it dropped out."""

    block: SummaryBlock
    parts: Parts
    mark: str = ""

    @property
    def heading(self) -> str:
        return self.block.heading

    @property
    def lead(self) -> str:
        return f"{self.mark}{self.heading}"

    @property
    def is_empty(self) -> bool:
        return not self.parts

    @property
    def text(self) -> Text:
        """Mark, lead sentence and what follows, of a paragraph."""
        return ((self.lead, *self.parts) if self.lead else self.parts) or ""

    @property
    def length(self) -> int:
        return len(self.lead) + sum(len(part if isinstance(part, str) else part.text) for part in self.parts)


@dataclass
class WrittenChapter:
    place: str
    label: str
    blocks: list[Written] = field(default_factory=list)
    number: str = ""

    @property
    def heading(self) -> str:
        return f"{self.number}、{self.label}" if self.number else self.label

    @property
    def standing(self) -> list[Written]:
        return [each for each in self.blocks if each.mark or not each.is_empty]


def read(blocks: Iterable[SummaryBlock], words: Words) -> list[WrittenChapter]:
    """All chapters in order with their blocks filled and numbered; chapters without text have no number."""
    chapters = {place: WrittenChapter(place, str(Place(place).label)) for place in (Place.OPENING, *CHAPTERS)}
    for block in blocks:
        chapters[Place(block.chapter)].blocks.append(Written(block, fill(block.text, words)))
    numbers = iter(NUMERALS)
    for place in CHAPTERS:
        chapter = chapters[place]
        _number(chapter)
        if chapter.standing:
            chapter.number = next(numbers)
    return list(chapters.values())


def _number(chapter: WrittenChapter) -> None:
    """Sections count through the chapter, items within their section; a section without text below it drops out."""
    sections = items = 0
    for position, each in enumerate(chapter.blocks):
        if each.block.level == Level.SECTION:
            items = 0
            if _has_text_below(chapter.blocks[position + 1 :]):
                each.mark = f"（{NUMERALS[sections]}）"
                sections += 1
        elif each.block.level == Level.ITEM and not each.is_empty:
            items += 1
            each.mark = f"{items}."
    if chapter.place == Place.PROBLEMS:
        points = [each for each in chapter.blocks if not each.is_empty]
        for number, each in enumerate(points if len(points) > 1 else []):
            each.mark = f"{NUMERALS[number]}是"


def _has_text_below(rest: Sequence[Written]) -> bool:
    for each in rest:
        if each.block.level == Level.SECTION:
            return False
        if not each.is_empty:
            return True
    return False


def document(summary: AnnualSummary, words: Words, figures: Sequence[Figure]) -> OfficialDocument:
    chapters = read(summary.blocks.in_order(), words)
    opening, *rest = chapters
    return OfficialDocument(
        title=f"{summary.title}\n{STANDING[summary.state]}".strip(),
        byline=summary.byline,
        opening=tuple(each.text for each in opening.standing),
        chapters=tuple(_chapter(chapter) for chapter in rest if chapter.standing),
        annexes=(_annex(summary, words, figures),) if figures else (),
    )


def _chapter(chapter: WrittenChapter) -> Chapter:
    """Blocks before the first section belong to the chapter itself."""
    groups: list[tuple[str, list[Written]]] = [("", [])]
    for each in chapter.standing:
        if each.block.level == Level.SECTION:
            groups.append((each.lead, []))
        else:
            groups[-1][1].append(each)
    (_, own), *sections = groups
    return Chapter(
        chapter.heading,
        _paragraphs(own),
        _items(own),
        tuple(Section(heading, _paragraphs(below), _items(below)) for heading, below in sections),
    )


def _paragraphs(blocks: list[Written]) -> tuple[Text, ...]:
    return tuple(each.text for each in blocks if each.block.level == Level.PARAGRAPH)


def _items(blocks: list[Written]) -> tuple[Item, ...]:
    return tuple(Item(each.lead, each.parts) for each in blocks if each.block.level == Level.ITEM)


def _annex(summary: AnnualSummary, words: Words, figures: Sequence[Figure]) -> Annex:
    """The figures with their definitions, each beside its quality partner's row."""
    recorded = [figure for figure in figures if figure.value is not None]
    taken = max(figure.computed_at for figure in figures)
    last = min(figure.period_end for figure in figures)
    return Annex(
        title=f"{summary.organization.short_name}{summary.year}年主要指标",
        columns=(
            Column("指标", 16, "start"),
            Column("单位", 8),
            Column("本年", 11, "end"),
            Column("上年同期", 11, "end"),
            Column("与上年同期比", 18),
            Column("口径", 36, "start"),
        ),
        rows=tuple(_row(figure, words.figures[figure.code]) for figure in recorded),
        reported_by=summary.organization.short_name,
        as_of=f"{timezone.localtime(taken):%Y-%m-%d}",
        notes=(f"统计期为{summary.year}年1月1日至{last_day_words(last)}。没有统计的地方空着，不等于0。",),
    )


def _row(figure: Figure, known: Known) -> tuple[str, ...]:
    values = _annex_cell(known.value, known.unit), _annex_cell(known.previous, known.unit)
    unit = "万元" if known.unit in MONEY_UNITS else figure.unit
    return (figure.label, unit, *values, _change(known), figure.definition)


def _annex_cell(value: Number | None, unit: str) -> str:
    """Money in 万元 as the text has it; yuan in full do not fit beside each other."""
    if value is None or unit not in MONEY_UNITS:
        return cell(value, unit)
    return word(value, unit, Wording.MONEY_WAN, decimals=2).removesuffix("万元")


def last_day_words(end: date) -> str:
    day = end - timedelta(days=1)
    return f"{day.month}月{day.day}日"


def _change(known: Known) -> str:
    if known.value is None:
        return ""
    return compare(known.value, known.previous, known.unit) if known.previous is not None else NO_BASE_WORDS


def cell(value: Number | None, unit: str) -> str:
    """A figure in a table or on a screen: whole numbers, yuan to the fen where there are any, rates to one decimal."""
    if value is None:
        return ""
    if unit == "%":
        return f"{rounded(value, 1)}"
    if unit in MONEY_UNITS:
        yuan = rounded(value, 0) / 100
        return f"{yuan:.2f}".removesuffix(".00")
    return f"{rounded(value, 0)}"
