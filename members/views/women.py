"""The register of women: list, search by number, file, and the steps on a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from federation import searching
from federation.access import StaffRequest, access, get_visible, key_asked
from federation.forms.trying import tried
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF
from federation.views.exports import export_page
from members import registering, timeline
from members.forms.women import DepartureForm, MoveForm, NumberSearchForm, WomanFilter, WomanForm, looks_like_number
from members.listings import WOMEN
from members.models import Household, Woman


@access(*READERS)
@require_safe
def woman_list(request: StaffRequest) -> HttpResponse:
    form = WomanFilter(request.GET, user=request.user)
    today = timezone.localdate()
    women = form.rows(on=today)
    page = page_of(women, request, key=["pinyin", "id"], descending=False)
    context = {
        "form": form,
        "page": page,
        "rows": [(woman, woman.age(on=today)) for woman in page.rows],
        "total": capped_count(women),
        "may_write": request.user.has_role(*STAFF),
    }
    template = "members/_woman_list.html" if request.htmx else "members/woman_list.html"
    return render(request, template, context)


@access(*STAFF)
def woman_find(request: StaffRequest) -> HttpResponse:
    """By name on the list; a full ID number is posted, so that it stays out of addresses, and the question is recorded."""
    asked = request.POST.get("number", "").strip()
    if request.method == "POST" and asked and not looks_like_number(asked):
        return redirect(f"{reverse('members:woman_list')}?{searching.KEY}={searching.remember(request, asked)}")
    form = NumberSearchForm(request.POST or None)
    missing = False
    if form.is_valid():
        found = registering.find_by_number(form.cleaned_data["number"], by=request.user)
        if found is not None:
            return redirect(found)
        missing = True
    return render(request, "members/woman_find.html", {"form": form, "missing": missing})


@access(*STAFF)
def woman_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, WOMEN, back=reverse("members:woman_list"))


@access(*READERS)
@require_safe
def woman_detail(request: StaffRequest, pk: int) -> HttpResponse:
    woman = get_visible(Woman, pk, request.user)
    context = {
        "woman": woman,
        "age": woman.age(on=timezone.localdate()),
        "events": timeline.story_of(woman, request.user),
        "may_write": request.user.has_role(*STAFF),
        "may_move": request.user.has_role(*OFFICERS),
    }
    return render(request, "members/woman_detail.html", context)


@access(*STAFF)
def woman_new(request: StaffRequest) -> HttpResponse:
    """With `?household=` she is entered into that household, and so into its village."""
    key = key_asked(request.GET.get("household", ""))
    household = get_visible(Household, key, request.user) if key is not None else None
    form = WomanForm(request.POST or None, user=request.user, household=household)
    if form.is_valid():
        given: dict[str, Any] = form.fields_given()
        if household is not None:
            given["organization"] = household.organization
        opened: list[Woman] = []
        if tried(form, lambda: opened.append(registering.open_file(**given, by=request.user))):
            return redirect(opened[0])
    return render(request, "members/woman_new.html", {"form": form, "household": household})


@access(*STAFF)
def woman_edit(request: StaffRequest, pk: int) -> HttpResponse:
    woman = get_visible(Woman, pk, request.user)
    form = WomanForm(request.POST or None, user=request.user, woman=woman)
    if form.is_valid():
        given = form.fields_given()
        if tried(form, lambda: registering.edit_file(woman, **given, by=request.user)):
            return redirect(woman)
    return render(request, "members/woman_edit.html", {"form": form, "woman": woman})


@access(*STAFF)
def woman_leave(request: StaffRequest, pk: int) -> HttpResponse:
    woman = get_visible(Woman, pk, request.user)
    form = DepartureForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: registering.record_departure(woman, **given, by=request.user)):
            return redirect(woman)
    return render(request, "members/woman_leave.html", {"form": form, "woman": woman})


@access(*STAFF)
@require_POST
def woman_return(request: StaffRequest, pk: int) -> HttpResponse:
    woman = get_visible(Woman, pk, request.user)
    if woman.left_on is not None:
        registering.record_return(woman, by=request.user)
    return redirect(woman)


@access(*OFFICERS)
def woman_move(request: StaffRequest, pk: int) -> HttpResponse:
    """To another village in the officer's scope."""
    woman = get_visible(Woman, pk, request.user)
    form = MoveForm(request.POST or None, user=request.user, initial={"on": timezone.localdate()})
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: registering.move_file(woman, **given, by=request.user)):
            return redirect(woman)
    return render(request, "members/woman_move.html", {"form": form, "woman": woman})
