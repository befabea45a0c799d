"""Begin an application and move it from desk to desk; each move leaves a step behind."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit, policy
from federation.models import User
from federation.workdays import Calendar
from programs.applications.process import Desk, Move
from programs.models import Application, ApplicationStep, RuleStamp
from programs.refusing import in_words

_A = TypeVar("_A", bound=Application)


@transaction.atomic
def begin(application: _A, *, by: User, at: datetime) -> _A:
    """Save a new application at its first desk."""
    process = application.process
    application.state = process.begins
    _arrive(application, on=day_of(at))
    with in_words(type(application)):
        application.save()
    _step(application, Move("begin", ("",), process.begins, f"登记{process.noun}"), "", by=by, at=at).save()
    audit.record("programs.application.begun", application, by=by, noun=process.noun)
    return application


@transaction.atomic
def move(
    application: _A, name: str, *, by: User, at: datetime, opinion: str = "", reason: str = "", exception: str = "",
    facts: dict[str, Any] | None = None,
) -> _A:  # fmt: skip
    """Make a move as the process declares it; whatever stands in the way is said in words."""
    application = locked(application)
    made, source, on = application.process.by_name[name], application.state, day_of(at)
    _require(application, made, by=by, on=on, opinion=opinion, reason=reason)
    step = _step(application, made, source, by=by, at=at)
    step.opinion, step.reason, step.exception = opinion, reason, _needed(exception, application, made, by)
    if made.decides:
        step.snapshot = json.dumps(application.snapshot(on=on), ensure_ascii=False)
    with in_words(ApplicationStep):
        step.save()
    for field, value in (facts or {}).items():
        setattr(application, field, value)
    application.on_move(made, by=by, on=on)
    application.state = made.target
    _arrive(application, on=on)
    with in_words(type(application)):
        application.save()
    if made.decides:
        _stamp(step, application, on=on)
    audit.record("programs.application.moved", application, by=by, what=made.label)
    if step.exception:
        audit.record("programs.application.same_person", application, by=by, what=made.label)
    return application


def locked(application: _A) -> _A:
    rows: Any = type(application)._default_manager
    found: _A = rows.select_for_update(of=("self",)).select_related("organization", "woman").get(pk=application.pk)
    return found


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def decided_before(application: Application, move: Move) -> ApplicationStep | None:
    """The deciding step before this move, whose maker may not make it."""
    place = application.process.place(application.state)
    steps = application.steps().filter(decides=True, place__lt=place)
    return steps.select_related("by").last() if move.decides else None


def own_hand(application: Application, move: Move, user: User) -> str:
    """In words, why this person may not decide: she decided before, or wrote what is decided on after it was sent in."""
    before = decided_before(application, move)
    if before is None:
        return ""
    if before.person == user.person:
        return "上一道决定是您本人办的，这一道请由另一位办理"
    return "申请的内容是您本人更正的，这一道请由另一位办理" if application.rewritten_by == user.person else ""


def _needed(exception: str, application: Application, made: Move, by: User) -> str:
    """A reason given for nothing is not an exception."""
    own = own_hand(application, made, by)
    if own and not (made.exception and exception):
        raise ValidationError(own)
    return exception if own else ""


def _require(application: Application, made: Move, *, by: User, on: date, opinion: str, reason: str) -> None:
    if application.state not in made.sources:
        label = application.get_state_display()
        raise ValidationError(f"这份申请现在是“{label}”，不能{made.label}")
    if not by.has_role(*application.process.movers(made, application.state)):
        raise PermissionDenied
    if made.opinion and not opinion.strip():
        raise ValidationError({"opinion": "请写意见，例如 情况属实，材料齐全，同意上报"})
    if made.reason and not reason.strip():
        raise ValidationError({"reason": "请写原因，例如 缺户口本本人页，请补复印件"})
    if found := application.obstacles_to(made, on=on):
        raise ValidationError(found)


def _arrive(application: Application, *, on: date) -> None:
    desk = application.desk
    application.arrived_on = on
    application.due_on = due_on(desk, on=on) if desk else None


def due_on(desk: Desk, *, on: date) -> date | None:
    """The last day for this desk, in working days after the day of arrival; None where no rule sets a limit."""
    if not desk.limit:
        return None
    try:
        days = policy.whole_number(desk.limit, on=on)
    except policy.NoRuleInForce:
        return None
    return Calendar.read().last_day(after=on, days=days)


def _step(application: Application, made: Move, source: str, *, by: User, at: datetime) -> ApplicationStep:
    arrived, on = application.arrived_on, day_of(at)
    last = application.steps().last()
    return ApplicationStep(
        organization=application.organization,
        kind=application.kind,
        application_id=application.pk,
        number=last.number + 1 if last else 1,
        name=made.name,
        source=source,
        target=made.target,
        label=made.label,
        by=by,
        at=at,
        office=by.organization.short_name if by.organization else "",
        days=Calendar.read().between(arrived, on) if source and arrived else 0,
        was_due_on=application.due_on if source else None,
    )


def _stamp(step: ApplicationStep, application: Application, *, on: date) -> None:
    for rule in application.rules_used(on=on):
        RuleStamp.objects.create(
            organization=application.organization,
            step=step,
            code=rule.code,
            value=rule.value,
            valid_from=rule.valid_from,
            source=rule.source,
        )
