"""Days on which villages come: the plan, who is put down, and who came. One click asks the village for a visit."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import READERS, STAFF, Role, name_for
from members.models import Woman
from programs.forms.days import DayForm, MarkForm
from programs.models import Campaign, Screening, ScreeningAppointment, ScreeningConsent, ScreeningDay
from programs.refusing import tried
from programs.screening import appointing
from programs.views.pages import ConfirmForm, form_page, picked_woman, posted

HOSPITAL = Role.SCREENING_HOSPITAL


@access(*READERS, HOSPITAL)
def day_list(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    days = ScreeningDay.objects.visible_to(request.user).filter(campaign=campaign)
    page = page_of(days.with_counts(), request, key=("day", "id"), descending=False)
    context = {
        "campaign": campaign,
        "page": page,
        "count": capped_count(days),
        "today": timezone.localdate(),
        "may_write": request.user.has_role(*STAFF),
    }
    return render(request, "programs/day_list.html", context)


@access(*STAFF)
def day_new(request: StaffRequest, pk: int) -> HttpResponse:
    campaign = get_visible(Campaign, pk, request.user)
    form = DayForm(posted(request), user=request.user)
    made: list[ScreeningDay] = []
    if form.is_valid() and tried(
        form, lambda: made.append(appointing.open_day(campaign, **form.cleaned_data, by=request.user))
    ):
        return redirect(made[0])
    back = reverse("programs:day_list", args=[campaign.pk])
    return form_page(request, form, title="安排一天", button="安排", back=back, about=campaign.name)


@access(*READERS, HOSPITAL)
def day_detail(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_visible(ScreeningDay, pk, request.user)
    rows = ScreeningAppointment.objects.visible_to(request.user).filter(day=day).select_related("woman")
    page = page_of(rows, request, key=("woman__pinyin", "id"), descending=False, size=50)
    signed = dict(
        ScreeningConsent.objects.visible_to(request.user)
        .filter(campaign=day.campaign_id, woman__in=[row.woman_id for row in page.rows])
        .order_by("signed_on")
        .values_list("woman", "version")
    )
    is_hospital = request.user.has_role(HOSPITAL)
    context = {
        "day": day,
        "campaign": day.campaign,
        "page": page,
        "rows": [
            (row, row.woman.name if is_hospital else name_for(request.user, row.woman.name), signed.get(row.woman_id))
            for row in page.rows
        ],
        "booked": rows.count(),
        "came": rows.filter(state=ScreeningAppointment.State.CAME).count(),
        "free": appointing.free_places(day),
        "may_write": request.user.has_role(*STAFF),
        "may_mark": timezone.localdate() >= day.day and request.user.has_role(*STAFF, HOSPITAL),
        "lines": audit.timeline(day, limit=10),
    }
    return render(request, "programs/day_detail.html", context)


@access(*STAFF)
@require_POST
def day_fill(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_visible(ScreeningDay, pk, request.user)
    appointing.fill(day, by=request.user)
    return redirect(day)


@access(*STAFF)
def appointment_new(request: StaffRequest, pk: int) -> HttpResponse:
    day = get_visible(ScreeningDay, pk, request.user)
    woman = picked_woman(request)
    if not isinstance(woman, Woman):
        return woman
    form = ConfirmForm(posted(request))
    if form.is_valid() and tried(form, lambda: appointing.book(day, woman, by=request.user)):
        return redirect(day)
    about = f"{woman.name}，{woman.organization}"
    effect = f"约在 {day.day}，{day.place}。"
    return form_page(
        request, form, title="预约", button="约这一天", back=day.get_absolute_url(), about=about, effect=effect
    )


@access(*STAFF, HOSPITAL)
def appointment_mark(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_visible(ScreeningAppointment, pk, request.user)
    day, today = appointment.day, timezone.localdate()
    form = MarkForm(posted(request), version=appointing.consent_version(on=day.day))
    if form.is_valid() and tried(
        form, lambda: appointing.mark(appointment, **form.cleaned_data, on=today, by=request.user)
    ):
        return redirect(day)
    about = f"{appointment.woman.name}，{day}"
    return form_page(request, form, title="登记到没到", button="登记", back=day.get_absolute_url(), about=about)


@access(HOSPITAL)
@require_POST
def case_help(request: StaffRequest, pk: int) -> HttpResponse:
    """From a positive case: the village is asked to visit, and reads no more than that she may need help."""
    screening = get_visible(Screening, pk, request.user)
    appointing.ask_for_help(screening, on=timezone.localdate(), by=request.user)
    return redirect("programs:case_detail", screening.pk)


@access(*STAFF)
@require_POST
def attendance_visit(request: StaffRequest, pk: int) -> HttpResponse:
    """The federation's own click, for whom the hospital asks to come: a visit, and on to the relief if that is asked too."""
    screening = get_visible(Screening, pk, request.user)
    ensure(screening.needs_contact or screening.needs_help)
    follow_up = appointing.ask_for_help(screening, on=timezone.localdate(), by=request.user)
    if request.POST.get("then") == "relief":
        return redirect(f"{reverse('programs:relief_check')}?{urlencode({'woman': screening.woman_id})}")
    return redirect(follow_up)
