"""Uploaded lists past their days: the abandoned are ended, and what was wrong with the settled is no longer kept.

They hold names and numbers of people; each is kept no longer than the work needs it (domain.md §12.1, article 19).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from federation import audit, policy, scoping
from programs.models import Batch, BatchChange, BatchProblem
from programs.models.batch import BatchQuerySet
from programs.screening.uploading import drop_file

PREVIEW_DAYS = "batch.preview_days"
PROBLEM_DAYS = "batch.problem_days"
WHY = "uploaded lists past their days are cleared"


def clear(*, at: datetime) -> tuple[int, int]:
    """How many lists were ended, and of how many the problems were forgotten."""
    return _each(abandoned, end, at=at), _each(settled_with_problems, forget_problems, at=at)


def abandoned(at: datetime) -> BatchQuerySet:
    return Batch.objects.abandoned(before=_days_before(at, PREVIEW_DAYS))


def settled_with_problems(at: datetime) -> BatchQuerySet:
    return Batch.objects.settled_with_problems(before=_days_before(at, PROBLEM_DAYS))


def _days_before(at: datetime, code: str) -> datetime:
    return at - timedelta(days=policy.whole_number(code, on=at.date()))


def _each(found: Callable[[datetime], BatchQuerySet], do: Callable[[Batch], bool], *, at: datetime) -> int:
    """Each list in a transaction of its own: a file that cannot be removed keeps only its own list back."""
    with scoping.everything(WHY):
        keys = list(found(at).order_by("pk").values_list("pk", flat=True))
    done = 0
    for key in keys:
        with scoping.everything(WHY):
            batch = found(at).select_for_update(of=("self",)).filter(pk=key).first()
            done += batch is not None and do(batch)
    return done


def end(batch: Batch) -> bool:
    """Nothing of it went in; file, preview and error book go. One that a job works on at this moment is left alone."""
    if batch.is_working():
        return False
    batch.state, batch.refusal = Batch.State.CANCELLED, "放置太久没有确认，已按规定的期限取消，一行也没有入库。"
    drop_file(batch)
    forget_problems(batch, action="programs.batch.expired")
    return True


def forget_problems(batch: Batch, *, action: str = "programs.batch.problems_forgotten") -> bool:
    """The counts stay; the rows with their names, and the error book, go."""
    drop_file(batch, "error_book")
    batch.save()
    for model in (BatchProblem, BatchChange):
        model._default_manager.filter(batch=batch).delete()
    audit.record(action, batch, by=None)
    return True
