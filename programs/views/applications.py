"""Every kind of application: what waits at my desk, the page of a move, what a decision was taken on, and exceptions."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from django.apps import apps
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.paging import capped_count, day_of, page_of
from federation.permissions import READERS, STAFF, Role, name_for
from federation.sealed import MASKS, masked_name
from federation.workdays import Calendar
from programs.applications import moving, paths
from programs.applications.process import PROCESSES, Process
from programs.forms.applications import MoveForm
from programs.models import Application, ApplicationStep
from programs.refusing import tried
from programs.views.pages import posted

SHOWN = 200


def _process(kind: str) -> Process:
    if kind not in PROCESSES:
        raise Http404
    return PROCESSES[kind]


def _model(process: Process) -> Any:
    return apps.get_model(process.model)


@access(*STAFF)
def application_list(request: StaffRequest, kind: str) -> HttpResponse:
    """What lies at my desk, by what is to be done with it; a desk that is empty is not shown."""
    process, today = _process(kind), timezone.localdate()
    waiting = _model(process).objects.at_desk_of(request.user, on=today)
    rows = list(
        waiting.select_related("organization", "township", "woman").order_by("due_on", "arrived_on", "id")[:SHOWN]
    )
    rows.sort(key=lambda row: process.place(row.state))
    calendar, warn = Calendar.read(), paths.warn_workdays(on=today)
    desks = [
        (process.desks[state], [(row, row.is_late(on=today), row.is_near(on=today, calendar=calendar, workdays=warn)) for row in group])
        for state, group in groupby(rows, key=lambda row: row.state)
    ]  # fmt: skip
    context = {
        "process": process,
        "desks": desks,
        "count": capped_count(waiting),
        "late": sum(row.is_late(on=today) for row in rows),
        "shown": SHOWN,
        "doubt": calendar.doubt(*[row.due_on for row in rows if row.due_on]),
    }
    return render(request, "programs/application_list.html", context)


@access(*STAFF)
def application_move(request: StaffRequest, kind: str, pk: int, name: str) -> HttpResponse:
    process = _process(kind)
    application: Application = get_visible(_model(process), pk, request.user)
    move = process.by_name.get(name)
    if move is None or move.elsewhere:
        raise Http404
    user, today = request.user, timezone.localdate()
    ensure(any(user.has_role(*process.movers(move, source)) for source in move.sources))
    initial = application.facts_to_begin_with(move, on=today)
    form = MoveForm(posted(request), application=application, move=move, user=user, initial=initial)
    if form.is_valid() and tried(
        form,
        lambda: moving.move(application, name, by=user, at=timezone.now(), facts=form.facts(), **form.words()),
    ):
        return redirect(application.get_absolute_url())
    context = {
        "form": form,
        "move": move,
        "application": application,
        "bars": paths.bars_of(application, move, user, on=today) if application.state in move.sources else [],
        "about": f"申请人 {application.woman.name}，{application.organization}",
    }
    return render(request, "programs/application_move.html", context)


@access(*READERS)
def application_snapshot(request: StaffRequest, pk: int) -> HttpResponse:
    """What a decision was taken on. Reading it is recorded."""
    step = get_visible(ApplicationStep, pk, request.user)
    if not step.decides:
        raise Http404
    audit.record("programs.application.snapshot_read", step, by=request.user)
    facts = json.loads(str(step.snapshot)) if step.snapshot else {}
    process = _process(step.kind)
    application = get_visible(_model(process), step.application_id, request.user)
    context = {
        "step": step,
        "who": masked_name(step.by.display_name),
        "facts": _masked(facts, request),
        "stamps": list(step.stamps.all()),
        "application": application,
        "process": process,
    }
    return render(request, "programs/application_snapshot.html", context)


def _masked(facts: dict[str, str], request: StaffRequest) -> dict[str, str]:
    """Names as the reader's role has them, the number masked for everybody: it can be shown on the woman's own page."""
    shown = dict(facts)
    if "姓名" in shown:
        shown["姓名"] = name_for(request.user, shown["姓名"])
    if shown.get("身份证号", "")[:1].isdigit():
        shown["身份证号"] = MASKS["id_number"](shown["身份证号"])
    if not request.user.has_role(*STAFF):
        shown.pop("家庭", None)
        shown.pop("住址", None)
    return shown


@access(Role.CITY_OFFICER, Role.AUDITOR)
def exception_list(request: StaffRequest) -> HttpResponse:
    """Decisions that one person took twice in a row, with her reason: small villages have nobody else."""
    rows = ApplicationStep.objects.visible_to(request.user).excepted().select_related("organization", "by")
    context = {
        "page": page_of(rows, request, key=["at", "id"], describe=lambda step: day_of(step.at)),
        "count": capped_count(rows),
        "nouns": {kind: process.noun for kind, process in PROCESSES.items()},
    }
    return render(request, "programs/exception_list.html", context)
