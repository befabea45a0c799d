"""Aid given to children, and the donations it comes from. Children stand here by number."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF
from federation.views.exports import export_page
from programs.forms.payments import AidPaymentForm
from programs.forms.sunflower import AidFilter, DonationFilter, DonationForm
from programs.listings import AIDS, DONATIONS
from programs.models import Child
from programs.payments import requesting
from programs.refusing import tried
from programs.sunflower import caring
from programs.views.child_access import closed_file
from programs.views.pages import form_page, posted

MOST_ON_PAPER = 500


@access(*READERS)
def aid_list(request: StaffRequest) -> HttpResponse:
    form = AidFilter(request.GET, user=request.user)
    aids = form.rows(on=timezone.localdate())
    page = page_of(aids, request, key=["given_on", "id"], describe=lambda aid: f"{aid.given_on:%Y-%m-%d}")
    context = {
        "form": form,
        "page": page,
        "may_export": request.user.has_role(*STAFF),
        "count": capped_count(aids),
        "children": aids.children_count(),
        "total_fen": aids.total_fen(),
    }
    template = "programs/_aid_rows.html" if request.htmx else "programs/aid_list.html"
    return render(request, template, context)


@access(*STAFF)
def aid_sheet(request: StaffRequest) -> HttpResponse:
    """Hand-over evidence: the rows of the list as it is filtered, on paper, for the guardians to sign."""
    form = AidFilter(request.GET, user=request.user)
    rows = list(form.rows(on=timezone.localdate()).order_by("given_on", "id")[: MOST_ON_PAPER + 1])
    too_many = len(rows) > MOST_ON_PAPER
    unit = request.user.organization
    if unit is not None and not too_many:
        audit.record("programs.aids.sheet_printed", unit, by=request.user, rows=len(rows))
    context = {
        "form": form,
        "rows": [] if too_many else rows,
        "too_many": too_many,
        "most": MOST_ON_PAPER,
        "unit": unit,
        "list_number": request.GET.get("list_number", ""),
        "total_fen": sum(aid.amount_fen for aid in rows),
    }
    return render(request, "programs/aid_sheet.html", context)


@access(*STAFF)
def aid_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, AIDS, back=reverse("programs:aid_list"))


@access(*OFFICERS)
def aid_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks for the payment; the aid itself is on record when the bank says that the money arrived."""
    child = get_visible(Child, pk, request.user)
    if closed := closed_file(request, child):
        return closed
    form = AidPaymentForm(posted(request), funds=requesting.funds_for(child), initial={"payee": child.guardian_name})
    at = timezone.localtime()
    if form.is_valid() and tried(
        form, lambda: requesting.ask_for_aid(child, by=request.user, at=at, **form.cleaned_data)
    ):
        return redirect(child)
    return form_page(
        request,
        form,
        title="提请资助",
        button="提请支付",
        back=child.get_absolute_url(),
        about=f"{child.number}，{child.organization}",
        effect="每一笔都要对得上审批名单。初审、复审后由财务转入收款人银行卡，到账了才记为已资助。"
        + caring.aided_before(child),
    )


@access(*READERS)
def donation_list(request: StaffRequest) -> HttpResponse:
    form = DonationFilter(request.GET, user=request.user)
    donations = form.rows(on=timezone.localdate())
    page = page_of(
        donations,
        request,
        key=["received_on", "id"],
        describe=lambda donation: f"{donation.received_on:%Y-%m-%d}",
    )
    context = {
        "form": form,
        "page": page,
        "may_export": request.user.has_role(*STAFF),
        "count": capped_count(donations),
        "total_fen": donations.total_fen(),
        "may_write": request.user.has_role(*OFFICERS),
    }
    template = "programs/_donation_rows.html" if request.htmx else "programs/donation_list.html"
    return render(request, template, context)


@access(*STAFF)
def donation_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, DONATIONS, back=reverse("programs:donation_list"))


@access(*OFFICERS)
def donation_new(request: StaffRequest) -> HttpResponse:
    unit = request.user.organization
    ensure(unit is not None)
    form = DonationForm(posted(request), initial={"received_on": timezone.localdate()})
    if (
        form.is_valid()
        and unit is not None
        and tried(form, lambda: caring.receive_donation(organization=unit, **form.cleaned_data, by=request.user))
    ):
        return redirect("programs:donation_list")
    return form_page(
        request,
        form,
        title="登记捐赠",
        button="登记捐赠",
        back=reverse("programs:donation_list"),
        about=str(unit),
        effect="登记基金会、慈善组织或捐赠单位已经到账的款。平台不向社会公开募捐。",
    )
