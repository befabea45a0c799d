"""The year's screening task handed down to the townships, and every handing down as it was."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.permissions import FIGURE_READERS, Role
from programs.forms.screening import QuotasForm, UnfairForm
from programs.models import Campaign, QuotaIssue
from programs.screening import quotas
from programs.views.pages import posted


@access(Role.CITY_OFFICER)
def campaign_quotas(request: StaffRequest, pk: int) -> HttpResponse:
    """`?anew=1` starts from the women due instead of the tasks that hold."""
    campaign, today = get_visible(Campaign, pk, request.user), timezone.localdate()
    latest = quotas.current_issue(campaign)
    anew = latest is None or "anew" in request.GET
    shares = quotas.shares_of(campaign, anew=anew)
    form = QuotasForm(posted(request), shares=shares, percents=quotas.usual_percents(campaign), follows=latest)
    unfair, known = None, UnfairForm()
    if form.is_valid():
        shares = form.changed_shares()
        unfair = quotas.unfair(shares, on=today)
        known = UnfairForm(request.POST if "knows_shown" in request.POST else None)
        if unfair is None or known.is_valid():
            try:
                return redirect(_issue(campaign, form, request))
            except ValidationError as refused:
                form.add_error(None, refused.messages)
    context = {
        "form": form, "campaign": campaign, "latest": latest, "anew": anew, "unfair": unfair, "known": known,
        "women_due": sum(share.women_due for share in shares),
    }  # fmt: skip
    return render(request, "programs/campaign_quotas.html", context)


def _issue(campaign: Campaign, form: QuotasForm, request: StaffRequest) -> QuotaIssue:
    given = form.cleaned_data
    return quotas.issue(
        campaign, shares=form.changed_shares(), percents=form.percents(), follows=given["follows"],
        document_number=given["document_number"], reason=given.get("reason", ""), on=timezone.localdate(),
        by=request.user,
    )  # fmt: skip


@access(*FIGURE_READERS, Role.SCREENING_HOSPITAL)
def quota_issue_detail(request: StaffRequest, pk: int) -> HttpResponse:
    issued = get_visible(QuotaIssue, pk, request.user)
    changes = quotas.changes_of(issued, user=request.user)
    context = {
        "issued": issued,
        "campaign": issued.campaign,
        "changes": changes,
        "total": sum(change.line.quota for change in changes),
        "is_current": issued == quotas.current_issue(issued.campaign),
    }
    return render(request, "programs/quota_issue_detail.html", context)
