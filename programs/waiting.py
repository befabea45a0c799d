"""What waits behind the programs' entries of the navigation."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from federation.models import User
from federation.permissions import Role
from programs.models import (
    BankLine,
    ChildAccess,
    Incident,
    LoanApplication,
    Mentor,
    Pairing,
    Payment,
    ReliefGrant,
    Signature,
)
from programs.models.child_access import ChildAccessQuerySet
from programs.models.incident import IncidentQuerySet
from programs.models.loan_applications import LoanApplicationQuerySet
from programs.models.mentors import MentorQuerySet
from programs.models.payment import BankLineQuerySet, PaymentQuerySet
from programs.models.relief import ReliefGrantQuerySet
from programs.models.sunflower import PairingQuerySet
from programs.payments.signing import SIGNINGS


def reliefs_waiting(user: User) -> ReliefGrantQuerySet:
    return ReliefGrant.objects.at_desk_of(user, on=timezone.localdate())


def loan_applications_waiting(user: User) -> LoanApplicationQuerySet:
    return LoanApplication.objects.at_desk_of(user, on=timezone.localdate())


def payments_waiting(user: User) -> PaymentQuerySet:
    """Payments that this person may sign now: at her step, and not signed by herself before."""
    sources = [each.source for step, each in SIGNINGS.items() if step != "sent" and user.has_role(*each.roles)]
    hers = Signature.objects.standing().filter(person=user.person).values("payment")
    waiting = Payment.objects.visible_to(user).filter(state__in=sources).exclude(pk__in=hers)
    if user.has_role(Role.FINANCE_OFFICER):
        return Payment.objects.visible_to(user).filter(state=Payment.State.APPROVED)
    return waiting


def bank_lines_waiting(user: User) -> BankLineQuerySet:
    return BankLine.objects.visible_to(user).undecided()


def accesses_waiting(user: User) -> ChildAccessQuerySet:
    return ChildAccess.objects.to_decide_by(user)


def mentors_waiting(user: User) -> MentorQuerySet:
    return Mentor.objects.visible_to(user).to_vet_again(on=timezone.localdate())


def contacts_waiting(user: User) -> PairingQuerySet:
    return Pairing.objects.visible_to(user).open().filter(contact_due_on__lt=timezone.localdate())


def incidents_waiting(user: User) -> IncidentQuerySet:
    """Not reported yet, or to be asked about again."""
    seen = Incident.objects.visible_to(user)
    return seen.filter(
        Q(pk__in=seen.waiting().values("pk")) | Q(pk__in=seen.to_check(on=timezone.localdate()).values("pk"))
    )
