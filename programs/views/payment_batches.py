"""The finance desk with the bank: batches, their files, what the bank answered, and what does not fit."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit
from federation.access import StaffRequest, access, get_visible, key_asked
from federation.paging import day_of, page_of
from federation.permissions import Role
from federation.spreadsheets.refusal import BadFile
from programs.forms.payments import MOST_AT_ONCE, BankReturnForm, BatchForm, ProposalForm, SendingForm
from programs.models import BankLine, Fund, Payment, PaymentBatch
from programs.money import spoken
from programs.payments import batching, returning
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, posted
from programs.views.payments import FINANCE, payment_row, pick_page

READERS = (*FINANCE, Role.AUDITOR)


@access(*READERS)
def payment_batch_list(request: StaffRequest) -> HttpResponse:
    batches = PaymentBatch.objects.visible_to(request.user).select_related("fund", "made_by")
    page = page_of(batches, request, key=["made_at", "id"], describe=lambda batch: day_of(batch.made_at))
    undecided = BankLine.objects.visible_to(request.user).undecided().count()
    context = {"page": page, "undecided": undecided, "may_make": request.user.has_role(Role.FINANCE_OFFICER)}
    return render(request, "programs/payment_batch_list.html", context)


@access(Role.FINANCE_OFFICER)
def payment_batch_new(request: StaffRequest) -> HttpResponse:
    """One fund at a time: the one asked for, or the first that has something to pay."""
    approved = Payment.objects.visible_to(request.user).with_people().filter(state=Payment.State.APPROVED)
    funds = list(Fund.objects.visible_to(request.user).filter(pk__in=approved.values("fund")).order_by("pk"))
    asked = key_asked(request.GET.get("fund", ""))
    fund = next((each for each in funds if each.pk == asked), funds[0] if funds else None)
    waiting = approved.filter(fund=fund)
    form = BatchForm(posted(request), rows=waiting)
    if form.is_valid() and fund is not None:
        made: list[PaymentBatch] = []
        at = timezone.localtime()
        if tried(
            form,
            lambda: made.append(batching.make_batch(fund, form.cleaned_data["rows"], by=request.user, at=at)),
        ):
            return redirect(made[0])
    rows = [payment_row(payment, request.user) for payment in waiting.order_by("requested_on", "id")[:MOST_AT_ONCE]]
    return pick_page(
        request, form, rows, funds=funds, fund=fund, title=f"编批次：{fund}" if fund else "编批次", button="编成批次",
        day="提请日期", effect="一个批次付一项资金，编好就不能增减；对应的救助申请转为拨付中，不能再撤回。",
        empty="没有复审同意、等着支付的",
    )  # fmt: skip


@access(*READERS)
def payment_batch_detail(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(PaymentBatch, pk, request.user)
    payments = Payment.objects.visible_to(request.user).with_people().defer("payee").filter(batch=batch)
    lines = BankLine.objects.visible_to(request.user).with_batch().filter(batch=batch)
    page = page_of(payments, request, key=["line_number", "id"], descending=False)
    pays = request.user.has_role(Role.FINANCE_OFFICER)
    context = {
        "batch": batch,
        "page": page,
        "answered": payments.filter(state__in=["paid", "returned", "reversed"]).count(),
        "differences": lines.undecided().order_by("id"),
        "decided": lines.differences().exclude(confirmed_by=None).order_by("id"),
        "lines": audit.timeline(batch),
        "may_make_file": pays,
        "may_send": pays and batch.state == PaymentBatch.State.MADE and batch.generations > 0,
        "may_take": request.user.has_role(*FINANCE) and batch.state == PaymentBatch.State.SENT,
        "may_sample": request.user.has_role(Role.FINANCE_REVIEWER, Role.AUDITOR)
        and batch.state == PaymentBatch.State.SENT,
        "may_decide": request.user.has_role(*FINANCE),
    }
    return render(request, "programs/payment_batch_detail.html", context)


@access(Role.FINANCE_OFFICER)
@require_POST
def payment_batch_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The file is made by a job, lies sealed, and goes after its days; taking it leaves a line."""
    return redirect(batching.start_file(get_visible(PaymentBatch, pk, request.user), by=request.user))


@access(Role.FINANCE_OFFICER)
def payment_batch_send(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(PaymentBatch, pk, request.user)
    form = SendingForm(posted(request), initial={"on": timezone.localdate()})
    at = timezone.localtime()
    if form.is_valid() and tried(form, lambda: batching.send(batch, at=at, by=request.user, **form.cleaned_data)):
        return redirect(batch)
    effect = "您作为支付人对批次里的每一笔签字。提请、初审、复审过其中任何一笔的人不能支付。"
    return _page(request, batch, form, title="登记送银行", button="登记送银行", effect=effect)


@access(*FINANCE)
def payment_batch_return(request: StaffRequest, pk: int) -> HttpResponse:
    batch = get_visible(PaymentBatch, pk, request.user)
    form = BankReturnForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            answers = returning.read(form.cleaned_data["file"].read(), on=timezone.localdate())
            returning.take(batch, answers, by=request.user, at=timezone.now())
            return redirect(batch)
        except BadFile as refused:
            form.add_error("file", str(refused))
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    effect = (
        "一行一行记账；同一个文件再导一次不会重复记。编号不认得、金额不一致、与先前相反的，列入差异，由两个人处理。"
    )
    return _page(request, batch, form, title="导入银行回盘", button="导入", effect=effect)


@access(*FINANCE)
def bank_line_propose(request: StaffRequest, pk: int) -> HttpResponse:
    line = get_visible(BankLine, pk, request.user)
    form = ProposalForm(posted(request))
    if form.is_valid() and tried(form, lambda: returning.propose(line, by=request.user, **form.cleaned_data)):
        return redirect(line.batch)
    effect = f"{line.get_difference_display()}。提出后要由另一位财务人员确认才生效。"
    return _line_page(request, line, form, title="处理差异", button="提出意见", effect=effect)


@access(*FINANCE)
def bank_line_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    line = get_visible(BankLine, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: returning.confirm(line, by=request.user, at=timezone.now())):
        return redirect(line.batch)
    effect = f"{line.get_difference_display()}。提出的意见：{line.get_decision_display()}，依据：{line.grounds}"
    return _line_page(request, line, form, title="确认差异处理", button="确认", effect=effect)


def _page(
    request: StaffRequest, batch: PaymentBatch, form: BaseForm, *, title: str, button: str, effect: str
) -> HttpResponse:
    about = f"批次 {batch.number}，{batch.count} 笔，{spoken(batch.total_fen)}"
    return form_page(
        request, form, title=title, button=button, back=batch.get_absolute_url(), about=about, effect=effect
    )


def _line_page(
    request: StaffRequest, line: BankLine, form: BaseForm, *, title: str, button: str, effect: str
) -> HttpResponse:
    about = (
        f"{line.bank_reference}，{spoken(line.amount_fen)}，{line.get_outcome_display()}，{line.happened_on:%Y-%m-%d}"
    )
    back = reverse("programs:payment_batch_detail", args=[line.batch_id])
    return form_page(request, form, title=title, button=button, back=back, about=about, effect=effect)
