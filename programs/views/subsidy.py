"""Quarterly subsidy of the loans: the banks' lists, their comparison, and each step with whose turn it is."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import READERS, Role
from federation.spreadsheets import writing
from federation.spreadsheets.refusal import BadFile
from federation.views.exports import export_page
from federation.workdays import Calendar
from outreach.forms.notices import NoticeForm
from outreach.models import PublicNotice
from programs.forms.subsidy import (
    ApprovalForm,
    BankListForm,
    PaymentForm,
    SendingBackForm,
    SubsidyBatchFilter,
    SubsidyLineFilter,
)
from programs.listings import SUBSIDY_LINES
from programs.loans import declaring, paying, publishing
from programs.loans.quarters import Quarter, settlement_day
from programs.models import SubsidyBatch, SubsidyLine
from programs.money import spoken
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, posted

HANDLERS = (Role.CITY_OFFICER, Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER)
BATCH_READERS = (*HANDLERS, Role.AUDITOR)
CHECKERS = (Role.CITY_OFFICER, Role.FINANCE_REVIEWER)


@access(*BATCH_READERS)
def subsidy_batch_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = SubsidyBatchFilter(request.GET, user=request.user)
    batches = form.rows(on=today)
    waiting = SubsidyBatch.objects.visible_to(request.user).waiting_for(request.user)
    page = page_of(batches, request, key=["ends_on", "id"])
    calendar = Calendar.read()
    context = {
        "form": form,
        "page": page,
        "rows": [(batch, paying.deadline(batch, calendar, on=today)) for batch in page.rows],
        "count": capped_count(batches),
        "total_fen": batches.aggregate(total=Sum("bank_total_fen"))["total"] or 0,
        "waiting": [(batch, batch.step_of(request.user)) for batch in waiting[:20]],
        "may_declare": request.user.has_role(Role.CITY_OFFICER),
    }
    template = "programs/_subsidy_batch_rows.html" if request.htmx else "programs/subsidy_batch_list.html"
    return render(request, template, context)


@access(Role.CITY_OFFICER)
def subsidy_batch_new(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    latest = Quarter.settled_before(today, settlement_day(on=today))
    organization = request.user.organization
    assert organization is not None
    form = BankListForm(
        posted(request),
        request.FILES or None,
        latest=latest,
        banks=declaring.banks(organization),
        initial={"quarter": request.GET.get("quarter", latest.code), "bank": request.GET.get("bank", "")},
    )
    if form.is_valid():
        made: list[SubsidyBatch] = []
        if tried(form, lambda: made.append(_declared(request, form.cleaned_data))):
            return redirect(made[0])
    context = {
        "form": form,
        "layout": declaring.LAYOUT,
        "latest": latest,
        "prefilled": [(bank, urlencode({"bank": bank})) for bank in declaring.banks(organization)],
    }
    return render(request, "programs/subsidy_batch_new.html", context)


def _declared(request: StaffRequest, given: dict[str, Any]) -> SubsidyBatch:
    assert request.user.organization is not None
    try:
        return declaring.declare(
            organization=request.user.organization,
            quarter=given["quarter"],
            bank=given["bank"],
            file_name=given["file"].name,
            content=given["file"].read(),
            bank_total_fen=given["bank_total_fen"],
            today=timezone.localdate(),
            by=request.user,
        )
    except BadFile as refused:
        raise ValidationError({"file": str(refused)}) from None


@access(Role.CITY_OFFICER)
def subsidy_batch_template(request: StaffRequest) -> HttpResponse:
    """A list to hand to the bank: empty, or with the contracts of one bank that the quarter holds."""
    organization, today = request.user.organization, timezone.localdate()
    bank = request.GET.get("bank", "")
    rows: Iterable[dict[str, str]] = ()
    if organization is not None and bank in declaring.banks(organization):
        latest = Quarter.settled_before(today, settlement_day(on=today))
        rows = declaring.prefilled(organization, bank=bank, quarter=latest, on=today)
    response = HttpResponse(writing.template(declaring.LAYOUT, rows), content_type=writing.XLSX)
    response["Content-Disposition"] = 'attachment; filename="subsidy-list.xlsx"'
    return response


@access(*BATCH_READERS)
def subsidy_batch_detail(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    today = timezone.localdate()
    query = request.GET.copy()
    query["batch"] = str(batch.pk)
    form = SubsidyLineFilter(query, user=request.user)
    lines = form.rows(on=today)
    context = {
        "batch": batch,
        "form": form,
        "page": page_of(lines, request, key=["contract_number", "id"], descending=False),
        "count": capped_count(lines),
        "sums": _sums(batch, request),
        "step": batch.step_of(request.user),
        "may_show": batch.may_be_shown() and request.user.has_role(*CHECKERS),
        "obstacle": publishing.obstacle(batch, on=today) if batch.state == batch.State.TREASURY else "",
        "deadline": paying.deadline(batch, Calendar.read(), on=today),
        "may_send_back": batch.may_be_sent_back() and request.user.has_role(*HANDLERS),
        "may_compare": batch.state == batch.State.DECLARED and request.user.has_role(*CHECKERS),
        "may_export": request.user.has_role(*HANDLERS),
        "may_open_loans": request.user.has_role(*READERS),
        "export_query": query.urlencode(),
        "trail": audit.timeline(batch),
    }
    template = "programs/_subsidy_line_rows.html" if request.htmx else "programs/subsidy_batch_detail.html"
    return render(request, template, context)


def _sums(batch: SubsidyBatch, request: StaffRequest) -> dict[str, Any]:
    """Both totals, and how many lines agree."""
    lines = SubsidyLine.objects.visible_to(request.user).filter(batch=batch)
    counts = {verdict: Count("pk", filter=Q(verdict=verdict)) for verdict in SubsidyLine.Verdict.values}
    found = lines.aggregate(
        lines=Count("pk"),
        declared=Sum("declared_fen"),
        computed=Sum("computed_fen"),
        interest=Sum("interest_paid_fen"),
        **counts,
    )
    found["verdicts"] = [(label, found[verdict], verdict) for verdict, label in SubsidyLine.Verdict.choices]
    found["unequal"] = found["lines"] - found[SubsidyLine.Verdict.EQUAL]
    return found


@access(*HANDLERS)
def subsidy_line_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, SUBSIDY_LINES, back=reverse("programs:subsidy_batch_list"))


# --- the steps -------------------------------------------------------------------------------------------------------


@access(*CHECKERS)
@require_POST
def subsidy_batch_compare(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    form = ConfirmForm(posted(request))
    if tried(form, lambda: declaring.compare_again(batch, by=request.user)):
        return redirect(batch)
    return _page(request, batch, form, title="重新比对", button="重新比对", effect="")


@access(*CHECKERS)
def subsidy_batch_check(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    form = ConfirmForm(posted(request))
    today = timezone.localdate()
    if form.is_valid() and tried(form, lambda: paying.check(batch, on=today, by=request.user)):
        return redirect(batch)
    effect = f"银行清单合计 {spoken(batch.bank_total_fen)}，逐笔一致才能通过。核对后明细不能再改，送财政审核。"
    return _page(request, batch, form, title="核对通过", button="核对通过", effect=effect)


@access(Role.FINANCE_OFFICER)
def subsidy_batch_approve(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    today = timezone.localdate()
    form = ApprovalForm(posted(request), initial={"on": today})
    given = form.cleaned_data if form.is_valid() else {}
    if given and tried(form, lambda: paying.approve(batch, **given, today=today, by=request.user)):
        return redirect(batch)
    effect = f"财政审核同意贴息 {spoken(batch.bank_total_fen)} 后登记。不同意的，请退回银行。"
    return _page(request, batch, form, title="登记财政审核", button="登记", effect=effect)


@access(*CHECKERS)
def subsidy_batch_show(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    form = NoticeForm(posted(request))
    shown: list[PublicNotice] = []
    if form.is_valid() and tried(
        form,
        lambda: shown.append(publishing.show(batch, **form.cleaned_data, at=timezone.now(), by=request.user)),
    ):
        return redirect(shown[0])
    effect = "公示姓名隐去名字，只写单位和贴息金额；期满没有异议才能登记拨付。发布后不能改，清单退回重报的要重新公示。"
    return _page(request, batch, form, title="公示", button="发布", effect=effect)


@access(Role.FINANCE_OFFICER)
def subsidy_batch_pay(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    today = timezone.localdate()
    form = PaymentForm(posted(request), initial={"on": today})
    given = form.cleaned_data if form.is_valid() else {}
    if given and tried(form, lambda: paying.pay(batch, **given, today=today, by=request.user)):
        return redirect(batch)
    effect = f"照国库支付凭证登记，拨付 {spoken(batch.bank_total_fen)} 给 {batch.bank}。"
    return _page(request, batch, form, title="登记拨付", button="登记", effect=effect)


@access(*HANDLERS)
def subsidy_batch_send_back(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    form = SendingBackForm(posted(request))
    if form.is_valid() and tried(form, lambda: paying.send_back(batch, **form.cleaned_data, by=request.user)):
        return redirect(batch)
    effect = "退回后请银行改好清单重新报，平台重新比对、核对。可先导出对不上的明细给银行。"
    return _page(request, batch, form, title="退回银行", button="退回", effect=effect)


@access(*CHECKERS)
def subsidy_batch_clear(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(SubsidyBatch, pk, request.user)
    form = ConfirmForm(posted(request))
    today = timezone.localdate()
    if form.is_valid() and tried(form, lambda: paying.clear_year(batch, on=today, by=request.user)):
        return redirect(batch)
    of_year = SubsidyBatch.objects.visible_to(request.user).filter(bank=batch.bank, year=batch.year)
    total = of_year.aggregate(total=Sum("bank_total_fen"))["total"] or 0
    effect = f"{batch.bank} {batch.year} 年四个季度一起清算，合计贴息 {spoken(total)}。清算后不能再改。"
    return _page(request, batch, form, title=f"{batch.year} 年度清算", button="清算", effect=effect)


def _page(
    request: StaffRequest, batch: SubsidyBatch, form: forms.BaseForm, *, title: str, button: str, effect: str
) -> HttpResponse:
    about = f"{batch}，{batch.get_state_display()}"
    return form_page(
        request, form, title=title, button=button, back=batch.get_absolute_url(), about=about, effect=effect
    )
