"""Follow-ups: what is to be done by a day, raised by other records and closed by a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, copying, policy
from federation.models import User
from members.models import Woman
from outreach.models import FollowUp, Need

# What the village may read. A result, a diagnosis or the kind of check never stands here (domain.md §2.2).
RECALL_REASON = "医院请她本人联系，有什么事由医院当面告诉她"
AGAIN_DAYS = "outreach.follow_up.again_days"


@dataclass(frozen=True)
class Recall:
    """One woman whom the hospital asks to come; `organization_id` and `township_id` are those of her file."""

    woman_id: int
    organization_id: int
    township_id: int | None
    due_on: date
    reason: str = RECALL_REASON


@transaction.atomic
def raise_recall(*, woman: Woman, on: date, due_on: date, by: User, reason: str = RECALL_REASON) -> FollowUp:
    """Ask the village to tell her. The caller keeps the follow-up, so that it does not ask a second time."""
    recall = Recall(woman.pk, woman.organization_id, woman.township_id, due_on, reason)
    return FollowUp.objects.get(pk=recalls_for([recall], on=on, by=by)[woman.pk])


@transaction.atomic
def recalls_for(recalls: Iterable[Recall], *, on: date, by: User) -> dict[int, int]:
    """A recall for each woman: woman id -> follow-up id, for the caller to keep. Few queries, however many women."""
    rows = list({recall.woman_id: recall for recall in recalls}.values())
    found = dict(zip((recall.woman_id for recall in rows), copying.reserve_ids(FollowUp, len(rows)), strict=True))
    copying.insert(FollowUp, _RECALL, (_recall(recall, found[recall.woman_id]) for recall in rows))
    if found and by.organization is not None:
        audit.record("outreach.recalls.raised", by.organization, by=by, count=len(found), on=str(on))
    return found


_RECALL = ("id", "organization_id", "township_id", "kind", "woman_id", "reason", "due_on", "result", "note")


def _recall(recall: Recall, pk: int) -> tuple[object, ...]:
    kind = FollowUp.Kind.RECALL.value
    return (
        pk, recall.organization_id, recall.township_id, kind, recall.woman_id, recall.reason, recall.due_on, "", "",
    )  # fmt: skip


@transaction.atomic
def raise_visit(*, woman: Woman, due_on: date, reason: str, by: User) -> FollowUp:
    """A visit to make, with a reason that the village may read."""
    follow_up = FollowUp.objects.create(
        kind=FollowUp.Kind.VISIT, woman=woman, organization=woman.organization, reason=reason, due_on=due_on
    )
    audit.record("outreach.follow_up.visit_asked", follow_up, by=by)
    return follow_up


def raise_for_need(need: Need, *, kind: str, due_on: date) -> FollowUp:
    """The next thing to do about a need. Part of a need's verb, which writes the audit entry."""
    return FollowUp.objects.create(
        kind=kind,
        need=need,
        woman=need.woman,
        organization=need.organization,
        reason=f"{need.get_category_display()}：{FollowUp.Kind(kind).label}",
        due_on=due_on,
    )


def close_for_need(need: Need, *, result: str, on: date, by: User, note: str = "") -> int | None:
    """What was open about a need is done. The follow-up that keeps the words is returned, for the audit entry to name."""
    still_open = list(need.follow_ups.select_for_update().filter(done_on=None, cancelled_on=None).order_by("pk"))
    if note and not still_open:
        still_open = [raise_for_need(need, kind=FollowUp.Kind.NEED, due_on=on)]
    for follow_up in still_open:
        follow_up.done_on, follow_up.done_by, follow_up.result = on, by, result
        follow_up.note = note if follow_up is still_open[-1] else ""
        follow_up.save()
    return still_open[-1].pk if note else None


@transaction.atomic
def record_outcome(
    *, follow_up: FollowUp, result: str, on: date, by: User, note: str = "", again_on: date | None = None
) -> FollowUp | None:
    """Close a recall or a visit to make. Whom nobody reached is tried again: the next follow-up is returned."""
    follow_up = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if follow_up.need_id is not None:
        raise ValidationError("这件跟进属于一项诉求，请在诉求里办理。")
    if not follow_up.is_open():
        raise ValidationError("这件跟进已经登记过结果，以先登记的为准。")
    follow_up.result, follow_up.note, follow_up.done_on, follow_up.done_by = result, note, on, by
    follow_up.save()
    audit.record("outreach.follow_up.recorded", follow_up, by=by, result=follow_up.get_result_display())
    if result != FollowUp.Result.NOT_REACHED:
        return None
    return FollowUp.objects.create(
        kind=follow_up.kind,
        woman=follow_up.woman,
        organization=follow_up.organization,
        reason=follow_up.reason,
        due_on=again_on or on + timedelta(days=policy.whole_number(AGAIN_DAYS, on=on)),
    )
