"""Payments from the request to the last signature. Lists mask names: to stand on the relief list tells of illness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.models import User
from federation.paging import capped_count, counts_up_to, page_of
from federation.permissions import OFFICERS, Role, masked_for
from federation.sealed import masked_name
from federation.views.exports import export_page
from programs.forms.payments import (
    MOST_AT_ONCE,
    AidCorrectionForm,
    CorrectionForm,
    PaymentFilter,
    PickForm,
    ReverseForm,
    ReviewForm,
    SigningForm,
)  # fmt: skip
from programs.listings import PAYMENTS
from programs.models import LedgerEntry, Payment, ReliefGrant, Signature
from programs.money import spoken
from programs.payments import requesting, returning, signing
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, posted

FINANCE = (Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER)
WATCHERS = (*OFFICERS, *FINANCE, Role.LEADER, Role.AUDITOR)
_STATE = Payment.State


@dataclass(frozen=True)
class Way:
    """What waits for this person, and where she does it."""

    url: str
    label: str
    count: int


@access(*WATCHERS)
def payment_list(request: StaffRequest) -> HttpResponse:
    form = PaymentFilter(request.GET, user=request.user)
    payments = form.rows(on=timezone.localdate())
    page = page_of(
        payments, request, key=["requested_on", "id"], describe=lambda payment: f"{payment.requested_on:%Y-%m-%d}"
    )
    context = {
        "form": form,
        "page": page,
        "count": capped_count(payments),
        "total_fen": payments.total_fen(),
        "ways": _ways(request.user),
        "may_export": request.user.has_role(*OFFICERS, *FINANCE),
    }
    template = "programs/_payment_rows.html" if request.htmx else "programs/payment_list.html"
    return render(request, template, context)


@access(*OFFICERS, *FINANCE)
def payment_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, PAYMENTS, back=reverse("programs:payment_list"))


def _ways(user: User) -> list[Way]:
    payments = Payment.objects.visible_to(user)
    offered: list[tuple[str, str, tuple[Role, ...], Any]] = [
        ("payment_ask", "提请支付", OFFICERS, ReliefGrant.objects.visible_to(user).payable()),
        ("payment_review", "初审", signing.SIGNINGS["reviewed"].roles, payments.filter(state=_STATE.SUBMITTED)),
        ("payment_approve", "复审", signing.SIGNINGS["approved"].roles, payments.filter(state=_STATE.REVIEWED)),
        ("payment_batch_new", "编批次", (Role.FINANCE_OFFICER,), payments.filter(state=_STATE.APPROVED)),
    ]
    mine = [way for way in offered if user.has_role(*way[2])]
    counts = counts_up_to(MOST_AT_ONCE, {route: rows for route, _, _, rows in mine})
    return [Way(reverse(f"programs:{route}"), label, counts[route]) for route, label, _, _ in mine if counts[route]]


# --- pages with rows to pick ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    pk: int
    name: str
    unit: str
    source: str
    fen: int
    card: str
    on: Any
    problem: str = ""


def payment_row(payment: Payment, user: User) -> Row:
    name = payment.child.number if payment.child else masked_name(payment.grant.woman.name if payment.grant else "")
    card = masked_for(user, payment, "bank_card")
    return Row(
        payment.pk, name, payment.organization.short_name, payment.source_label, payment.amount_fen, card,
        payment.requested_on,
    )  # fmt: skip


def _grant_row(grant: ReliefGrant, user: User) -> Row:
    card = masked_for(user, grant, "bank_card")
    problem = "" if grant.bank_card else "缺银行卡号，请先更正申请"
    return Row(
        grant.pk, masked_name(grant.woman.name), grant.organization.short_name, grant.get_fund_display(),
        grant.amount_fen, card, grant.approved_on, problem,
    )  # fmt: skip


def pick_page(request: StaffRequest, form: PickForm, rows: list[Row], **words: Any) -> HttpResponse:
    chosen = set(request.POST.getlist("rows")) if form.is_bound else {str(row.pk) for row in rows if not row.problem}
    context = {"form": form, "rows": rows, "chosen": chosen, "total_fen": sum(row.fen for row in rows), **words}
    context["others"] = [field for field in form.visible_fields() if field.name != "rows"]
    return render(request, "programs/payment_pick.html", context)


@access(*OFFICERS)
def payment_ask(request: StaffRequest) -> HttpResponse:
    grants = ReliefGrant.objects.visible_to(request.user).payable().with_people().defer("diagnosis")
    form = PickForm(posted(request), rows=grants)
    at = timezone.localtime()
    if form.is_valid() and tried(
        form, lambda: requesting.ask_for_relief(form.cleaned_data["rows"], by=request.user, at=at)
    ):
        return redirect("programs:payment_list")
    rows = [_grant_row(grant, request.user) for grant in grants.order_by("approved_on", "id")[:MOST_AT_ONCE]]
    return pick_page(
        request, form, rows, title="提请支付", button="提请支付", day="获批日期",
        effect="提请后由另外两人初审、复审，再由财务支付。救助金只转入本人银行卡，不发现金。",
        empty="没有获批后还没提请的救助",
    )  # fmt: skip


@access(*signing.SIGNINGS["reviewed"].roles)
def payment_review(request: StaffRequest) -> HttpResponse:
    return _sign(request, ReviewForm, Signature.Step.REVIEWED, title="支付初审", button="登记初审意见")


@access(*signing.SIGNINGS["approved"].roles)
def payment_approve(request: StaffRequest) -> HttpResponse:
    return _sign(request, SigningForm, Signature.Step.APPROVED, title="支付复审", button="登记复审意见")


def _sign(request: StaffRequest, kind: type[SigningForm], step: str, *, title: str, button: str) -> HttpResponse:
    waiting = Payment.objects.visible_to(request.user).with_people().filter(state=signing.SIGNINGS[step].source)
    form = kind(posted(request), rows=waiting)
    if form.is_valid() and tried(form, _signing(form, step, request.user)):
        return redirect("programs:payment_list")
    rows = [payment_row(payment, request.user) for payment in waiting.order_by("requested_on", "id")[:MOST_AT_ONCE]]
    return pick_page(
        request, form, rows, title=title, button=button, day="提请日期",
        effect="签的是现在的收款人、账号、金额和用途，任何一项改动，签批即作废。提请、初审、复审、支付是四个不同的人。",
        empty="没有等着您签批的支付",
    )  # fmt: skip


def _signing(form: SigningForm, step: str, by: User) -> Callable[[], object]:
    given = form.cleaned_data
    if given["decision"] == "back":
        return lambda: requesting.send_all_back(given["rows"], reason=given["reason"], by=by)
    return lambda: signing.sign_all(
        given["rows"], step, by=by, at=timezone.localtime(), exception=given.get("exception", "")
    )


# --- one payment ----------------------------------------------------------------------------------------------------


@access(*WATCHERS)
def payment_detail(request: StaffRequest, pk: int) -> HttpResponse:
    payment, user = get_visible(Payment, pk, request.user), request.user
    signatures = Signature.objects.visible_to(user).filter(payment=payment).select_related("by").order_by("id")
    references = {payment.reference, f"payment:{payment.pk}"}
    entries = LedgerEntry.objects.visible_to(user).about(*references).select_related("made_by").order_by("id")
    context = {
        "payment": payment,
        "payee": str(payment.payee) if user.has_role(*OFFICERS, *FINANCE) else masked_name(str(payment.payee)),
        "signatures": signatures,
        "entries": entries,
        "lines": audit.timeline(payment),
        "may_correct": user.has_role(*OFFICERS) and payment.can_be_corrected(),
        "may_resubmit": user.has_role(*OFFICERS) and payment.state == _STATE.DRAFT,
        "may_reverse": user.has_role(Role.FINANCE_REVIEWER) and payment.state in (_STATE.RETURNED, _STATE.PAID),
        "may_see_batch": user.has_role(*FINANCE, Role.AUDITOR),
    }
    return render(request, "programs/payment_detail.html", context)


@access(*OFFICERS)
def payment_correct(request: StaffRequest, pk: int) -> HttpResponse:
    payment = get_visible(Payment, pk, request.user)
    kind = AidCorrectionForm if payment.child_id else CorrectionForm
    form = kind(posted(request), initial={"payee": payment.payee, "amount_fen": payment.amount_fen})
    if form.is_valid() and tried(
        form, lambda: requesting.correct(payment, by=request.user, on=timezone.localdate(), **form.cleaned_data)
    ):
        return redirect(payment)
    effect = "改了收款人、账号或金额，已有的签批全部作废，要从提请重新办起。"
    return _page(request, payment, form, title="更正支付", button="保存", effect=effect)


@access(*OFFICERS)
def payment_resubmit(request: StaffRequest, pk: int) -> HttpResponse:
    payment = get_visible(Payment, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(
        form, lambda: signing.sign(payment, Signature.Step.REQUESTED, by=request.user, at=timezone.localtime())
    ):
        return redirect(payment)
    return _page(request, payment, form, title="重新提请", button="提请支付", effect="提请后由另外两人初审、复审。")


@access(*OFFICERS)
def payment_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    payment = get_visible(Payment, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: requesting.withdraw(payment, by=request.user, on=timezone.localdate())):
        return redirect(payment)
    effect = "列入批次以前可以撤回。撤回后，批给这一笔的钱回到结余，可以重新提请。"
    return _page(request, payment, form, title="撤回支付", button="撤回", effect=effect)


@access(Role.FINANCE_REVIEWER)
def payment_reverse(request: StaffRequest, pk: int) -> HttpResponse:
    payment = get_visible(Payment, pk, request.user)
    form = ReverseForm(posted(request))
    if form.is_valid() and tried(
        form,
        lambda: returning.reverse(payment, on=timezone.localdate(), by=request.user, **form.cleaned_data),
    ):
        return redirect(payment)
    effect = "银行退回或本人退款到账的钱，收回到这项资金的结余；这件事可以重新提请支付。"
    return _page(request, payment, form, title="收回结余", button="收回结余", effect=effect)


def _page(request: StaffRequest, payment: Payment, form: Any, *, title: str, button: str, effect: str) -> HttpResponse:
    about = f"{payment.source_label}，{payment.organization}，{spoken(payment.amount_fen)}"
    back = payment.get_absolute_url()
    return form_page(request, form, title=title, button=button, back=back, about=about, effect=effect)
