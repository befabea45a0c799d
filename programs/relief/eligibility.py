"""Who may be helped by which fund, and with how much (domain.md §3)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

from federation.models import PolicyRule
from federation.policy import rule
from members.codes import Hardship
from members.models import Woman
from programs.models import ReliefGrant
from programs.money import spoken, to_fen

AMOUNT = "relief.lottery_grant_yuan"
QUALIFYING_HARDSHIPS = (
    Hardship.MINIMUM_LIVING,
    Hardship.EXTREME_POVERTY,
    Hardship.NEAR_POVERTY,
    Hardship.EXPENSE,
)
# The stage that the diagnosis must show; it is stored sealed and never shown to the federation again.
DIAGNOSES = [
    ("宫颈浸润癌 ⅡB 及以上", "宫颈浸润癌 ⅡB 及以上"),
    ("浸润性乳腺癌", "浸润性乳腺癌"),
]


def lottery_grant(*, on: date) -> PolicyRule:
    return rule(AMOUNT, on=on)


def problems_of(
    *, woman: Woman, fund: str, amount_fen: int | None, on: date, besides: int | None = None
) -> dict[str, str]:
    """Everything that speaks against the application, by field, in words."""
    found = {"fund": _earlier_help(woman, fund, besides)}
    if fund == ReliefGrant.Fund.LOTTERY and amount_fen is not None:
        found["amount_fen"] = _wrong_amount(amount_fen, on)
    return {field: problem for field, problem in found.items() if problem}


def require(*, woman: Woman, fund: str, amount_fen: int, on: date, besides: int | None = None) -> None:
    if found := problems_of(woman=woman, fund=fund, amount_fen=amount_fen, on=on, besides=besides):
        raise ValidationError(found)


def _earlier_help(woman: Woman, fund: str, besides: int | None) -> str:
    earlier = ReliefGrant.objects.filter(woman=woman, fund=fund).standing().exclude(pk=besides or 0).first()
    if earlier is None:
        return ""
    label = earlier.get_fund_display()
    if earlier.state == ReliefGrant.State.PAID:
        return (
            f"她已在 {earlier.paid_on:%Y-%m-%d} 领取过“{label}” {spoken(earlier.amount_fen)}，同一资金一生只能救助一次"
        )
    return (
        f"她已在 {earlier.applied_on:%Y-%m-%d} 申请“{label}”，现在是“{earlier.get_state_display()}”，"
        "同一资金一生只能救助一次，请接着办那一份"
    )


def _wrong_amount(amount_fen: int, on: date) -> str:
    found = lottery_grant(on=on)
    if amount_fen == to_fen(found.value):
        return ""
    return f"中央专项彩票公益金每人一次 {spoken(to_fen(found.value))}，现在填的是 {spoken(amount_fen)}。依据：{found.source}"
