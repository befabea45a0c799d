"""Logging a visit: the visit, what the woman asks for, and one thing to do for each need, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from federation import audit, policy
from federation.models import Organization, User
from members.models import Household, Woman
from outreach import following_up
from outreach.models import FollowUp, Need, Visit
from outreach.needs import answer_due


@dataclass(frozen=True)
class NewNeed:
    category: str
    words: str = ""
    urgency: str = Need.Urgency.ORDINARY
    desk: str = Need.Desk.VILLAGE


@dataclass(frozen=True)
class Logged:
    """`created` is false for a resend; `differs` says that the resend had other content than what was written first."""

    visit: Visit
    created: bool
    differs: bool = False


OLDEST_DAYS = "outreach.visit.oldest_days"


def problems_of_day(day: date, *, born: date | None, today: date) -> list[str]:
    """Why a visit cannot have been made on that day. How late one may be entered is policy."""
    found = []
    if day > today:
        found.append(f"走访日期 {day:%Y-%m-%d} 还没有到，请写实际走访的那天，例如 {today:%Y-%m-%d}。")
    days = policy.whole_number(OLDEST_DAYS, on=today)
    if day < today - timedelta(days=days):
        first = today - timedelta(days=days)
        found.append(f"走访日期 {day:%Y-%m-%d} 太早，只补记 {days} 天以内的走访，最早 {first:%Y-%m-%d}；请核对年份。")
    if born and day < born:
        found.append(f"走访日期 {day:%Y-%m-%d} 在她出生以前，请核对年份或她档案里的出生日期。")
    return found


@transaction.atomic
def log_visit(
    *,
    submission_id: uuid.UUID,
    organization: Organization,
    visited_on: date,
    by: User,
    mode: str = Visit.Mode.HOME,
    woman: Woman | None = None,
    household: Household | None = None,
    subject: str = "",
    target_group: str = Visit.TargetGroup.ORDINARY,
    situation: str = "",
    confirmation: str = Visit.Confirmation.SPOKEN,
    needs: Sequence[NewNeed] = (),
    written_at: datetime | None = None,
    seconds_spent: int | None = None,
) -> Logged:
    """Write the visit once. A second submission with the same id gets the first record, whatever it holds."""
    visit = Visit(
        submission_id=submission_id,
        organization=organization,
        visited_on=visited_on,
        mode=mode,
        woman=woman,
        household=household or (woman.household if woman else None),
        subject=subject,
        target_group=target_group,
        situation=situation,
        confirmation=confirmation,
        made_by=by,
        written_at=written_at,
        seconds_spent=seconds_spent,
    )
    first = Visit.objects.filter(submission_id=submission_id).first() or _saved(visit)
    if first is not visit:
        return Logged(first, created=False, differs=_content(first, _needs_of(first)) != _content(visit, needs))
    for need in needs:
        _raise_need(visit, need, by=by)
    audit.record("outreach.visit.logged", visit, by=by, needs=len(needs))
    return Logged(visit, created=True)


def _saved(visit: Visit) -> Visit:
    """The visit once it is written, or the one that another submission with its id wrote at the same moment."""
    visit.validate_constraints()
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        first = Visit.objects.filter(submission_id=visit.submission_id).first()
        if first is None:
            raise ValidationError("这条走访的编号已被别处用过，请重新开始记。") from None
        return first
    return visit


def _raise_need(visit: Visit, new: NewNeed, *, by: User) -> Need:
    need = Need.objects.create(
        visit=visit,
        woman=visit.woman,
        organization=visit.organization,
        category=new.category,
        words=new.words,
        urgency=new.urgency,
        desk=new.desk,
        raised_on=visit.visited_on,
        due_on=answer_due(new.urgency, on=visit.visited_on),
    )
    following_up.raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=need.due_on)
    audit.record("outreach.need.raised", need, by=by, due_on=str(need.due_on))
    return need


def _needs_of(visit: Visit) -> list[NewNeed]:
    return [NewNeed(need.category, need.words, need.urgency, need.desk) for need in visit.needs.all()]


def _content(visit: Visit, needs: Sequence[NewNeed]) -> Any:
    """What the person said. Whose hands a need is in by now does not make a resend another visit."""
    said = sorted((need.category, need.words, need.urgency) for need in needs)
    answers = (visit.visited_on, visit.mode, visit.woman_id, visit.subject, visit.target_group, visit.situation)
    return (*answers, said)
