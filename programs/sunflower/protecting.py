"""Writing down a suspected harm, and whom it was reported to. Reporting comes first: the page shows 110 before the form."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import Organization, User
from outreach.models import Need, Visit
from programs.models import Child, Incident, IncidentEntry, IncidentReport


@transaction.atomic
def write_down(
    *, organization: Organization, submission: UUID, about: str, signs: list[str], facts: str, reported_to: str, receipt_number: str,
    reported_at: datetime | None, at: datetime, by: User, child: Child | None = None, visit: Visit | None = None,
    need: Need | None = None,
) -> None:  # fmt: skip
    """Nothing is given back: whoever writes it down does not read it afterwards. Sent twice, it stands once."""
    if reported_to and reported_at is None:
        raise ValidationError({"reported_at": "报告过的，请写什么时候报告的"})
    if Incident.objects.filter(submission=submission).exists():
        return
    minutes = policy.whole_number("care.incident_minutes", on=timezone.localdate(at))
    incident = Incident.objects.create(
        organization=organization, submission=submission, about=about, signs=",".join(signs) or None, facts=facts, reporter=by, recorded_at=at,
        due_at=at + timedelta(minutes=minutes), child=child, visit=visit, need=need,
    )  # fmt: skip
    audit.record("programs.incident.written_down", incident, by=by)
    if reported_to and reported_at is not None:
        report(incident, reported_to=reported_to, reported_at=reported_at, receipt_number=receipt_number, at=at, by=by)


@transaction.atomic
def report(
    incident: Incident, *, reported_to: str, reported_at: datetime, receipt_number: str, at: datetime, by: User
) -> IncidentReport:
    if reported_at > at:
        raise ValidationError({"reported_at": "报告时间还没有到，不能晚于现在"})
    made = IncidentReport.objects.create(
        incident=incident, organization=incident.organization, reported_to=reported_to, reported_at=reported_at,
        receipt_number=receipt_number, reported_by=by,
    )  # fmt: skip
    audit.record("programs.incident.reported", incident, by=by, to=made.get_reported_to_display())
    return made


@transaction.atomic
def note(
    incident: Incident, *, submission: UUID, kind: str, happened_on: date, words: str, outcome: str,
    check_on: date | None, at: datetime, by: User,
) -> None:  # fmt: skip
    """An answer, a measure, a look, or the closing. Sent twice, it stands once."""
    incident = Incident.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    if IncidentEntry.objects.filter(submission=submission).exists():
        return
    today, closes = timezone.localdate(at), kind == IncidentEntry.Kind.CLOSE
    _refuse(incident, happened_on=happened_on, outcome=outcome, check_on=check_on, closes=closes, on=today, by=by)
    made = IncidentEntry.objects.create(
        incident=incident, organization=incident.organization, submission=submission, kind=kind,
        happened_on=happened_on, words=words, outcome=outcome if closes else "", check_on=None if closes else check_on,
        written_by=by, written_at=at,
    )  # fmt: skip
    action = "programs.incident.closed" if closes else "programs.incident.noted"
    audit.record(action, incident, by=by, what=made.get_kind_display(), outcome=made.get_outcome_display())


def _refuse(
    incident: Incident, *, happened_on: date, outcome: str, check_on: date | None, closes: bool, on: date, by: User
) -> None:
    problems: dict[str, str] = {}
    first = timezone.localdate(incident.recorded_at)
    if incident.entries.filter(kind=IncidentEntry.Kind.CLOSE).exists():
        raise ValidationError("这一件已经办结。又有新情况，请另写一件疑似侵害。")
    if happened_on > on:
        problems["happened_on"] = f"这一天还没有到，不能晚于 {on}"
    elif happened_on < first:
        problems["happened_on"] = f"早于写下疑似侵害的 {first}，请改正"
    if closes:
        problems |= _not_to_be_closed(incident, outcome=outcome, by=by)
    elif check_on is None:
        problems["check_on"] = f"没有办结，请写下次哪天过问，例如 {on + timedelta(days=7)}"
    elif check_on <= on:
        problems["check_on"] = f"要在今天以后，例如 {on + timedelta(days=7)}"
    if problems:
        raise ValidationError(problems)


def _not_to_be_closed(incident: Incident, *, outcome: str, by: User) -> dict[str, str]:
    if not incident.reports.filter(reported_to__in=IncidentReport.AUTHORITIES).exists():
        return {"kind": "还没有报告公安、民政、教育或检察院，不能办结。请先报告并登记。"}
    if incident.reporter.person == by.person:
        return {"kind": "这一件是您写下的，要由别的权益干部或领导办结。"}
    return {} if outcome else {"outcome": "办结要选结果"}
