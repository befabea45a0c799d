"""The way of a loan application (domain.md §4.2): village, township, city federation; then labour office, guarantor, bank and
treasury, whose decisions are only recorded here."""

from __future__ import annotations

from django.db import models

from federation.permissions import STAFF, Role
from programs.applications.process import Desk, Kind, Move, Process, declare

VILLAGE, TOWNSHIP, CITY = Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    RETURNED = "returned", "退回补正"
    SUBMITTED = "submitted", "已提交"
    RECOMMENDED = "recommended", "村级已推荐"
    CHECKED = "checked", "乡镇已初审"
    REVIEWED = "reviewed", "市妇联已审核"
    QUALIFIED = "qualified", "人社已认定"
    GUARANTEED = "guaranteed", "担保已同意"
    BANK_APPROVED = "bank_approved", "银行已审批"
    CONFIRMED = "confirmed", "财政已核定"
    SIGNED = "signed", "已签约"
    RELEASED = "released", "已放款"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


S = State
_FEDERATION = (S.SUBMITTED.value, S.RECOMMENDED.value, S.CHECKED.value)
_OTHERS = (S.REVIEWED.value, S.QUALIFIED.value, S.GUARANTEED.value, S.BANK_APPROVED.value)
_CONTRACT = (S.CONFIRMED.value, S.SIGNED.value)
_COMPLETE = ("paper_gaps", "obstacles", "window_gaps")
_HERE, _THERE = "村（社区）妇联", "结果到了登记"

LOANS = declare(
    Process(
        kind="loan",
        noun="贷款申请",
        model="programs.LoanApplication",
        begins=S.DRAFT,
        desks={
            S.DRAFT: Desk(_HERE, VILLAGE, "收齐材料，替她提交"),
            S.RETURNED: Desk(_HERE, VILLAGE, "照退回的原因补正，再提交", "loan_application.correct_workdays"),
            S.SUBMITTED: Desk(_HERE, VILLAGE, "入户调查，写推荐意见", "loan_application.recommend_workdays"),
            S.RECOMMENDED: Desk("乡镇（街道）妇联", TOWNSHIP, "对照原件初审，写初审意见", "loan_application.check_workdays"),
            S.CHECKED: Desk("市妇联", CITY, "审核项目是否可行，写推荐意见", "loan_application.review_workdays"),
            S.REVIEWED: Desk("市人社局", CITY, f"等资格认定，{_THERE}", outside=True),
            S.QUALIFIED: Desk("担保机构", CITY, f"等担保审核，{_THERE}", outside=True),
            S.GUARANTEED: Desk("经办银行", CITY, f"等贷前调查和核定额度，{_THERE}", outside=True),
            S.BANK_APPROVED: Desk("市财政局", CITY, f"等贴息核定，{_THERE}", outside=True),
            S.CONFIRMED: Desk("经办银行", CITY, "等她和银行签合同，签了登记", outside=True),
            S.SIGNED: Desk("经办银行", CITY, "等放款，照放款凭证登记", outside=True),
        },
        moves=(
            Move("submit", (S.DRAFT,), S.SUBMITTED, "提交申请", by=STAFF, requires=_COMPLETE,
                 about="材料收齐了再提交。提交后由村（社区）妇联入户调查。"),
            Move("resubmit", (S.RETURNED,), S.SUBMITTED, "补正后提交", by=STAFF, requires=_COMPLETE,
                 about="照退回的原因补正过了，再提交。"),
            Move("recommend", (S.SUBMITTED,), S.RECOMMENDED, "推荐", by=(VILLAGE, TOWNSHIP), decides=True, opinion=True,
                 facts=("home_visit_on",), about="入户看过项目和家里的情况，同意推荐。推荐后由乡镇（街道）妇联初审。"),
            Move("check", (S.RECOMMENDED,), S.CHECKED, "初审通过", decides=True, opinion=True, exception=True,
                 requires=("paper_gaps",), about="已对照原件看过每一份材料。初审后报市妇联审核。"),
            Move("review", (S.CHECKED,), S.REVIEWED, "审核推荐", decides=True, opinion=True, requires=("obstacles",),
                 about="妇联只作推荐；贷不贷、贷多少由担保机构和银行定。审核的人不能是乡镇初审的同一位。"),
            Move("qualify", (S.REVIEWED,), S.QUALIFIED, "登记资格认定", facts=("labour_on", "labour_number"),
                 about="照人社局的认定书登记。"),
            Move("guarantee", (S.QUALIFIED,), S.GUARANTEED, "登记同意担保", facts=("guarantee_on", "guarantee_way", "guarantor"),
                 about="照担保机构的通知登记。免担保的，担保方选“信用，免担保”，担保单位写银行。"),
            Move("bank_approve", (S.GUARANTEED,), S.BANK_APPROVED, "登记银行审批",
                 facts=("bank_on", "bank", "granted_fen", "granted_months"), about="照银行的审批结果登记。额度由银行核定。"),
            Move("confirm", (S.BANK_APPROVED,), S.CONFIRMED, "登记财政核定", facts=("treasury_on", "treasury_number"),
                 about="照财政局贴息核定的文号登记。"),
            Move("sign", (S.CONFIRMED,), S.SIGNED, "登记签约", facts=("signed_on", "contract_number", "rate_percent"),
                 about="照借款合同登记。利率不能超过现行上限。"),
            Move("release", (S.SIGNED,), S.RELEASED, "登记放款", facts=("released_on", "matures_on"), ahead=("matures_on",),
                 about="照放款凭证登记。登记后转入贷款台账，排好用途走访和满半年、满一年的回访，从放款日起按日算贴息。"),
            Move("decline", _FEDERATION, S.REFUSED, "不予推荐", kind=Kind.END, decides=True, opinion=True,
                 facts=("refusal_reason",), about="原因由村（社区）妇联当面答复申请人。"),
            Move("refuse", _OTHERS, S.REFUSED, "登记未通过", kind=Kind.END, opinion=True, facts=("refusal_reason",),
                 about="照对方单位的答复登记，意见里写清是谁、因为什么没有通过。"),
            Move("send_back", (*_FEDERATION, *_OTHERS), S.RETURNED, "退回补正", kind=Kind.BACK, reason=True,
                 about="写清缺什么、哪里不对、怎么补。退回后由村（社区）妇联补正。"),
            Move("reopen_contract", (S.SIGNED,), S.CONFIRMED, "合同登记有误", kind=Kind.BACK, reason=True,
                 about="合同号、日期或利率登记错了，退回一步重新登记。"),
            Move("withdraw", (S.DRAFT, S.RETURNED, *_FEDERATION, *_OTHERS, *_CONTRACT), S.WITHDRAWN, "撤回",
                 kind=Kind.END, by=STAFF, reason=True, about="本人要求撤回的才撤。撤回后可以重新申请。"),
        ),
    )
)  # fmt: skip
