"""Recalls: opened by an abnormal stage, closed by the next stage's result, a documented refusal or the end of follow-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, copying, policy
from federation.models import User
from federation.permissions import Role
from federation.sealed import new_keys, seal_column
from outreach.models import FollowUp
from programs.models import Batch, ScreeningRecall, ScreeningResult
from programs.screening import stages

_STEP_PLACE = f"{ScreeningRecall._meta.db_table}.step"
_COLUMNS = (
    "organization_id", "township_id", "public_id", "campaign_id", "screening_id", "step", "opened_on", "due_on",
    "outcome", "reason",
)  # fmt: skip
_CLOSING = frozenset({ScreeningRecall.Reason.DECLINED, ScreeningRecall.Reason.LOST, ScreeningRecall.Reason.DIED})


@dataclass(frozen=True)
class _Wanted:
    result: ScreeningResult
    step: str
    since: date
    due_on: date


def settle_batch(batch: Batch, *, on: date, by: User) -> None:
    """After an import: only what the list wrote and calls for more, or is being waited for, is looked at."""
    results = ScreeningResult.objects.within(batch.organization).filter(batch=batch).select_related("screening")
    awaited = ScreeningRecall.objects.within(batch.organization).open().filter(campaign=batch.campaign)
    abnormal = list(results.abnormal())
    lifted = list(results.filter(abnormal=False, screening__in=awaited.values("screening")))
    settle([*abnormal, *lifted], on=on, by=by)


def settle(results: Sequence[ScreeningResult], *, on: date, by: User) -> None:
    """Bring the recalls of these results in line with their findings. Doing it twice changes nothing."""
    held = _recalls_of(results)
    waiting, wanted = stages.Waiting(on), []
    for result in results:
        codes = orjson.loads(str(result.health))
        due = stages.next_steps(codes)
        known = held.get(result.screening_id, [])
        for recall in known:
            if recall.is_open() and (str(recall.step) not in due or _is_repeated(recall, codes)):
                _close(recall, codes, on=on, by=by)
        # What was put on record as refused is not asked for again.
        steps = {str(recall.step) for recall in known if recall.is_open() or recall.reason}
        since = _since(result, codes)
        wanted += [_Wanted(result, step, since, waiting.due_on(step, since=since)) for step in due if step not in steps]
    _open(wanted)


def _is_repeated(recall: ScreeningRecall, codes: dict[str, str]) -> bool:
    """A follow-up that goes on was done all the same; the next one is waited for from its day."""
    return codes.get(f"{str(recall.step)}_on", "") > recall.opened_on.isoformat()


def _since(result: ScreeningResult, codes: dict[str, str]) -> date:
    """The day of the latest stage."""
    days = [date.fromisoformat(value) for key, value in codes.items() if key.endswith("_on")]
    return max([result.reported_on, *days])


def _recalls_of(results: Sequence[ScreeningResult]) -> dict[int, list[ScreeningRecall]]:
    found: dict[int, list[ScreeningRecall]] = defaultdict(list)
    if results:
        within = ScreeningRecall.objects.within(results[0].screening.campaign.organization)
        for recall in within.filter(screening__in=[result.screening_id for result in results]):
            found[recall.screening_id].append(recall)
    return found


def _close(recall: ScreeningRecall, codes: dict[str, str], *, on: date, by: User) -> None:
    """The step's own result closes it; a finding that was corrected leaves nothing to wait for."""
    step = str(recall.step)
    recall.closed_on = on
    if reason := stages.refused(codes, step):
        recall.outcome, recall.reason = ScreeningRecall.Outcome.NOT_DONE, reason
        recall.recorded_on, recall.recorded_by = on, by
    else:
        done = step in codes or step == "further"
        recall.outcome = ScreeningRecall.Outcome.DONE if done else ScreeningRecall.Outcome.ENDED
        recall.reason = ""
    recall.save()


def _open(wanted: Sequence[_Wanted]) -> None:
    keys = new_keys(len(wanted))
    steps = seal_column(keys, [item.step for item in wanted], place=_STEP_PLACE)
    copying.insert(
        ScreeningRecall,
        _COLUMNS,
        (
            (
                item.result.organization_id, item.result.township_id, key.hex(), item.result.screening.campaign_id,
                item.result.screening_id, step, item.since, item.due_on, "", "",
            )
            for item, key, step in zip(wanted, keys, steps, strict=True)
        ),
    )  # fmt: skip


@transaction.atomic
def record_reason(recall: ScreeningRecall, *, reason: str, on: date, by: User, again_on: date | None = None) -> None:
    """Not done, and why. A refusal, a loss after enough attempts or a death ends it; else a new day is set."""
    recall = ScreeningRecall.objects.visible_to(by).select_for_update(of=("self",)).get(pk=recall.pk)
    if not recall.is_open():
        raise ValidationError("这件召回已经结束，以先登记的为准。")
    if reason == ScreeningRecall.Reason.LOST:
        _require_attempts(recall, on=on)
    if reason not in _CLOSING and (again_on is None or again_on <= on):
        raise ValidationError({"again_on": "改期要写今天以后的日期，到那天再提醒。"})
    siblings = ScreeningRecall.objects.visible_to(by).open().filter(screening=recall.screening_id)
    for found in siblings.select_for_update(of=("self",)) if by_federation(by) else [recall]:
        _put_on_record(found, reason=reason, on=on, by=by, again_on=again_on)
    audit.record("programs.recall.reason_recorded", recall, by=by, reason=recall.Reason(reason).label)


def by_federation(user: User) -> bool:
    """Federation roles do not know how many steps are awaited: what they record holds for all of them."""
    return not user.has_role(Role.SCREENING_HOSPITAL)


def _put_on_record(recall: ScreeningRecall, *, reason: str, on: date, by: User, again_on: date | None) -> None:
    recall.reason, recall.recorded_on, recall.recorded_by = reason, on, by
    if reason in _CLOSING:
        recall.outcome, recall.closed_on = ScreeningRecall.Outcome.NOT_DONE, on
    elif again_on is not None:
        recall.due_on = again_on
    recall.save()


def _require_attempts(recall: ScreeningRecall, *, on: date) -> None:
    needed = policy.whole_number("screening.lost_after_contacts", on=on)
    tried = FollowUp.objects.within(recall.organization).recalls().filter(
        woman=recall.screening.woman_id, done_on__gte=recall.opened_on
    )  # fmt: skip
    made = tried.count()
    if made < needed:
        raise ValidationError(
            {"reason": f"失访要有 {needed} 次写明日期的联系记录，现在有 {made} 次，请先在跟进里登记。"}
        )
