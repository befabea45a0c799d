"""What she has been given before by any program, under any name and in any year, in words: for whoever decides now.

The same fund twice is refused (lifetime.py); help of other funds and programs is only told.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Sum

from federation import scoping
from federation.models import User
from members.models import Woman
from programs.models import ChildAid, ReliefFund, ReliefGrant, SubsidisedLoan
from programs.money import spoken


def helped_before(woman: Woman, *, user: User) -> list[str]:
    """Newest first. Grants are looked for in the whole city and by her number too; loans where the reader may see them."""
    found = [*_grants(woman), *_loans(woman, user), *_aids(woman, user)]
    return [words for _, words in sorted(found, reverse=True)]


def _grants(woman: Woman) -> Iterator[tuple[str, str]]:
    names = _names_of_lines()
    with scoping.everything("help is given once in the whole city"):
        grants = list(ReliefGrant.objects.of_person(woman).standing().select_related("cycle__fund"))
    for grant in grants:
        now = names.get(grant.fund_line, "")
        name = str(grant.cycle.fund) if grant.cycle else grant.get_fund_display()
        renamed = f"（现在叫“{now}”，算同一项）" if now and grant.cycle and now != name else ""
        day = grant.paid_on if grant.state == ReliefGrant.State.PAID and grant.paid_on else grant.applied_on
        did = "领取" if grant.state == ReliefGrant.State.PAID else "申请"
        state = "" if did == "领取" else f"，{grant.get_state_display()}"
        yield f"{day:%Y-%m-%d}", f"{day:%Y} 年{did}过“{name}”{renamed} {spoken(grant.amount_fen)}{state}"


def _names_of_lines() -> dict[str, str]:
    """What each fund is called now."""
    return dict(ReliefFund.objects.filter(successor=None).values_list("line", "name"))


def _aids(woman: Woman, user: User) -> Iterator[tuple[str, str]]:
    """Of the children of her household, year by year; which child it was is not told here."""
    if woman.household_id is None:
        return
    aids = ChildAid.objects.visible_to(user).filter(child__household=woman.household_id).order_by()
    years = aids.values_list("given_on__year").annotate(
        Max("given_on"), Count("child", distinct=True), Sum("amount_fen")
    )
    for year, last_on, children, fen in years:
        words = f"{year} 年家里 {children} 名儿童领取过向日葵资助，共 {spoken(fen)}，不影响救助"
        yield f"{last_on:%Y-%m-%d}", words


def _loans(woman: Woman, user: User) -> Iterator[tuple[str, str]]:
    for loan in SubsidisedLoan.objects.visible_to(user).filter(woman=woman):
        words = (
            f"{loan.released_on:%Y} 年有贴息贷款 {spoken(loan.principal_fen)}，{loan.get_state_display()}，不影响救助"
        )
        yield f"{loan.released_on:%Y-%m-%d}", words
