"""The quarterly form: counted by the hospital from its cases, issued once its checks hold, read as totals by the city."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.permissions import FIGURE_READERS, Role
from federation.spreadsheets import writing
from programs.models import Campaign, ScreeningReturn
from programs.refusing import tried
from programs.screening import figures
from programs.views.pages import ConfirmForm, posted

HOSPITAL = Role.SCREENING_HOSPITAL
RETURN_READERS = (Role.CITY_OFFICER, Role.LEADER, Role.AUDITOR, HOSPITAL)


@access(*FIGURE_READERS, HOSPITAL)
def screening_return_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    branch, today = request.user.organization, timezone.localdate()
    assert branch is not None
    returns = ScreeningReturn.objects.visible_to(request.user).filter(campaign=campaign)
    context = {
        "campaign": campaign,
        "branch": branch,
        "rates": figures.attendance_rates(campaign, branch, on=today, by=request.user),
        "returns": returns.select_related("campaign", "made_by").order_by("-quarter", "-id")[:50],
        "may_issue": request.user.has_role(HOSPITAL),
        "may_open": request.user.has_role(*RETURN_READERS),
        "quarters": (1, 2, 3, 4),
    }
    return render(request, "programs/screening_return_list.html", context)


@access(HOSPITAL)
def screening_return_new(request: StaffRequest, pk: int, quarter: int) -> HttpResponse:
    campaign, today = get_visible(Campaign, pk, request.user), timezone.localdate()
    if quarter not in (1, 2, 3, 4):
        raise Http404
    form = ConfirmForm(posted(request))
    made: list[ScreeningReturn] = []
    if form.is_valid() and tried(
        form, lambda: made.append(figures.issue(campaign, quarter, on=today, by=request.user))
    ):
        return redirect(made[0])
    counted = figures.compiled(campaign, quarter, on=today, by=request.user)
    title = f"{campaign.year} 年第 {quarter} 季度"
    context = {"campaign": campaign, "form": form, "counted": counted, "title": title, "may_issue": True}
    return render(request, "programs/screening_return_detail.html", context)


@access(*RETURN_READERS)
def screening_return_detail(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_visible(ScreeningReturn, pk, request.user)
    context = {
        "campaign": kept.campaign,
        "kept": kept,
        "counted": figures.Return.of(kept.figures),
        "title": str(kept),
    }
    return render(request, "programs/screening_return_detail.html", context)


@access(*RETURN_READERS)
def screening_return_workbook(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_visible(ScreeningReturn, pk, request.user)
    counted = figures.Return.of(kept.figures)
    audit.record("programs.screening_return.taken", kept, by=request.user)
    note = f"{kept}两癌筛查季报表，填表人 {kept.made_by.display_name}，填表日期 {kept.made_on}，填表机构（盖章）："
    content = writing.export("季报表", _rows(counted), note=note)
    response = HttpResponse(content, content_type=writing.XLSX)
    response["Content-Disposition"] = f'attachment; filename="screening-return-{kept.pk}.xlsx"'
    return response


def _rows(counted: figures.Return) -> list[dict[str, Any]]:
    """The form's items, then the rates with their wholes, then the checks."""
    rows = [
        _row(line.number or "", line.title, "没有记录" if line.value is None else line.value) for line in counted.lines
    ]
    rows += [
        _row("指标", rate.title, rate.words, f"{rate.part} / {rate.whole}，{rate.source}") for rate in counted.rates
    ]
    return rows + [_row("核对", check.words, "符合" if check.holds else "不符合") for check in counted.checks]


def _row(number: object, title: str, value: object, source: str = "") -> dict[str, Any]:
    return {"序号": str(number), "项目": title, "数": value if isinstance(value, int) else str(value), "说明": source}
