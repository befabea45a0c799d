"""What happens to a loan after its release: repayments, rates, misuse, arrears and what follows from them."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF, Role
from federation.views.exports import export_page
from programs.forms.loan_events import AmountForm, DayForm, OutcomeForm, RateForm, StrikeForm, UseVisitForm
from programs.forms.loans import ArrearsFilter, FollowUpFilter
from programs.listings import ARREARS, LOAN_FOLLOW_UPS
from programs.loans import asking, collecting, repaying
from programs.loans.terms import Rules
from programs.models import LoanEvent, LoanFollowUp, SubsidisedLoan
from programs.money import spoken
from programs.refusing import tried
from programs.views.pages import form_page, posted


@access(*OFFICERS)
def loan_repay(request: StaffRequest, pk: int) -> HttpResponse:
    effect = "从这一天起按剩下的本金计息和贴息。全部还清的不在这里登记，请登记结清。"
    return _change(request, pk, AmountForm, repaying.repay_part, title="登记归还部分本金", effect=effect)


@access(*OFFICERS)
def loan_rate(request: StaffRequest, pk: int) -> HttpResponse:
    effect = "从这一天起按新利率计息和贴息，这一天以前的不变。"
    return _change(request, pk, RateForm, repaying.change_rate, title="登记利率调整", effect=effect)


@access(*OFFICERS)
def loan_misuse(request: StaffRequest, pk: int) -> HttpResponse:
    effect = "钱没有用在约定的项目上的，从改变用途那天起不再贴息，利息由借款人自己付。登记前请当面核实。"
    return _change(request, pk, DayForm, repaying.stop_for_misuse, title="登记挪用停贴", effect=effect)


@access(Role.CITY_OFFICER)
def loan_compensate(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    wait = collecting.days_before_compensation(Rules.stamped(loan))
    effect = f"{loan.due_on:%Y-%m-%d} 到期，逾期超过 {wait} 天由担保基金代偿。照担保机构的代偿通知登记。"
    return _change(request, pk, AmountForm, collecting.compensate, title="登记代偿", effect=effect)


@access(Role.CITY_OFFICER)
def loan_recover(request: StaffRequest, pk: int) -> HttpResponse:
    effect = "代偿的钱追回一笔登记一笔，全部追回的记为结清。"
    return _change(request, pk, AmountForm, collecting.record_recovery, title="登记追回", effect=effect)


@access(Role.CITY_OFFICER)
def loan_write_off(request: StaffRequest, pk: int) -> HttpResponse:
    effect = "没有追回的全部核销，核销后不能再改。请先有财政和担保机构同意核销的文件。"
    return _change(request, pk, DayForm, collecting.write_off, title="登记核销", effect=effect)


def _change(
    request: StaffRequest,
    pk: int,
    form_class: type[forms.Form],
    verb: Callable[..., object],
    *,
    title: str,
    effect: str,
) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    today = timezone.localdate()
    form = form_class(posted(request), initial={"on": today})
    if form.is_valid() and tried(form, lambda: verb(loan, **form.cleaned_data, today=today, by=request.user)):
        return redirect(loan)
    return _page(request, loan, form, title=title, button="登记", effect=effect)


@access(*OFFICERS)
def loan_event_strike(request: StaffRequest, pk: int) -> HttpResponse:
    event = get_visible(LoanEvent, pk, request.user)
    form = StrikeForm(posted(request))
    now = timezone.now()
    if form.is_valid() and tried(
        form, lambda: repaying.strike_out(event, **form.cleaned_data, at=now, by=request.user)
    ):
        return redirect(event.loan)
    effect = f"{event.on:%Y-%m-%d} {event.get_kind_display()}。划去后仍看得到，但不再计入余额和贴息。"
    return _page(request, event.loan, form, title="划去写错的一条", button="划去", effect=effect)


def _page(
    request: StaffRequest, loan: SubsidisedLoan, form: forms.BaseForm, *, title: str, button: str, effect: str
) -> HttpResponse:
    about = f"借款人 {loan.woman.name}，{loan.bank} {loan.contract_number}，{spoken(loan.principal_fen)}"
    return form_page(
        request, form, title=title, button=button, back=loan.get_absolute_url(), about=about, effect=effect
    )


# --- arrears ---------------------------------------------------------------------------------------------------------


@access(*READERS)
def loan_arrears(request: StaffRequest) -> HttpResponse:
    form = ArrearsFilter(request.GET, user=request.user)
    today = timezone.localdate()
    loans = form.rows(on=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    page = page_of(loans, request, key=["matures_on", "id"], descending=False)
    for loan in page.rows:
        loan.overdue_days = (on - loan.agreed_on).days
    context = {
        "form": form,
        "page": page,
        "on": on,
        "count": capped_count(loans),
        "may_export": request.user.has_role(*STAFF),
    }
    template = "programs/_loan_arrears_rows.html" if request.htmx else "programs/loan_arrears.html"
    return render(request, template, context)


@access(*STAFF)
def loan_arrears_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, ARREARS, back=reverse("programs:loan_arrears"))


# --- visits and outcomes ---------------------------------------------------------------------------------------------


@access(*READERS)
def loan_follow_up_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = FollowUpFilter(request.GET, user=request.user)
    follow_ups = form.rows(on=today)
    page = page_of(follow_ups, request, key=["due_on", "id"], descending=False)
    context = {
        "form": form,
        "page": page,
        "today": today,
        "count": capped_count(follow_ups),
        "may_write": request.user.has_role(*STAFF),
    }
    template = "programs/_loan_follow_up_rows.html" if request.htmx else "programs/loan_follow_up_list.html"
    return render(request, template, context)


@access(*STAFF)
def loan_follow_up_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, LOAN_FOLLOW_UPS, back=reverse("programs:loan_follow_up_list"))


@access(*STAFF)
def loan_follow_up_record(request: StaffRequest, pk: int) -> HttpResponse:
    follow_up = get_visible(LoanFollowUp, pk, request.user)
    is_use = follow_up.kind == LoanFollowUp.Kind.USE
    today = timezone.localdate()
    form: forms.Form = (UseVisitForm if is_use else OutcomeForm)(posted(request), initial={"on": today})
    if form.is_valid() and tried(form, lambda: _record(follow_up, form.cleaned_data, request)):
        return redirect(follow_up.loan)
    effect = f"应在 {follow_up.due_on:%Y-%m-%d} 前后办。"
    effect += (
        "看一看钱是不是用在约定的项目上；不是的，请报乡镇登记挪用停贴。" if is_use else "照她说的填，记不准的可以估。"
    )
    return _page(
        request, follow_up.loan, form, title=f"登记{follow_up.get_kind_display()}", button="登记", effect=effect
    )


def _record(follow_up: LoanFollowUp, given: dict[str, Any], request: StaffRequest) -> None:
    verb = asking.record_use if follow_up.kind == LoanFollowUp.Kind.USE else asking.record_outcome
    verb(follow_up, **given, today=timezone.localdate(), by=request.user)
