"""Recalls: done, put on record, or neither. The hospital reads which step; the federation that she is to ring it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, capped_counts, page_of
from federation.permissions import READERS, STAFF, Role, name_for
from programs.forms.cases import STATES, ReasonForm, RecallFilter
from programs.models import Campaign, ScreeningRecall
from programs.refusing import tried
from programs.screening import recalling, stages
from programs.views.pages import form_page, posted

HOSPITAL = Role.SCREENING_HOSPITAL


@access(*READERS, HOSPITAL)
def recall_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign, user, today = get_visible(Campaign, pk, request.user), request.user, timezone.localdate()
    is_hospital = user.has_role(HOSPITAL)
    form = RecallFilter(request.GET, user=user, campaign=campaign, whole=is_hospital)
    rows = form.rows(on=today)
    page = page_of(rows.with_people(), request, key=("due_on", "id"), descending=False, describe=_due_of)
    every = ScreeningRecall.objects.visible_to(user).filter(campaign=campaign)
    every = every if is_hospital else every.one_a_woman()
    counts = capped_counts({state: every.in_state(state, on=today) for state, _ in STATES})
    if is_hospital:
        audit.record("programs.recalls.listed", campaign, by=user, recalls=[recall.pk for recall in page.rows])
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "page": page,
        "rows": [_shown(recall, request, is_hospital=is_hospital) for recall in page.rows],
        "count": capped_count(rows),
        "tabs": [(state, words, counts[state]) for state, words in STATES],
        "chosen": request.GET.get("state", ""),
        "is_hospital": is_hospital,
        "may_record": is_hospital or user.has_role(*STAFF),
    }
    template = "programs/_recall_rows.html" if request.htmx else "programs/recall_list.html"
    return render(request, template, context)


def _due_of(recall: ScreeningRecall) -> str:
    return f"{recall.due_on:%Y-%m-%d}"


def _shown(recall: ScreeningRecall, request: StaffRequest, *, is_hospital: bool) -> dict[str, Any]:
    name = recall.screening.woman.name
    if not is_hospital:
        name = name_for(request.user, name)
    step = stages.AWAITED[str(recall.step)] if is_hospital else "请她联系医院"
    return {"recall": recall, "name": name, "step": step, "state": recall.state(on=timezone.localdate())}


@access(*STAFF, HOSPITAL)
def recall_record(request: StaffRequest, pk: int) -> HttpResponse:
    recall = get_visible(ScreeningRecall, pk, request.user)
    form = ReasonForm(posted(request))
    today = timezone.localdate()
    back = reverse("programs:recall_list", args=[recall.campaign_id])
    if form.is_valid() and tried(
        form, lambda: recalling.record_reason(recall, on=today, by=request.user, **form.cleaned_data)
    ):
        return redirect(back)
    return form_page(
        request,
        form,
        title="登记没做的原因",
        button="登记原因",
        back=back,
        about=f"{recall.screening.woman.name}，{recall.organization.division_name}",
        effect="做了的不用登记，医院登记下一步结果就自动销号。失访要先有足够次数的联系记录。",
    )
