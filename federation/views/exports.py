"""In front of every export: what goes out, how many rows, and what for; and the leave that a long list needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import exporting, policy
from federation.access import StaffRequest, access, ensure, get_visible
from federation.exporting import LISTINGS, Listing
from federation.forms.trying import tried
from federation.models import ExportLeave
from federation.models.export_leave import DECIDERS, Format, Purpose
from federation.paging import capped_count, day_of, page_of
from federation.permissions import STAFF, Role

ALLOWED, REFUSED = "allowed", "refused"


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(label="用途", choices=Purpose.choices, widget=forms.RadioSelect)
    form = forms.ChoiceField(label="文件", choices=Format.choices, widget=forms.RadioSelect, initial=Format.XLSX)


class AskForm(PurposeForm):
    reason = forms.CharField(
        label="理由",
        max_length=200,
        help_text="给谁、办什么事。批准人看得到，例如 市卫健局要核对 2016 年两癌筛查应检名单",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明给谁、办什么事，例如 市卫健局要核对应检名单。"},
    )


class AnswerForm(forms.Form):
    allowed = forms.ChoiceField(
        label="意见", choices=[(ALLOWED, "批准"), (REFUSED, "不批准")], widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label="原因", required=False, max_length=200, help_text="不批准的必填", widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("allowed") == REFUSED and not given.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "不批准的，请写明原因。")
        return given


def export_page(request: StaffRequest, listing: Listing, *, back: str) -> HttpResponse:
    """Called by a marked view of the app that owns the list; the conditions stand in the address as on the list."""
    today = timezone.localdate()
    conditions = listing.filter(request.GET, user=request.user)
    rows = conditions.rows(on=today)
    needs_leave = exporting.needs_leave(rows, on=today)
    form = (AskForm if needs_leave else PurposeForm)(request.POST or None)
    if form.is_valid() and rows.exists():
        given = {**form.cleaned_data, "query": conditions.asked(), "by": request.user}
        if needs_leave:
            return redirect(exporting.ask(listing, rows=rows.order_by().count(), at=timezone.now(), **given))
        return redirect(exporting.start(listing, **given))
    context = {
        "listing": listing,
        "form": form,
        "conditions": conditions.conditions(),
        "total": capped_count(rows),
        "needs_leave": needs_leave,
        "most": policy.whole_number(exporting.MOST_WITHOUT_LEAVE, on=today),
        "days": policy.whole_number(exporting.KEPT_DAYS, on=today),
        "times": policy.whole_number(exporting.MOST_DOWNLOADS, on=today),
        "back": f"{back}?{request.GET.urlencode()}",
    }
    return render(request, "federation/export_new.html", context)


@access(*STAFF, Role.LEADER, Role.AUDITOR)
@require_safe
def export_leave_list(request: StaffRequest) -> HttpResponse:
    leaves = ExportLeave.objects.visible_to(request.user)
    page = page_of(leaves.with_people(), request, key=["asked_at", "id"], describe=lambda row: day_of(row.asked_at))
    waiting = set(ExportLeave.objects.to_decide_by(request.user).values_list("pk", flat=True)[:500])
    context = {"page": page, "waiting": waiting, "count": capped_count(leaves)}
    return render(request, "federation/export_leave_list.html", context)


@access(*STAFF, Role.LEADER, Role.AUDITOR, write=DECIDERS)
def export_leave(request: StaffRequest, pk: int) -> HttpResponse:
    """The answer is another person's: whoever asked, and whoever stands below her, only reads."""
    leave = get_visible(ExportLeave, pk, request.user)
    may_decide = ExportLeave.objects.to_decide_by(request.user).filter(pk=leave.pk).exists()
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        ensure(may_decide or leave.decided_at is not None)
    if form.is_valid():
        allowed, answer = form.cleaned_data["allowed"] == ALLOWED, form.cleaned_data["answer"]
        if tried(
            form,
            lambda: exporting.decide(leave, allowed=allowed, answer=answer, at=timezone.now(), by=request.user),
        ):
            return redirect(leave)
    listing = LISTINGS[leave.listing]
    context = {
        "leave": leave,
        "conditions": listing.filter(leave.asked_for(), user=leave.asked_by).conditions(),
        "form": form if may_decide or form.is_bound else None,
        "is_own": leave.person == request.user.person,
        "own_job": leave.job if leave.job and leave.asked_by == request.user else None,
    }
    return render(request, "federation/export_leave.html", context)
