"""The finance desk: approved relief waiting for its transfer, and the second pair of eyes. Nothing else of the file."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import Role
from programs.forms.relief import TransferForm, TransferReviewForm
from programs.models import ReliefGrant
from programs.money import spoken
from programs.refusing import tried
from programs.relief import relieving
from programs.views.pages import form_page, posted

FINANCE = (Role.FINANCE_OFFICER, Role.FINANCE_REVIEWER)


@access(*FINANCE)
def payment_list(request: StaffRequest) -> HttpResponse:
    grants = ReliefGrant.objects.visible_to(request.user).payable()
    page = page_of(
        grants.with_people().defer("diagnosis"),
        request,
        key=["applied_on", "id"],
        descending=False,
        describe=lambda grant: f"{grant.applied_on:%Y-%m-%d}",
    )
    context = {
        "page": page,
        "count": capped_count(grants),
        "total_fen": grants.total_fen(),
        "may_pay": request.user.has_role(Role.FINANCE_OFFICER),
        "may_review": request.user.has_role(Role.FINANCE_REVIEWER),
    }
    return render(request, "programs/payment_list.html", context)


@access(Role.FINANCE_OFFICER)
def relief_pay(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = TransferForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: relieving.record_transfer(grant, **form.cleaned_data, by=request.user)):
        return redirect("programs:payment_list")
    return _page(
        request, grant, form, title="登记拨付", button="登记拨付", effect="登记后由财务复核确认，确认了才算已拨付。"
    )


@access(Role.FINANCE_REVIEWER)
def relief_review(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = TransferReviewForm(posted(request))
    if form.is_valid() and tried(form, lambda: _review(grant, form, request)):
        return redirect("programs:payment_list")
    facts = ""
    if grant.paid_on:
        facts = f"经办登记：流水号 {grant.transfer_number}，{grant.paid_on:%Y-%m-%d} 拨付。请对照银行回单。"
    return _page(request, grant, form, title="复核拨付", button="登记复核结果", effect=facts)


def _review(grant: ReliefGrant, form: forms.Form, request: StaffRequest) -> None:
    confirmed = form.cleaned_data["decision"] == "confirm"
    (relieving.confirm_transfer if confirmed else relieving.send_transfer_back)(grant, by=request.user)


def _page(
    request: StaffRequest, grant: ReliefGrant, form: forms.BaseForm, *, title: str, button: str, effect: str
) -> HttpResponse:
    about = f"收款人 {grant.woman.name}，{grant.get_fund_display()} {spoken(grant.amount_fen)}"
    return form_page(
        request,
        form,
        title=title,
        button=button,
        back=reverse("programs:payment_list"),
        about=about,
        effect=effect,
        card_of=grant,
    )
