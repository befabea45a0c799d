"""What is written into a child's file: the guardian's consent, assessments, the growth plan and its reviews."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF
from programs.forms.child_files import (
    AssessmentForm,
    ConsentForm,
    PlanFilter,
    PlanForm,
    PlanReviewForm,
    WithdrawalForm,
)
from programs.models import Child, GrowthPlan
from programs.refusing import tried
from programs.sunflower import consenting, planning
from programs.views.child_access import closed_file
from programs.views.pages import child_page, posted


@access(*OFFICERS)
def consent_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    today = timezone.localdate()
    first = {"version": consenting.version_in_force(on=today), "signed_on": today}
    form = ConsentForm(posted(request), initial=first)
    if form.is_valid() and tried(form, lambda: consenting.sign(child, **form.cleaned_data, on=today, by=request.user)):
        return redirect(child)
    effect = (
        "同意书要让监护人读懂再签：向谁提供孩子的哪些情况、作什么用、保存多久、随时可以撤回。"
        "不满十四周岁的孩子，必须由监护人签。没有同意不能结对。"
    )
    return child_page(request, child, form, title="登记监护人同意", button="登记同意", effect=effect)


@access(*OFFICERS)
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    today = timezone.localdate()
    form = WithdrawalForm(posted(request), initial={"withdrawn_on": today})
    if form.is_valid() and tried(
        form, lambda: consenting.withdraw(child, **form.cleaned_data, on=today, by=request.user)
    ):
        return redirect(child)
    paired = child.pairings.filter(ends_on=None).count()
    effect = f"撤回后不再向任何人提供孩子的情况：正在进行的 {paired} 个结对立即解除，爱心人士不再看到她的卡片。"
    return child_page(request, child, form, title="监护人撤回同意", button="登记撤回", effect=effect)


@access(*STAFF)
def assessment_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    today = timezone.localdate()
    form = AssessmentForm(posted(request), initial={"assessed_on": today})
    if form.is_valid() and tried(form, lambda: planning.assess(child, **form.cleaned_data, on=today, by=request.user)):
        return redirect(child)
    effect = "五个方面各选一项。风险等级高的孩子，请同时订立成长计划，并加密走访。"
    return child_page(request, child, form, title="需求评估", button="登记评估", effect=effect)


@access(*STAFF)
def plan_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    form = PlanForm(posted(request), initial={"starts_on": timezone.localdate()})
    if form.is_valid() and tried(
        form,
        lambda: planning.begin_plan(child, starts_on=form.cleaned_data["starts_on"], goals=form.goals, by=request.user),
    ):
        return redirect(child)
    effect = "目标要小、看得见、孩子自己愿意。每学期末评估一次，到期会列在“成长计划”里。"
    return child_page(request, child, form, title="订立成长计划", button="订立计划", effect=effect)


@access(*STAFF)
def plan_review(request: StaffRequest, pk: int) -> HttpResponse:
    plan = get_visible(GrowthPlan, pk, request.user)
    if closed := closed_file(request, plan.child):
        return closed
    today = timezone.localdate()
    form = PlanReviewForm(posted(request), plan=plan, initial={"reviewed_on": today})
    if form.is_valid() and tried(form, lambda: planning.review_plan(plan, **form.facts, on=today, by=request.user)):
        return redirect(plan.child)
    effect = f"这次评估的期限是 {plan.next_review_on:%Y-%m-%d}。逐个目标看进展，再写一句学期小结。"
    return child_page(request, plan.child, form, title="学期评估", button="登记评估", effect=effect)


@access(*READERS)
def plan_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = PlanFilter(request.GET, user=request.user)
    plans = form.rows(on=today)
    page = page_of(
        plans,
        request,
        key=["next_review_on", "id"],
        describe=lambda plan: f"{plan.next_review_on:%Y-%m-%d}",
        descending=False,
    )
    for plan in page.rows:
        plan.late = plan.is_late(on=today)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "page": page,
        "count": capped_count(plans),
        "may_write": request.user.has_role(*STAFF),
    }
    template = "programs/_plan_rows.html" if request.htmx else "programs/plan_list.html"
    return render(request, template, context)
