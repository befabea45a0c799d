"""Campaigns, who came, the lists on their way in, and, for the hospital alone, what it found."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit, searching
from federation.access import StaffRequest, access, get_visible
from federation.models import Level, Organization
from federation.paging import capped_count, page_of
from federation.permissions import FIGURE_READERS, READERS, STAFF, Role
from federation.sealed import masked_name
from federation.spreadsheets import writing
from programs.forms.screening import AttendanceFilterForm, CampaignForm, ResultFilterForm
from programs.models import Campaign, QuotaIssue, Screening, ScreeningResult
from programs.screening import campaigning, findings

HOSPITAL = Role.SCREENING_HOSPITAL
CAMPAIGN_READERS = (*FIGURE_READERS, HOSPITAL)


@access(*CAMPAIGN_READERS)
def campaign_list(request: StaffRequest) -> HttpResponse:
    branch = _own_branch(request)
    campaigns = Campaign.objects.visible_to(request.user)[:50]
    rows = [(campaign, campaigning.progress_of(campaign, branch)) for campaign in campaigns]
    context = {"rows": rows, "branch": branch, "may_open": request.user.has_role(Role.CITY_OFFICER)}
    return render(request, "programs/campaign_list.html", context)


def _own_branch(request: StaffRequest) -> Organization:
    branch = request.user.organization
    assert branch is not None  # every reader of campaigns holds a grant at a branch
    return branch


@access(Role.CITY_OFFICER)
def campaign_new(request: StaffRequest) -> HttpResponse:
    year = timezone.localdate().year
    form = CampaignForm(request.POST or None, initial={"year": year})
    if form.is_valid():
        try:
            return redirect(
                campaigning.open_campaign(organization=_own_branch(request), **form.cleaned_data, by=request.user)
            )
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    return render(request, "programs/campaign_form.html", {"form": form, "title": "新建筛查", "button": "新建"})


@access(*CAMPAIGN_READERS)
def campaign_detail(request: StaffRequest, pk: int) -> HttpResponse:
    campaign, branch = get_visible(Campaign, pk, request.user), _own_branch(request)
    user = request.user
    today = timezone.localdate()
    whole = campaigning.progress_of(campaign, branch)
    below = [] if branch.is_village else campaigning.progress_below(campaign, branch)
    context = {
        "campaign": campaign,
        "branch": branch,
        "whole": whole,
        "whole_short_by": whole.short_by(campaign, on=today),
        "below": [(progress, progress.short_by(campaign, on=today)) for progress in below],
        "issues": QuotaIssue.objects.visible_to(user).filter(campaign=campaign).select_related("issued_by"),
        "may_edit": user.has_role(Role.CITY_OFFICER),
        "may_upload": user.has_role(*UPLOADERS),
        "may_read_names": user.has_role(*READERS),
        "is_hospital": user.has_role(HOSPITAL),
        "by_township": branch.level == Level.CITY,
        "lines": audit.timeline(campaign, limit=10),
    }
    return render(request, "programs/campaign_detail.html", context)


UPLOADERS = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER, HOSPITAL)


@access(Role.CITY_OFFICER)
def campaign_edit(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    initial = {name: getattr(campaign, name) for name in CampaignForm.base_fields}
    form = CampaignForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            return redirect(campaigning.edit(campaign, **form.cleaned_data, by=request.user))
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"form": form, "campaign": campaign, "title": "修改筛查资料", "button": "保存"}
    return render(request, "programs/campaign_form.html", context)


@access(*READERS)
def attendance_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    form = AttendanceFilterForm(searching.opened(request.GET, request.user), user=request.user)
    rows = form.apply(Screening.objects.visible_to(request.user).filter(campaign=campaign))
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "count": capped_count(rows),
        "page": page_of(rows.with_people(), request, key=("attended_on", "id"), describe=_day_of),
        "masked": not request.user.has_role(*STAFF),
        "may_help": request.user.has_role(*STAFF),
        "query": request.GET.urlencode(),
    }
    template = "programs/_attendance_rows.html" if request.htmx else "programs/attendance_list.html"
    return render(request, template, context)


def _day_of(screening: Screening) -> str:
    return screening.attended_on.isoformat()


@access(*READERS)
def attendance_export(request: StaffRequest, pk: int) -> HttpResponse:
    """Who came, as the list shows it: no result, no number."""
    campaign = get_visible(Campaign, pk, request.user)
    form = AttendanceFilterForm(searching.opened(request.GET, request.user), user=request.user)
    rows = form.apply(Screening.objects.visible_to(request.user).filter(campaign=campaign))
    masked = not request.user.has_role(*STAFF)
    audit.record("programs.attendance.exported", campaign, by=request.user)
    people = rows.with_people().order_by("attended_on", "id").iterator(chunk_size=2000)
    note = f"{campaign.name}参检名单，{_own_branch(request).short_name}，{timezone.localdate()} 导出，内部使用"
    content = writing.export("参检名单", (_exported(screening, masked=masked) for screening in people), note=note)
    return _workbook(content, "cjmd.xlsx")


def _exported(screening: Screening, *, masked: bool) -> dict[str, Any]:
    name = screening.woman.name
    return {
        "姓名": masked_name(name) if masked else name,
        "乡镇（街道）": screening.township.division_name if screening.township else "",
        "村（社区）": screening.organization.division_name,
        "参检日期": screening.attended_on,
        "状态": "需联系医院" if screening.needs_contact else "已参检",
    }


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=writing.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@access(HOSPITAL)
def screening_result_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    form = ResultFilterForm(searching.opened(request.GET, request.user), user=request.user)
    results = ScreeningResult.objects.visible_to(request.user).filter(screening__campaign=campaign)
    rows = form.apply(results).select_related("organization", "screening__woman")
    page = page_of(rows, request, key=("reported_on", "id"), describe=_report_day_of)
    shown = [(result, findings.in_short(str(result.health))) for result in page.rows]
    audit.record(
        "programs.screening_results.listed", campaign, by=request.user, results=[result.pk for result in page.rows]
    )
    context = {"campaign": campaign, "form": form, "page": page, "rows": shown, "count": capped_count(rows)}
    template = "programs/_screening_result_rows.html" if request.htmx else "programs/screening_result_list.html"
    return render(request, template, context)


def _report_day_of(result: ScreeningResult) -> str:
    return result.reported_on.isoformat()


@access(HOSPITAL)
def screening_result_detail(request: StaffRequest, pk: int) -> HttpResponse:
    result = get_visible(ScreeningResult, pk, request.user)
    audit.record("programs.screening_result.read", result, by=request.user)
    context = {
        "result": result,
        "screening": result.screening,
        "campaign": result.screening.campaign,
        "findings": findings.in_words(str(result.health)),
        "lines": audit.timeline(result, limit=20),
    }
    return render(request, "programs/screening_result_detail.html", context)
