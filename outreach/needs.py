"""What happens to a need: taken, noted, passed on, answered, confirmed by somebody else, withdrawn (domain.md §6)."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import User
from outreach import following_up
from outreach.models import FollowUp, Need

CONFIRM_DAYS = "outreach.need.confirm_days"
MOST_REOPENED = 2
_NEXT_DESK = {Need.Desk.VILLAGE: Need.Desk.TOWNSHIP, Need.Desk.TOWNSHIP: Need.Desk.CITY}


def response_days(urgency: str, *, on: date) -> int:
    return policy.whole_number(f"outreach.need.response_days.{urgency}", on=on)


def answer_due(urgency: str, *, on: date) -> date:
    """The promised day for a need of this urgency raised on that day."""
    return on + timedelta(days=response_days(urgency, on=on))


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("organization", "woman").get(pk=need.pk)


def _in_hand(need: Need) -> Need:
    """The need under a lock, still waiting for an answer."""
    need = _locked(need)
    if not need.is_open():
        raise ValidationError("这项诉求已经销号或撤回，不能再办理。")
    if need.answered_on is not None:
        raise ValidationError("这项诉求已经答复，正在等回访。")
    return need


@transaction.atomic
def take(*, need: Need, on: date, by: User) -> None:
    need = _in_hand(need)
    need.handler = by
    need.save()
    audit.record("outreach.need.taken", need, by=by, on=str(on))


@transaction.atomic
def record_progress(*, need: Need, text: str, next_on: date, on: date, by: User) -> None:
    """What was done so far, and when to look again."""
    if next_on < on:
        raise ValidationError({"next_on": f"下次看的日子不能早于今天，例如 {on + timedelta(days=7):%Y-%m-%d}。"})
    need = _in_hand(need)
    need.handler = by
    need.save()
    kept = following_up.close_for_need(need, result=FollowUp.Result.DONE, on=on, by=by, note=text)
    following_up.raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=next_on)
    audit.record("outreach.need.progressed", need, by=by, next_on=str(next_on), follow_up=kept)


@transaction.atomic
def pass_on(*, need: Need, reason: str, on: date, by: User) -> None:
    """Village to township to city; the promised day does not move."""
    need = _in_hand(need)
    if need.desk not in _NEXT_DESK:
        raise ValidationError("已经在市妇联办理，没有更上一级可转。")
    need.desk, need.handler = _NEXT_DESK[Need.Desk(need.desk)], None
    need.save()
    kept = following_up.close_for_need(need, result=FollowUp.Result.PASSED_ON, on=on, by=by, note=reason)
    following_up.raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=need.due_on)
    audit.record("outreach.need.passed_on", need, by=by, desk=need.get_desk_display(), follow_up=kept)


@transaction.atomic
def answer(*, need: Need, outcome: str, answer: str, on: date, by: User) -> None:
    """The handler's answer. The need stays open until somebody else has asked the woman."""
    need = _in_hand(need)
    need.outcome, need.answer, need.answered_on, need.answered_by = outcome, answer, on, by
    need.handler = by
    need.save()
    kept = following_up.close_for_need(need, result=FollowUp.Result.DONE, on=on, by=by, note=answer)
    due_on = on + timedelta(days=policy.whole_number(CONFIRM_DAYS, on=on))
    following_up.raise_for_need(need, kind=FollowUp.Kind.CONFIRM, due_on=due_on)
    audit.record("outreach.need.answered", need, by=by, outcome=need.get_outcome_display(), follow_up=kept)


@transaction.atomic
def confirm(*, need: Need, satisfaction: str, on: date, by: User, words: str = "") -> None:
    """What the woman herself says about the answer. Dissatisfied opens the need again, twice at most; then a leader."""
    need = _locked(need)
    if not need.is_waiting_confirmation():
        raise ValidationError("这项诉求现在不等回访：可能已经有人回访过，请看“经过”。")
    if need.answered_by_id == by.pk:
        raise ValidationError("答复的人不能自己回访，请另一位同事问她本人。")
    need.satisfaction = satisfaction
    kept = following_up.close_for_need(need, result=FollowUp.Result.DONE, on=on, by=by, note=words)
    if satisfaction == Need.Satisfaction.DISSATISFIED:
        _reopen(need, kept, on=on, by=by)
        return
    need.confirmed_on, need.confirmed_by = on, by
    need.save()
    audit.record("outreach.need.confirmed", need, by=by, satisfaction=need.get_satisfaction_display(), follow_up=kept)


def _reopen(need: Need, kept: int | None, *, on: date, by: User) -> None:
    need.outcome, need.answer, need.answered_on, need.answered_by = "", "", None, None
    need.due_on = answer_due(need.urgency, on=on)
    if need.times_reopened < MOST_REOPENED:
        need.times_reopened += 1
        action = "outreach.need.reopened"
    else:
        need.desk, need.handler, need.escalated_on = Need.Desk.CITY, None, on
        action = "outreach.need.escalated"
    need.save()
    following_up.raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=need.due_on)
    audit.record(action, need, by=by, times=need.times_reopened, due_on=str(need.due_on), follow_up=kept)


@transaction.atomic
def withdraw(*, need: Need, reason: str, on: date, by: User) -> None:
    """She no longer asks for it; what was open about it is cancelled, with her reason."""
    need = _locked(need)
    if not need.is_open():
        raise ValidationError("这项诉求已经销号或撤回。")
    need.withdrawn_on = on
    need.save()
    still_open = need.follow_ups.filter(done_on=None, cancelled_on=None)
    kept = (still_open.last() or following_up.raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=on)).pk
    still_open.update(cancelled_on=on)
    need.follow_ups.filter(pk=kept).update(note=reason)
    audit.record("outreach.need.withdrawn", need, by=by, on=str(on), follow_up=kept)
