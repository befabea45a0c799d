"""Two-cancer relief: list, application, and the officers' steps. No list shows a full name: the list itself tells of illness."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import READERS, STAFF
from federation.views.exports import export_page
from members.models import Woman
from programs.applications import paths
from programs.forms.applications import PapersForm
from programs.forms.relief import ReliefFilter, ReliefForm, ReturnVisitForm
from programs.listings import RELIEF
from programs.models import ReliefGrant, ReliefPaper
from programs.money import to_fen
from programs.refusing import tried
from programs.relief import benefits, eligibility, printing, relieving
from programs.views.pages import form_page, picked_woman, posted
from programs.waiting import reliefs_waiting


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
        "may_write": request.user.has_role(*STAFF),
        "waiting": capped_count(reliefs_waiting(request.user)),
    }
    template = "programs/_relief_rows.html" if request.htmx else "programs/relief_list.html"
    return render(request, template, context)


@access(*STAFF)
def relief_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, RELIEF, back=reverse("programs:relief_list"))


@access(*STAFF)
def relief_check(request: StaffRequest) -> HttpResponse:
    """Before anything is written down: does she qualify, rule by rule."""
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    today = timezone.localdate()
    fund = request.GET.get("fund", "")
    fund = fund if fund in ReliefGrant.Fund.values else ReliefGrant.Fund.LOTTERY.value
    verdicts = list(eligibility.verdicts_on(woman, fund=fund, on=today))
    context = {
        "woman": woman,
        "fund": fund,
        "funds": ReliefGrant.Fund.choices,
        "verdicts": verdicts,
        "benefits": benefits.helped_before(woman, user=request.user),
        "qualifies": all(verdict.met is not False for verdict in verdicts),
    }
    return render(request, "programs/relief_check.html", context)


@access(*STAFF)
def relief_new(request: StaffRequest) -> HttpResponse:
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    today = timezone.localdate()
    form = ReliefForm(
        posted(request),
        instance=ReliefGrant(woman=woman, organization=woman.organization),
        initial={
            "fund": request.GET.get("fund", ReliefGrant.Fund.LOTTERY),
            "applied_on": today,
            "hardship": woman.hardship,
            "amount_fen": to_fen(eligibility.lottery_grant(on=today).value),
        },
    )
    if form.is_valid():
        made: list[ReliefGrant] = []
        given = {**form.cleaned_data, "woman": woman, "by": request.user, "at": timezone.now()}
        if tried(form, lambda: made.append(relieving.apply_for(**given))):
            return redirect("programs:relief_papers", made[0].pk)
    return form_page(
        request,
        form,
        title="登记救助申请",
        button="登记申请",
        back=reverse("programs:relief_list"),
        about=f"申请人 {woman.name}，{woman.organization}",
        effect="先存为草稿，接着登记收到的材料，齐了再提交。救助名单不公示姓名和病情。",
    )


@access(*READERS)
def relief_detail(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    user, today = request.user, timezone.localdate()
    context = {
        "grant": grant,
        "lines": audit.timeline(grant),
        "path": list(paths.stays_of(grant)),
        "now": paths.now_of(grant, on=today),
        "choices": paths.choices_for(grant, user, on=today),
        "papers": {paper.kind: paper for paper in grant.papers.select_related("seen_by")},
        "needed": [(kind, ReliefPaper.Kind(kind).label) for kind in grant.papers_needed(on=today)],
        "gaps": grant.paper_gaps(on=today),
        "findings": list(grant.findings.select_related("source")),
        "may_write": user.has_role(*STAFF),
        "may_visit": user.has_role(*STAFF),
    }
    return render(request, "programs/relief_detail.html", context)


@access(*STAFF)
def relief_edit(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    if request.method == "GET" and not grant.can_be_edited():
        return redirect(grant)
    form = ReliefForm(posted(request), instance=grant)
    if form.is_valid() and tried(form, lambda: relieving.correct(grant, **form.cleaned_data, by=request.user)):
        return redirect(grant)
    return _page(request, grant, form, title="更正申请", button="保存")


@access(*STAFF)
def relief_papers(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_visible(ReliefGrant, pk, request.user)
    today = timezone.localdate()
    form = PapersForm(posted(request), application=grant, on=today)
    if form.is_valid() and tried(
        form, lambda: relieving.file_papers(grant, **form.cleaned_data, by=request.user, on=today)
    ):
        return redirect(grant)
    effect = "；".join(grant.paper_gaps(on=today)) or "材料齐了。"
    return _page(request, grant, form, title="材料清单", button="保存清单", effect=effect)


@access(*STAFF)
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


@access(*STAFF)
def relief_form(request: StaffRequest, pk: int) -> HttpResponse:
    """The paper form, filled from the file. The disease, the card and the signatures are written by hand."""
    grant = get_visible(ReliefGrant, pk, request.user)
    audit.record("programs.relief.form_printed", grant, by=request.user)
    context = {
        "grant": grant,
        "filled": printing.filled_form(grant, on=timezone.localdate()),
        "blank": printing.BY_HAND,
    }
    return render(request, "programs/relief_form.html", context)


@access(*STAFF)
def relief_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand-over evidence: she signs that the whole sum came to her own card."""
    grant = get_visible(ReliefGrant, pk, request.user)
    if grant.state != ReliefGrant.State.PAID:
        return redirect(grant)
    audit.record("programs.relief.receipt_printed", grant, by=request.user)
    return render(request, "programs/relief_receipt.html", {"grant": grant, "blank": printing.SIGNATURES})


def _page(
    request: StaffRequest, grant: ReliefGrant, form: forms.BaseForm, *, title: str, button: str, effect: str = ""
) -> HttpResponse:
    about = f"申请人 {grant.woman.name}，{grant.organization}，{grant.applied_on:%Y-%m-%d} 申请"
    return form_page(
        request, form, title=title, button=button, back=grant.get_absolute_url(), about=about, effect=effect
    )
