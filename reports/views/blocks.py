"""Paragraphs of a summary: edit, add, move, remove."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation.access import StaffRequest, access, ensure, get_visible, key_asked
from federation.permissions import STAFF
from reports import editing, summarizing
from reports.forms.summaries import BlockForm, NewBlockForm
from reports.models import SummaryBlock
from reports.permissions import may_write
from reports.views.summaries import editor, summary_of, tried


def _block(request: StaffRequest, pk: int) -> SummaryBlock:
    block = get_visible(SummaryBlock, pk, request.user)
    ensure(may_write(request.user, block.summary))
    return block


def place_of(block: SummaryBlock) -> str:
    return f"{reverse('reports:summary_edit', args=[block.summary_id])}?at={block.pk}#block-{block.pk}"


@access(*STAFF)
@require_POST
def block_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Save a paragraph; htmx saves while it is being written and gets the paragraph as it now reads."""
    block = _block(request, pk)
    form = BlockForm(request.POST, instance=block)
    saved = _save(form, SummaryBlock.objects.visible_to(request.user).get(pk=pk), request) if form.is_valid() else None
    if request.htmx:
        written = editing.written(saved) if saved else None
        context = {"form": form, "block": saved or block, "written": written, "at": timezone.now()}
        return render(request, "reports/_block_saved.html", context)
    if saved is None:
        return editor(request, block.summary, block_form=form)
    return redirect(place_of(saved))


def _save(form: BlockForm, block: SummaryBlock, request: StaffRequest) -> SummaryBlock | None:
    try:
        return summarizing.edit_block(block, seen=form.seen_at(), **form.changes(), by=request.user, at=timezone.now())
    except ValidationError as refused:
        form.add_error(None, refused.messages)
        return None


@access(*STAFF)
@require_POST
def block_add(request: StaffRequest, pk: int) -> HttpResponse:
    summary = summary_of(request, pk)
    ensure(may_write(request.user, summary))
    form = NewBlockForm(request.POST)
    if not form.is_valid():
        return editor(request, summary, new_form=form)
    after = editing.end_of_group(summary, key_asked(request.GET.get("at", "")) or 0, form.cleaned_data["chapter"])
    block = summarizing.add_block(summary, after=after, **form.cleaned_data, by=request.user, at=timezone.now())
    return redirect(place_of(block))


@access(*STAFF)
@require_POST
def block_move(request: StaffRequest, pk: int) -> HttpResponse:
    block = _block(request, pk)
    tried(request, lambda: summarizing.move_block(block, up=request.POST.get("to") == "up", by=request.user))
    return redirect(place_of(block))


@access(*STAFF)
def block_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask first, showing what goes."""
    block = _block(request, pk)
    if request.method == "POST":
        tried(request, lambda: summarizing.remove_block(block, by=request.user))
        return redirect(block.summary)
    return render(request, "reports/block_remove.html", {"removed": block, "written": editing.written(block)})
