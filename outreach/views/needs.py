"""The ledger of needs on the desk: list, record with its next step, withdrawal, workbook."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.trying import tried
from federation.models import AuditEntry
from federation.paging import page_of
from federation.permissions import NEED_READERS, NEED_WORKERS, READERS, STAFF
from federation.views.exports import export_page
from outreach import needs
from outreach.forms.lists import NeedFilter
from outreach.forms.needs import WithdrawForm, step_form
from outreach.listings import NEEDS
from outreach.models import Need
from outreach.models.need import RIGHTS
from outreach.permissions import can_confirm, can_withdraw
from outreach.views.pages import may_write, posted, tabs_of, total_of

MOST_LINES = 50


@access(*NEED_READERS)
@require_safe
def need_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = NeedFilter(request.GET, user=request.user)
    rows = form.rows(on=today)
    page = page_of(
        rows, request, key=["raised_on", "id"], also=[["due_on", "id"]], describe=lambda need: f"{need.raised_on:%m-%d}"
    )
    tabs = tabs_of(form, on=today)
    context = {
        "form": form,
        "page": page,
        "total": total_of(form, lambda: rows, tabs),
        "tabs": tabs,
        "may_write": may_write(request.user),
        "today": today,
    }
    template = "outreach/_need_list.html" if request.htmx else "outreach/need_list.html"
    return render(request, template, context)


@access(*STAFF)
def need_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, NEEDS, back=reverse("outreach:need_list"))


def _story(need: Need) -> list[audit.Line]:
    """The audit trail, each line with the words that its follow-up keeps: the trail itself holds no personal data."""
    words = dict(need.follow_ups.exclude(note="").values_list("pk", "note"))
    entries = AuditEntry.objects.about(need).select_related("actor")[:MOST_LINES]
    return [_with_words(audit.line_of(entry), words.get(entry.details.get("follow_up"), "")) for entry in entries]


def _with_words(line: audit.Line, words: str) -> audit.Line:
    return audit.Line(line.at, line.who, f"{line.what}。{words}") if words else line


@access(*NEED_READERS, write=NEED_WORKERS)
def need_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The record; the form beside it is the next step, for whoever's turn it is."""
    need = get_visible(Need, pk, request.user)
    today = timezone.localdate()
    form = step_form(posted(request), need=need, user=request.user)
    ensure(form is not None or request.method != "POST")
    if form is not None and form.is_valid() and tried(form, lambda: _take_step(form, request)):
        messages.success(request, "已登记。")
        return redirect(need)
    return render(request, "outreach/need_detail.html", _context(request, need, form, today))


def _take_step(form: Any, request: StaffRequest) -> None:
    form.carry_out(on=timezone.localdate(), by=request.user)


def _context(request: StaffRequest, need: Need, form: Any, today: Any) -> dict[str, Any]:
    return {
        "need": need,
        "form": form,
        "age": need.woman.age(on=today) if need.woman else None,
        "confirming": can_confirm(request.user, need),
        "may_open_people": request.user.has_role(*READERS),
        "is_rights": need.category in RIGHTS,
        "may_withdraw": can_withdraw(request.user, need),
        "may_report_harm": request.user.has_role(*NEED_WORKERS),
        "today": today,
        "lines": _story(need),
        "first_visit": need.visit,
    }


@access(*STAFF)
def need_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    need = get_visible(Need, pk, request.user)
    ensure(can_withdraw(request.user, need))
    form = WithdrawForm(posted(request))
    if form.is_valid() and tried(
        form,
        lambda: needs.withdraw(need=need, reason=form.cleaned_data["reason"], on=timezone.localdate(), by=request.user),
    ):
        messages.success(request, "已按她的意愿撤回。")
        return redirect(need)
    waiting = need.follow_ups.filter(done_on=None, cancelled_on=None).count()
    return render(request, "outreach/need_withdraw.html", {"need": need, "form": form, "waiting": waiting})
