"""What the programs know of a woman, for her page. Screenings tell that she came, never what was found."""

from __future__ import annotations

from collections.abc import Iterator

from federation.models import User
from federation.permissions import READERS
from members.models import Woman
from members.timeline import Event
from programs.models import LoanApplication, ReliefGrant, Screening, SubsidisedLoan
from programs.money import spoken

_MOST = 50


def loans_of(woman: Woman, user: User) -> Iterator[Event]:
    if not user.has_role(*READERS):
        return
    for loan in SubsidisedLoan.objects.visible_to(user).filter(woman=woman).order_by("-released_on")[:_MOST]:
        what = f"{loan.bank}放款 {spoken(loan.principal_fen)}，{loan.get_state_display()}"
        yield Event(loan.released_on, "贷款", what, url=loan.get_absolute_url())


def loan_applications_of(woman: Woman, user: User) -> Iterator[Event]:
    """Released ones stand there as loans."""
    if not user.has_role(*READERS):
        return
    asked = LoanApplication.objects.visible_to(user).filter(woman=woman, loan=None).order_by("-applied_on")[:_MOST]
    for application in asked:
        what = f"申请贴息贷款 {spoken(application.amount_fen)}，{application.get_state_display()}"
        yield Event(application.applied_on, "贷款", what, url=application.get_absolute_url())


def relief_of(woman: Woman, user: User) -> Iterator[Event]:
    if not user.has_role(*READERS):
        return
    for grant in ReliefGrant.objects.visible_to(user).filter(woman=woman).order_by("-applied_on")[:_MOST]:
        what = f"申请{grant.get_fund_display()}救助 {spoken(grant.amount_fen)}，{grant.get_state_display()}"
        yield Event(grant.applied_on, "救助", what, url=grant.get_absolute_url())


def screenings_of(woman: Woman, user: User) -> Iterator[Event]:
    if not user.has_role(*READERS):
        return
    came = Screening.objects.visible_to(user).filter(woman=woman).select_related("campaign")
    for screening in came.order_by("-attended_on")[:_MOST]:
        yield Event(screening.attended_on, "筛查", f"参加{screening.campaign}")
