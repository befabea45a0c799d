"""Keeping in touch: contacts, the year's wish, and the look at a pairing before it is renewed."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import User
from programs.models import CareContact, Child, ChildWish, Pairing
from programs.refusing import in_words
from programs.sunflower.mentoring import months_later, why_not


def set_reminders(pairing: Pairing) -> None:
    """When the next contact and the next meeting are due, by the rules of the day they count from."""
    contact, meeting = pairing.last_contact_on or pairing.starts_on, pairing.last_meeting_on or pairing.starts_on
    pairing.contact_due_on = contact + timedelta(days=policy.whole_number("care.contact_days", on=contact))
    pairing.meeting_due_on = meeting + timedelta(days=policy.whole_number("care.meeting_days", on=meeting))


@transaction.atomic
def note_contact(pairing: Pairing, *, contacted_on: date, way: str, words: str, on: date, by: User) -> CareContact:
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
    if not pairing.starts_on <= contacted_on <= on:
        raise ValidationError({"contacted_on": f"联系日期应在结对 {pairing.starts_on:%Y-%m-%d} 和今天之间"})
    if pairing.ends_on is not None and contacted_on > pairing.ends_on:
        raise ValidationError({"contacted_on": f"结对已在 {pairing.ends_on:%Y-%m-%d} 解除"})
    contact = CareContact.objects.create(
        pairing=pairing, organization=pairing.organization, contacted_on=contacted_on, way=way, words=words,
        recorded_by=by,
    )  # fmt: skip
    pairing.last_contact_on = max(contacted_on, pairing.last_contact_on or contacted_on)
    if way in CareContact.MEETINGS:
        pairing.last_meeting_on = max(contacted_on, pairing.last_meeting_on or contacted_on)
    set_reminders(pairing)
    pairing.save()
    audit.record("programs.child.contacted", pairing.child, by=by, way=contact.get_way_display())
    return contact


@transaction.atomic
def wish(child: Child, *, words: str, wished_on: date, by: User) -> ChildWish:
    made = ChildWish(
        child=child, organization=child.organization, year=wished_on.year, words=words, wished_on=wished_on
    )
    with in_words(ChildWish):
        made.save()
    audit.record("programs.child.wished", child, by=by)
    return made


@transaction.atomic
def grant_wish(made: ChildWish, *, granted_on: date, by: User) -> None:
    made = ChildWish.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.granted_on is not None:
        raise ValidationError(f"这个心愿已在 {made.granted_on:%Y-%m-%d} 实现")
    made.granted_on = granted_on
    with in_words(ChildWish):
        made.save()
    audit.record("programs.child.wish_granted", made.child, by=by, on=f"{granted_on:%Y-%m-%d}")


@transaction.atomic
def renew(pairing: Pairing, *, words: str, on: date, by: User) -> None:
    """Looked at and gone on with; the vetting must stand that day."""
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
    if pairing.ends_on is not None:
        raise ValidationError(f"这次结对已在 {pairing.ends_on:%Y-%m-%d} 解除，不能续结")
    if pairing.mentor is None:
        raise ValidationError("这是早先登记的结对，名册里没有对应的结对人。请先解除，再按新办法结对")
    if reason := why_not(pairing.mentor, on=on):
        raise ValidationError(f"不能续结：{reason}")
    months = policy.whole_number("care.pairing_months", on=on)
    pairing.reviewed_on, pairing.review_words = on, words
    pairing.agreed_until = months_later(on, months)
    pairing.save()
    audit.record("programs.child.pairing_renewed", pairing.child, by=by, until=f"{pairing.agreed_until:%Y-%m-%d}")
