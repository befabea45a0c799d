"""Relief from the application to the return visit. Township checks, city decides, finance pays by two pairs of eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from federation import audit
from federation.models import User
from members.models import Woman
from programs.models import ReliefGrant
from programs.refusing import in_words
from programs.relief import eligibility
from programs.trail import field_names


@transaction.atomic
def apply_for(*, woman: Woman, diagnosis: str, bank_card: str, by: User, **facts: Any) -> ReliefGrant:
    eligibility.require(woman=woman, fund=facts["fund"], amount_fen=facts["amount_fen"], on=facts["applied_on"])
    grant = ReliefGrant(
        woman=woman, organization=woman.organization, diagnosis=diagnosis, bank_card=bank_card or None, **facts
    )
    with in_words(ReliefGrant):
        grant.save()
    audit.record("programs.relief.applied", grant, by=by)
    return grant


@transaction.atomic
def correct(grant: ReliefGrant, *, diagnosis: str, bank_card: str, by: User, **facts: Any) -> None:
    """A sealed field left empty stays as it is: whoever writes it need not be able to read it."""
    grant = _locked(grant)
    grant.require_editable()
    eligibility.require(
        woman=grant.woman,
        fund=facts["fund"],
        amount_fen=facts["amount_fen"],
        on=facts["applied_on"],
        besides=grant.pk,
    )
    written = {name: value for name, value in {"diagnosis": diagnosis, "bank_card": bank_card}.items() if value}
    changed = [name for name, value in facts.items() if getattr(grant, name) != value] + list(written)
    for name, value in {**facts, **written}.items():
        setattr(grant, name, value)
    with in_words(ReliefGrant):
        grant.save()
    audit.record("programs.relief.corrected", grant, by=by, fields=field_names(grant, changed))


def check_papers(grant: ReliefGrant, *, by: User) -> None:
    _changed(grant, ReliefGrant.check_papers, "programs.relief.checked", by=by)


def approve(grant: ReliefGrant, *, on: date, by: User) -> None:
    _changed(grant, lambda row: row.approve(on=on), "programs.relief.approved", by=by)


def decline(grant: ReliefGrant, *, reason: str, by: User) -> None:
    label = ReliefGrant.DeclineReason(reason).label
    _changed(grant, lambda row: row.decline(reason=reason), "programs.relief.declined", by=by, reason=label)


def withdraw(grant: ReliefGrant, *, by: User) -> None:
    _changed(grant, ReliefGrant.withdraw, "programs.relief.withdrawn", by=by)


def record_transfer(grant: ReliefGrant, *, number: str, on: date, by: User) -> None:
    """The maker: money went by bank to the woman's own card, never in cash."""
    _changed(grant, lambda row: row.record_transfer(number=number, on=on, by=by), "programs.relief.transferred", by=by)


def confirm_transfer(grant: ReliefGrant, *, by: User) -> None:
    _changed(grant, lambda row: row.confirm_transfer(by=by), "programs.relief.paid", by=by)


def send_transfer_back(grant: ReliefGrant, *, by: User) -> None:
    _changed(grant, ReliefGrant.send_transfer_back, "programs.relief.transfer_sent_back", by=by)


def record_return_visit(grant: ReliefGrant, *, on: date, by: User) -> None:
    _changed(grant, lambda row: row.record_return_visit(on=on), "programs.relief.visited", by=by, on=f"{on:%Y-%m-%d}")


@transaction.atomic
def _changed(
    grant: ReliefGrant, change: Callable[[ReliefGrant], None], action: str, *, by: User, **details: Any
) -> None:
    grant = _locked(grant)
    change(grant)
    with in_words(ReliefGrant):
        grant.save()
    audit.record(action, grant, by=by, **details)


def _locked(grant: ReliefGrant) -> ReliefGrant:
    return ReliefGrant.objects.select_for_update(of=("self",)).select_related("woman").get(pk=grant.pk)
