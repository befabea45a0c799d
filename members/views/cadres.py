"""Cadres, their posts and terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.forms.trying import tried
from federation.paging import capped_count, page_of
from federation.permissions import READERS, STAFF
from federation.views.exports import export_page
from members import appointing
from members.forms.cadres import AppointmentForm, CadreFilter, CadreForm, EndForm
from members.listings import CADRES
from members.models import Appointment, Cadre


@access(*READERS)
@require_safe
def cadre_list(request: StaffRequest) -> HttpResponse:
    form = CadreFilter(request.GET, user=request.user)
    today = timezone.localdate()
    cadres = form.rows(on=today)
    page = page_of(cadres, request, key=["pinyin", "id"], also=[["organization__path", "id"]], descending=False)
    context = {
        "form": form,
        "page": page,
        "rows": [(cadre, _posts_with_terms(cadre, today)) for cadre in page.rows],
        "total": capped_count(cadres),
        "may_write": request.user.has_role(*STAFF),
    }
    template = "members/_cadre_list.html" if request.htmx else "members/cadre_list.html"
    return render(request, template, context)


def _posts_with_terms(cadre: Any, on: date) -> list[tuple[Appointment, str]]:
    """Of a row read `with_posts`."""
    return [(post, post.term_in_words(on=on)) for post in cadre.posts]


@access(*STAFF)
def cadre_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, CADRES, back=reverse("members:cadre_list"))


@access(*READERS)
@require_safe
def cadre_detail(request: StaffRequest, pk: int) -> HttpResponse:
    cadre = get_visible(Cadre, pk, request.user)
    today = timezone.localdate()
    posts = Appointment.objects.visible_to(request.user).filter(cadre=cadre).select_related("organization")
    context = {
        "cadre": cadre,
        "posts": [(post, post.term_in_words(on=today), post.is_in_office(on=today)) for post in posts],
        "lines": audit.timeline(cadre),
        "may_write": request.user.has_role(*STAFF),
    }
    return render(request, "members/cadre_detail.html", context)


@access(*STAFF)
def cadre_new(request: StaffRequest) -> HttpResponse:
    form = CadreForm(request.POST or None, user=request.user)
    if form.is_valid():
        opened: list[Cadre] = []
        given = form.fields_given()
        if tried(form, lambda: opened.append(appointing.open_cadre(**given, by=request.user))):
            return redirect(opened[0])
    return render(request, "members/cadre_new.html", {"form": form})


@access(*STAFF)
def cadre_edit(request: StaffRequest, pk: int) -> HttpResponse:
    cadre = get_visible(Cadre, pk, request.user)
    form = CadreForm(request.POST or None, user=request.user, cadre=cadre)
    if form.is_valid():
        given = form.fields_given()
        if tried(form, lambda: appointing.edit_cadre(cadre, **given, by=request.user)):
            return redirect(cadre)
    return render(request, "members/cadre_edit.html", {"form": form, "cadre": cadre})


@access(*STAFF)
def appointment_new(request: StaffRequest, pk: int) -> HttpResponse:
    """A post for this cadre."""
    cadre = get_visible(Cadre, pk, request.user)
    form = AppointmentForm(request.POST or None, user=request.user, cadre=cadre)
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: appointing.appoint(cadre, **given, by=request.user)):
            return redirect(cadre)
    return render(request, "members/appointment_new.html", {"form": form, "cadre": cadre})


@access(*STAFF)
def appointment_end(request: StaffRequest, pk: int) -> HttpResponse:
    appointment = get_visible(Appointment, pk, request.user)
    cadre = get_visible(Cadre, appointment.cadre_id, request.user)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if form.is_valid():
        given = form.cleaned_data
        if tried(form, lambda: appointing.end_appointment(appointment, **given, by=request.user)):
            return redirect(cadre)
    return render(request, "members/appointment_end.html", {"form": form, "appointment": appointment, "cadre": cadre})
