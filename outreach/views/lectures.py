"""Lectures and trainings: list, one session, a new one, corrections."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.trying import tried
from federation.models import Organization
from federation.paging import page_of
from federation.permissions import OFFICERS, READERS, STAFF
from federation.views.exports import export_page
from outreach import lecturing
from outreach.forms.lectures import LectureForm
from outreach.forms.lists import LectureFilter
from outreach.listings import LECTURES
from outreach.models import Lecture
from outreach.permissions import can_edit_lecture, can_log_lectures
from outreach.views.pages import may_write, posted


@access(*READERS)
@require_safe
def lecture_list(request: StaffRequest) -> HttpResponse:
    form = LectureFilter(request.GET, user=request.user)
    rows = form.rows(on=timezone.localdate())
    page = page_of(rows, request, key=["held_on", "id"], describe=lambda lecture: f"{lecture.held_on:%Y-%m-%d}")
    context = {
        "form": form,
        "page": page,
        "sums": rows.sums(),
        "may_export": may_write(request.user),
        "may_log": can_log_lectures(request.user),
    }
    template = "outreach/_lecture_list.html" if request.htmx else "outreach/lecture_list.html"
    return render(request, template, context)


@access(*STAFF)
def lecture_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, LECTURES, back=reverse("outreach:lecture_list"))


@access(*READERS)
@require_safe
def lecture_detail(request: StaffRequest, pk: int) -> HttpResponse:
    lecture = get_visible(Lecture, pk, request.user)
    context = {
        "lecture": lecture,
        "may_edit": can_edit_lecture(request.user, lecture),
        "lines": audit.timeline(lecture),
    }
    return render(request, "outreach/lecture_detail.html", context)


@access(*OFFICERS)
def lecture_new(request: StaffRequest) -> HttpResponse:
    organization, today = request.user.organization, timezone.localdate()
    assert organization is not None
    form = LectureForm(
        posted(request),
        instance=Lecture(organization=organization),
        initial={"held_on": today},
        suggested=lecturing.next_numbers(organization, year=today.year),
    )
    made: list[Lecture] = []
    if form.is_valid() and tried(form, lambda: made.append(_logged(request, organization, form))):
        messages.success(request, f"已登记{made[0]}。")
        return redirect(made[0])
    return render(request, "outreach/lecture_new.html", {"form": form, "organization": organization})


def _logged(request: StaffRequest, organization: Organization, form: LectureForm) -> Lecture:
    return lecturing.log_lecture(organization=organization, by=request.user, **form.cleaned_data)


@access(*OFFICERS)
def lecture_edit(request: StaffRequest, pk: int) -> HttpResponse:
    lecture = get_visible(Lecture, pk, request.user)
    ensure(can_edit_lecture(request.user, lecture))
    form = LectureForm(posted(request), instance=lecture)
    if form.is_valid() and tried(
        form, lambda: lecturing.edit_lecture(lecture=lecture, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, "已保存。")
        return redirect(lecture)
    return render(request, "outreach/lecture_edit.html", {"form": form, "lecture": lecture})
