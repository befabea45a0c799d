"""Leave to open children's files in the demo city: some allowed, some waiting for an answer."""

from __future__ import annotations

from datetime import timedelta

from federation.models import User
from programs.models import Child, ChildAccess
from reports.demo.stage import Stage

# account, who answers, purpose, how many of the children in her care
_ASKED = (
    ("yangliu", "qingshi", "visit", 3),
    ("qingshi", "shifulian", "plan", 4),
    ("shifulian", "lingdao", "supervise", 3),
)
_SHORT, _DAYS = 2, 7


def fill_leave(stage: Stage) -> None:
    """Each has leave for some children and waits for two more; the others' files are closed to her."""
    people = {user.username: user for user in User.objects.filter(is_demo=True, username__in=_names())}
    for asker, answerer, purpose, count in _ASKED:
        by, home = people[asker], people[asker].grants.get().organization
        children = (
            Child.objects.within(home).in_care(on=stage.on).select_related("organization").order_by("-opened_on", "-pk")
        )
        for place, child in enumerate(children[: count + _SHORT]):
            _ask(stage, child, by, people[answerer] if place < count else None, purpose)


def _names() -> set[str]:
    return {name for asker, answerer, _, _ in _ASKED for name in (asker, answerer)}


def _ask(stage: Stage, child: Child, by: User, answered_by: User | None, purpose: str) -> None:
    asked_at = stage.moment(stage.on - timedelta(days=1))
    answer = {} if answered_by is None else {
        "decided_by": answered_by, "decided_at": asked_at + timedelta(hours=1), "allowed": True,
        "opens_until": asked_at + timedelta(days=_DAYS),
    }  # fmt: skip
    ChildAccess.objects.create(
        child=child, organization=child.organization, desk=by.grants.get().organization, asked_by=by, purpose=purpose,
        basis=ChildAccess.Basis.ASKED, asked_at=asked_at, **answer,
    )  # fmt: skip
