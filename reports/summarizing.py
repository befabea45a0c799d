"""The annual summary from its shell to its approval. What was approved is never changed: a new version is begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from federation import audit
from federation.models import Organization, User
from reports import versions
from reports.compiling import Count, freeze, freeze_anew
from reports.indicators import year_until
from reports.models import AnnualSummary, Figure, SummaryBlock
from reports.writing import shells
from reports.writing.tokens import codes_in

State = AnnualSummary.State
OPEN_STATES = (State.DRAFT, State.RETURNED)


class EditedMeanwhile(ValidationError):
    """Somebody else saved the paragraph after it was opened for editing."""

    def __init__(self) -> None:
        super().__init__("您打开以后，别人已经改过这一段。请看最新的内容，再把您的改动加上；您刚才写的还留在下面。")


def _locked(summary: AnnualSummary, *states: str) -> AnnualSummary:
    """A fresh copy under a row lock, if it is in one of the states."""
    found = AnnualSummary.objects.select_for_update(of=("self",)).select_related("organization").get(pk=summary.pk)
    if states and found.state not in states:
        raise ValidationError(f"这份总结现在是“{found.get_state_display()}”，不能这样办。请刷新后再看。")
    return found


def latest(organization: Organization, year: int) -> AnnualSummary | None:
    found = AnnualSummary.objects.filter(organization=organization).of_year(year)
    return found.order_by("-version").first()


@transaction.atomic
def open_shell(organization: Organization, *, year: int, by: User | None, at: datetime) -> AnnualSummary:
    """The branch's summary of the year, opened already written; an open one is returned as it is."""
    Organization.objects.select_for_update().get(pk=organization.pk)
    held = latest(organization, year)
    if held is not None:
        return held
    count = Count(organization, year_until(year, on=timezone.localdate(at)))
    summary = AnnualSummary.objects.create(
        organization=organization,
        year=year,
        title=f"{organization.short_name}{year}年度工作总结",
        byline=organization.short_name,
    )
    drafts = shells.drafts(organization.level, count.value)
    _write(summary, [(each.chapter, each.level, each.heading, each.text) for each in drafts])
    audit.record("reports.summary.opened", summary, by=by, year=year)
    _take_figures(summary, count, by=by, at=at)
    return summary


def _write(summary: AnnualSummary, pieces: list[tuple[str, str, str, str]]) -> None:
    SummaryBlock.objects.bulk_create(
        SummaryBlock(
            organization_id=summary.organization_id, township_id=summary.township_id, summary=summary,
            chapter=chapter, level=level, heading=heading, text=text, position=number,
        )
        for number, (chapter, level, heading, text) in enumerate(pieces, start=1)
    )  # fmt: skip


def branches_without_summary(organization: Organization, *, year: int, at: datetime) -> list[Organization]:
    """The branch and all below it, open now, that have no summary of the year, in tree order."""
    begun = AnnualSummary.objects.within(organization).of_year(year).values("organization_id")
    branches = Organization.objects.within(organization).open_on(timezone.localdate(at))
    return list(branches.exclude(pk__in=begun).in_tree_order())


def open_shells(
    organization: Organization, *, year: int, by: User, at: datetime, progress: Callable[[int, int], None] | None = None
) -> int:
    """Open what is missing. Each shell is a transaction of its own unless the caller holds one."""
    missing = branches_without_summary(organization, year=year, at=at)
    for done, branch in enumerate(missing, start=1):
        open_shell(branch, year=year, by=by, at=at)
        if progress:
            progress(done, len(missing))
    return len(missing)


@transaction.atomic
def compile_summary(summary: AnnualSummary, *, by: User, at: datetime) -> None:
    """Take all figures anew. Only while the text is still being written."""
    summary = _locked(summary, *OPEN_STATES)
    count = Count(summary.organization, year_until(summary.year, on=timezone.localdate(at)))
    freeze_anew(summary, codes_of(summary), count, at=at)
    _take_figures(summary, count, by=by, at=at)


def _take_figures(summary: AnnualSummary, count: Count, *, by: User | None, at: datetime) -> None:
    freeze(summary, codes_of(summary), count, at=at)
    summary.compiled_at, summary.compiled_by = at, by
    summary.save(update_fields=["compiled_at", "compiled_by", "township"])
    audit.record("reports.summary.compiled", summary, by=by, figures=Figure.objects.filter(summary=summary).count())


def codes_of(summary: AnnualSummary) -> set[str]:
    texts = SummaryBlock.objects.filter(summary=summary).values_list("text", flat=True)
    return set().union(*map(codes_in, texts))


def _freeze_new_ones(summary: AnnualSummary, text: str, at: datetime) -> None:
    """A figure that a text names for the first time is counted now, by the period of the others."""
    codes = codes_in(text)
    if codes:
        on = timezone.localdate(summary.compiled_at or at)
        freeze(summary, codes, Count(summary.organization, year_until(summary.year, on=on)), at=at)


@transaction.atomic
def edit_block(
    block: SummaryBlock, *, seen: datetime | None, heading: str, text: str, by: User, at: datetime
) -> SummaryBlock:
    """`seen` is when the text that was edited had been saved; who comes second is told, and nothing is overwritten."""
    summary = _locked(block.summary, *OPEN_STATES)
    block = SummaryBlock.objects.select_for_update().get(pk=block.pk)
    if block.edited_at != seen:
        raise EditedMeanwhile
    if (block.heading, block.text) == (heading, text):
        return block
    block.heading, block.text, block.edited_at, block.edited_by = heading, text, at, by
    block.full_clean(exclude=["township"])
    block.save()
    _freeze_new_ones(summary, text, at)
    audit.record("reports.block.edited", summary, by=by, chapter=block.get_chapter_display())
    return block


@transaction.atomic
def add_block(
    summary: AnnualSummary, *, after: SummaryBlock | None, by: User, at: datetime, **fields: Any
) -> SummaryBlock:
    """A new paragraph below `after` or at the end of its chapter."""
    summary = _locked(summary, *OPEN_STATES)
    blocks = SummaryBlock.objects.filter(summary=summary)
    if after is None:
        after = blocks.filter(chapter=fields["chapter"]).in_order().last()
    position = after.position if after else blocks.aggregate(last=Max("position"))["last"] or 0
    blocks.filter(position__gt=position).update(position=F("position") + 1)
    block = SummaryBlock(
        organization=summary.organization, summary=summary, position=position + 1, edited_at=at, edited_by=by, **fields
    )
    block.full_clean(exclude=["township"])
    block.save()
    _freeze_new_ones(summary, block.text, at)
    audit.record("reports.block.added", summary, by=by, chapter=block.get_chapter_display())
    return block


@transaction.atomic
def remove_block(block: SummaryBlock, *, by: User) -> None:
    summary = _locked(block.summary, *OPEN_STATES)
    chapter = block.get_chapter_display()
    block.delete()
    audit.record("reports.block.removed", summary, by=by, chapter=chapter)


@transaction.atomic
def move_block(block: SummaryBlock, *, up: bool, by: User) -> None:
    """Change places with the neighbour in the same chapter; at its end nothing happens."""
    summary = _locked(block.summary, *OPEN_STATES)
    beside = SummaryBlock.objects.filter(summary=summary, chapter=block.chapter)
    block = beside.get(pk=block.pk)
    if up:
        other = beside.filter(position__lt=block.position).order_by("-position").first()
    else:
        other = beside.filter(position__gt=block.position).order_by("position").first()
    if other is None:
        return
    block.position, other.position = other.position, block.position
    SummaryBlock.objects.bulk_update([block, other], ["position"])
    audit.record("reports.block.moved", summary, by=by, chapter=block.get_chapter_display())


@transaction.atomic
def send(summary: AnnualSummary, *, by: User, at: datetime) -> None:
    """Kept as it is sent; a text with a character that no font can print stays where it is."""
    summary = _locked(summary, *OPEN_STATES)
    versions.refuse_missing_characters(summary)
    summary.state, summary.sent_at, summary.sent_by, summary.return_reason = State.SENT, at, by, ""
    summary.save()
    kept = versions.keep(summary, by=by, at=at)
    audit.record("reports.summary.sent", summary, by=by, number=kept.number)


@transaction.atomic
def return_with(summary: AnnualSummary, *, reason: str, by: User, at: datetime) -> None:
    summary = _locked(summary, State.SENT)
    summary.state, summary.return_reason, summary.decided_at, summary.decided_by = State.RETURNED, reason, at, by
    summary.full_clean(exclude=["township"])
    summary.save()
    number = versions.decide(summary, by=by, at=at, reason=reason)
    audit.record("reports.summary.returned", summary, by=by, number=number)


@transaction.atomic
def approve(summary: AnnualSummary, *, by: User, at: datetime) -> None:
    summary = _locked(summary, State.SENT)
    summary.state, summary.decided_at, summary.decided_by = State.APPROVED, at, by
    summary.save()
    versions.decide(summary, by=by, at=at)
    audit.record("reports.summary.approved", summary, by=by, version=summary.version)


@transaction.atomic
def revise(summary: AnnualSummary, *, by: User, at: datetime) -> AnnualSummary:
    """A new version of an approved summary, with its text and figures taken today."""
    summary = _locked(summary, State.APPROVED)
    held = latest(summary.organization, summary.year)
    if held is not None and held.version > summary.version:
        return held
    revised = AnnualSummary.objects.create(
        organization=summary.organization,
        year=summary.year,
        version=summary.version + 1,
        title=summary.title,
        byline=summary.byline,
    )
    pieces = SummaryBlock.objects.filter(summary=summary).in_order()
    _write(revised, [(each.chapter, each.level, each.heading, each.text) for each in pieces])
    audit.record("reports.summary.revised", revised, by=by, version=revised.version)
    count = Count(revised.organization, year_until(revised.year, on=timezone.localdate(at)))
    _take_figures(revised, count, by=by, at=at)
    return revised


@transaction.atomic
def entitle(summary: AnnualSummary, *, title: str, byline: str, by: User) -> None:
    summary = _locked(summary, *OPEN_STATES)
    summary.title, summary.byline = title, byline
    summary.full_clean(exclude=["township"])
    summary.save()
    audit.record("reports.summary.entitled", summary, by=by)
