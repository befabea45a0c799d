"""Relief before and after its way from desk to desk (programs/relief/process.py): application, papers, return
visit. The payment in between is programs/payments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from federation import audit
from federation.models import User
from members.models import Woman
from programs.applications import filing, moving
from programs.models import ReliefGrant
from programs.refusing import in_words
from programs.relief import eligibility
from programs.trail import field_names


@transaction.atomic
def apply_for(
    *, woman: Woman, diagnosis: str, bank_card: str, papers: Iterable[str] = (), by: User, at: datetime, **facts: Any
) -> ReliefGrant:
    """A draft at the village's desk; it is sent on when the papers are together."""
    eligibility.require(woman=woman, fund=facts["fund"], amount_fen=facts["amount_fen"], on=facts["applied_on"])
    grant = ReliefGrant(
        woman=woman, organization=woman.organization, diagnosis=diagnosis, bank_card=bank_card or None, **facts
    )
    moving.begin(grant, by=by, at=at)
    filing.file_papers(grant, papers, by=by, on=moving.day_of(at))
    return grant


@transaction.atomic
def file_papers(grant: ReliefGrant, *, papers: Iterable[str], by: User, on: date) -> None:
    """The checklist as it stands now: what is ticked has been seen, what is not is missing."""
    grant = moving.locked(grant)
    grant.require_open_papers()
    filing.file_papers(grant, papers, by=by, on=on)
    audit.record("programs.relief.papers_filed", grant, by=by, count=grant.papers.count())


@transaction.atomic
def correct(grant: ReliefGrant, *, diagnosis: str, bank_card: str, by: User, **facts: Any) -> None:
    """A sealed field left empty stays as it is: whoever writes it need not be able to read it. Who changes what was
    sent in decides on it neither at the township nor in the city."""
    grant = moving.locked(grant)
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
    if changed:
        grant.note_change(by=by)
    with in_words(ReliefGrant):
        grant.save()
    audit.record("programs.relief.corrected", grant, by=by, fields=field_names(grant, changed))


def record_return_visit(grant: ReliefGrant, *, on: date, by: User) -> None:
    _changed(grant, lambda row: row.record_return_visit(on=on), "programs.relief.visited", by=by, on=f"{on:%Y-%m-%d}")


@transaction.atomic
def _changed(
    grant: ReliefGrant, change: Callable[[ReliefGrant], None], action: str, *, by: User, **details: Any
) -> None:
    grant = moving.locked(grant)
    change(grant)
    with in_words(ReliefGrant):
        grant.save()
    audit.record(action, grant, by=by, **details)
