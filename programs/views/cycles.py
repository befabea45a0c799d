"""Cycles of the programs: windows with document, days, quota and budget; comparison with the departments' lists. Totals only."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.models import Organization
from federation.permissions import FIGURE_READERS, Role
from federation.spreadsheets.refusal import BadFile
from programs import cycling
from programs.forms.cycles import ComparisonForm, CycleForm, ReliefFundForm
from programs.models import Cycle, ReliefFund
from programs.refusing import tried
from programs.relief import comparing
from programs.views.pages import form_page, posted

SHOWN = 100


def _own_branch(request: StaffRequest) -> Organization:
    branch = request.user.organization
    assert branch is not None  # every reader of cycles holds a grant at a branch
    return branch


@access(*FIGURE_READERS)
def cycle_list(request: StaffRequest) -> HttpResponse:
    cycles = Cycle.objects.visible_to(request.user).select_related("fund", "campaign")[:SHOWN]
    today = timezone.localdate()
    context = {
        "rows": [(cycle, cycle.is_open(on=today)) for cycle in cycles],
        "funds": ReliefFund.objects.filter(successor=None).select_related("predecessor"),
        "may_open": request.user.has_role(Role.CITY_OFFICER),
    }
    return render(request, "programs/cycle_list.html", context)


@access(Role.CITY_OFFICER)
def cycle_new(request: StaffRequest) -> HttpResponse:
    year = timezone.localdate().year
    form = CycleForm(posted(request), initial={"program": Cycle.Program.RELIEF, "year": year})
    made: list[Cycle] = []
    branch = _own_branch(request)
    if form.is_valid() and tried(
        form,
        lambda: made.append(cycling.open_cycle(organization=branch, by=request.user, **form.cleaned_data)),
    ):
        return redirect(made[0])
    back = reverse("programs:cycle_list")
    return form_page(
        request,
        form,
        title="登记一期",
        button="登记",
        back=back,
        effect="照下发的文件登记。到了受理日期，各村（社区）就能提交申请。",
    )


@access(Role.CITY_OFFICER)
def cycle_edit(request: StaffRequest, pk: int) -> HttpResponse:
    cycle = get_visible(Cycle, pk, request.user)
    form = CycleForm(posted(request), instance=cycle)
    if form.is_valid() and tried(form, lambda: cycling.edit(cycle, by=request.user, **form.cleaned_data)):
        return redirect(cycle)
    return form_page(request, form, title="修改这一期", button="保存", back=cycle.get_absolute_url(), about=cycle.name)


@access(*FIGURE_READERS)
def cycle_detail(request: StaffRequest, pk: int) -> HttpResponse:
    cycle = get_visible(Cycle, pk, request.user)
    is_relief = cycle.program == Cycle.Program.RELIEF
    context = {
        "cycle": cycle,
        "names": cycle.fund.names() if cycle.fund else [],
        "is_open": cycle.is_open(on=timezone.localdate()),
        "is_relief": is_relief,
        "standing": cycling.standing_of(cycle, _own_branch(request)),
        "lists": cycle.lists.select_related("uploaded_by")[:SHOWN],
        "may_edit": request.user.has_role(Role.CITY_OFFICER),
        "waiting": len(comparing.waiting_for(cycle)) if is_relief and request.user.has_role(Role.CITY_OFFICER) else 0,
        "lines": audit.timeline(cycle, limit=10),
    }
    return render(request, "programs/cycle_detail.html", context)


@access(Role.CITY_OFFICER)
def relief_fund_new(request: StaffRequest) -> HttpResponse:
    form = ReliefFundForm(posted(request))
    if form.is_valid() and tried(form, lambda: cycling.name_fund(by=request.user, **form.cleaned_data)):
        return redirect("programs:cycle_list")
    back = reverse("programs:cycle_list")
    effect = "资金改了名，要选由哪项改来：领过旧名的人不能再领新名的。"
    return form_page(request, form, title="登记资金", button="登记", back=back, effect=effect)


@access(Role.CITY_OFFICER)
def comparison_new(request: StaffRequest, pk: int) -> HttpResponse:
    cycle = get_visible(Cycle, pk, request.user)
    ensure(cycle.program == Cycle.Program.RELIEF)
    form = ComparisonForm(posted(request), request.FILES or None, initial={"as_of": cycle.cutoff_on})
    if form.is_valid():
        given = form.cleaned_data
        try:
            comparing.compare(
                cycle, department=given["department"], as_of=given["as_of"], content=given["file"].read(),
                by=request.user, at=timezone.now(),
            )  # fmt: skip
            return redirect(cycle)
        except BadFile as refused:
            form.add_error("file", f"{refused.reason}。{refused.cure}。本次没有比对。")
    effect = (
        "按身份证号和待比对的申请对照，只记下申请人在不在名单上、有没有出入；名单上的其他人不存，文件比对完就丢掉。"
        "表里要有姓名、身份证号两列，有困难类别一列更好。"
    )
    return form_page(
        request,
        form,
        title="上传部门名单",
        button="上传并比对",
        back=cycle.get_absolute_url(),
        about=cycle.name,
        effect=effect,
    )
