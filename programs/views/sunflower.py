"""Sunflower care: children on file and their pairings. Aid and donations have views of their own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF
from federation.views.exports import export_page
from programs.forms.sunflower import ChildFilter, ChildForm, ClosingForm
from programs.listings import CHILDREN
from programs.models import CareContact, Child, Pairing
from programs.refusing import tried
from programs.sunflower import caring
from programs.sunflower.totals import totals_of
from programs.views.child_access import closed_file
from programs.views.pages import child_page, form_page, posted


@access(*READERS)
def child_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = ChildFilter(request.GET, user=request.user)
    children = form.rows(on=timezone.localdate())
    page = page_of(
        children,
        request,
        key=["opened_on", "id"],
        describe=lambda child: f"{child.opened_on:%Y-%m-%d}",
    )
    for child in page.rows:
        child.years = child.age(on=today)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "page": page,
        "may_export": request.user.has_role(*STAFF),
        "count": capped_count(children),
        "may_write": request.user.has_role(*OFFICERS),
    }
    if request.htmx:
        return render(request, "programs/_child_rows.html", context)
    context["totals"] = totals_of(request.user, year=today.year, on=today)
    return render(request, "programs/child_list.html", context)


@access(*STAFF)
def child_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, CHILDREN, back=reverse("programs:child_list"))


@access(*OFFICERS)
def child_new(request: StaffRequest) -> HttpResponse:
    form = ChildForm(posted(request), user=request.user, initial={"opened_on": timezone.localdate()})
    if form.is_valid():
        made: list[Child] = []
        if tried(form, lambda: made.append(caring.open_file(**form.cleaned_data, at=timezone.now(), by=request.user))):
            return redirect(made[0])
    return form_page(
        request,
        form,
        title="建立儿童档案",
        button="建档",
        back=reverse("programs:child_list"),
        effect="建档后得到一个编号。对外的名单、文书只写编号，不写姓名。",
    )


@access(*READERS)
def child_detail(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    if closed := closed_file(request, child):
        return closed
    today = timezone.localdate()
    caring.note_reading(child, by=request.user)
    pairings = list(Pairing.objects.visible_to(request.user).filter(child=child).order_by("-starts_on", "-id"))
    for pairing in pairings:
        pairing.stage_today = pairing.stage(on=today)  # type: ignore[attr-defined]
    plan = child.plans.filter(closed_on=None).first()
    context = {
        "child": child,
        "age": child.age(on=today),
        "in_care": child.is_in_care(on=today),
        "has_consent": child.has_consent(on=today),
        "pairings": pairings,
        "is_paired": any(pairing.ends_on is None or pairing.ends_on > today for pairing in pairings),
        "assessment": child.assessments.order_by("-assessed_on", "-id").first(),
        "plan": plan,
        "goals": plan.goals.order_by("id") if plan else [],
        "reviews": plan.reviews.order_by("-due_on") if plan else [],
        "may_review": plan is not None and plan.may_review(on=today),
        "consents": child.consents.order_by("-signed_on", "-id"),
        "wishes": child.wishes.order_by("-year"),
        "contacts": CareContact.objects.visible_to(request.user)
        .filter(pairing__child=child)
        .select_related("pairing")
        .order_by("-contacted_on", "-id")[:10],
        "may_work": request.user.has_role(*STAFF),
        "aids": child.aids.order_by("-given_on", "-id")[:50],
        "lines": audit.timeline(child),
        "may_write": request.user.has_role(*OFFICERS),
    }
    return render(request, "programs/child_detail.html", context)


@access(*OFFICERS)
def child_edit(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    if closed := closed_file(request, child):
        return closed
    form = ChildForm(posted(request), instance=child, user=request.user)
    if form.is_valid() and tried(form, lambda: caring.correct_file(child, **form.cleaned_data, by=request.user)):
        return redirect(child)
    return child_page(request, child, form, title="更正档案", button="保存")


@access(*OFFICERS)
def child_close(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    form = ClosingForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: caring.close_file(child, **form.cleaned_data, by=request.user)):
        return redirect(child)
    effect = "退出后不再列入在关爱的儿童，正在进行的结对同时解除，档案照旧保存。"
    return child_page(request, child, form, title="登记退出", button="登记退出", effect=effect)
