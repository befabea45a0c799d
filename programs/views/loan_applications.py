"""Applications for a subsidised loan: eligibility first, then the application, its papers and partners, and its way."""

from __future__ import annotations

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
from programs.forms.loan_applications import LoanApplicationFilter, LoanApplicationForm, LoanPartnerForm
from programs.listings import LOAN_APPLICATIONS
from programs.loans import applying, eligibility, printing
from programs.loans.eligibility import Asked
from programs.models import LoanApplication, LoanPartner, SubsidisedLoan
from programs.refusing import tried
from programs.views.pages import ConfirmForm, form_page, picked_woman, posted
from programs.waiting import loan_applications_waiting

KINDS = SubsidisedLoan.Kind


@access(*READERS)
def loan_application_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = LoanApplicationFilter(request.GET, user=request.user)
    applications = form.rows(on=today)
    page = page_of(
        applications,
        request,
        key=["applied_on", "id"],
        also=[["amount_fen", "id"]],
        describe=lambda application: f"{application.applied_on:%Y-%m-%d}",
    )
    context = {
        "form": form,
        "page": page,
        "today": today,
        "count": capped_count(applications),
        "total_fen": applications.total_fen(),
        "may_write": request.user.has_role(*STAFF),
        "waiting": capped_count(loan_applications_waiting(request.user)),
    }
    template = "programs/_loan_application_rows.html" if request.htmx else "programs/loan_application_list.html"
    return render(request, template, context)


@access(*STAFF)
def loan_application_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, LOAN_APPLICATIONS, back=reverse("programs:loan_application_list"))


@access(*STAFF)
def loan_application_check(request: StaffRequest) -> HttpResponse:
    """Before anything is written down: does she qualify, rule by rule."""
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    kind = _kind_asked(request)
    verdicts = list(eligibility.verdicts_on(woman, Asked(kind), on=timezone.localdate()))
    context = {
        "woman": woman,
        "kind": kind,
        "kinds": KINDS.choices,
        "verdicts": verdicts,
        "qualifies": all(verdict.met is not False for verdict in verdicts),
    }
    return render(request, "programs/loan_application_check.html", context)


@access(*STAFF)
def loan_application_new(request: StaffRequest) -> HttpResponse:
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    today = timezone.localdate()
    form = LoanApplicationForm(
        posted(request),
        instance=LoanApplication(woman=woman, organization=woman.organization),
        initial={"loan_kind": _kind_asked(request), "applied_on": today},
        on=today,
    )
    if form.is_valid():
        made: list[LoanApplication] = []
        given = {**form.cleaned_data, "woman": woman, "by": request.user, "at": timezone.now()}
        if tried(form, lambda: made.append(applying.apply_for(**given))):
            return redirect("programs:loan_application_papers", made[0].pk)
    return form_page(
        request,
        form,
        title="登记贷款申请",
        button="登记申请",
        back=reverse("programs:loan_application_list"),
        about=f"申请人 {woman.name}，{woman.organization}",
        effect="先存为草稿，接着登记收到的材料，齐了再提交。合伙贷款存好后再登记合伙人。",
    )


@access(*READERS)
def loan_application_detail(request: StaffRequest, pk: int) -> HttpResponse:
    application = get_visible(LoanApplication, pk, request.user)
    user, today = request.user, timezone.localdate()
    context = {
        "application": application,
        "lines": audit.timeline(application),
        "path": list(paths.stays_of(application)),
        "now": paths.now_of(application, on=today),
        "choices": paths.choices_for(application, user, on=today),
        "papers": set(application.papers.values_list("kind", flat=True)),
        "needed": [(kind, LoanApplication.PaperKind(kind).label) for kind in application.papers_needed(on=today)],
        "gaps": application.paper_gaps(on=today),
        "partners": list(application.partners.all()),
        "is_partnership": application.loan_kind == KINDS.PARTNERSHIP,
        "verdicts": list(eligibility.verdicts_of(application, on=today)) if application.can_be_edited() else [],
        "may_write": user.has_role(*STAFF),
    }
    return render(request, "programs/loan_application_detail.html", context)


@access(*STAFF)
def loan_application_edit(request: StaffRequest, pk: int) -> HttpResponse:
    application = get_visible(LoanApplication, pk, request.user)
    if request.method == "GET" and not application.can_be_edited():
        return redirect(application)
    today = timezone.localdate()
    form = LoanApplicationForm(posted(request), instance=application, on=today)
    if form.is_valid() and tried(
        form, lambda: applying.correct(application, **form.cleaned_data, by=request.user, on=today)
    ):
        return redirect(application)
    return _page(request, application, form, title="更正申请", button="保存")


@access(*STAFF)
def loan_application_papers(request: StaffRequest, pk: int) -> HttpResponse:
    application = get_visible(LoanApplication, pk, request.user)
    today = timezone.localdate()
    form = PapersForm(posted(request), application=application, on=today)
    if form.is_valid() and tried(
        form, lambda: applying.file_papers(application, **form.cleaned_data, by=request.user, on=today)
    ):
        return redirect(application)
    effect = "；".join(application.paper_gaps(on=today)) or "材料齐了。"
    return _page(request, application, form, title="材料清单", button="保存清单", effect=effect)


@access(*STAFF)
def loan_partner_new(request: StaffRequest, pk: int) -> HttpResponse:
    application = get_visible(LoanApplication, pk, request.user)
    form = LoanPartnerForm(posted(request))
    if form.is_valid() and tried(form, lambda: applying.add_partner(application, **form.cleaned_data, by=request.user)):
        return redirect(application)
    effect = "合伙的每一位都要登记，上限按人数算；也用来查有没有重复贷款。"
    return _page(request, application, form, title="登记合伙人", button="登记", effect=effect)


@access(*STAFF)
def loan_partner_remove(request: StaffRequest, pk: int) -> HttpResponse:
    partner = get_visible(LoanPartner, pk, request.user)
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: applying.remove_partner(partner, by=request.user)):
        return redirect(partner.application)
    effect = f"{partner.name}不再是这份申请的合伙人，上限会随人数变。"
    return _page(request, partner.application, form, title="去掉合伙人", button="去掉", effect=effect)


@access(*STAFF)
def loan_application_form(request: StaffRequest, pk: int) -> HttpResponse:
    """The paper form, filled from the file. Opinions already given stand on it; signatures are written by hand."""
    application = get_visible(LoanApplication, pk, request.user)
    audit.record("programs.loan_application.form_printed", application, by=request.user)
    context = {
        "application": application,
        "filled": printing.filled_form(application, on=timezone.localdate()),
        "opinions": printing.opinions_of(application),
        "blank": printing.blanks_of(application),
    }
    return render(request, "programs/loan_application_form.html", context)


def _kind_asked(request: StaffRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in KINDS.values else KINDS.INDIVIDUAL.value


def _page(
    request: StaffRequest, application: LoanApplication, form: forms.BaseForm, *, title: str, button: str, effect: str = ""
) -> HttpResponse:  # fmt: skip
    about = f"申请人 {application.woman.name}，{application.organization}，{application.applied_on:%Y-%m-%d} 申请"
    return form_page(
        request, form, title=title, button=button, back=application.get_absolute_url(), about=about, effect=effect
    )
