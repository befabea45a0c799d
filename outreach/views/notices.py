"""公示: what hangs or has hung in public, its sheet for the wall, and the objection desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.forms.trying import tried
from federation.paging import capped_count, page_of
from federation.permissions import Role
from outreach import noticing
from outreach.forms.notices import UPHELD, DecisionForm, ObjectionForm
from outreach.models import NoticeObjection, PublicNotice
from outreach.views.pages import posted

READERS = (Role.CITY_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER, Role.LEADER, Role.AUDITOR)
RECEIVERS = (Role.CITY_OFFICER, Role.FINANCE_REVIEWER)
DECIDERS = (Role.CITY_OFFICER, Role.FINANCE_REVIEWER, Role.LEADER)


@access(*READERS)
def notice_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    notices = PublicNotice.objects.visible_to(request.user)
    page = page_of(notices, request, key=["starts_on", "id"], describe=lambda notice: f"{notice.starts_on}")
    context = {
        "page": page,
        "rows": [(notice, notice.obstacle(on=today)) for notice in page.rows],
        "count": capped_count(notices),
        "objected": notices.objected().count(),
    }
    return render(request, "outreach/notice_list.html", context)


@access(*READERS)
def notice_detail(request: StaffRequest, pk: int) -> HttpResponse:
    notice, user = get_visible(PublicNotice, pk, request.user), request.user
    objections = list(notice.objections.select_related("received_by", "decided_by"))
    if objections:
        audit.record("outreach.notice.objections_read", notice, by=user)
    context = {
        "notice": notice,
        "obstacle": notice.obstacle(on=timezone.localdate()),
        "objections": objections,
        "may_receive": user.has_role(*RECEIVERS),
        "may_decide": user.has_role(*DECIDERS),
        "may_read_who": user.has_role(*DECIDERS),
        "lines": audit.timeline(notice),
    }
    return render(request, "outreach/notice_detail.html", context)


@access(*READERS)
def notice_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """What is printed for the wall and the village groups: nothing on it that the notice does not say in public."""
    return render(request, "outreach/notice_sheet.html", {"notice": get_visible(PublicNotice, pk, request.user)})


@access(*RECEIVERS)
def objection_new(request: StaffRequest, pk: int) -> HttpResponse:
    notice = get_visible(PublicNotice, pk, request.user)
    form = ObjectionForm(posted(request))
    if form.is_valid() and tried(form, lambda: noticing.object_to(notice, **form.cleaned_data, by=request.user)):
        return redirect(notice)
    context = {"form": form, "notice": notice, "title": "登记异议", "button": "登记"}
    return render(request, "outreach/objection_form.html", context)


@access(*DECIDERS)
def objection_decide(request: StaffRequest, pk: int) -> HttpResponse:
    objection = get_visible(NoticeObjection, pk, request.user)
    form = DecisionForm(posted(request))
    if form.is_valid():
        upheld, today = form.cleaned_data["outcome"] == UPHELD, timezone.localdate()
        finding = form.cleaned_data["finding"]
        if tried(form, lambda: noticing.decide(objection, upheld=upheld, finding=finding, on=today, by=request.user)):
            return redirect(objection.notice)
    context = {
        "form": form,
        "notice": objection.notice,
        "objection": objection,
        "title": "核查异议",
        "button": "登记结论",
    }
    return render(request, "outreach/objection_form.html", context)
