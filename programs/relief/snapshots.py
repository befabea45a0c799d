"""What a decision on relief was taken on: the person and her household as they stood that day, without the disease."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from federation.sealed import masked_card
from members.models import Woman
from programs.money import spoken

if TYPE_CHECKING:
    from programs.models import ReliefGrant


def facts_of(grant: ReliefGrant, *, on: date) -> dict[str, str]:
    woman = grant.woman
    return {
        **person_and_household(woman, on=on),
        "资金": grant.get_fund_display(),
        "金额": spoken(grant.amount_fen),
        "申报的困难类别": grant.get_hardship_display(),
        "银行卡": masked_card(str(grant.bank_card)) if grant.bank_card else "没有登记",
        "材料": "齐全" if not grant.papers_missing(on=on) else "；".join(grant.paper_gaps(on=on)),
    }


def person_and_household(woman: Woman, *, on: date) -> dict[str, str]:
    """Any program's snapshot begins with these."""
    household, age = woman.household, woman.age(on=on)
    facts = {
        "姓名": woman.name,
        "身份证号": str(woman.id_number or woman.get_no_id_reason_display()),
        "年龄": f"{age} 周岁" if age is not None else "不详",
        "所在村（社区）": str(woman.organization),
        "住址": woman.address or "没有登记",
        "档案里的困难类别": woman.get_hardship_display(),
        "家庭": "没有登记",
    }
    if household is not None:
        facts["家庭"] = (
            f"户主 {household.head_name}，{household.get_hardship_display()}，在册妇女 {len(household.residents())} 人"
        )
    return facts
