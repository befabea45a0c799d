"""Writing down a suspected harm, and whom it was reported to. Reporting comes first: the page shows 110 before the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import Organization, User
from outreach.models import Need, Visit
from programs.models import Child, Incident, IncidentReport


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
