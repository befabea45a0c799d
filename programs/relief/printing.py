"""What the paper form of relief says, filled from the file. It never names the disease: that is written by hand."""

from __future__ import annotations

from datetime import date

from programs.models import ReliefGrant
from programs.money import spoken

BY_HAND = (
    "病种（照诊断证明手写）",
    "诊断医院和日期",
    "本人银行卡开户行和卡号",
    "本人签字（手印）和日期",
    "村（社区）妇联意见（盖章）",
    "乡镇（街道）妇联意见（盖章）",
    "市妇联意见（盖章）",
)
SIGNATURES = ("本人签字（手印）", "签字日期", "在场的妇联干部签字")


def filled_form(grant: ReliefGrant, *, on: date) -> list[tuple[str, str]]:
    woman, household = grant.woman, grant.woman.household
    age = woman.age(on=on)
    return [
        ("姓名", woman.name),
        ("身份证号", str(woman.id_number or "")),
        ("出生日期", f"{woman.birth_on:%Y年%m月%d日}" if woman.birth_on else ""),
        ("年龄", f"{age} 周岁" if age is not None else ""),
        ("民族", woman.get_ethnic_display()),
        ("文化程度", woman.get_education_display()),
        ("婚姻状况", woman.get_marriage_display()),
        ("联系电话", str(woman.phone or "")),
        ("所在村（社区）", str(woman.organization)),
        ("住址", woman.address),
        ("户主", household.head_name if household else ""),
        ("困难类别", grant.get_hardship_display()),
        ("申请资金", str(grant.cycle.fund) if grant.cycle else grant.get_fund_display()),
        ("申请金额", spoken(grant.amount_fen)),
        ("申请日期", f"{grant.applied_on:%Y年%m月%d日}"),
    ]
