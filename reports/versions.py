"""第几稿: what was sent each time, why it came back, and what changed in between, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max

from federation import audit
from federation.audit import Line
from federation.models import AuditEntry, User
from reports import assembling, compiling
from reports.models import AnnualSummary, Figure, SentParagraph, SummaryBlock, SummarySending
from reports.rendering.document import plain


@dataclass(frozen=True)
class Stretch:
    """Some characters of a changed paragraph: kept, gone (del) or new (ins)."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Change:
    """What became of one paragraph."""

    kind: str
    chapter: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Version:
    """One 稿 with what it changed against the one before; the text now being written has no sending."""

    sending: SummarySending | None
    changes: Sequence[Change]
    is_first: bool


def read(summary: AnnualSummary) -> list[SentParagraph]:
    """The text as it stands now, without numbers of headings: a moved paragraph is not a changed one."""
    figures = Figure.objects.filter(summary=summary).defer("row_ids").order_by("pk")
    chapters = assembling.read(summary.blocks.in_order(), compiling.words_of(summary, figures))
    standing = [each for chapter in chapters for each in chapter.standing]
    return [
        SentParagraph(
            organization_id=summary.organization_id, township_id=summary.township_id, block=each.block.pk,
            position=position, chapter=each.block.chapter, text=each.heading + plain(each.parts),
        )
        for position, each in enumerate(standing, start=1)
    ]  # fmt: skip


def keep(summary: AnnualSummary, *, by: User, at: datetime) -> SummarySending:
    """The text as it is sent, never changed afterwards."""
    last = SummarySending.objects.filter(summary=summary).aggregate(last=Max("number"))["last"] or 0
    sending = SummarySending.objects.create(
        organization=summary.organization, summary=summary, number=last + 1, title=summary.title, sent_at=at, sent_by=by
    )
    paragraphs = read(summary)
    for each in paragraphs:
        each.sending = sending
    SentParagraph.objects.bulk_create(paragraphs)
    return sending


def decide(summary: AnnualSummary, *, by: User, at: datetime, reason: str = "") -> int:
    """What came of the version that was sent last; its number."""
    sending = SummarySending.objects.filter(summary=summary).order_by("-number").first()
    if sending is None:
        return 0
    sending.return_reason, sending.decided_at, sending.decided_by = reason, at, by
    sending.save()
    return sending.number


def last_returned(summary: AnnualSummary) -> SummarySending | None:
    """The reason that is still to be answered, or, once it was sent again, to be checked."""
    if summary.is_locked:
        return None
    returned = SummarySending.objects.filter(summary=summary).exclude(return_reason="")
    return returned.select_related("decided_by").order_by("-number").first()


def versions_of(summary: AnnualSummary) -> list[Version]:
    """Newest first; while it is being written, the present text stands before them."""
    sendings = list(
        SummarySending.objects.filter(summary=summary)
        .select_related("sent_by", "decided_by")
        .prefetch_related("paragraphs")
        .order_by("number")
    )
    found: list[Version] = []
    before: Sequence[SentParagraph] = []
    for sending in sendings:
        after = list(sending.paragraphs.all())
        found.append(Version(sending, changes(before, after), is_first=not found))
        before = after
    if sendings and summary.state in (AnnualSummary.State.DRAFT, AnnualSummary.State.RETURNED):
        found.append(Version(None, changes(before, read(summary)), is_first=False))
    return found[::-1]


def changes(before: Iterable[SentParagraph], after: Iterable[SentParagraph]) -> list[Change]:
    """In the order of the new text; what was taken out stands last."""
    old = {each.block: each for each in before}
    found = []
    for each in after:
        was = old.pop(each.block, None)
        if was is None:
            found.append(_change("新增", each, (Stretch(each.text, "ins"),)))
        elif was.text != each.text:
            found.append(_change("修改", each, _stretches(was.text, each.text)))
    return found + [_change("删去", each, (Stretch(each.text, "del"),)) for each in old.values()]


def _change(kind: str, paragraph: SentParagraph, stretches: tuple[Stretch, ...]) -> Change:
    return Change(kind, str(SummaryBlock.Chapter(paragraph.chapter).label), stretches)


def _stretches(before: str, after: str) -> tuple[Stretch, ...]:
    found = []
    for operation, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            found.append(Stretch(before[start:end]))
            continue
        found += [Stretch(before[start:end], "del")] if end > start else []
        found += [Stretch(after[begin:stop], "ins")] if stop > begin else []
    return tuple(found)


def story(summary: AnnualSummary, *, limit: int = 30) -> list[Line]:
    """The audit trail with the reasons, which it does not hold itself: they may name people."""
    reasons = dict(SummarySending.objects.filter(summary=summary).values_list("number", "return_reason"))
    entries = AuditEntry.objects.about(summary).select_related("actor")[:limit]
    return [_line(entry, reasons) for entry in entries]


def _line(entry: AuditEntry, reasons: dict[int, str]) -> Line:
    line, reason = audit.line_of(entry), reasons.get(entry.details.get("number", 0), "")
    if entry.action == "reports.summary.returned" and reason:
        return replace(line, what=f"{line.what}：{reason}")
    return line


def refuse_missing_characters(summary: AnnualSummary) -> None:
    """What cannot be printed is not sent. On a machine without the fonts nothing is printed, and nothing is known."""
    from reports.rendering.fonts import FontsMissing, find_fonts
    from reports.rendering.glyphs import MissingGlyph
    from reports.rendering.official import check_characters

    try:
        check_characters(compiling.document_of(summary), find_fonts(settings.PORTAL_FONTS))
    except MissingGlyph as missing:
        raise ValidationError(f"没有送审。{missing}") from missing
    except FontsMissing:
        return
