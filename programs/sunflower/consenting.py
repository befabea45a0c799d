"""The guardian's consent: signed under a version of the text, withdrawn at any time, and what follows from either."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import User
from programs.models import Child, GuardianConsent
from programs.refusing import in_words
from programs.sunflower import caring

WITHDRAWN = "监护人撤回同意"


def version_in_force(*, on: date) -> str:
    return policy.rule("care.consent_version", on=on).value


@transaction.atomic
def sign(
    child: Child, *, version: str, signed_by: str, relation: str, signed_on: date, on: date, by: User
) -> GuardianConsent:
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    if signed_on > on:
        raise ValidationError({"signed_on": f"签字日期 {signed_on:%Y-%m-%d} 还没有到，不能晚于今天 {on:%Y-%m-%d}"})
    consent = GuardianConsent(
        child=child, organization=child.organization, version=version, signed_by=signed_by, relation=relation,
        signed_on=signed_on, recorded_on=on, recorded_by=by,
    )  # fmt: skip
    with in_words(GuardianConsent):
        consent.save()
    child.consented_on = signed_on
    child.save(update_fields=["consented_on"])
    audit.record("programs.child.consented", child, by=by, version=version, on=f"{signed_on:%Y-%m-%d}")
    return consent


@transaction.atomic
def withdraw(child: Child, *, withdrawn_on: date, on: date, by: User) -> None:
    """What was shared ends with it: pairings are broken, and sponsors see her card no more."""
    child = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    consent = child.consents.filter(withdrawn_on=None).first()
    if consent is None:
        raise ValidationError("这个孩子没有有效的监护人同意，不用撤回")
    if withdrawn_on > on:
        raise ValidationError({"withdrawn_on": f"撤回日期不能晚于今天 {on:%Y-%m-%d}"})
    consent.withdrawn_on = withdrawn_on
    with in_words(GuardianConsent):
        consent.save(update_fields=["withdrawn_on"])
    child.consented_on = None
    child.save(update_fields=["consented_on"])
    caring.end_pairings_of(child, reason=WITHDRAWN, on=withdrawn_on)
    audit.record("programs.child.consent_withdrawn", child, by=by, on=f"{withdrawn_on:%Y-%m-%d}")
