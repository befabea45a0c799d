"""What a decision on relief was taken on: the person and her household as they stood that day, without the disease."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from federation.sealed import masked_card
from programs.applications.snapshots import person_and_household
from programs.money import spoken

if TYPE_CHECKING:
    from programs.models import ReliefGrant


def facts_of(grant: ReliefGrant, *, on: date) -> dict[str, str]:
    woman = grant.woman
    return {
        **person_and_household(woman, on=on),
        "档案里的困难类别": woman.get_hardship_display(),
        "资金": grant.get_fund_display(),
        "金额": spoken(grant.amount_fen),
        "申报的困难类别": grant.get_hardship_display(),
        "银行卡": masked_card(str(grant.bank_card)) if grant.bank_card else "没有登记",
        "材料": "齐全" if not grant.papers_missing(on=on) else "；".join(grant.paper_gaps(on=on)),
    }
