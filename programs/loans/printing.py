"""What the paper form of a loan application says, filled from the file, with the opinions that offices have given here."""

from __future__ import annotations

from datetime import date

from programs.loans.process import LOANS
from programs.models import LoanApplication
from programs.money import spoken

# State whose desk the form has a box for -> its heading, in the order of the paper.
_BOXES = {
    "submitted": "村（社区）妇联推荐意见（盖章）",
    "recommended": "乡镇（街道）妇联初审意见（盖章）",
    "checked": "市妇联审核意见（盖章）",
    "reviewed": "市人社局资格认定意见（盖章）",
    "qualified": "担保机构意见（盖章）",
    "guaranteed": "经办银行意见（盖章）",
    "bank_approved": "市财政局贴息核定意见（盖章）",
}


def filled_form(application: LoanApplication, *, on: date) -> list[tuple[str, str]]:
    woman, household = application.woman, application.woman.household
    age = woman.age(on=on)
    lines = [
        ("姓名", woman.name),
        ("身份证号", str(woman.id_number or "")),
        ("年龄", f"{age} 周岁" if age is not None else ""),
        ("民族", woman.get_ethnic_display()),
        ("文化程度", woman.get_education_display()),
        ("婚姻状况", woman.get_marriage_display()),
        ("联系电话", str(woman.phone or "")),
        ("所在村（社区）", str(woman.organization)),
        ("住址", woman.address),
        ("户主", household.head_name if household else ""),
        ("贷款类别", application.get_loan_kind_display()),
        ("合伙人", "、".join(partner.name for partner in application.partners.all())),
        ("企业", f"{application.firm_name}，{application.credit_code}" if application.firm_name else ""),
        ("项目", application.project),
        ("申请金额", spoken(application.amount_fen)),
        ("申请期限", f"{application.months} 个月"),
        ("自筹资金", spoken(application.own_fen)),
        ("资金用途", application.use),
        ("经营计划", application.plan),
        ("预计带动就业", f"{application.jobs_planned} 人"),
        ("经办银行", application.bank),
        ("申请日期", f"{application.applied_on:%Y年%m月%d日}"),
    ]
    only = {"合伙人": "partnership", "企业": "firm"}
    return [line for line in lines if only.get(line[0], application.loan_kind) == application.loan_kind]


def blanks_of(application: LoanApplication) -> list[str]:
    """What is written by hand."""
    shared = application.loan_kind == "partnership"
    return ["本人签字（手印）和日期", *(["合伙人签字和日期"] if shared else [])]


def opinions_of(application: LoanApplication) -> list[tuple[str, str, date | None]]:
    """Box -> what that desk said last on the way onwards, and when; empty where it has not spoken yet."""
    said: dict[str, tuple[str, date | None]] = {}
    for step in application.steps():
        if step.source in _BOXES and step.target != "returned" and LOANS.place(step.target) > LOANS.place(step.source):
            said[step.source] = (step.opinion, step.at.date())
    return [
        (heading, "；".join(filter(None, [_result(application, state), said[state][0]])), said[state][1])
        if state in said
        else (heading, "", None)
        for state, heading in _BOXES.items()
    ]


def _result(application: LoanApplication, state: str) -> str:
    """What another office decided, in words."""
    match state:
        case "reviewed" if application.labour_number:
            return f"符合条件，{application.labour_number}"
        case "qualified" if application.guarantor:
            return f"{application.guarantor}，{application.get_guarantee_way_display()}"
        case "guaranteed" if application.granted_fen:
            return f"{application.bank}核定 {spoken(application.granted_fen)}，{application.granted_months} 个月"
        case "bank_approved" if application.treasury_number:
            return f"同意贴息，{application.treasury_number}"
    return ""
