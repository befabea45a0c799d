"""The yearly look at who opened children's files: what is counted, who may look, and the second person's signature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from federation import audit
from federation.models import AuditEntry, Organization, User
from federation.periods import Period
from programs.models import AccessReview, Child, ChildAccess
from programs.refusing import in_words

READ = "programs.child.read"


@dataclass(frozen=True)
class Reader:
    """One person's year."""

    person: User
    asked: int
    urgent: int
    refused: int
    unconfirmed: int
    readings: int
    without_leave: int

    @property
    def is_odd(self) -> bool:
        return bool(self.unconfirmed or self.without_leave)


def readers_of(organization: Organization, period: Period) -> list[Reader]:
    """Whoever asked for a file or read one, by unit and name; the odd ones first."""
    accesses = list(_accesses(organization, period))
    asked = [access for access in accesses if access.asked_at >= _midnight(period.start)]
    readings = list(_readings(organization, period))
    people = {access.asked_by_id: access.asked_by for access in asked} | {
        entry.actor_id: entry.actor for entry in readings if entry.actor is not None
    }
    read = Counter(entry.actor_id for entry in readings)
    bare = Counter(entry.actor_id for entry in readings if not _had_leave(entry, accesses))
    found = [
        _reader(person, [access for access in asked if access.asked_by_id == pk], read[pk], bare[pk])
        for pk, person in people.items()
        if person is not None
    ]
    return sorted(found, key=lambda reader: (not reader.is_odd, reader.person.display_name, reader.person.pk))


def _accesses(organization: Organization, period: Period) -> Iterator[ChildAccess]:
    begin, end = _moments(period)
    # A leave asked for in December still opens a file in January.
    rows = ChildAccess.objects.within(organization).filter(asked_at__lt=end, opens_until__gte=begin)
    late = ChildAccess.objects.within(organization).filter(asked_at__gte=begin, asked_at__lt=end, opens_until=None)
    yield from rows.select_related("asked_by").order_by("id")
    yield from late.select_related("asked_by").order_by("id")


def _readings(organization: Organization, period: Period) -> Iterator[AuditEntry]:
    begin, end = _moments(period)
    children = {str(pk) for pk in Child.objects.within(organization).values_list("pk", flat=True)}
    entries = AuditEntry.objects.filter(
        target_type=Child._meta.label_lower, action=READ, at__gte=begin, at__lt=end
    ).select_related("actor")
    yield from (entry for entry in entries.order_by("id") if entry.target_id in children)


def _moments(period: Period) -> tuple[datetime, datetime]:
    return _midnight(period.start), _midnight(period.end)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))


def _had_leave(entry: AuditEntry, accesses: list[ChildAccess]) -> bool:
    """A leave of that person for that child had been asked for and opened it by then."""
    return any(
        str(access.child_id) == entry.target_id
        and entry.actor is not None
        and access.person == entry.actor.person
        and access.opens_until is not None
        and access.asked_at <= entry.at
        for access in accesses
    )


def _reader(person: User, accesses: list[ChildAccess], readings: int, without_leave: int) -> Reader:
    urgent = [access for access in accesses if access.basis == ChildAccess.Basis.URGENT]
    return Reader(
        person,
        asked=len(accesses),
        urgent=len(urgent),
        refused=sum(access.allowed is False for access in accesses),
        unconfirmed=sum(access.decided_at is None for access in urgent),
        readings=readings,
        without_leave=without_leave,
    )


def counts_of(readers: list[Reader]) -> dict[str, int]:
    names = ("asked", "urgent", "refused", "unconfirmed", "readings", "without_leave")
    return {"people": len(readers), **{name: sum(getattr(reader, name) for reader in readers) for name in names}}


@transaction.atomic
def make(*, organization: Organization, year: int, finding: str, measures: str, on: date, by: User) -> AccessReview:
    period = Period.year(year)
    if on < period.end:
        raise ValidationError(f"{year} 年还没有过完，{period.end} 起才能做这一年的审计。")
    readers = readers_of(organization, period)
    if any(reader.person.person == by.person for reader in readers):
        raise ValidationError("您这一年自己看过儿童档案，请由没有看过的人审计。")
    counts = counts_of(readers)
    if counts["without_leave"] + counts["unconfirmed"] and not measures:
        raise ValidationError({"measures": "有没有批准就看的、没有事后确认的，请写整改要求"})
    review = AccessReview(
        organization=organization, year=year, counts=counts, finding=finding, measures=measures, made_by=by, made_on=on
    )
    with in_words(AccessReview):
        review.save()
    audit.record("programs.access_review.made", review, by=by, year=year)
    return review


@transaction.atomic
def sign(review: AccessReview, *, on: date, by: User) -> None:
    review = AccessReview.objects.visible_to(by).select_for_update(of=("self",)).get(pk=review.pk)
    if review.signed_on is not None:
        raise ValidationError("这份审计已经复核过了。")
    review.signed_by, review.signed_on = by, on
    with in_words(AccessReview):
        review.save()
    audit.record("programs.access_review.signed", review, by=by, year=review.year)
