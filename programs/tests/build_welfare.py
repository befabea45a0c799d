"""Plain builders of the welfare programs' records, dated this year so that the lists open on them."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from federation.models import Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.tests.build import build_woman
from programs.applications import moving
from programs.models import (
    ApplicationStep,
    CareDonation,
    Child,
    ChildAid,
    ComparisonFinding,
    ComparisonList,
    Cycle,
    GrowthPlan,
    GuardianConsent,
    LoanEvent,
    LoanFollowUp,
    Pairing,
    PlanGoal,
    ReliefFund,
    ReliefGrant,
    SubsidisedLoan,
    SubsidyBatch,
)

_NUMBERS = itertools.count(1)
YUAN = 100


def build_loan(organization: Organization, **fields: Any) -> SubsidisedLoan:
    fields.setdefault("woman", fields.get("woman") or build_woman(organization))
    fields.setdefault("bank", "兰河农商银行")
    fields.setdefault("contract_number", f"LH{next(_NUMBERS):04}")
    fields.setdefault("purpose", "养蜂")
    fields.setdefault("principal_fen", 80_000 * YUAN)
    fields.setdefault("rate_percent", "3.5")
    fields.setdefault("released_on", timezone.localdate())
    fields.setdefault("matures_on", fields["released_on"] + timedelta(days=365))
    return SubsidisedLoan.objects.create(organization=organization, **fields)


def build_loan_event(loan: SubsidisedLoan, **fields: Any) -> LoanEvent:
    fields.setdefault("kind", LoanEvent.Kind.REPAYMENT)
    fields.setdefault("on", loan.released_on + timedelta(days=30))
    if fields["kind"] in LoanEvent.OF_MONEY:
        fields.setdefault("amount_fen", 10_000 * YUAN)
    if "recorded_by" not in fields:
        fields["recorded_by"] = User.objects.create(username=f"recorder{next(_NUMBERS)}", display_name="周小燕")
    return LoanEvent.objects.create(loan=loan, organization=loan.organization, **fields)


def build_loan_follow_up(loan: SubsidisedLoan, **fields: Any) -> LoanFollowUp:
    fields.setdefault("kind", LoanFollowUp.Kind.USE)
    fields.setdefault("due_on", timezone.localdate())
    return LoanFollowUp.objects.create(loan=loan, organization=loan.organization, **fields)


def build_subsidy_batch(city: Organization, **fields: Any) -> SubsidyBatch:
    """As a bank has declared it, without lines."""
    if "declared_by" not in fields:
        fields["declared_by"] = User.objects.create(username=f"declarer{next(_NUMBERS)}", display_name="孙丽华")
    fields.setdefault("declared_person", fields["declared_by"].person)
    fields.setdefault("bank", "兰河农商银行")
    fields.setdefault("year", 2026)
    fields.setdefault("quarter", 2)
    fields.setdefault("starts_on", date(2026, 3, 20))
    fields.setdefault("ends_on", date(2026, 6, 20))
    fields.setdefault("declared_on", date(2026, 7, 1))
    fields.setdefault("bank_total_fen", 0)
    return SubsidyBatch.objects.create(organization=city, **fields)


def build_relief(organization: Organization, **fields: Any) -> ReliefGrant:
    fields.setdefault("woman", fields.get("woman") or build_woman(organization))
    fields.setdefault("hardship", "minimum_living")
    fields.setdefault("applied_on", timezone.localdate())
    fields.setdefault("amount_fen", 10_000 * YUAN)
    fields.setdefault("state", ReliefGrant.State.SUBMITTED)
    fields.setdefault("brought_in", True)
    return ReliefGrant.objects.create(organization=organization, **fields)


def build_cycle(city: Organization, **fields: Any) -> Cycle:
    """Open the whole of this year, of the lottery fund under its present name."""
    year = timezone.localdate().year
    fund = fields.pop("fund", None) or build_fund_name("低收入妇女两癌救助", source="lottery")
    kept = {
        "program": "relief", "year": year, "name": f"第{next(_NUMBERS)}期", "document_number": "兰妇〔2026〕3号",
        "opens_on": date(year, 1, 1), "closes_on": date(year, 12, 31), **fields,
    }  # fmt: skip
    return Cycle.objects.create(organization=city, fund=fund, **kept)


def build_fund_name(name: str, **fields: Any) -> ReliefFund:
    return ReliefFund.objects.filter(name=name).first() or ReliefFund.objects.create(
        name=name, line=fields["source"], **fields
    )


def build_comparison(grant: ReliefGrant, cycle: Cycle, *, by: User) -> None:
    """All four departments' lists have her, without a difference."""
    for department in ComparisonList.Department.values:
        source = ComparisonList.objects.create(
            cycle=cycle, department=department, as_of=cycle.opens_on, rows=1, unread=0, compared=1, uploaded_by=by,
            uploaded_at=timezone.now(),
        )  # fmt: skip
        ComparisonFinding.objects.create(
            organization=grant.organization, grant=grant, department=department, source=source, verdict="matched"
        )


def build_decision(organization: Organization, **fields: Any) -> ApplicationStep:
    """An application that a village director of the branch accepted."""
    grant = build_relief(organization)
    by = build_user(f"decider{next(_NUMBERS)}", Role.VILLAGE_DIRECTOR, organization)
    moving.move(grant, "accept", by=by, at=timezone.now(), **{"opinion": "情况属实", **fields})
    return grant.steps().get(name="accept")


def build_child(organization: Organization, **fields: Any) -> Child:
    fields.setdefault("number", f"T{next(_NUMBERS):05}")
    fields.setdefault("name", "陈小雨")
    fields.setdefault("sex", "2")
    fields.setdefault("birth_on", date(2015, 5, 4))
    fields.setdefault("category", Child.Category.LEFT_BEHIND)
    fields.setdefault("guardian_name", "陈大山")
    fields.setdefault("guardian_relation", "祖父")
    fields.setdefault("opened_on", date(2020, 3, 1))
    child = Child.objects.create(organization=organization, **fields)
    if child.consented_on is not None:
        build_consent(child, signed_on=child.consented_on)
    return child


def build_consent(child: Child, **fields: Any) -> GuardianConsent:
    fields.setdefault("version", "2026-1")
    fields.setdefault("signed_by", child.guardian_name)
    fields.setdefault("relation", child.guardian_relation)
    fields.setdefault("recorded_on", fields["signed_on"])
    return GuardianConsent.objects.create(child=child, organization=child.organization, **fields)


def build_plan(child: Child, **fields: Any) -> GrowthPlan:
    fields.setdefault("starts_on", date(2026, 9, 1))
    fields.setdefault("next_review_on", date(2027, 1, 31))
    plan = GrowthPlan.objects.create(child=child, organization=child.organization, **fields)
    PlanGoal.objects.create(plan=plan, organization=child.organization, aspect="study", words="期末语文及格")
    return plan


def build_pairing(child: Child, **fields: Any) -> Pairing:
    fields.setdefault("kind", Pairing.Kind.CARING_MOTHER)
    fields.setdefault("mentor_name", "林爱华")
    fields.setdefault("starts_on", date(2021, 3, 1))
    return Pairing.objects.create(child=child, organization=child.organization, **fields)


def build_aid(child: Child, **fields: Any) -> ChildAid:
    fields.setdefault("given_on", timezone.localdate())
    fields.setdefault("amount_fen", 500 * YUAN)
    fields.setdefault("list_number", f"MD{next(_NUMBERS):04}")
    return ChildAid.objects.create(child=child, organization=child.organization, **fields)


def build_donation(organization: Organization, **fields: Any) -> CareDonation:
    fields.setdefault("received_on", timezone.localdate())
    fields.setdefault("donor", "兰河慈善会")
    fields.setdefault("donor_kind", CareDonation.DonorKind.FOUNDATION)
    fields.setdefault("amount_fen", 5_000 * YUAN)
    return CareDonation.objects.create(organization=organization, **fields)
