"""Children on file, their pairings and aid, and the donations behind them."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import Organization, User
from programs import ledger
from programs.models import CareDonation, Child, Mentor, Pairing
from programs.money import spoken
from programs.refusing import in_words
from programs.sunflower.companionship import set_reminders
from programs.sunflower.mentoring import months_later, why_not
from programs.sunflower.opening import open_for_maker
from programs.trail import field_names

# Letters and digits that are not mistaken for each other on paper.
_SIGNS = "ACDEFGHJKLMNPQRTUVWXY3479"


def new_number(opened_on: date) -> str:
    """A pseudonym that tells the year and nothing of the place or the order."""
    return f"XRK{opened_on.year}-{''.join(secrets.choice(_SIGNS) for _ in range(6))}"


@transaction.atomic
def open_file(
    *, organization: Organization, phone: str, at: datetime, by: User, condition: str = "", **facts: Any
) -> Child:
    child = Child(
        organization=organization,
        number=new_number(facts["opened_on"]),
        phone=phone or None,
        condition=condition or None,
        **facts,
    )
    with in_words(Child):
        child.save()
    open_for_maker(child, at=at, by=by)
    audit.record("programs.child.opened", child, by=by)
    return child


@transaction.atomic
def correct_file(child: Child, *, phone: str, by: User, condition: str = "", **facts: Any) -> None:
    """What is sealed is written without being read: left empty it stays as it is."""
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    sealed = {name: value for name, value in (("phone", phone), ("condition", condition)) if value}
    given = {**facts, **sealed}
    changed = [name for name, value in given.items() if name in sealed or getattr(child, name) != value]
    for name in changed:
        setattr(child, name, given[name])
    with in_words(Child):
        child.save()
    audit.record("programs.child.corrected", child, by=by, fields=field_names(child, changed))


@transaction.atomic
def close_file(child: Child, *, reason: str, on: date, by: User) -> None:
    """Pairings end with the file."""
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    child.close(reason=reason, on=on)
    child.save()
    end_pairings_of(child, reason="儿童退出", on=on)
    child.plans.filter(closed_on=None).update(closed_on=on)
    audit.record("programs.child.closed", child, by=by, on=f"{on:%Y-%m-%d}")


def end_pairings_of(child: Child, *, reason: str, on: date) -> None:
    for pairing in child.pairings.filter(ends_on=None):
        pairing.end(reason=reason, on=max(on, pairing.starts_on))
        pairing.save()


def note_reading(child: Child, *, by: User) -> None:
    """A child's file is sensitive: each reading leaves a line (domain.md §12.1)."""
    audit.record("programs.child.read", child, by=by)


@transaction.atomic
def pair(child: Child, *, mentor: Mentor, starts_on: date, on: date, by: User) -> Pairing:
    """One to one, one to several, several to one; PostgreSQL asks for consent and vetting once more."""
    _require_in_care(child, starts_on, "starts_on")
    if starts_on > on:
        raise ValidationError({"starts_on": f"结对日期不能晚于今天 {on:%Y-%m-%d}"})
    if not child.has_consent(on=starts_on):
        said = (
            f"同意日期是 {child.consented_on:%Y-%m-%d}，晚于结对日期" if child.consented_on else "还没有登记监护人同意"
        )
        raise ValidationError({"starts_on": f"结对要先有监护人同意：{said}。请先在档案里登记监护人同意"})
    if reason := why_not(mentor, on=starts_on):
        raise ValidationError({"mentor": f"现在不能和她结对：{reason}"})
    most = policy.whole_number("care.most_children", on=starts_on)
    if mentor.pairings.in_force(on=starts_on).count() >= most:
        raise ValidationError({"mentor": f"她已结对 {most} 个孩子，按规定一人最多 {most} 个"})
    pairing = Pairing(
        child=child, organization=child.organization, mentor=mentor, mentor_name=mentor.name, kind=mentor.kind,
        vetted_on=mentor.vetted_on, starts_on=starts_on,
        agreed_until=months_later(starts_on, policy.whole_number("care.pairing_months", on=starts_on)),
    )  # fmt: skip
    set_reminders(pairing)
    with in_words(Pairing):
        pairing.save()
    audit.record("programs.child.paired", child, by=by, kind=pairing.get_kind_display())
    return pairing


@transaction.atomic
def end_pairing(pairing: Pairing, *, reason: str, on: date, by: User) -> None:
    pairing = Pairing.objects.select_for_update(of=("self",)).get(pk=pairing.pk)
    pairing.end(reason=reason, on=on)
    pairing.save()
    audit.record("programs.child.pairing_ended", pairing.child, by=by, on=f"{on:%Y-%m-%d}")


@transaction.atomic
def receive_donation(*, organization: Organization, by: User, **facts: Any) -> CareDonation:
    donation = CareDonation(organization=organization, **facts)
    with in_words(CareDonation):
        donation.save()
    _book(donation, by=by)
    audit.record("programs.donation.received", donation, by=by)
    return donation


def _book(donation: CareDonation, *, by: User) -> None:
    """Money in hand belongs to the fund of its purpose, and to no other."""
    fund = ledger.fund_for(
        organization=donation.organization, source="donation", programme="sunflower", purpose=donation.purpose
    )
    donor = "个人" if donation.donor_kind == CareDonation.DonorKind.PERSON else donation.donor
    ledger.receive(
        fund, donation.amount_fen, reference=f"donation:{donation.pk}", on=donation.received_on, by=by, note=donor
    )


def aided_before(child: Child) -> str:
    """Every year and every list, for whoever asks for another aid; empty if there was none."""
    aids = child.aids.order_by("-given_on", "-id")
    told = "；".join(f"{aid.given_on:%Y-%m-%d} 名单 {aid.list_number} {spoken(aid.amount_fen)}" for aid in aids)
    return f"以前领过：{told}。" if told else "以前没有领过资助。"


def _require_in_care(child: Child, on: date, field: str) -> None:
    if child.is_in_care(on=on):
        return
    span = f"{child.opened_on:%Y-%m-%d} 建档" + (f"，{child.closed_on:%Y-%m-%d} 退出" if child.closed_on else "")
    raise ValidationError({field: f"{on:%Y-%m-%d} 这一天不在关爱期内（{span}）"})
