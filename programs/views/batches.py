"""A list on its way in: choose the file, watch it being read, look at the preview, confirm or put it back."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.models import User
from federation.paging import page_of
from federation.permissions import OFFICERS, Role
from federation.spreadsheets import writing
from programs.forms.screening import ConfirmForm, UploadForm
from programs.models import Batch, Campaign
from programs.screening import uploading
from programs.screening.layouts import BY_KIND

Verb = Callable[..., Batch]
UPLOADERS = (*OFFICERS, Role.SCREENING_HOSPITAL)
STEPS = ("选文件", "核对", "预览", "入库")
_STEP_OF = {Batch.State.READING: 2, Batch.State.PREVIEWED: 3, Batch.State.REFUSED: 2, Batch.State.CANCELLED: 3}


@access(*UPLOADERS)
def batch_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    batches = Batch.objects.visible_to(request.user).with_people().filter(campaign=campaign)
    page = page_of(batches, request, key=("uploaded_at", "id"))
    return render(request, "programs/batch_list.html", {"campaign": campaign, "page": page})


@access(*UPLOADERS)
def batch_new(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    form = UploadForm(request.POST or None, request.FILES or None)
    same: Batch | None = None
    if form.is_valid():
        try:
            return redirect(_received(campaign, form, request.user))
        except uploading.AlreadyUploaded as refused:
            same = refused.batch
            form.add_error("file", refused.messages)
    kind = uploading.kind_for(request.user)
    context = {"campaign": campaign, "form": form, "same": same, "layout": BY_KIND[kind], "kind": kind, "steps": STEPS}
    return render(request, "programs/batch_new.html", context)


def _received(campaign: Campaign, form: UploadForm, user: User) -> Batch:
    file = form.cleaned_data["file"]
    assert user.organization is not None
    return uploading.receive(
        campaign=campaign,
        organization=user.organization,
        file_name=file.name,
        content=file.read(),
        by=user,
        at=timezone.now(),
    )


@access(*UPLOADERS)
def batch_template(request: StaffRequest) -> HttpResponse:
    """An empty list with drop-downs, of the kind that this person sends."""
    kind = uploading.kind_for(request.user)
    response = HttpResponse(writing.template(BY_KIND[kind]), content_type=writing.XLSX)
    response["Content-Disposition"] = f'attachment; filename="template-{kind}.xlsx"'
    return response


@access(*UPLOADERS)
def batch_detail(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _batch(request, pk), ConfirmForm())


def _batch(request: StaffRequest, pk: int) -> Batch:
    return get_visible(Batch, pk, request.user)


def _page(request: StaffRequest, batch: Batch, form: ConfirmForm) -> HttpResponse:
    problems, changes = batch.problems.all(), list(batch.changes.changes())
    context = {
        "batch": batch,
        "campaign": batch.campaign,
        "form": form,
        "steps": STEPS,
        "step": _STEP_OF.get(Batch.State(batch.state), 4),
        "problems": problems,
        "problems_beyond": max(0, batch.problems_total - len(problems)),
        "changes": changes,
        "notes": batch.changes.notes(),
        "may_settle": uploading.may_settle(request.user, batch),
        "lines": audit.timeline(batch, limit=10),
    }
    template = "programs/_batch.html" if request.htmx else "programs/batch_detail.html"
    return render(request, template, context)


@access(*UPLOADERS)
@require_POST
def batch_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    ensure(uploading.may_settle(request.user, batch))
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, batch, form)
    return _done(request, batch, form, uploading.confirm)


@access(*UPLOADERS)
@require_POST
def batch_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """After a reading or an import that stopped half-way."""
    batch = _batch(request, pk)
    ensure(uploading.may_settle(request.user, batch))
    verb = uploading.read_again if batch.state == Batch.State.READING else uploading.confirm
    return _done(request, batch, ConfirmForm(), verb)


@access(*UPLOADERS)
@require_POST
def batch_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    ensure(uploading.may_settle(request.user, batch))
    return _done(request, batch, ConfirmForm(), uploading.cancel)


def _done(request: StaffRequest, batch: Batch, form: ConfirmForm, verb: Verb) -> HttpResponse:
    """Do what was asked; a second click is told in words that it is done already."""
    try:
        verb(batch, by=request.user)
    except ValidationError as refused:
        return render(request, "programs/batch_settled.html", {"batch": batch, "words": refused.messages}, status=409)
    return redirect(batch)


@access(*UPLOADERS)
def batch_error_book(request: StaffRequest, pk: int) -> HttpResponse | FileResponse:
    batch = _batch(request, pk)
    ensure(uploading.may_settle(request.user, batch))
    if not batch.error_book:
        raise Http404
    audit.record("programs.batch.error_book_taken", batch, by=request.user)
    return FileResponse(batch.error_book.open(), as_attachment=True, filename=f"errors-{batch.pk}.xlsx")
