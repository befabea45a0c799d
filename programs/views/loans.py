"""Interest-subsidised loans: list, record, corrections, and what became of them."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF, Role
from federation.views.exports import export_page
from members.models import Woman
from programs.forms.loan_events import OnForm
from programs.forms.loans import ExtendingForm, LoanCorrectionForm, LoanFilter, LoanForm, SettlingForm
from programs.listings import LOANS
from programs.loans import accounts, collecting, lending, terms
from programs.models import SubsidisedLoan
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, picked_woman, posted


@access(*READERS)
def loan_list(request: StaffRequest) -> HttpResponse:
    form = LoanFilter(request.GET, user=request.user)
    loans = form.rows(on=timezone.localdate())
    page = page_of(
        loans,
        request,
        key=["released_on", "id"],
        also=[["matures_on", "id"], ["principal_fen", "id"]],
        describe=lambda loan: f"{loan.released_on:%Y-%m-%d}",
    )
    context = {
        "form": form,
        "page": page,
        "may_export": request.user.has_role(*STAFF),
        "count": capped_count(loans),
        "total_fen": loans.total_fen(),
        "may_write": request.user.has_role(*OFFICERS),
    }
    template = "programs/_loan_rows.html" if request.htmx else "programs/loan_list.html"
    return render(request, template, context)


@access(*STAFF)
def loan_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, LOANS, back=reverse("programs:loan_list"))


@access(*OFFICERS)
def loan_new(request: StaffRequest) -> HttpResponse:
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    form = LoanForm(posted(request), instance=SubsidisedLoan(woman=woman, organization=woman.organization))
    if form.is_valid():
        made: list[SubsidisedLoan] = []
        if tried(form, lambda: made.append(lending.record_loan(woman=woman, **form.cleaned_data, by=request.user))):
            return redirect(made[0])
    return form_page(
        request,
        form,
        title="登记贴息贷款",
        button="登记",
        back=reverse("programs:loan_list"),
        about=f"借款人 {woman.name}，{woman.organization}",
        effect="照银行的放款凭证登记。审批仍由银行和财政办理，这里只记结果。",
    )


@access(*READERS)
def loan_detail(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    today = timezone.localdate()
    form = OnForm({"on": request.GET.get("on") or today})
    on = form.cleaned_data["on"] if form.is_valid() else today
    rules = terms.Rules.stamped(loan)
    events = list(loan.events.select_related("recorded_by", "struck_by"))
    standing = [event for event in events if event.struck_at is None]
    course = accounts.course(loan, standing, rules)
    quarters = accounts.quarter_rows(course, on=today)
    context = {
        "loan": loan,
        "rules": terms.summary(loan, rules),
        "on_form": form,
        "standing": accounts.standing_on(loan, standing, course, on=on),
        "events": events,
        "quarters": quarters,
        "totals": accounts.totals(quarters),
        "follow_ups": loan.follow_ups.select_related("done_by"),
        "today": today,
        "is_due": loan.due_on < today,
        "may_compensate": (today - loan.due_on).days > collecting.days_before_compensation(rules),
        "lines": audit.timeline(loan),
        "may_write": request.user.has_role(*OFFICERS),
        "may_collect": request.user.has_role(Role.CITY_OFFICER),
        "may_ask": request.user.has_role(*STAFF),
    }
    return render(request, "programs/loan_detail.html", context)


@access(*OFFICERS)
def loan_edit(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    form = LoanCorrectionForm(posted(request), instance=loan)
    if form.is_valid() and tried(form, lambda: lending.correct_loan(loan, **form.cleaned_data, by=request.user)):
        return redirect(loan)
    return _page(request, loan, form, title="更正登记", button="保存")


@access(*OFFICERS)
def loan_settle(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    form = SettlingForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: lending.settle(loan, **form.cleaned_data, by=request.user)):
        return redirect(loan)
    effect = f"约定 {loan.matures_on:%Y-%m-%d} 到期，早于这一天的记为提前结清。结清后不再贴息。"
    return _page(request, loan, form, title="登记结清", button="登记结清", effect=effect)


@access(*OFFICERS)
def loan_extend(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    form = ExtendingForm(posted(request))
    if form.is_valid() and tried(form, lambda: lending.extend(loan, **form.cleaned_data, by=request.user)):
        return redirect(loan)
    effect = f"原来 {loan.matures_on:%Y-%m-%d} 到期。展期的日子不贴息，利息由借款人自己付，请先告诉她。"
    return _page(request, loan, form, title="登记展期", button="登记展期", effect=effect)


@access(*OFFICERS)
def loan_overdue(request: StaffRequest, pk: int) -> HttpResponse:
    loan = get_visible(SubsidisedLoan, pk, request.user)
    form = ConfirmForm(posted(request))
    on = timezone.localdate()
    if form.is_valid() and tried(form, lambda: lending.mark_overdue(loan, on=on, by=request.user)):
        return redirect(loan)
    effect = f"到期日期是 {loan.due_on:%Y-%m-%d}。记为逾期后停止贴息，还清时再登记结清。"
    return _page(request, loan, form, title="记为逾期", button="记为逾期", effect=effect)


def _page(
    request: StaffRequest, loan: SubsidisedLoan, form: forms.BaseForm, *, title: str, button: str, effect: str = ""
) -> HttpResponse:
    about = f"借款人 {loan.woman.name}，{loan.bank} {loan.contract_number}"
    return form_page(
        request, form, title=title, button=button, back=loan.get_absolute_url(), about=about, effect=effect
    )
