"""Moves, mergers, closings and reopenings of branches: one person asks, another of the level above confirms."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from federation import audit, organizing
from federation.models import Organization, TreeChange, User
from federation.permissions import OFFICERS, Role

# A change that touches more records than this takes two persons (design.md §4).
HANDFUL = 20
State = TreeChange.State


class _NotYet(Exception):
    """Ends the trial run of a change, so that nothing of it stays."""


def stands_over(user: User, branch: Organization, *roles: Role) -> bool:
    """The level above edits a branch: somebody whose own branch stands over it."""
    return any(
        grant.role in (roles or OFFICERS)
        and branch.path.startswith(grant.organization.path)
        and branch.pk != grant.organization_id
        for grant in user.current_grants
    )


def may_confirm(user: User, change: TreeChange) -> bool:
    """Another person than the one who asked, at the city."""
    return (
        change.is_waiting
        and user.person != change.proposed_by.person
        and stands_over(user, change.branch, Role.CITY_OFFICER)
    )


def may_stop(user: User, change: TreeChange) -> bool:
    return change.is_waiting and (user.person == change.proposed_by.person or may_confirm(user, change))


@transaction.atomic
def propose(
    branch: Organization, *, kind: TreeChange.Kind, target: Organization | None = None, on: date, by: User, at: datetime
) -> TreeChange:
    """Try the change, and keep it for another person to confirm; a handful of records the city moves on its own."""
    branch = Organization.objects.select_for_update().get(pk=branch.pk)
    if waiting := branch.changes.waiting().first():
        raise ValidationError(f"这个组织已有一件调整在等确认：{waiting.in_words}。请先确认或撤回它。")
    change = TreeChange(branch=branch, kind=kind, target=target, on=on, proposed_by=by, proposed_at=at)
    change.counts = preview_of(change)
    _try(change, by=by)
    change.save()
    if change.records > HANDFUL or not stands_over(by, branch, Role.CITY_OFFICER):
        audit.record("federation.change.proposed", branch, by=by, change=change.in_words, id=change.pk)
    else:
        _settle(change, by=by, at=at)
    return change


@transaction.atomic
def confirm(change: TreeChange, *, by: User, at: datetime) -> None:
    change = _waiting(change)
    if not may_confirm(by, change):
        raise PermissionDenied
    change.counts = preview_of(change)
    _settle(change, by=by, at=at)
    audit.record("federation.change.confirmed", change.branch, by=by, change=change.in_words, id=change.pk)


@transaction.atomic
def stop(change: TreeChange, *, reason: str, by: User, at: datetime) -> None:
    """The confirmer refuses, or the proposer takes it back."""
    change = _waiting(change)
    if not may_stop(by, change):
        raise PermissionDenied
    change.state, change.reason, change.decided_by, change.decided_at = State.STOPPED, reason, by, at
    change.save()
    audit.record("federation.change.stopped", change.branch, by=by, change=change.in_words, id=change.pk)


def preview_of(change: TreeChange) -> list[tuple[str, int]]:
    return organizing.facts_of(change.branch)


def last_closing_of(branch: Organization) -> TreeChange | None:
    """What a reopening takes back; None for a branch that closed before changes were kept."""
    if branch.closed_on is None:
        return None
    closings = branch.changes.filter(kind__in=["close", "merge"], state=State.DONE, on=branch.closed_on)
    return closings.order_by("-decided_at", "-pk").first()


def _waiting(change: TreeChange) -> TreeChange:
    change = TreeChange.objects.select_for_update(of=("self",)).with_people().get(pk=change.pk)
    if not change.is_waiting:
        raise ValidationError(f"这件调整{change.get_state_display()}，由{change.decided_by}经手。")
    return change


def _settle(change: TreeChange, *, by: User, at: datetime) -> None:
    change.effects = _carry_out(change, by=by)
    change.state, change.decided_by, change.decided_at = State.DONE, by, at
    change.save()


def _try(change: TreeChange, *, by: User) -> None:
    """What stands against it is said now, not to the one who confirms it."""
    try:
        with transaction.atomic():
            _carry_out(change, by=by)
            raise _NotYet
    except _NotYet:
        change.branch.refresh_from_db()


def _carry_out(change: TreeChange, *, by: User) -> organizing.Effects:
    if change.kind == TreeChange.Kind.CLOSE:
        return organizing.close(change.branch, on=change.on, by=by)
    if change.kind == TreeChange.Kind.REOPEN:
        closing = last_closing_of(change.branch)
        organizing.reopen(change.branch, effects=closing.effects if closing else {}, on=change.on, by=by)
        return {}
    assert change.target is not None
    if change.kind == TreeChange.Kind.MERGE:
        return organizing.merge(change.branch, into=change.target, on=change.on, by=by)
    organizing.move(change.branch, parent=change.target, on=change.on, by=by)
    return {}
