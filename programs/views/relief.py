"""Two-cancer relief: list, application, and the officers' steps. No list shows a full name: the list itself tells of illness."""

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
from programs.forms.relief import DecisionForm, ReliefFilter, ReliefForm, ReturnVisitForm
from programs.listings import RELIEF
from programs.models import ReliefGrant
from programs.money import to_fen
from programs.refusing import tried
from programs.relief import eligibility, relieving
from programs.views.pages import ConfirmForm, form_page, picked_woman, posted


@access(*READERS)
def relief_list(request: StaffRequest) -> HttpResponse:
    form = ReliefFilter(request.GET, user=request.user)
    grants = form.rows(on=timezone.localdate())
    page = page_of(
        grants,
        request,
        key=["applied_on", "id"],
        describe=lambda grant: f"{grant.applied_on:%Y-%m-%d}",
    )
    paid = grants.filter(state=ReliefGrant.State.PAID)
    context = {
        "form": form,
        "page": page,
        "may_export": request.user.has_role(*STAFF),
        "count": capped_count(grants),
        "paid_count": capped_count(paid),
        "total_fen": paid.total_fen(),
        "may_write": request.user.has_role(*OFFICERS),
    }
    template = "programs/_relief_rows.html" if request.htmx else "programs/relief_list.html"
    return render(request, template, context)


@access(*STAFF)
def relief_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, RELIEF, back=reverse("programs:relief_list"))


@access(*OFFICERS)
def relief_new(request: StaffRequest) -> HttpResponse:
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    today = timezone.localdate()
    form = ReliefForm(
        posted(request),
        instance=ReliefGrant(woman=woman, organization=woman.organization),
        initial={
            "applied_on": today,
            "hardship": woman.hardship,
            "amount_fen": to_fen(eligibility.lottery_grant(on=today).value),
        },
    )
    if form.is_valid():
        made: list[ReliefGrant] = []
        if tried(form, lambda: made.append(relieving.apply_for(woman=woman, **form.cleaned_data, by=request.user))):
            return redirect(made[0])
    return form_page(
        request,
        form,
        title="登记救助申请",
        button="登记申请",
        back=reverse("programs:relief_list"),
        about=f"申请人 {woman.name}，{woman.organization}",
        effect="材料先由乡镇（街道）核实，再由市妇联审批。救助名单不公示姓名和病情。",
    )


@access(*READERS)
def relief_detail(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    user = request.user
    context = {
        "grant": grant,
        "lines": audit.timeline(grant),
        "may_write": user.has_role(*OFFICERS),
        "may_check": user.has_role(Role.TOWNSHIP_OFFICER),
        "may_decide": user.has_role(Role.CITY_OFFICER),
    }
    return render(request, "programs/relief_detail.html", context)


@access(*OFFICERS)
def relief_edit(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = ReliefForm(posted(request), instance=grant)
    if form.is_valid() and tried(form, lambda: relieving.correct(grant, **form.cleaned_data, by=request.user)):
        return redirect(grant)
    return _page(request, grant, form, title="更正申请", button="保存")


@access(Role.TOWNSHIP_OFFICER)
def relief_check(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: relieving.check_papers(grant, by=request.user)):
        return redirect(grant)
    effect = "已看过申报表、诊断证明、身份证、户口本、困难证明、费用结算单和本人银行卡的复印件，与原件一致。核实后报市妇联审批。"
    return _page(request, grant, form, title="核实材料", button="核实无误", effect=effect)


@access(Role.CITY_OFFICER)
def relief_decide(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = DecisionForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: _decide(grant, form, request)):
        return redirect(grant)
    effect = "请先与医保、卫健、民政、乡村振兴的名单比对。同意后转财务拨付。"
    return _page(request, grant, form, title="审批", button="登记审批结果", effect=effect)


def _decide(grant: ReliefGrant, form: forms.Form, request: StaffRequest) -> None:
    given = form.cleaned_data
    if given["decision"] == "approve":
        relieving.approve(grant, on=given["on"], by=request.user)
    else:
        relieving.decline(grant, reason=given["reason"], by=request.user)


@access(*OFFICERS)
def relief_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: relieving.withdraw(grant, by=request.user)):
        return redirect(grant)
    return _page(
        request, grant, form, title="撤回申请", button="撤回", effect="本人要求撤回的才撤。撤回后可以重新申请。"
    )


@access(*OFFICERS)
def relief_visit(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    form = ReturnVisitForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(
        form, lambda: relieving.record_return_visit(grant, **form.cleaned_data, by=request.user)
    ):
        return redirect(grant)
    return _page(
        request, grant, form, title="登记回访", button="登记回访", effect="问问钱到账没有、用在哪里、还有什么难处。"
    )


def _page(
    request: StaffRequest, grant: ReliefGrant, form: forms.BaseForm, *, title: str, button: str, effect: str = ""
) -> HttpResponse:
    about = f"申请人 {grant.woman.name}，{grant.organization}，{grant.applied_on:%Y-%m-%d} 申请"
    return form_page(
        request, form, title=title, button=button, back=grant.get_absolute_url(), about=about, effect=effect
    )
