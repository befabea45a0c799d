"""Screening, loans, relief and sunflower child care."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from federation.models import Level, Organization
from federation.periods import Period
from outreach.models import FollowUp
from outreach.models.follow_up import FollowUpQuerySet
from programs.models import (
    ArrivalSample,
    Campaign,
    CareDonation,
    Child,
    ChildAid,
    Pairing,
    ReliefGrant,
    Screening,
    ScreeningQuota,
    SubsidisedLoan,
)
from programs.models.arrival import ArrivalSampleQuerySet
from programs.models.loans import SubsidisedLoanQuerySet
from programs.models.relief import ReliefGrantQuerySet
from programs.models.screening import ScreeningQuerySet
from programs.models.sunflower import CareDonationQuerySet, ChildAidQuerySet, ChildQuerySet
from reports.indicators.definition import Indicator

_REPAID = [SubsidisedLoan.State.SETTLED, SubsidisedLoan.State.SETTLED_EARLY]


def screenings(organization: Organization, period: Period) -> ScreeningQuerySet:
    return Screening.objects.within(organization, on=period.last_day).attended_in(period)


def quotas(organization: Organization, period: Period) -> QuerySet[Any]:
    """The city's task stands on its campaigns, a township's on its share of them; a village has none."""
    if organization.level == Level.CITY:
        return Campaign.objects.filter(organization=organization, year=period.start.year)
    held = ScreeningQuota.objects.within(organization, on=period.last_day).current()
    return held.filter(issue__campaign__year=period.start.year)


def recalls(organization: Organization, period: Period) -> FollowUpQuerySet:
    found = FollowUp.objects.within(organization, on=period.last_day).recalls()
    return found.filter(due_on__gte=period.start, due_on__lt=period.end, cancelled_on=None)


def recalls_done(organization: Organization, period: Period) -> FollowUpQuerySet:
    return recalls(organization, period).filter(result=FollowUp.Result.DONE)


def loans(organization: Organization, period: Period) -> SubsidisedLoanQuerySet:
    return SubsidisedLoan.objects.within(organization, on=period.last_day).released_in(period)


def loans_matured(organization: Organization, period: Period) -> SubsidisedLoanQuerySet:
    found = SubsidisedLoan.objects.within(organization, on=period.last_day)
    return found.filter(matures_on__gte=period.start, matures_on__lt=period.end)


def loans_repaid(organization: Organization, period: Period) -> SubsidisedLoanQuerySet:
    return loans_matured(organization, period).filter(state__in=_REPAID, settled_on__lte=F("matures_on"))


def reliefs(organization: Organization, period: Period) -> ReliefGrantQuerySet:
    return ReliefGrant.objects.within(organization, on=period.last_day).paid_in(period)


def reliefs_visited(organization: Organization, period: Period) -> ReliefGrantQuerySet:
    return reliefs(organization, period).filter(return_visit_on__isnull=False)


def arrivals_asked(organization: Organization, period: Period) -> ArrivalSampleQuerySet:
    return ArrivalSample.objects.within(organization, on=period.last_day).answered_in(period)


def arrivals_confirmed(organization: Organization, period: Period) -> ArrivalSampleQuerySet:
    return ArrivalSample.objects.within(organization, on=period.last_day).confirmed_in(period)


def child_aids(organization: Organization, period: Period) -> ChildAidQuerySet:
    return ChildAid.objects.within(organization, on=period.last_day).given_in(period)


def donations(organization: Organization, period: Period) -> CareDonationQuerySet:
    return CareDonation.objects.within(organization, on=period.last_day).received_in(period)


def children_in_care(organization: Organization, period: Period) -> ChildQuerySet:
    return Child.objects.within(organization, on=period.last_day).in_care(on=period.last_day)


def children_paired(organization: Organization, period: Period) -> ChildQuerySet:
    paired = Pairing.objects.within(organization, on=period.last_day).in_force(on=period.last_day)
    return children_in_care(organization, period).filter(pk__in=paired.values("child_id"))


SCREENING = [
    Indicator(
        "screened_women", "两癌筛查人数", "名", "本期参加宫颈癌或乳腺癌筛查的妇女，一人一年只计一次", screenings,
        count="woman_id", partner="recall_rate", dated="attended_on", names="woman__name",
    ),
    Indicator(
        "screening_quota", "筛查任务", "名", "本年度下达的筛查任务数", quotas,
        total="quota", partner="screening_completion",
    ),
    Indicator(
        "screening_completion", "筛查任务完成率", "%", "参检妇女除以本年度下达的任务数，可以超过 100%", screenings,
        part="screened_women", base="screening_quota", names="woman__name",
    ),
    Indicator(
        "recalls", "应召回妇女", "名", "本期到期、没有取消的“请她联系医院”跟进，一人只计一次", recalls,
        count="woman_id", partner="recall_rate", dated="due_on", names="woman__name",
    ),
    Indicator(
        "recalled_done", "已召回妇女", "名", "应召回妇女中，跟进结果为已办的，一人只计一次", recalls_done,
        count="woman_id", partner="recall_rate", dated="due_on", names="woman__name",
    ),
    Indicator(
        "recall_rate", "异常召回率", "%", "已召回妇女除以应召回妇女", recalls_done,
        part="recalled_done", base="recalls", names="woman__name",
    ),
]  # fmt: skip
LOANS = [
    Indicator(
        "loans_released_fen", "发放贴息贷款", "元", "本期放款的妇女贴息贷款金额之和", loans,
        total="principal_fen", partner="repayment_rate", dated="released_on", names="woman__name",
    ),
    Indicator(
        "loans_released", "贴息贷款笔数", "笔", "本期放款的妇女贴息贷款，一笔一计", loans,
        partner="repayment_rate", dated="released_on", names="woman__name",
    ),
    Indicator(
        "loan_women", "获贷妇女", "名", "本期放款的借款妇女，一人只计一次", loans,
        count="woman_id", partner="repayment_rate", dated="released_on", names="woman__name",
    ),
    Indicator(
        "loans_matured", "到期贷款", "笔", "本期到期的妇女贴息贷款", loans_matured,
        partner="repayment_rate", dated="released_on", names="woman__name",
    ),
    Indicator(
        "loans_repaid", "按期结清贷款", "笔", "本期到期的贷款中，到期日或之前结清的", loans_repaid,
        partner="repayment_rate", dated="released_on", names="woman__name",
    ),
    Indicator(
        "repayment_rate", "按期还款率", "%", "按期结清的贷款除以本期到期的贷款", loans_repaid,
        part="loans_repaid", base="loans_matured", names="woman__name",
    ),
]  # fmt: skip
RELIEF = [
    Indicator(
        "relief_women", "两癌救助妇女", "名", "本期救助资金已拨付的妇女，一人只计一次", reliefs,
        count="woman_id", partner="relief_visited_rate", dated="applied_on", names="woman__name",
    ),
    Indicator(
        "relief_fen", "两癌救助资金", "元", "本期已拨付的两癌救助资金之和", reliefs,
        total="amount_fen", partner="relief_visited_rate", dated="applied_on", names="woman__name",
    ),
    Indicator(
        "reliefs_paid", "拨付救助", "笔", "本期已拨付的两癌救助，一笔一计", reliefs,
        partner="relief_visited_rate", dated="applied_on", names="woman__name",
    ),
    Indicator(
        "reliefs_visited", "到账后已回访", "笔", "本期拨付的救助中，到账后已经回访本人的", reliefs_visited,
        partner="relief_visited_rate", dated="applied_on", names="woman__name",
    ),
    Indicator(
        "relief_visited_rate", "到账回访率", "%", "到账后已回访的救助除以本期拨付的救助", reliefs_visited,
        part="reliefs_visited", base="reliefs_paid", names="woman__name",
    ),
    Indicator(
        "arrivals_asked", "到账抽查", "笔", "本期从银行已付的批次里抽中、问到本人的支付", arrivals_asked,
        partner="arrivals_confirmed_rate", dated="drawn_on",
    ),
    Indicator(
        "arrivals_confirmed", "确认足额到账", "笔", "抽查问到本人的支付里，本人说足额收到的", arrivals_confirmed,
        partner="arrivals_confirmed_rate", dated="drawn_on",
    ),
    Indicator(
        "arrivals_confirmed_rate", "抽查足额到账率", "%", "本人说足额收到的除以抽查问到本人的", arrivals_confirmed,
        part="arrivals_confirmed", base="arrivals_asked",
    ),
]  # fmt: skip
SUNFLOWER = [
    Indicator(
        "children_aided", "资助困境儿童", "名", "本期领到资助的困境儿童，一人只计一次", child_aids,
        count="child_id", partner="paired_rate", dated="given_on", names="child__number",
    ),
    Indicator(
        "child_aid_fen", "发放儿童资助", "元", "本期发给困境儿童的资助金额之和", child_aids,
        total="amount_fen", partner="paired_rate", dated="given_on", names="child__number",
    ),
    Indicator(
        "donations_fen", "筹措关爱资金", "元", "本期到账的向日葵关爱捐赠之和", donations,
        total="amount_fen", partner="paired_rate", dated="received_on", names="donor",
    ),
    Indicator(
        "children_in_care", "在册困境儿童", "名", "期末在册的困境儿童，期末前已退出的不计", children_in_care,
        partner="paired_rate", dated="opened_on", names="number",
    ),
    Indicator(
        "children_paired", "已结对儿童", "名", "期末在册、有爱心妈妈或成长伙伴结对的困境儿童", children_paired,
        partner="paired_rate", dated="opened_on", names="number",
    ),
    Indicator(
        "paired_rate", "儿童结对率", "%", "已结对儿童除以期末在册的困境儿童", children_paired,
        part="children_paired", base="children_in_care", names="number",
    ),
]  # fmt: skip
INDICATORS = [*SCREENING, *LOANS, *RELIEF, *SUNFLOWER]
