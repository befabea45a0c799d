"""The rights desk's first page: the needs of its categories, the most pressing first, and the year's sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from federation.models import User
from federation.periods import Period
from outreach.models import Need
from outreach.models.need import RIGHTS

SHOWN = 12
_COLUMNS = ("raised", "waiting", "overdue", "confirmed")
_SAFETY_FIRST = Case(When(category=Need.Category.VIOLENCE, then=0), default=1)


@dataclass(frozen=True)
class CategoryLine:
    category: str
    label: str
    raised: int
    waiting: int
    overdue: int
    confirmed: int


def most_pressing(user: User) -> QuerySet[Need]:
    """Not answered yet: safety of person before everything else, then by the promised day."""
    waiting = Need.objects.visible_to(user).filter(category__in=RIGHTS).open().filter(answered_on=None)
    return waiting.with_people().order_by(_SAFETY_FIRST, "due_on", "id")[:SHOWN]


def by_category(user: User, *, on: date) -> list[CategoryLine]:
    year = Period.year(on.year)
    unanswered = Q(answered_on=None, confirmed_on=None, withdrawn_on=None)
    rows = Need.objects.visible_to(user).filter(category__in=RIGHTS).order_by().values("category")
    counted = rows.annotate(
        raised=Count("pk", filter=Q(raised_on__gte=year.start, raised_on__lt=year.end)),
        waiting=Count("pk", filter=unanswered),
        overdue=Count("pk", filter=unanswered & Q(due_on__lt=on)),
        confirmed=Count("pk", filter=Q(confirmed_on__gte=year.start, confirmed_on__lt=year.end)),
    )
    found = {line[0]: line[1:] for line in counted.values_list("category", *_COLUMNS)}
    return [CategoryLine(category, str(category.label), *found.get(category, (0, 0, 0, 0))) for category in RIGHTS]
