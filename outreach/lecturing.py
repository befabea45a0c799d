"""Sessions of lectures and trainings, numbered within a year, a series and a branch."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from federation import audit
from federation.models import Organization, User
from outreach.models import Lecture

TAKEN = "{year}年{series}第{number}期已经登记过，下一期是第{next}期。"


def next_number(organization: Organization, *, series: str, year: int) -> int:
    held = Lecture.objects.filter(organization=organization, series=series, held_on__year=year)
    return (held.aggregate(last=models.Max("number"))["last"] or 0) + 1


def next_numbers(organization: Organization, *, year: int) -> dict[Lecture.Series, int]:
    held = Lecture.objects.filter(organization=organization, held_on__year=year).order_by()
    last = dict(held.values_list("series").annotate(last=models.Max("number")))
    return {series: last.get(series, 0) + 1 for series in Lecture.Series}


@transaction.atomic
def log_lecture(*, organization: Organization, by: User, **fields: Any) -> Lecture:
    """Without a number it is the next session of its series and year."""
    lecture = Lecture(organization=organization, **fields)
    if lecture.number is None:
        lecture.number = next_number(organization, series=lecture.series, year=lecture.held_on.year)
    _save(lecture)
    audit.record("outreach.lecture.logged", lecture, by=by)
    return lecture


@transaction.atomic
def edit_lecture(*, lecture: Lecture, by: User, **fields: Any) -> None:
    lecture = Lecture.objects.select_for_update(of=("self",)).select_related("organization").get(pk=lecture.pk)
    changed = [name for name, value in fields.items() if getattr(lecture, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(lecture, name, fields[name])
    _save(lecture)
    labels = "、".join(str(field.verbose_name) for field in Lecture._meta.fields if field.name in changed)
    audit.record("outreach.lecture.edited", lecture, by=by, fields=labels)


def _save(lecture: Lecture) -> None:
    """The unique constraint says whether the number is free, also when two officers write at once."""
    held_on: date = lecture.held_on
    try:
        with transaction.atomic():
            lecture.save()
    except IntegrityError:
        following = next_number(lecture.organization, series=lecture.series, year=held_on.year)
        words = TAKEN.format(
            year=held_on.year, series=lecture.get_series_display(), number=lecture.number, next=following
        )
        raise ValidationError({"number": words}) from None
