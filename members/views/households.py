"""Families: list, file with its women, and changes."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation.access import StaffRequest, access, get_visible
from federation.forms.trying import tried
from federation.paging import capped_count, page_of
from federation.permissions import READERS, STAFF
from federation.views.exports import export_page
from members import registering, timeline
from members.forms.households import HouseholdFilter, HouseholdForm
from members.listings import HOUSEHOLDS
from members.models import Household, Woman


@access(*READERS)
@require_safe
def household_list(request: StaffRequest) -> HttpResponse:
    form = HouseholdFilter(request.GET, user=request.user)
    households = form.rows(on=timezone.localdate())
    context = {
        "form": form,
        "page": page_of(households, request, key=["id"]),
        "total": capped_count(households),
        "may_write": request.user.has_role(*STAFF),
    }
    template = "members/_household_list.html" if request.htmx else "members/household_list.html"
    return render(request, template, context)


@access(*STAFF)
def household_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, HOUSEHOLDS, back=reverse("members:household_list"))


@access(*READERS)
@require_safe
def household_detail(request: StaffRequest, pk: int) -> HttpResponse:
    household = get_visible(Household, pk, request.user)
    today = timezone.localdate()
    women = Woman.objects.visible_to(request.user).filter(household=household).order_by("left_on", "birth_on", "id")
    context = {
        "household": household,
        "women": [(woman, woman.age(on=today)) for woman in women],
        "events": timeline.story_of(household, request.user),
        "may_write": request.user.has_role(*STAFF),
    }
    return render(request, "members/household_detail.html", context)


@access(*STAFF)
def household_new(request: StaffRequest) -> HttpResponse:
    form = HouseholdForm(request.POST or None, user=request.user)
    if form.is_valid():
        return redirect(registering.open_household(**form.cleaned_data, by=request.user))
    return render(request, "members/household_new.html", {"form": form})


@access(*STAFF)
def household_edit(request: StaffRequest, pk: int) -> HttpResponse:
    household = get_visible(Household, pk, request.user)
    form = HouseholdForm(request.POST or None, user=request.user, household=household)
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: registering.edit_household(household, **given, by=request.user)):
            return redirect(household)
    return render(request, "members/household_edit.html", {"form": form, "household": household})
