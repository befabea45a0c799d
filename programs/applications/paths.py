"""The path of an application for its page: who had it, how many working days, what was said; and where it lies now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from federation import policy
from federation.models import User
from federation.policy import NoRuleInForce
from federation.sealed import masked_name
from federation.workdays import Calendar
from programs.applications.moving import own_hand
from programs.applications.process import Kind, Move
from programs.models import Application, ApplicationStep

WARN = "application.warn_workdays"


@dataclass(frozen=True)
class Stay:
    """One step as the page tells it."""

    step: ApplicationStep
    who: str
    is_back: bool
    words: str


@dataclass(frozen=True)
class Now:
    """The desk it lies on at present."""

    office: str
    todo: str
    days: int
    due_on: date | None
    is_late: bool
    is_near: bool
    doubt: str


@dataclass(frozen=True)
class Choice:
    """A move this person may make, and why she may not just now."""

    move: Move
    bars: list[str]

    @property
    def is_open(self) -> bool:
        return not self.bars


def stays_of(application: Application) -> Iterator[Stay]:
    """Newest first."""
    moves = application.process.by_name
    for step in application.steps().reverse().select_related("by"):
        back = step.name in moves and moves[step.name].kind == Kind.BACK
        yield Stay(step, masked_name(step.by.display_name), back, _spent(step))


def _spent(step: ApplicationStep) -> str:
    if not step.source:
        return ""
    words = f"在办 {step.days} 个工作日" if step.days else "当天办"
    return f"{words}，超过期限 {step.was_due_on:%m-%d}" if step.was_late else words


def now_of(application: Application, *, on: date) -> Now | None:
    desk = application.desk
    if desk is None:
        return None
    calendar, due = Calendar.read(), application.due_on
    since = application.arrived_on
    return Now(
        office=desk.office,
        todo=desk.todo,
        days=calendar.between(since, on) if since else 0,
        due_on=due,
        is_late=application.is_late(on=on),
        is_near=application.is_near(on=on, calendar=calendar, workdays=warn_workdays(on=on)),
        doubt=calendar.doubt(due) if due else "",
    )


def warn_workdays(*, on: date) -> int:
    try:
        return policy.whole_number(WARN, on=on)
    except NoRuleInForce:
        return 0


def choices_for(application: Application, user: User, *, on: date) -> list[Choice]:
    """Her moves, the way onwards first; each with what stands in its way."""
    found = sorted(application.moves_for(user), key=lambda move: list(Kind).index(move.kind))
    return [Choice(move, bars_of(application, move, user, on=on)) for move in found]


def bars_of(application: Application, move: Move, user: User, *, on: date) -> list[str]:
    bars = application.obstacles_to(move, on=on)
    if not move.exception and (own := own_hand(application, move, user)):
        bars.append(own)
    return bars
