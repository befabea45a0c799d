"""到账抽查: drawing from a batch, the list of what the lot fell on, and what each of them says."""

from __future__ import annotations

import secrets

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, Role
from programs.forms.arrivals import ArrivalCallForm, ArrivalFilter
from programs.models import ArrivalSample, PaymentBatch
from programs.payments import sampling
from programs.payments.signing import has_signed
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, posted

DRAWERS = (Role.FINANCE_REVIEWER, Role.AUDITOR)
CALLERS = (*OFFICERS, Role.AUDITOR)


@access(*DRAWERS)
def arrival_check_new(request: StaffRequest, pk: int) -> HttpResponse:
    batch, at = get_visible(PaymentBatch, pk, request.user), timezone.now()
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: sampling.draw(batch, seed=secrets.token_hex(8), at=at, by=request.user)):
        return redirect("programs:arrival_list")
    effect = (
        "在已到账的各笔里抽签，比例和最少笔数见政策规则。抽中的名单不能改、不能重抽；"
        "由没有经手的人打电话问本人，问到的结果进年度统计。"
    )
    return form_page(
        request,
        form,
        title="抽查到账",
        button="抽取",
        back=batch.get_absolute_url(),
        about=f"批次 {batch}",
        effect=effect,
    )


@access(*CALLERS, Role.FINANCE_REVIEWER, Role.FINANCE_OFFICER, Role.LEADER)
def arrival_list(request: StaffRequest) -> HttpResponse:
    form = ArrivalFilter(request.GET, user=request.user)
    samples = form.rows(on=timezone.localdate())
    page = page_of(samples, request, key=["id"])
    context = {
        "form": form,
        "page": page,
        "count": capped_count(samples),
        "open": capped_count(ArrivalSample.objects.visible_to(request.user).open()),
        "may_call": request.user.has_role(*CALLERS),
    }
    template = "programs/_arrival_rows.html" if request.htmx else "programs/arrival_list.html"
    return render(request, template, context)


@access(*CALLERS)
def arrival_call_new(request: StaffRequest, pk: int) -> HttpResponse:
    sample = get_visible(ArrivalSample, pk, request.user)
    form, payment = ArrivalCallForm(posted(request)), sample.payment
    if form.is_valid() and tried(
        form, lambda: sampling.call(sample, **form.cleaned_data, at=timezone.now(), by=request.user)
    ):
        return redirect("programs:arrival_list")
    context = {
        "sample": sample,
        "payment": payment,
        "form": form,
        "script": sampling.script(payment),
        "calls": sample.calls.select_related("called_by"),
        "has_signed": has_signed(payment, request.user),
        "woman": payment.grant.woman if payment.grant else None,
    }
    return render(request, "programs/arrival_call.html", context)
