"""Follow-ups on the desk: what is due in which village, and the page that records what came of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.trying import tried
from federation.paging import page_of
from federation.permissions import READERS, STAFF
from federation.views.exports import export_page
from outreach import following_up
from outreach.forms.follow_ups import OutcomeForm
from outreach.forms.lists import FollowUpFilter
from outreach.listings import FOLLOW_UPS
from outreach.models import FollowUp
from outreach.permissions import can_record
from outreach.views.pages import may_write, posted, tabs_of, total_of


@access(*READERS)
@require_safe
def follow_up_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = FollowUpFilter(request.GET, user=request.user)
    rows = form.rows(on=today)
    done = form.chosen_view == "done"
    page = page_of(rows, request, key=["due_on", "id"], descending=done, describe=lambda row: f"{row.due_on:%m-%d}")
    tabs = tabs_of(form, on=today)
    context = {
        "form": form,
        "page": page,
        "total": total_of(form, lambda: rows, tabs),
        "tabs": tabs,
        "may_write": may_write(request.user),
    }
    template = "outreach/_follow_up_list.html" if request.htmx else "outreach/follow_up_list.html"
    return render(request, template, context)


@access(*STAFF)
def follow_up_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, FOLLOW_UPS, back=reverse("outreach:follow_up_list"))


@access(*READERS, write=STAFF)
def follow_up_record(request: StaffRequest, pk: int) -> HttpResponse:
    follow_up = get_visible(FollowUp, pk, request.user)
    if follow_up.need is not None:
        return redirect(follow_up.need)
    may_record = can_record(request.user, follow_up)
    ensure(may_record or request.method != "POST")
    form = OutcomeForm(posted(request), follow_up=follow_up)
    if form.is_valid() and tried(form, lambda: _record(request, follow_up, form)):
        messages.success(request, "已登记。")
        return redirect("outreach:follow_up_list")
    context = {"follow_up": follow_up, "form": form, "may_record": may_record, "lines": audit.timeline(follow_up)}
    return render(request, "outreach/follow_up_record.html", context)


def _record(request: StaffRequest, follow_up: FollowUp, form: OutcomeForm) -> None:
    today = timezone.localdate()
    following_up.record_outcome(follow_up=follow_up, on=today, by=request.user, **form.cleaned_data)
