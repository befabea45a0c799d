"""The call list of a campaign: who is due and why, printed notices that name no result, and who is not called."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import READERS, STAFF, name_for
from members.models import Woman
from programs.forms.due import VIEWS, DueFilter, ExclusionForm
from programs.models import Campaign, ScreeningExclusion
from programs.refusing import tried
from programs.screening import due
from programs.views.pages import form_page, posted


@access(*READERS)
def due_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign, user = get_visible(Campaign, pk, request.user), request.user
    on = due.day_of(campaign, today=timezone.localdate())
    form = DueFilter(request.GET, user=user)
    women = form.chosen(campaign, on=on)
    page = page_of(women.select_related("organization"), request, key=("pinyin", "id"), descending=False)
    verdicts = due.verdicts(page.rows, campaign, user=user, on=on)
    context: dict[str, Any] = {
        "campaign": campaign,
        "form": form,
        "page": page,
        "rows": [(woman, name_for(user, woman.name), woman.age(on=on), verdicts[woman.pk]) for woman in page.rows],
        "count": capped_count(women),
        "tabs": [(view, words) for view, words in VIEWS],
        "chosen": request.GET.get("view") or "due",
        "query": request.GET.urlencode(),
        "may_write": user.has_role(*STAFF),
        "on": on,
    }
    template = "programs/_due_rows.html" if request.htmx else "programs/due_list.html"
    return render(request, template, context)


@access(*STAFF)
def due_notices(request: StaffRequest, pk: int) -> HttpResponse:
    """One slip for each woman due, fifty to a print: name, time and place. No result stands on it, of this or another year."""
    campaign, user = get_visible(Campaign, pk, request.user), request.user
    on = due.day_of(campaign, today=timezone.localdate())
    form = DueFilter(request.GET, user=user)
    women = form.chosen(campaign, on=on).select_related("organization")
    page = page_of(women, request, key=("pinyin", "id"), descending=False, size=50)
    audit.record("programs.notices.printed", campaign, by=user, women=[woman.pk for woman in page.rows])
    context = {"campaign": campaign, "page": page, "unit": user.organization, "on": timezone.localdate()}
    return render(request, "programs/due_notices.html", context)


@access(*STAFF)
def exclusion_new(request: StaffRequest, pk: int, woman: int) -> HttpResponse:
    campaign, person = get_visible(Campaign, pk, request.user), get_visible(Woman, woman, request.user)
    form = ExclusionForm(posted(request))
    today = timezone.localdate()
    back = reverse("programs:due_list", args=[campaign.pk])
    if form.is_valid() and tried(
        form, lambda: due.exclude(person, campaign, on=today, by=request.user, **form.cleaned_data)
    ):
        return redirect(back)
    return form_page(
        request,
        form,
        title="登记不查",
        button="登记不查",
        back=back,
        about=f"{person.name}，{person.organization}",
        effect="医学原因以后各次都不再叫她；本人不参加、长期在外只管本次。",
    )


@access(*STAFF)
def exclusion_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    held = ScreeningExclusion.objects.visible_to(request.user).holding_for(campaign)
    page = page_of(held.select_related("woman", "organization", "recorded_by"), request, key=("recorded_on", "id"))
    return render(request, "programs/exclusion_list.html", {"campaign": campaign, "page": page})


@access(*STAFF)
@require_POST
def exclusion_lift(request: StaffRequest, pk: int, campaign: int) -> HttpResponse:
    exclusion = get_visible(ScreeningExclusion, pk, request.user)
    due.lift(exclusion, on=timezone.localdate(), by=request.user)
    return redirect("programs:exclusion_list", campaign)
