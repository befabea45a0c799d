"""What the editor and the list of summaries show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from federation.models import Organization, User
from reports import assembling, compiling
from reports.assembling import Written, WrittenChapter
from reports.forms.summaries import BlockForm
from reports.indicators import INDICATORS
from reports.models import AnnualSummary, Figure, SummaryBlock, SummaryDocument
from reports.rendering.document import FigureMark
from reports.sourcing import typed_numbers
from reports.writing.tokens import codes_in

Level = SummaryBlock.Level
PAGE_LINES, LINE_CHARACTERS = 22, 28
# The title with the byline, and what follows the text: the annex named, the signature.
TITLE_LINES, CLOSING_LINES = 5, 3


@dataclass
class Row:
    """A branch in the list of a year's summaries: the latest version, and the approved one that it follows."""

    branch: Organization
    summary: AnnualSummary | None
    approved: AnnualSummary | None = None
    paper: SummaryDocument | None = None

    @property
    def state(self) -> str:
        return str(self.summary.get_state_display()) if self.summary else "未开始"


@dataclass
class Group:
    """What is edited together: a chapter, or one section of it with its items."""

    chapter: WrittenChapter
    head: Written | None
    blocks: list[Written]

    @property
    def key(self) -> int:
        """The block that the outline's link names."""
        first = self.head or next(iter(self.blocks), None)
        return first.block.pk if first else 0

    @property
    def label(self) -> str:
        return self.head.lead if self.head else self.chapter.heading

    @property
    def length(self) -> int:
        return sum(each.length for each in self.blocks)

    def holds(self, pk: int) -> bool:
        return any(each.block.pk == pk for each in ([self.head] if self.head else []) + self.blocks)


@dataclass
class Text:
    """A summary's text with its frozen figures at hand."""

    chapters: list[WrittenChapter]
    figures: dict[str, Figure]
    shown: dict[str, str]

    @property
    def length(self) -> int:
        return sum(each.length for chapter in self.chapters for each in chapter.standing)

    @property
    def pages(self) -> int:
        """Of the text alone: a paragraph is indented by two characters and ends its line; a heading takes its own."""
        lines = TITLE_LINES + CLOSING_LINES
        for chapter in self.chapters:
            written = [LINE_CHARACTERS, *(each.length + 2 for each in chapter.standing)]
            lines += sum(-(-length // LINE_CHARACTERS) for length in written)
        return -(-lines // PAGE_LINES)

    @property
    def typed(self) -> list[tuple[str, int]]:
        """Numbers without a source, and the block that each stands in."""
        return [
            (number, each.block.pk)
            for chapter in self.chapters
            for each in chapter.standing
            for part in (each.heading, *each.parts)
            if isinstance(part, str)
            for number in typed_numbers(part)
        ]

    @property
    def marks(self) -> list[FigureMark]:
        return [
            part
            for chapter in self.chapters
            for each in chapter.standing
            for part in each.parts
            if isinstance(part, FigureMark)
        ]


@dataclass(frozen=True)
class Look:
    """Something to look at before the summary is sent, with the block where it stands."""

    words: str
    block: int = 0


@dataclass(frozen=True)
class Insertable:
    """A number that may be put into the text; `shown` is empty until the text names it for the first time."""

    label: str
    definition: str
    shown: str
    unit: str

    @property
    def token(self) -> str:
        return f"{{{self.label}}}"


@dataclass
class Page:
    text: Text
    groups: list[Group]
    current: Group
    edited: int = 0
    form: BlockForm | None = None
    figure: Figure | None = None
    left: list[Look] = field(default_factory=list)
    numbers: list[Insertable] = field(default_factory=list)

    @property
    def chapter(self) -> str:
        return self.current.chapter.place


def text_of(summary: AnnualSummary) -> Text:
    figures = {figure.code: figure for figure in Figure.objects.filter(summary=summary).defer("row_ids").order_by("pk")}
    words = compiling.words_of(summary, figures.values())
    shown = {code: assembling.cell(known.value, known.unit) for code, known in words.figures.items()}
    return Text(assembling.read(summary.blocks.in_order(), words), figures, shown)


def written(block: SummaryBlock) -> Written:
    """One paragraph as it reads, with its number among the others."""
    chapters = text_of(block.summary).chapters
    return next(each for chapter in chapters for each in chapter.blocks if each.block.pk == block.pk)


def page_of(summary: AnnualSummary, asked: Mapping[str, str], *, writing: bool, form: BlockForm | None) -> Page:
    text = text_of(summary)
    groups = [group for chapter in text.chapters for group in _groups(chapter)]
    edited = form.instance.pk if form else _number(asked, "edit") if writing else 0
    at = edited or _number(asked, "at")
    current = next((group for group in groups if group.holds(at)), groups[0])
    block = next((each.block for each in current.blocks + [current.head] if each and each.block.pk == edited), None)
    if block is not None and form is None:
        form = BlockForm(instance=block)
    page = Page(text, groups, current, edited if block else 0, form if block else None)
    page.figure = text.figures.get(asked.get("figure", "")) or _first_figure(current, text)
    page.left = left_to_do(text) if writing else []
    if writing:
        page.numbers = [
            Insertable(each.label, each.definition, text.shown.get(each.code, ""), each.unit)
            for each in INDICATORS.values()
        ]
    return page


def _number(asked: Mapping[str, str], name: str) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _groups(chapter: WrittenChapter) -> list[Group]:
    groups = [Group(chapter, None, [])]
    for each in chapter.blocks:
        if each.block.level == Level.SECTION:
            groups.append(Group(chapter, each, []))
        else:
            groups[-1].blocks.append(each)
    return [group for group in groups if group.head or group.blocks]


def _first_figure(group: Group, text: Text) -> Figure | None:
    for each in group.blocks:
        for part in each.parts:
            if isinstance(part, FigureMark):
                return text.figures.get(part.code)
    return None


def left_to_do(text: Text) -> list[Look]:
    """What the writer should look at before she sends it."""
    found = [Look(f"“{number}”是手写的数字，没有出处", block) for number, block in text.typed]
    dropped = [each for chapter in text.chapters for each in chapter.blocks if _dropped(each)]
    if dropped:
        found.append(Look(f"{len(dropped)} 段因为数字没有统计或为 0，没有写进正文", dropped[0].block.pk))
    alone = [mark.code for mark in text.marks if _lacks_partner(mark.code, text)]
    if alone:
        labels = "、".join(dict.fromkeys(INDICATORS[code].label for code in alone))
        found.append(Look(f"{labels}还没有对应的成效数字"))
    if not text.chapters[-1].standing:
        found.append(Look("“下一步打算”没有写，可以不写"))
    return found


def _dropped(written: Written) -> bool:
    return written.is_empty and written.block.level != Level.SECTION and bool(codes_in(written.block.text))


def _lacks_partner(code: str, text: Text) -> bool:
    partner = INDICATORS[code].partner if code in INDICATORS else ""
    held = text.figures.get(partner)
    return bool(partner) and (held is None or held.value is None)


def states_of(branch: Organization, *, year: int, user: User, on: date) -> Sequence[Row]:
    """The branch and those right below it, each with its latest version, the approved one and its latest PDF."""
    branches = [branch, *branch.units_below(on=on)]
    found = AnnualSummary.objects.visible_to(user).of_year(year).filter(organization__in=branches)
    latest = {summary.organization_id: summary for summary in found.order_by("version")}
    approved = {summary.organization_id: summary for summary in found.order_by("version") if summary.is_locked}
    papers = SummaryDocument.objects.visible_to(user).filter(summary__in=approved.values()).order_by("made_at")
    held = {paper.summary_id: paper for paper in papers}
    return [Row(each, latest.get(each.pk), *_approved(approved.get(each.pk), held)) for each in branches]


def _approved(
    summary: AnnualSummary | None, papers: Mapping[int, SummaryDocument]
) -> tuple[AnnualSummary | None, SummaryDocument | None]:
    return summary, papers.get(summary.pk) if summary else None


def end_of_group(summary: AnnualSummary, at: int, chapter: str) -> SummaryBlock | None:
    """The last block of the section at hand, if the new paragraph belongs to its chapter."""
    groups = [group for each in text_of(summary).chapters for group in _groups(each)]
    current = next((group for group in groups if group.holds(at) and group.chapter.place == chapter), None)
    if current is None:
        return None
    last = current.blocks[-1] if current.blocks else current.head
    return last.block if last else None
