"""Posting a list in public, taking down objections, deciding them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import Organization, User
from federation.workdays import Calendar
from outreach.models import NoticeObjection, PublicNotice


def last_day(starts_on: date) -> date:
    """The last of the rule's working days, the first of which is the day it is posted, if that is one."""
    calendar, days = Calendar.read(), policy.whole_number("notice.workdays", on=starts_on)
    if calendar.is_workday(starts_on):
        days -= 1
    return calendar.add(starts_on, days) if days else starts_on


@transaction.atomic
def post(
    *, organization: Organization, title: str, coverage: str, columns: Sequence[str], rows: Sequence[Sequence[str]],
    starts_on: date, phone: str, address: str, hours: str, email: str, at: datetime, by: User,
) -> PublicNotice:  # fmt: skip
    if starts_on < timezone.localdate(at):
        raise ValidationError({"starts_on": f"公示从今天 {timezone.localdate(at)} 或以后开始，不能补登"})
    notice = PublicNotice(
        organization=organization, title=title, coverage=coverage, columns=list(columns),
        rows=[list(row) for row in rows], starts_on=starts_on, ends_on=last_day(starts_on), phone=phone,
        address=address, hours=hours, email=email, posted_by=by, posted_at=at,
    )  # fmt: skip
    notice.save()
    audit.record("outreach.notice.posted", notice, by=by, rows=len(rows), ends_on=f"{notice.ends_on}")
    return notice


@transaction.atomic
def object_to(
    notice: PublicNotice, *, submission: UUID, received_on: date, objector: str, contact: str, words: str, by: User
) -> None:
    """Sent twice, it stands once. What comes after the last day is taken too: it may still be right."""
    if NoticeObjection.objects.filter(submission=submission).exists():
        return
    if received_on < notice.starts_on:
        raise ValidationError({"received_on": f"早于公示开始的 {notice.starts_on}，请改正"})
    made = NoticeObjection.objects.create(
        notice=notice, organization=notice.organization, submission=submission, received_on=received_on,
        objector=objector, contact=contact, words=words, received_by=by,
    )  # fmt: skip
    audit.record("outreach.notice.objected", notice, by=by, objection=made.pk)


@transaction.atomic
def decide(objection: NoticeObjection, *, upheld: bool, finding: str, on: date, by: User) -> None:
    objection = NoticeObjection.objects.visible_to(by).select_for_update(of=("self",)).get(pk=objection.pk)
    if objection.decided_on is not None:
        raise ValidationError("这件异议已经核查完了，结论不能再改。")
    objection.decided_on, objection.upheld, objection.finding, objection.decided_by = on, upheld, finding, by
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError:
        raise ValidationError("这件异议是您受理的，请由另一位核查。") from None
    audit.record(
        "outreach.notice.decided", objection.notice, by=by, objection=objection.pk,
        outcome="成立" if upheld else "不成立",
    )  # fmt: skip
