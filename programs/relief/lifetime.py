"""Once in a lifetime for each fund: whatever she is called now, whatever her number is, whatever the fund is called."""

from __future__ import annotations

from federation import scoping
from members.models import Woman
from programs.models import ReliefGrant
from programs.money import spoken


def earlier_help(woman: Woman, *, fund: str, besides: int | None = None) -> str:
    """The sentence about an earlier or running grant of the fund in the whole city; empty if there is none."""
    with scoping.everything("a fund helps a person once in the whole city"):
        earlier = ReliefGrant.objects.of_person(woman).from_line(fund).standing().exclude(pk=besides or 0)
        found = earlier.select_related("organization").first()
    return _sentence(found) if found else ""


def namesake_helped(woman: Woman, *, fund: str) -> str:
    """A grant to another file of the same name and birthday: a new number, or two files of one woman. A person decides."""
    if woman.birth_on is None:
        return ""
    with scoping.everything("a fund helps a person once in the whole city"):
        others = ReliefGrant.objects.exclude(woman=woman).filter(woman__name=woman.name, woman__birth_on=woman.birth_on)
        found = others.from_line(fund).standing().select_related("organization").first()
    if found is None:
        return ""
    return (
        f"{found.organization}有一位同名、同日出生的妇女申请或领取过“{found.get_fund_display()}”，"
        "请核对是不是她本人（换过证件号，或重复建档）"
    )


def _sentence(grant: ReliefGrant) -> str:
    label = grant.get_fund_display()
    if grant.state == ReliefGrant.State.PAID:
        return f"她已在 {grant.paid_on:%Y-%m-%d} 领取过“{label}” {spoken(grant.amount_fen)}，同一资金一生只能救助一次"
    return (
        f"她已在 {grant.applied_on:%Y-%m-%d} 申请“{label}”，现在是“{grant.get_state_display()}”，"
        "同一资金一生只能救助一次，请接着办那一份"
    )
