"""Pairings: made, kept in touch with, looked at again, dissolved; and the children's wishes."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF, Role
from federation.views.exports import export_page
from programs.forms.mentors import (
    ContactForm,
    GrantingForm,
    PairingFilter,
    PairingForm,
    RenewalForm,
    WishForm,
)
from programs.forms.sunflower import EndingForm
from programs.listings import PAIRINGS
from programs.models import Child, ChildWish, Pairing
from programs.refusing import tried
from programs.sunflower import caring, companionship, sponsoring
from programs.views.pages import child_page, form_page, posted


@access(*READERS)
def pairing_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = PairingFilter(request.GET, user=request.user)
    pairings = form.rows(on=today)
    page = page_of(
        pairings,
        request,
        key=["contact_due_on", "id"],
        describe=lambda pairing: f"{pairing.contact_due_on:%Y-%m-%d}",
        descending=False,
    )
    for pairing in page.rows:
        pairing.stage_today = pairing.stage(on=today)  # type: ignore[attr-defined]
    context = {
        "form": form,
        "page": page,
        "count": capped_count(pairings),
        "today": today,
        "may_work": request.user.has_role(*STAFF),
    }
    template = "programs/_pairing_rows.html" if request.htmx else "programs/pairing_list.html"
    return render(request, template, context)


@access(*STAFF)
def pairing_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, PAIRINGS, back=reverse("programs:pairing_list"))


@access(*OFFICERS)
def pairing_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    today = timezone.localdate()
    form = PairingForm(posted(request), child=child, user=request.user, initial={"starts_on": today})
    if form.is_valid() and tried(form, lambda: caring.pair(child, **form.cleaned_data, on=today, by=request.user)):
        return redirect(child)
    effect = "一个孩子可以有几位结对人，一位结对人也可以结对几个孩子。结对人只知道孩子的编号，见面由妇联安排。"
    return child_page(request, child, form, title="登记结对", button="登记结对", effect=effect)


@access(*OFFICERS)
def pairing_end(request: StaffRequest, pk: int) -> HttpResponse:
    pairing = get_visible(Pairing, pk, request.user)
    form = EndingForm(posted(request), initial={"on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: caring.end_pairing(pairing, **form.cleaned_data, by=request.user)):
        return redirect(pairing.child)
    effect = "解除要写明原因。没有别的结对人时，孩子会列入“还没有结对”。"
    return child_page(request, pairing.child, form, title="解除结对", button="解除结对", effect=effect)


@access(*OFFICERS)
def pairing_renew(request: StaffRequest, pk: int) -> HttpResponse:
    pairing = get_visible(Pairing, pk, request.user)
    form = RenewalForm(posted(request))
    if form.is_valid() and tried(
        form, lambda: companionship.renew(pairing, **form.cleaned_data, on=timezone.localdate(), by=request.user)
    ):
        return redirect(pairing.child)
    effect = "评估后续结，从今天起再约定一段。孩子或监护人不愿意的，请登记解除。"
    return child_page(request, pairing.child, form, title="评估续结", button="续结", effect=effect)


@access(*STAFF)
def contact_new(request: StaffRequest, pk: int) -> HttpResponse:
    pairing = get_visible(Pairing, pk, request.user)
    today = timezone.localdate()
    form = ContactForm(posted(request), initial={"contacted_on": today})
    if form.is_valid() and tried(
        form, lambda: companionship.note_contact(pairing, **form.cleaned_data, on=today, by=request.user)
    ):
        return redirect(pairing.child)
    return child_page(request, pairing.child, form, title="登记联系", button="登记联系")


@access(Role.SPONSOR)
def card_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """By the mentor herself, from the alias card on her home."""
    today = timezone.localdate()
    card = sponsoring.card_of(request.user, pk, on=today)
    form = ContactForm(posted(request), initial={"contacted_on": today})
    if form.is_valid() and tried(
        form, lambda: sponsoring.note_contact(request.user, pk, **form.cleaned_data, on=today)
    ):
        return redirect("home")
    return form_page(
        request, form, title="记一次联系", button="记下", back=reverse("home"), about=f"编号 {card.number}",
        effect="不要写孩子的姓名、学校、住址。觉得孩子可能受到伤害，马上打 110，或打 12338 告诉妇联。",
    )  # fmt: skip


@access(*STAFF)
def wish_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    form = WishForm(posted(request), initial={"wished_on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: companionship.wish(child, **form.cleaned_data, by=request.user)):
        return redirect(child)
    return child_page(request, child, form, title="登记微心愿", button="登记心愿", effect="一个孩子一年一个微心愿。")


@access(*STAFF)
def wish_grant(request: StaffRequest, pk: int) -> HttpResponse:
    wish = get_visible(ChildWish, pk, request.user)
    form = GrantingForm(posted(request), initial={"granted_on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: companionship.grant_wish(wish, **form.cleaned_data, by=request.user)):
        return redirect(wish.child)
    return child_page(request, wish.child, form, title="心愿实现了", button="登记实现", effect=f"心愿：{wish.words}")
