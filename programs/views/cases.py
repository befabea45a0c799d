"""The hospital's cases: one woman's two chains, entered step by step. Nobody else opens these pages."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import Role
from programs.forms.cases import StepForm
from programs.models import Campaign, Screening, ScreeningRecall
from programs.refusing import tried
from programs.screening import casing, stages
from programs.screening.findings import TITLES
from programs.views.pages import form_page, posted

HOSPITAL = Role.SCREENING_HOSPITAL


@access(HOSPITAL)
def case_list(request: StaffRequest, pk: int) -> HttpResponse:
    """Who came and has no result yet."""
    campaign = get_visible(Campaign, pk, request.user)
    rows = Screening.objects.visible_to(request.user).filter(campaign=campaign, result=None)
    page = page_of(rows.with_people(), request, key=("attended_on", "id"), descending=False)
    context = {"campaign": campaign, "page": page, "count": capped_count(rows)}
    return render(request, "programs/case_list.html", context)


@access(HOSPITAL)
def case_detail(request: StaffRequest, pk: int) -> HttpResponse:
    screening = get_visible(Screening, pk, request.user)
    result = casing.result_of(screening)
    held = casing.held_of(result)
    audit.record("programs.screening_result.read", result or screening, by=request.user)
    recalls = ScreeningRecall.objects.visible_to(request.user).filter(screening=screening).order_by("due_on", "id")
    today = timezone.localdate()
    context = {
        "screening": screening,
        "campaign": screening.campaign,
        "result": result,
        "paths": [(name, stages.stages_of(held, columns)) for name, columns in stages.PATHS],
        "next": [stages.AWAITED[step] for step in stages.next_steps(held)],
        "recalls": [(recall, stages.AWAITED[str(recall.step)], recall.state(on=today)) for recall in recalls],
        "lines": audit.timeline(result, limit=20) if result else [],
    }
    return render(request, "programs/case_detail.html", context)


@access(HOSPITAL)
def case_step(request: StaffRequest, pk: int, column: str) -> HttpResponse:
    screening = get_visible(Screening, pk, request.user)
    if column not in stages.STEPS:
        raise Http404
    today = timezone.localdate()
    held = casing.held_of(casing.result_of(screening))
    initial = {"code": held.get(column), "done_on": held.get(f"{column}_on", today)}
    form = StepForm(posted(request), column=column, title=TITLES[column], initial=initial)
    if form.is_valid() and tried(
        form, lambda: casing.record_step(screening, column=column, on=today, by=request.user, **form.cleaned_data)
    ):
        return redirect("programs:case_detail", screening.pk)
    return form_page(
        request,
        form,
        title=f"登记{TITLES[column]}",
        button="登记这一步",
        back=reverse("programs:case_detail", args=[screening.pk]),
        about=f"{screening.woman.name}，{screening.organization.division_name}",
        effect="结果封存，只有筛查医院能看；村里只会看到“请她联系医院”。",
    )
