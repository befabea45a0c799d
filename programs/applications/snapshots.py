"""The person and her household as they stand on a day: what any decision's snapshot begins with."""

from __future__ import annotations

from datetime import date

from members.models import Woman


def person_and_household(woman: Woman, *, on: date) -> dict[str, str]:
    household, age = woman.household, woman.age(on=on)
    facts = {
        "姓名": woman.name,
        "身份证号": str(woman.id_number or woman.get_no_id_reason_display()),
        "年龄": f"{age} 周岁" if age is not None else "不详",
        "所在村（社区）": str(woman.organization),
        "住址": woman.address or "没有登记",
        "家庭": "没有登记",
    }
    if household is not None:
        facts["家庭"] = (
            f"户主 {household.head_name}，{household.get_hardship_display()}，在册妇女 {len(household.residents())} 人"
        )
    return facts
