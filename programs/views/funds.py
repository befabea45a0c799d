"""The budget: each fund's money, where it came from, and the entries behind every yuan."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation.access import StaffRequest, access, ensure, get_visible, key_asked
from federation.models import User
from federation.paging import page_of
from federation.permissions import OFFICERS, Role
from federation.permissions import READERS as CASE_READERS
from programs import ledger, verifying
from programs.budget import budget_for, spent_on_children
from programs.forms.payments import ReceiptForm
from programs.funding import receive_allocation
from programs.models import Fund, LedgerEntry
from programs.refusing import tried
from programs.views.pages import form_page, posted
from programs.views.payments import FINANCE
from programs.views.subsidy import BATCH_READERS

READERS = (*OFFICERS, *FINANCE, Role.LEADER, Role.AUDITOR)


@access(*READERS)
def fund_list(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and asked >= "1900" else timezone.localdate().year
    context = {
        "budget": budget_for(request.user, year=year),
        "year": year,
        "checked": verifying.last_check(),
        "may_receive": request.user.has_role(Role.FINANCE_OFFICER),
    }
    return render(request, "programs/fund_list.html", context)


@access(*READERS)
def fund_detail(request: StaffRequest, pk: int) -> HttpResponse:
    fund = get_visible(Fund, pk, request.user)
    entries = LedgerEntry.objects.visible_to(request.user).of_fund(fund).select_related("made_by", "reverses")
    page = page_of(entries, request, key=["booked_on", "id"], describe=lambda entry: f"{entry.booked_on:%Y-%m-%d}")
    moved = ledger.lines_of(page.rows)
    context = {
        "fund": fund,
        "standing": ledger.balances(fund),
        "page": page,
        "rows": [(entry, moved.get(entry.pk, 0), case_of(entry, request.user)) for entry in page.rows],
    }
    return render(request, "programs/fund_detail.html", context)


@access(*READERS)
def fund_statement(request: StaffRequest, pk: int) -> HttpResponse:
    """For the donor, on paper: what was given, and what became of it; children are counted, never named.

    `?donor=` names an entry of hers, never herself: her own gifts, and what all gifts of that purpose were used for.
    """
    fund = get_visible(Fund, pk, request.user)
    received = LedgerEntry.objects.visible_to(request.user).of_fund(fund).filter(kind=LedgerEntry.Kind.RECEIVED)
    entries = list(received.order_by("booked_on", "id"))
    donors = {entry.note: entry.pk for entry in reversed(entries) if entry.note}
    asked = key_asked(request.GET.get("donor", ""))
    donor = next((entry.note for entry in entries if entry.pk == asked), "")
    shown = [entry for entry in entries if not donor or entry.note == donor]
    moved = ledger.lines_of(shown)
    spent = spent_on_children(fund)
    context = {
        "fund": fund,
        "received": [(entry, moved.get(entry.pk, 0)) for entry in shown],
        "donors": sorted(donors.items()),
        "donor": donor,
        "given_fen": sum(moved.values()),
        "spent": spent,
        "standing": ledger.balances(fund),
        "on": timezone.localdate(),
    }
    return render(request, "programs/fund_statement.html", context)


# noun of the reference -> words, the page, and who may open it; donations and aids stand in lists only.
_CASES: dict[str, tuple[str, str, tuple[Role, ...]]] = {
    "relief": ("救助", "programs:relief_detail", CASE_READERS),
    "payment": ("支付", "programs:payment_detail", READERS),
    "donation": ("捐赠", "", ()),
    "aid": ("资助", "", ()),
    "subsidy": ("季度贴息", "programs:subsidy_batch_detail", BATCH_READERS),
}


def case_of(entry: LedgerEntry, user: User) -> tuple[str, str]:
    """(address, words) of the case that the entry is for; an address only where it has a page for this reader."""
    noun, _, key = entry.reference.partition(":")
    if noun not in _CASES:
        return "", key.partition("#")[0]
    label, route, readers = _CASES[noun]
    return (reverse(route, args=[int(key)]) if user.has_role(*readers) else ""), f"{label} {key}"


@access(Role.FINANCE_OFFICER)
def fund_receive(request: StaffRequest) -> HttpResponse:
    unit = request.user.organization
    ensure(unit is not None)
    form = ReceiptForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and unit is not None:
        if tried(form, lambda: receive_allocation(organization=unit, by=request.user, **form.cleaned_data)):
            return redirect("programs:fund_list")
    return form_page(
        request, form, title="登记拨入资金", button="登记拨入", back=reverse("programs:fund_list"), about=str(unit),
        effect="登记已经到账的救助资金。同一个文号只登记一次；登记错了由财务冲正。捐赠款在“关爱捐赠”里登记。",
    )  # fmt: skip
