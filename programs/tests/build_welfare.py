"""Plain builders of the welfare programs' records, dated this year so that the lists open on them."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from federation.models import Organization, User
from federation.permissions import Role
from federation.sealed import blind_index
from federation.tests.cast import build_user
from members.models.woman import ID_PURPOSE
from members.tests.build import build_woman, id_number
from programs.applications import moving
from programs.models import (
    ApplicationStep,
    CareDonation,
    Child,
    ChildAccess,
    ChildAid,
    ChildWish,
    ComparisonFinding,
    ComparisonList,
    Cycle,
    GrowthPlan,
    GuardianConsent,
    Incident,
    LoanApplication,
    LoanEvent,
    LoanFollowUp,
    LoanPartner,
    Mentor,
    MentorVetting,
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


def build_loan_application(organization: Organization, **fields: Any) -> LoanApplication:
    """At the village's desk, taken over from paper."""
    fields.setdefault("woman", fields.get("woman") or build_woman(organization))
    kept = {
        "project": "养蜂", "plan": "春繁 60 箱，秋后卖蜜", "use": "买蜂箱和蜂群", "amount_fen": 100_000 * YUAN, "own_fen": 30_000 * YUAN,
        "months": 24, "jobs_planned": 2, "applied_on": timezone.localdate(), "state": "submitted", "brought_in": True, **fields,
    }  # fmt: skip
    return LoanApplication.objects.create(organization=organization, **kept)


def build_loan_partner(application: LoanApplication, **fields: Any) -> LoanPartner:
    number = fields.pop("id_number", None) or id_number()
    kept = {"name": "何秀英", "id_number": number, "id_index": blind_index(ID_PURPOSE, number), **fields}
    return LoanPartner.objects.create(application=application, organization=application.organization, **kept)


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


def build_access(child: Child, by: User, **fields: Any) -> ChildAccess:
    """The file stands open to her, as to somebody who wrote it."""
    fields.setdefault("basis", ChildAccess.Basis.MAKER)
    fields.setdefault("purpose", ChildAccess.Purpose.PLAN)
    fields.setdefault("asked_at", timezone.now())
    if fields["basis"] != ChildAccess.Basis.ASKED:
        fields.setdefault("opens_until", timezone.now() + timedelta(days=7))
    desk = fields.pop("desk", None) or by.organization or child.organization
    return ChildAccess.objects.create(child=child, organization=child.organization, desk=desk, asked_by=by, **fields)


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


def build_mentor(organization: Organization, **fields: Any) -> Mentor:
    """Vetted long ago and for long, and trained, unless the fields say otherwise."""
    fields.setdefault("name", "林爱华")
    fields.setdefault("sex", "2")
    fields.setdefault("kind", Mentor.Kind.CARING_MOTHER)
    fields.setdefault("recruited_on", date(2015, 1, 5))
    fields.setdefault("vetted_on", date(2015, 2, 1))
    fields.setdefault("vetted_until", date(2099, 12, 31))
    fields.setdefault("trained_on", date(2015, 3, 1))
    mentor = Mentor.objects.create(organization=organization, **fields)
    if mentor.vetted_on is not None:
        MentorVetting.objects.create(
            mentor=mentor, organization=organization, checked_on=mentor.vetted_on, check_number="C1", result="clear",
            pledged_on=mentor.vetted_on, passed=True, valid_until=mentor.vetted_until,
        )  # fmt: skip
    return mentor


def build_pairing(child: Child, **fields: Any) -> Pairing:
    """With consent and a vetted mentor of the child's branch, which PostgreSQL asks for."""
    fields.setdefault("starts_on", date(2021, 3, 1))
    if not child.consents.in_force(on=fields["starts_on"]).exists():
        child.consents.filter(withdrawn_on=None).delete()
        build_consent(child, signed_on=min(fields["starts_on"], child.opened_on))
        child.consented_on = child.consented_on or min(fields["starts_on"], child.opened_on)
        child.save()
    mentor = fields.setdefault("mentor", fields.get("mentor") or build_mentor(child.organization))
    fields.setdefault("kind", mentor.kind)
    fields.setdefault("mentor_name", mentor.name)
    fields.setdefault("end_reason", "约定期满" if fields.get("ends_on") else "")
    fields.setdefault("contact_due_on", date(2021, 4, 1))
    fields.setdefault("meeting_due_on", date(2021, 6, 1))
    return Pairing.objects.create(child=child, organization=child.organization, **fields)


def build_incident(organization: Organization, **fields: Any) -> Incident:
    number = next(_NUMBERS)
    fields.setdefault("submission", uuid.uuid4())
    fields.setdefault("about", Incident.Whom.CHILD)
    fields.setdefault("facts", "孩子手臂上有多处旧伤")
    fields.setdefault(
        "reporter", fields.get("reporter") or build_user(f"finder{number}", Role.VILLAGE_DIRECTOR, organization)
    )
    fields.setdefault("recorded_at", timezone.now())
    fields.setdefault("due_at", fields["recorded_at"] + timedelta(hours=1))
    return Incident.objects.create(organization=organization, **fields)


def build_wish(child: Child, **fields: Any) -> ChildWish:
    fields.setdefault("year", timezone.localdate().year)
    fields.setdefault("words", "想要一个新书包")
    fields.setdefault("wished_on", timezone.localdate())
    return ChildWish.objects.create(child=child, organization=child.organization, **fields)


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
