"""疑似侵害: the red button's page at the desk and on the phone, and the list of the rights officer with its clocks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible, key_asked
from federation.paging import capped_count, day_of, page_of
from federation.permissions import NEED_WORKERS, Role
from outreach.models import Need, Visit
from programs.forms.incidents import EntryForm, IncidentFilter, IncidentForm, ReportForm
from programs.models import Child, Incident, IncidentEntry, IncidentReport
from programs.models.incident import READERS
from programs.refusing import tried
from programs.sunflower import protecting
from programs.views.pages import posted

_RECORDS: dict[str, Any] = {"child": Child, "visit": Visit, "need": Need}


@access(*NEED_WORKERS)
def incident_new(request: StaffRequest) -> HttpResponse:
    return _write_down(request, "programs/incident_new.html")


@access(*NEED_WORKERS)
def incident_on_phone(request: StaffRequest) -> HttpResponse:
    return _write_down(request, "programs/incident_on_phone.html")


def _write_down(request: StaffRequest, template: str) -> HttpResponse:
    record = _record_asked(request)
    place = next((row.organization for row in record.values()), None)
    first = {"about": Incident.Whom.CHILD} if "child" in record else {}
    form = IncidentForm(posted(request), user=request.user, place=place, initial=first)
    if form.is_valid():
        facts = {"organization": place, **form.cleaned_data}
        if tried(form, lambda: protecting.write_down(**facts, **record, at=timezone.now(), by=request.user)):
            messages.success(request, "记下了，权益干部马上看得到。还没有报警的，现在就打 110。")
            return redirect("home")
    back = next((row.get_absolute_url() for row in record.values()), "")
    return render(request, template, {"form": form, "back": back, "place": place})


def _record_asked(request: StaffRequest) -> dict[str, Any]:
    """The child, visit or need that the button stood on, if the person may see it."""
    for name, model in _RECORDS.items():
        pk = key_asked(request.GET.get(name, ""))
        if pk is not None:
            return {name: get_visible(model, pk, request.user)}
    return {}


@access(*READERS)
def incident_list(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = IncidentFilter(request.GET, user=request.user)
    incidents = form.rows(on=timezone.localdate())
    page = page_of(
        incidents, request, key=["recorded_at", "id"], describe=lambda incident: day_of(incident.recorded_at)
    )
    for incident in page.rows:
        incident.left = incident.clock(at=incident.told_at or now)  # type: ignore[attr-defined]
        incident.over = incident.is_over(at=incident.told_at or now)  # type: ignore[attr-defined]
    waiting = capped_count(Incident.objects.visible_to(request.user).waiting())
    checks = capped_count(Incident.objects.visible_to(request.user).to_check(on=timezone.localdate()))
    context = {"form": form, "page": page, "count": capped_count(incidents), "waiting": waiting, "checks": checks}
    template = "programs/_incident_rows.html" if request.htmx else "programs/incident_list.html"
    return render(request, template, context)


@access(*READERS, write=(Role.RIGHTS_OFFICER,))
def incident_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Each opening leaves a line. The rights officer adds whom it was reported to; nobody changes what stands."""
    incident = get_visible(Incident, pk, request.user)
    now = timezone.now()
    form = ReportForm(posted(request), initial={"reported_at": timezone.localtime(now)})
    if request.method == "POST":
        ensure(request.user.has_role(Role.RIGHTS_OFFICER))
        if form.is_valid() and tried(
            form, lambda: protecting.report(incident, **form.cleaned_data, at=now, by=request.user)
        ):
            return redirect(incident)
    return _detail(request, incident, report_form=form)


@access(*READERS)
def incident_entry_new(request: StaffRequest, pk: int) -> HttpResponse:
    """What happened after the report, up to the closing, which is never the writer's own."""
    incident = get_visible(Incident, pk, request.user)
    form = EntryForm(posted(request), initial={"happened_on": timezone.localdate()})
    if form.is_valid() and tried(
        form, lambda: protecting.note(incident, **form.cleaned_data, at=timezone.now(), by=request.user)
    ):
        messages.success(request, "登记了。")
        return redirect(incident)
    context = {"incident": incident, "form": form}
    return render(request, "programs/incident_entry.html", context)


def _detail(request: StaffRequest, incident: Incident, *, report_form: ReportForm) -> HttpResponse:
    now, may_report = timezone.now(), request.user.has_role(Role.RIGHTS_OFFICER)
    if request.method != "POST":
        audit.record("programs.incident.read", incident, by=request.user)
    reports = list(incident.reports.select_related("reported_by"))
    told = [report.reported_at for report in reports if report.reported_to in IncidentReport.AUTHORITIES]
    told_at = min(told, default=None)
    entries = list(incident.entries.select_related("written_by"))
    last = entries[-1] if entries else None
    context = {
        "incident": incident,
        "reports": reports,
        "reported": told_at is not None,
        "left": incident.clock(at=told_at or now),
        "over": incident.is_over(at=told_at or now),
        "form": report_form if may_report else None,
        "entries": entries,
        "closed": last if last is not None and last.kind == IncidentEntry.Kind.CLOSE else None,
        "check_on": last.check_on if last else None,
        "today": timezone.localdate(now),
        "lines": audit.timeline(incident),
    }
    return render(request, "programs/incident_detail.html", context)
