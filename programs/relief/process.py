"""The way of a relief application (domain.md §3): village, township, comparison, review, reported up, approved, paid."""

from __future__ import annotations

from django.db import models

from federation.permissions import STAFF, Role
from programs.applications.process import Desk, Kind, Move, Process, declare

VILLAGE, TOWNSHIP, CITY = Role.VILLAGE_DIRECTOR, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    RETURNED = "returned", "退回补正"
    SUBMITTED = "submitted", "已提交"
    ACCEPTED = "accepted", "村级已受理"
    CHECKED = "checked", "乡镇已核实"
    COMPARED = "compared", "比对完成"
    REVIEWED = "reviewed", "已审定"
    REPORTED = "reported", "已上报"
    APPROVED = "approved", "获批"
    PAYING = "paying", "拨付待复核"
    PAID = "paid", "已拨付"
    DECLINED = "declined", "未获批"
    WITHDRAWN = "withdrawn", "已撤回"


S = State
_BEFORE_PAYMENT = (
    S.DRAFT.value, S.RETURNED.value, S.SUBMITTED.value, S.ACCEPTED.value, S.CHECKED.value, S.COMPARED.value,
    S.REVIEWED.value, S.REPORTED.value, S.APPROVED.value,
)  # fmt: skip
_COMPLETE = ("paper_gaps", "obstacles", "window_gaps")

RELIEF = declare(
    Process(
        kind="relief",
        noun="救助申请",
        model="programs.ReliefGrant",
        begins=S.DRAFT,
        caution="不写病情",
        masks_names=True,
        desks={
            S.DRAFT: Desk("村（社区）妇联", VILLAGE, "收齐材料，替她提交"),
            S.RETURNED: Desk("村（社区）妇联", VILLAGE, "照退回的原因补正，再提交", "relief.correct_workdays"),
            S.SUBMITTED: Desk("村（社区）妇联", VILLAGE, "核对本人情况，写受理意见", "relief.accept_workdays"),
            S.ACCEPTED: Desk("乡镇（街道）妇联", TOWNSHIP, "对照原件核实材料，写核实意见", "relief.check_workdays"),
            S.CHECKED: Desk("市妇联", CITY, "与医保、卫健、民政、乡村振兴的名单比对", "relief.compare_workdays"),
            S.COMPARED: Desk("市妇联", CITY, "提交会议审定", "relief.review_workdays"),
            S.REVIEWED: Desk("市妇联", CITY, "汇总上报；市级资金直接登记获批", "relief.report_workdays"),
            S.REPORTED: Desk("上级妇联", CITY, "等上级批复，收到后登记", outside=True),
        },
        moves=(
            Move("submit", (S.DRAFT,), S.SUBMITTED, "提交申请", by=STAFF, requires=_COMPLETE,
                 about="材料收齐了再提交。提交后由村（社区）妇联受理。"),
            Move("resubmit", (S.RETURNED,), S.SUBMITTED, "补正后提交", by=STAFF, requires=_COMPLETE,
                 about="照退回的原因补正过了，再提交。"),
            Move("accept", (S.SUBMITTED,), S.ACCEPTED, "受理", by=(VILLAGE, TOWNSHIP), decides=True, opinion=True,
                 about="已见到本人或家人，情况属实，材料收齐。受理后由乡镇（街道）妇联核实。"),
            Move("check", (S.ACCEPTED,), S.CHECKED, "核实无误", decides=True, opinion=True, exception=True,
                 requires=("paper_gaps", "card_gaps"),
                 about="已对照原件看过每一份材料的复印件，与原件一致。核实后报市妇联与四部门名单比对。"),
            Move("compare", (S.CHECKED,), S.COMPARED, "比对完成", opinion=True, requires=("comparison_gaps",),
                 about="医保、卫健、民政、乡村振兴的名单都比对过了。有出入的，在意见里写明怎么核实的。"),
            Move("review", (S.COMPARED,), S.REVIEWED, "审定通过", decides=True, opinion=True, facts=("review_meeting",),
                 requires=("obstacles",), about="会议审定后登记。审定的人不能是乡镇核实的同一位。"),
            Move("report", (S.REVIEWED,), S.REPORTED, "登记上报", facts=("report_number",), requires=("reported_by_fund",),
                 about="照上报文件的文号填。上报只报名单汇总，病情材料封存。"),
            Move("approve", (S.REPORTED,), S.APPROVED, "登记获批", facts=("approved_on",),
                 about="照上级批复登记。登记后转财务拨付，钱直接转入本人银行卡。"),
            Move("grant", (S.REVIEWED,), S.APPROVED, "登记获批（市级资金）", facts=("approved_on",), requires=("granted_by_city",),
                 about="市级资金由市妇联审定后直接拨付。登记后转财务。"),
            Move("decline", (S.CHECKED, S.COMPARED, S.REPORTED), S.DECLINED, "不予救助", kind=Kind.END, by=(CITY,),
                 decides=True, opinion=True, facts=("decline_reason",),
                 about="原因会告诉村（社区）妇联，由她当面答复申请人。"),
            Move("send_back", (S.SUBMITTED, S.ACCEPTED, S.CHECKED, S.COMPARED), S.RETURNED, "退回补正", kind=Kind.BACK,
                 reason=True, about="写清缺什么、哪里不对、怎么补。退回后由村（社区）妇联补正。"),
            Move("withdraw", _BEFORE_PAYMENT, S.WITHDRAWN, "撤回", kind=Kind.END, by=STAFF, reason=True,
                 requires=("payment_running",),
                 about="本人要求撤回的才撤。撤回后可以重新申请。"),
            # Payments (programs/payments) make these moves; they leave no step here.
            Move("transfer", (S.APPROVED,), S.PAYING, "列入支付批次", elsewhere=True),
            Move("confirm", (S.PAYING,), S.PAID, "银行到账", elsewhere=True),
            Move("unconfirm", (S.PAYING,), S.APPROVED, "银行退回", elsewhere=True),
            Move("take_back", (S.PAID,), S.APPROVED, "到账后退回", elsewhere=True),
        ),
    )
)  # fmt: skip
