"""The lists of the programs as workbooks. Women with relief are masked for everybody, children stand by number only."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from federation import exporting
from federation.exporting import Listing
from federation.models import User
from federation.permissions import name_for
from federation.sealed import masked_name
from programs.forms.loan_applications import LoanApplicationFilter
from programs.forms.loans import ArrearsFilter, FollowUpFilter, LoanFilter
from programs.forms.mentors import MentorFilter, PairingFilter
from programs.forms.payments import PaymentFilter
from programs.forms.relief import ReliefFilter
from programs.forms.subsidy import SubsidyLineFilter
from programs.forms.sunflower import AidFilter, ChildFilter, DonationFilter
from programs.models import CareDonation, Child, Payment, ReliefGrant


def _yuan(fen: int) -> float:
    """A number that the spreadsheet can add up; two decimals of any amount here are exact in it."""
    return float(Decimal(fen) / 100)


def _yuan_or_blank(fen: int | None) -> float | None:
    return None if fen is None else _yuan(fen)


def _donor(donation: CareDonation, user: User) -> str:
    return "个人" if donation.donor_kind == CareDonation.DonorKind.PERSON else donation.donor


def _paid_on(grant: ReliefGrant, user: User) -> object:
    return grant.paid_on if grant.state == ReliefGrant.State.PAID else None


def _age(child: Child, user: User) -> int:
    return child.age(on=timezone.localdate())


LOANS = Listing(
    kind="programs.loans",
    title="贴息贷款名册",
    unit="笔",
    filter=LoanFilter,
    columns=(
        ("乡镇（街道）", lambda loan, user: str(loan.township or "")),
        ("单位", lambda loan, user: str(loan.organization)),
        ("借款人", lambda loan, user: name_for(user, loan.woman.name)),
        ("类别", lambda loan, user: loan.get_kind_display()),
        ("放款银行", lambda loan, user: loan.bank),
        ("合同号", lambda loan, user: loan.contract_number),
        ("项目", lambda loan, user: loan.purpose),
        ("金额（元）", lambda loan, user: _yuan(loan.principal_fen)),
        ("年利率（%）", lambda loan, user: float(loan.rate_percent)),
        ("放款日期", lambda loan, user: loan.released_on),
        ("到期日期", lambda loan, user: loan.matures_on),
        ("状态", lambda loan, user: loan.get_state_display()),
        ("结清日期", lambda loan, user: loan.settled_on),
    ),
)
LOAN_APPLICATIONS = Listing(
    kind="programs.loan_applications",
    title="贷款申请名册",
    unit="份",
    filter=LoanApplicationFilter,
    columns=(
        ("乡镇（街道）", lambda application, user: str(application.township or "")),
        ("单位", lambda application, user: str(application.organization)),
        ("申请人", lambda application, user: name_for(user, application.woman.name)),
        ("类别", lambda application, user: application.get_loan_kind_display()),
        ("项目", lambda application, user: application.project),
        ("申请金额（元）", lambda application, user: _yuan(application.amount_fen)),
        ("申请期限（月）", lambda application, user: application.months),
        ("申请日期", lambda application, user: application.applied_on),
        ("经办银行", lambda application, user: application.bank),
        ("核定金额（元）", lambda application, user: _yuan_or_blank(application.granted_fen)),
        ("放款日期", lambda application, user: application.released_on),
        ("状态", lambda application, user: application.get_state_display()),
        ("本环节期限", lambda application, user: application.due_on),
    ),
)
ARREARS = Listing(
    kind="programs.loan_arrears",
    title="逾期贷款名册",
    unit="笔",
    filter=ArrearsFilter,
    columns=(
        ("乡镇（街道）", lambda loan, user: str(loan.township or "")),
        ("单位", lambda loan, user: str(loan.organization)),
        ("借款人", lambda loan, user: name_for(user, loan.woman.name)),
        ("放款银行", lambda loan, user: loan.bank),
        ("合同号", lambda loan, user: loan.contract_number),
        ("金额（元）", lambda loan, user: _yuan(loan.principal_fen)),
        ("约定还款日期", lambda loan, user: loan.agreed_on),
        ("没有还的本金（元）", lambda loan, user: _yuan(loan.unpaid_fen)),
        ("状态", lambda loan, user: loan.get_state_display()),
    ),
)
LOAN_FOLLOW_UPS = Listing(
    kind="programs.loan_follow_ups",
    title="贷后走访名册",
    unit="件",
    filter=FollowUpFilter,
    columns=(
        ("单位", lambda follow_up, user: str(follow_up.organization)),
        ("借款人", lambda follow_up, user: name_for(user, follow_up.loan.woman.name)),
        ("合同号", lambda follow_up, user: follow_up.loan.contract_number),
        ("项目", lambda follow_up, user: follow_up.loan.purpose),
        ("事项", lambda follow_up, user: follow_up.get_kind_display()),
        ("应办日期", lambda follow_up, user: follow_up.due_on),
    ),
)
SUBSIDY_LINES = Listing(
    kind="programs.subsidy_lines",
    title="贴息核对明细",
    unit="笔",
    filter=SubsidyLineFilter,
    columns=(
        ("单位", lambda line, user: str(line.organization)),
        ("合同号", lambda line, user: line.contract_number),
        ("借款人", lambda line, user: name_for(user, line.loan.woman.name) if line.loan else ""),
        ("清单第几行", lambda line, user: line.row),
        ("清单申报（元）", lambda line, user: _yuan_or_blank(line.declared_fen)),
        ("核算应贴（元）", lambda line, user: _yuan_or_blank(line.computed_fen)),
        ("核算利息（元）", lambda line, user: _yuan_or_blank(line.interest_fen)),
        ("实收利息（元）", lambda line, user: _yuan_or_blank(line.interest_paid_fen)),
        ("比对", lambda line, user: line.get_verdict_display()),
        ("说明", lambda line, user: line.explanation),
        ("算式", lambda line, user: line.worked),
    ),
)
RELIEF = Listing(
    kind="programs.relief",
    title="救助申请名册",
    unit="人",
    filter=ReliefFilter,
    columns=(
        ("乡镇（街道）", lambda grant, user: str(grant.township or "")),
        ("单位", lambda grant, user: str(grant.organization)),
        ("申请人", lambda grant, user: masked_name(grant.woman.name)),
        ("资金", lambda grant, user: grant.get_fund_display()),
        ("困难类别", lambda grant, user: grant.get_hardship_display()),
        ("申请日期", lambda grant, user: grant.applied_on),
        ("状态", lambda grant, user: grant.get_state_display()),
        ("金额（元）", lambda grant, user: _yuan(grant.amount_fen)),
        ("获批日期", lambda grant, user: grant.approved_on),
        ("拨付日期", _paid_on),
        ("回访日期", lambda grant, user: grant.return_visit_on),
    ),
)
CHILDREN = Listing(
    kind="programs.children",
    title="困境儿童名册",
    unit="名",
    filter=ChildFilter,
    columns=(
        ("乡镇（街道）", lambda child, user: str(child.township or "")),
        ("单位", lambda child, user: str(child.organization)),
        ("编号", lambda child, user: child.number),
        ("性别", lambda child, user: child.get_sex_display()),
        ("年龄", _age),
        ("困难类别", lambda child, user: child.get_category_display()),
        ("建档日期", lambda child, user: child.opened_on),
        ("监护人同意日期", lambda child, user: child.consented_on),
        ("结对", lambda child, user: "已结对" if child.is_paired else "未结对"),
        ("退出日期", lambda child, user: child.closed_on),
        ("退出原因", lambda child, user: child.close_reason),
    ),
)
MENTORS = Listing(
    kind="programs.mentors",
    title="爱心妈妈、成长伙伴名册",
    unit="人",
    filter=MentorFilter,
    columns=(
        ("乡镇（街道）", lambda mentor, user: str(mentor.township or "")),
        ("招募单位", lambda mentor, user: str(mentor.organization)),
        ("姓名", lambda mentor, user: name_for(user, mentor.name)),
        ("身份", lambda mentor, user: mentor.get_kind_display()),
        ("工作单位", lambda mentor, user: mentor.work_unit),
        ("报名日期", lambda mentor, user: mentor.recruited_on),
        ("审核通过日期", lambda mentor, user: mentor.vetted_on),
        ("审核有效期", lambda mentor, user: mentor.vetted_until),
        ("培训日期", lambda mentor, user: mentor.trained_on),
        ("状态", lambda mentor, user: str(mentor.stage(on=timezone.localdate()).label)),
        ("退出日期", lambda mentor, user: mentor.left_on),
        ("退出原因", lambda mentor, user: mentor.leave_reason),
    ),
)
PAIRINGS = Listing(
    kind="programs.pairings",
    title="结对联系名册",
    unit="对",
    filter=PairingFilter,
    columns=(
        ("乡镇（街道）", lambda pairing, user: str(pairing.township or "")),
        ("单位", lambda pairing, user: str(pairing.organization)),
        ("儿童编号", lambda pairing, user: pairing.child.number),
        ("结对人", lambda pairing, user: name_for(user, pairing.mentor_name)),
        ("身份", lambda pairing, user: pairing.get_kind_display()),
        ("结对日期", lambda pairing, user: pairing.starts_on),
        ("约定到", lambda pairing, user: pairing.agreed_until),
        ("最近联系", lambda pairing, user: pairing.last_contact_on),
        ("下次联系不晚于", lambda pairing, user: pairing.contact_due_on),
        ("最近见面", lambda pairing, user: pairing.last_meeting_on),
        ("下次见面不晚于", lambda pairing, user: pairing.meeting_due_on),
    ),
)
AIDS = Listing(
    kind="programs.aids",
    title="儿童资助名册",
    unit="笔",
    filter=AidFilter,
    columns=(
        ("单位", lambda aid, user: str(aid.organization)),
        ("儿童编号", lambda aid, user: aid.child.number),
        ("发放日期", lambda aid, user: aid.given_on),
        ("金额（元）", lambda aid, user: _yuan(aid.amount_fen)),
        ("审批名单号", lambda aid, user: aid.list_number),
    ),
)
DONATIONS = Listing(
    kind="programs.donations",
    title="关爱捐赠名册",
    unit="笔",
    filter=DonationFilter,
    columns=(
        ("单位", lambda donation, user: str(donation.organization)),
        ("到账日期", lambda donation, user: donation.received_on),
        ("捐赠方类型", lambda donation, user: donation.get_donor_kind_display()),
        ("捐赠方", _donor),
        ("金额（元）", lambda donation, user: _yuan(donation.amount_fen)),
        ("定向用途", lambda donation, user: donation.purpose),
        ("票据号", lambda donation, user: donation.receipt_number),
    ),
)


def _payee(payment: Payment, user: User) -> str:
    return payment.child.number if payment.child else masked_name(payment.grant.woman.name if payment.grant else "")


PAYMENTS = Listing(
    kind="programs.payments",
    title="资金支付名册",
    unit="笔",
    filter=PaymentFilter,
    columns=(
        ("乡镇（街道）", lambda payment, user: str(payment.township or "")),
        ("单位", lambda payment, user: str(payment.organization)),
        ("收款人", _payee),
        ("资金", lambda payment, user: payment.source_label),
        ("项目", lambda payment, user: payment.get_programme_display()),
        ("金额（元）", lambda payment, user: _yuan(payment.amount_fen)),
        ("提请日期", lambda payment, user: payment.requested_on),
        ("状态", lambda payment, user: payment.get_state_display()),
        ("批次", lambda payment, user: payment.batch.number if payment.batch else ""),
        ("到账日期", lambda payment, user: payment.paid_on),
        ("银行流水号", lambda payment, user: payment.serial),
    ),
)


def register() -> None:
    for listing in (
        LOANS,
        ARREARS,
        LOAN_FOLLOW_UPS,
        SUBSIDY_LINES,
        RELIEF,
        CHILDREN,
        MENTORS,
        PAIRINGS,
        AIDS,
        DONATIONS,
        PAYMENTS,
    ):
        exporting.register(listing)
