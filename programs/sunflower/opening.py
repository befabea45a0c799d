"""Opening a child's file: asked for, allowed by another person for some days, in an emergency at once and looked at after."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import User
from programs.models import Child, ChildAccess
from programs.refusing import in_words


@transaction.atomic
def ask(child: Child, *, purpose: str, reason: str, urgent: bool, at: datetime, by: User) -> ChildAccess:
    """An emergency does not wait: the file opens for a day, and another person says afterwards whether that was right."""
    if urgent and not reason:
        raise ValidationError({"reason": "紧急查看要写明原因，例如 孩子走失，要找监护人电话"})
    until = at + _hours("care.urgent_hours", at) if urgent else None
    basis = ChildAccess.Basis.URGENT if urgent else ChildAccess.Basis.ASKED
    access = _written(child, basis=basis, purpose=purpose, reason=reason, until=until, at=at, by=by)
    action = "programs.child.access_urgent" if urgent else "programs.child.access_asked"
    audit.record(action, child, by=by, purpose=access.get_purpose_display())
    return access


def open_for_maker(child: Child, *, at: datetime, by: User) -> None:
    """Whoever typed the file in goes on with it for as long as a leave lasts."""
    basis, purpose = ChildAccess.Basis.MAKER, ChildAccess.Purpose.CORRECT
    _written(child, basis=basis, purpose=purpose, reason="", until=at + _days(at), at=at, by=by)


@transaction.atomic
def decide(access: ChildAccess, *, allowed: bool, answer: str, at: datetime, by: User) -> None:
    """Never by the person who asked; a refusal closes the file at once."""
    access = ChildAccess.objects.select_for_update(of=("self",)).select_related("child").get(pk=access.pk)
    if access.decided_at is not None:
        raise ValidationError("这份申请已经有人批过了")
    if not allowed and not answer:
        raise ValidationError({"answer": "不批准的，请写明原因"})
    access.decided_by, access.decided_at, access.allowed, access.answer = by, at, allowed, answer
    if allowed and access.basis == ChildAccess.Basis.ASKED:
        access.opens_until = at + _days(at)
    elif not allowed and access.opens_until is not None:
        access.opens_until = min(access.opens_until, at)
    with in_words(ChildAccess):
        access.save()
    action = "programs.child.access_allowed" if allowed else "programs.child.access_refused"
    audit.record(action, access.child, by=by, purpose=access.get_purpose_display())


def _written(
    child: Child, *, basis: str, purpose: str, reason: str, until: datetime | None, at: datetime, by: User
) -> ChildAccess:
    access = ChildAccess(
        child=child, organization=child.organization, basis=basis, purpose=purpose, reason=reason, asked_by=by,
        desk=by.organization or child.organization, asked_at=at, opens_until=until,
    )  # fmt: skip
    with in_words(ChildAccess):
        access.save()
    return access


def _days(at: datetime) -> timedelta:
    return timedelta(days=policy.whole_number("care.access_days", on=timezone.localdate(at)))


def _hours(code: str, at: datetime) -> timedelta:
    return timedelta(hours=policy.whole_number(code, on=timezone.localdate(at)))
