"""One builder for each kind of object that a route of the access matrix names.

A builder makes the object at a branch and returns the route's keyword arguments and a canary: a text that stands on
the object's pages and nowhere else. The walk runs inside `scoping.everything` while it builds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from federation import accounts, jobs
from federation.models import ExportLeave, Organization, RoleGrant, TreeChange, User
from federation.models.export_leave import closed
from federation.permissions import Role
from federation.tests.cast import build_user
from members.tests import build as people
from outreach.forms.lectures import MOST_SESSIONS
from outreach.tests import build as outreach_build
from programs.models import AccessReview, Campaign
from programs.money import plain_yuan
from programs.payments import sampling
from programs.screening import figures
from programs.tests import build as screenings
from programs.tests import build_money as money
from programs.tests import build_welfare as welfare
from tests.slow_jobs import PAPER

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Built:
    kwargs: dict[str, Any] = field(default_factory=dict)
    canary: str = ""


def number() -> int:
    """A new number, so that no two objects of a walk clash."""
    return next(_NUMBERS)


def canary(kind: str) -> str:
    return f"金丝雀{kind}{number()}号"


def build_organization(organization: Organization) -> Built:
    return Built({"pk": organization.pk}, organization.name)


def build_tree_change(organization: Organization) -> Built:
    proposer = build_user(f"proposer{number()}", Role.CITY_OFFICER, organization)
    reason = canary("调整")
    change = TreeChange.objects.create(
        kind=TreeChange.Kind.CLOSE, branch=organization, on=date(2020, 1, 1), proposed_by=proposer,
        proposed_at=timezone.now(), state=TreeChange.State.STOPPED, reason=reason,
    )  # fmt: skip
    return Built({"pk": change.pk}, reason)


def build_export_leave(organization: Organization) -> Built:
    asker = build_user(f"asker{number()}", Role.VILLAGE_DIRECTOR, organization)
    reason = canary("导出")
    leave = ExportLeave.objects.create(
        listing="members.women", title="妇女名册", query=closed(QueryDict(), listing="members.women"), form="xlsx",
        purpose="check", reason=reason, rows=201, unit="人", organization=organization, asked_by=asker,
        person=asker.person, asked_at=timezone.now(),
    )  # fmt: skip
    return Built({"pk": leave.pk}, reason)


def build_grant(organization: Organization) -> Built:
    name = canary("账号")[:40]
    user = build_user(f"holder{number()}", None, None, display_name=name)
    grant = RoleGrant.objects.create(
        user=user, organization=organization, role=Role.VILLAGE_DIRECTOR, starts_on=date(2020, 1, 1)
    )
    return Built({"pk": grant.pk}, name)


def build_invitation(organization: Organization) -> Built:
    inviter = build_user(f"inviter{number()}", Role.CITY_OFFICER, organization)
    token = accounts.invite(
        display_name="受邀人", organization=organization, role=Role.VILLAGE_DIRECTOR, by=inviter, at=timezone.now()
    )
    return Built({"token": token})


def build_job(organization: Organization) -> Built:
    """Somebody else's job: whoever asks is not its owner."""
    owner = build_user(f"owner{number()}", Role.TOWNSHIP_OFFICER, organization)
    job = jobs.enqueue(PAPER, by=owner, organization=organization, params={"mark": "", "pages": 1})
    return Built({"pk": job.pk}, jobs.label_of(PAPER))


def build_revealed(organization: Organization) -> Built:
    """A field that nobody sees before giving a reason."""
    phone = f"139{number():08}"
    woman = people.build_woman(organization, phone=phone)
    return Built({"model": "members.woman", "pk": woman.pk, "field": "phone"}, phone)


def build_woman(organization: Organization) -> Built:
    name = canary("妇女")
    return Built({"pk": people.build_woman(organization, name=name).pk}, name)


def build_household(organization: Organization) -> Built:
    name = canary("户主")
    return Built({"pk": people.build_household(organization, head_name=name).pk}, name)


def build_cadre(organization: Organization) -> Built:
    name = canary("干部")
    return Built({"pk": people.build_cadre(organization, name=name).pk}, name)


def build_appointment(organization: Organization) -> Built:
    name = canary("任职")
    return Built({"pk": people.build_appointment(people.build_cadre(organization, name=name)).pk}, name)


def build_loan(organization: Organization) -> Built:
    contract = canary("合同")
    return Built({"pk": welfare.build_loan(organization, contract_number=contract).pk}, contract)


def build_loan_application(organization: Organization) -> Built:
    project = canary("项目")
    return Built({"pk": welfare.build_loan_application(organization, project=project).pk}, project)


def build_loan_partner(organization: Organization) -> Built:
    application = welfare.build_loan_application(organization, loan_kind="partnership")
    name = canary("合伙")
    return Built({"pk": welfare.build_loan_partner(application, name=name).pk}, name)


def build_loan_in_arrears(organization: Organization) -> Built:
    contract = canary("逾期")
    today = timezone.localdate()
    days = {"released_on": today - timedelta(days=400), "matures_on": today - timedelta(days=35)}
    return Built({"pk": welfare.build_loan(organization, contract_number=contract, **days).pk}, contract)


def build_loan_event(organization: Organization) -> Built:
    loan = welfare.build_loan(organization, contract_number=canary("合同"))
    return Built({"pk": welfare.build_loan_event(loan).pk}, loan.contract_number)


def build_loan_follow_up(organization: Organization) -> Built:
    loan = welfare.build_loan(organization, contract_number=canary("合同"))
    return Built({"pk": welfare.build_loan_follow_up(loan).pk}, loan.contract_number)


def build_subsidy_batch(organization: Organization) -> Built:
    """The whole city's, whichever branch is asked for."""
    city = Organization.objects.get(path=organization.path[:5])
    bank = canary("银行")
    return Built({"pk": welfare.build_subsidy_batch(city, bank=bank).pk}, bank)


def build_relief_grant(organization: Organization) -> Built:
    """The list masks names, so an odd amount gives it away."""
    fen = 7_000_000 + number() * 101
    grant = welfare.build_relief(organization, fund="city", amount_fen=fen, diagnosed_on=timezone.localdate())
    return Built({"pk": grant.pk}, plain_yuan(fen))


def build_relief_kind(organization: Organization) -> Built:
    """The list of what waits at one's desk; it is the kind's, not an object's."""
    return Built({"kind": "relief"})


def build_relief_move(organization: Organization) -> Built:
    """The move that every member of staff may make."""
    grant = welfare.build_relief(organization)
    return Built({"kind": "relief", "pk": grant.pk, "name": "withdraw"}, grant.woman.name)


def build_relief_decision(organization: Organization) -> Built:
    opinion = canary("意见")
    return Built({"pk": welfare.build_decision(organization, opinion=opinion).pk}, opinion)


def build_relief_paid(organization: Organization) -> Built:
    fen = 7_000_000 + number() * 101
    paid_on = date(2026, 3, 3)
    grant = welfare.build_relief(organization, fund="city", amount_fen=fen, state="paid", paid_on=paid_on)
    return Built({"pk": grant.pk}, grant.woman.name)


def build_cycle(organization: Organization) -> Built:
    """The whole city's, whichever branch is asked for."""
    city = Organization.objects.get(path=organization.path[:5])
    name = canary("期次")
    return Built({"pk": welfare.build_cycle(city, name=name).pk}, name)


def build_child(organization: Organization) -> Built:
    """Open to everybody there is, so that the walk meets the file and not the page in front of it."""
    child = welfare.build_child(organization, number=canary("儿童"))
    for person in User.objects.all():
        welfare.build_access(child, person)
    return Built({"pk": child.pk}, child.number)


def build_pairing(organization: Organization) -> Built:
    child = welfare.build_child(organization, number=canary("儿童"))
    return Built({"pk": welfare.build_pairing(child).pk}, child.number)


def build_mentor(organization: Organization) -> Built:
    mentor = welfare.build_mentor(organization, name=canary("结对"))
    return Built({"pk": mentor.pk}, mentor.name)


def build_incident(organization: Organization) -> Built:
    facts = canary("侵害")
    return Built({"pk": welfare.build_incident(organization, facts=facts).pk}, facts)


def build_wish(organization: Organization) -> Built:
    wish = welfare.build_wish(welfare.build_child(organization), words=canary("心愿"))
    return Built({"pk": wish.pk}, wish.words)


def build_access(organization: Organization) -> Built:
    child = welfare.build_child(organization, number=canary("查看"))
    asker = build_user(f"child_asker{child.pk}", Role.VILLAGE_DIRECTOR, organization)
    return Built({"pk": welfare.build_access(child, asker, basis="asked").pk}, child.number)


def build_plan(organization: Organization) -> Built:
    child = welfare.build_child(organization, number=canary("儿童"))
    return Built({"pk": welfare.build_plan(child).pk}, child.number)


def build_aid(organization: Organization) -> Built:
    aid = welfare.build_aid(welfare.build_child(organization), list_number=canary("名单"))
    return Built({"pk": aid.pk}, aid.list_number)


def build_donation(organization: Organization) -> Built:
    donation = welfare.build_donation(organization, receipt_number=canary("票据"))
    return Built({"pk": donation.pk}, donation.receipt_number)


def _hands(organization: Organization) -> tuple[Organization, money.Hands]:
    """The city, whose funds pay, and four people of it."""
    city = Organization.objects.get(path=organization.path[:5])
    return city, money.hands(city, organization.township or organization)


def build_payment(organization: Organization) -> Built:
    """The list masks names, so an odd amount gives it away."""
    fen = 7_000_000 + number() * 101
    _, who = _hands(organization)
    grant = money.approved_grant(organization, fund="city", amount_fen=fen)
    return Built({"pk": money.requested(grant, who).pk}, plain_yuan(fen))


def build_payment_batch(organization: Organization) -> Built:
    city, who = _hands(organization)
    grant = money.approved_grant(organization, fund="city")
    money.build_fund(city, fen=grant.amount_fen, source="city")
    batch = money.sent([grant], who)
    return Built({"pk": batch.pk}, batch.number)


def build_bank_line(organization: Organization) -> Built:
    from programs.models import BankLine, PaymentBatch

    batch = PaymentBatch.objects.get(pk=build_payment_batch(organization).kwargs["pk"])
    _, who = _hands(organization)
    unknown = canary("业务")[:40]
    money.answered(batch, [money.answer(batch.payments.get(), bank_reference=unknown)], who)
    return Built({"pk": BankLine.objects.get(bank_reference=unknown).pk}, unknown)


def build_arrival_sample(organization: Organization) -> Built:
    """The list masks names, so an odd amount gives it away."""
    city, who = _hands(organization)
    fen = 7_000_000 + number() * 101
    grant = money.approved_grant(organization, fund="city", amount_fen=fen)
    money.build_fund(city, fen=fen, source="city")
    batch = money.sent([grant], who)
    money.answered(batch, [money.answer(batch.payments.get())], who)
    check = sampling.draw(batch, seed="1", at=money.AT, by=who.approver)
    return Built({"pk": check.samples.get().pk}, plain_yuan(fen))


def build_fund(organization: Organization) -> Built:
    purpose = canary("用途")
    fund = money.build_fund(organization, fen=100, source="donation", programme="sunflower", purpose=purpose)
    return Built({"pk": fund.pk}, purpose)


def build_campaign(organization: Organization) -> Built:
    """The whole city's, whichever branch is asked for."""
    city = Organization.objects.get(path=organization.path[:5])
    name = canary("筛查")
    return Built({"pk": screenings.build_campaign(city, name=name).pk}, name)


def build_quota_issue(organization: Organization) -> Built:
    """The whole city's document number; the lines are the townships' own."""
    document = canary("文号")[:40]
    return Built(
        {"pk": screenings.build_quota_issue(_city_campaign(organization), document_number=document).pk}, document
    )


def build_batch(organization: Organization) -> Built:
    name = canary("名单")
    campaign = screenings.build_campaign(Organization.objects.get(path=organization.path[:5]), name=canary("筛查"))
    owner = build_user(f"sender{number()}", Role.TOWNSHIP_OFFICER, organization)
    return Built({"pk": screenings.build_batch(campaign, organization, by=owner, file_name=name).pk}, name)


def build_screening_result(organization: Organization) -> Built:
    name = canary("受检")
    campaign = screenings.build_campaign(Organization.objects.get(path=organization.path[:5]), name=canary("筛查"))
    woman = people.build_woman(organization, name=name)
    return Built({"pk": screenings.build_result(campaign, woman).pk}, name)


def _city_campaign(organization: Organization) -> Campaign:
    return screenings.build_campaign(Organization.objects.get(path=organization.path[:5]), name=canary("筛查"))


def build_screening(organization: Organization) -> Built:
    woman = people.build_woman(organization, name=canary("受检"))
    screening = screenings.build_screening(_city_campaign(organization), woman, needs_contact=True)
    return Built({"pk": screening.pk}, woman.name)


def build_screening_step(organization: Organization) -> Built:
    built = build_screening(organization)
    return Built({**built.kwargs, "column": "ultrasound"}, built.canary)


def build_due_woman(organization: Organization) -> Built:
    woman = people.build_woman(organization, name=canary("该查"))
    return Built({"pk": _city_campaign(organization).pk, "woman": woman.pk}, woman.name)


def build_exclusion(organization: Organization) -> Built:
    campaign, woman = _city_campaign(organization), people.build_woman(organization, name=canary("不查"))
    by = build_user(f"excluder{number()}", Role.VILLAGE_DIRECTOR, organization)
    return Built({"pk": screenings.build_exclusion(woman, by=by).pk, "campaign": campaign.pk}, woman.name)


def build_screening_day(organization: Organization) -> Built:
    village = organization
    day = screenings.build_day(_city_campaign(village), village, place=canary("地点"))
    return Built({"pk": day.pk}, day.place)


def build_screening_appointment(organization: Organization) -> Built:
    woman = people.build_woman(organization, name=canary("预约"))
    by = build_user(f"booker{number()}", Role.VILLAGE_DIRECTOR, organization)
    day = screenings.build_day(_city_campaign(organization), organization)
    return Built({"pk": screenings.build_appointment(day, woman, by=by).pk}, woman.name)


def build_review_year(organization: Organization) -> Built:
    year = timezone.localdate().year - 1
    return Built({"year": year}, f"审计 {year} 年")


def build_access_review(organization: Organization) -> Built:
    finding, maker = canary("审计"), build_user(f"auditor{number()}", Role.AUDITOR, organization)
    review = AccessReview.objects.create(
        organization=organization, year=2000 + number() % 90, counts={}, finding=finding, made_by=maker,
        made_on=date(2026, 1, 10),
    )  # fmt: skip
    return Built({"pk": review.pk}, finding)


def build_campaign_quarter(organization: Organization) -> Built:
    return Built({"pk": _city_campaign(organization).pk, "quarter": 2})


def build_screening_return(organization: Organization) -> Built:
    """Of the whole city, whichever branch is asked for."""
    campaign = _city_campaign(organization)
    by = build_user(f"teller{number()}", Role.SCREENING_HOSPITAL, campaign.organization)
    return Built({"pk": figures.issue(campaign, 2, on=date(2016, 7, 5), by=by).pk})


def build_recall(organization: Organization) -> Built:
    woman = people.build_woman(organization, name=canary("召回"))
    return Built({"pk": screenings.build_recall(_city_campaign(organization), woman).pk}, woman.name)


def build_summary(organization: Organization) -> Built:
    """Its title is the canary; one paragraph, one frozen figure and one issued file hang on it."""
    from reports.tests.build import build_summary as built

    title = canary("总结")
    return Built({"pk": built(organization, title=title).pk}, title)


def build_summary_block(organization: Organization) -> Built:
    from reports.models import SummaryBlock
    from reports.tests.build import build_summary as built

    text = canary("段落")
    summary = built(organization, text=text)
    return Built({"pk": SummaryBlock.objects.get(summary=summary).pk}, text)


def build_figure(organization: Organization) -> Built:
    from reports.models import Figure
    from reports.tests.build import build_summary as built

    summary = built(organization, title=canary("数字"))
    return Built({"pk": Figure.objects.get(summary=summary).pk}, summary.title)


def build_summary_document(organization: Organization) -> Built:
    from reports.models import SummaryDocument
    from reports.tests.build import build_summary as built

    return Built({"pk": SummaryDocument.objects.get(summary=built(organization)).pk})


def build_figure_source(organization: Organization) -> Built:
    return Built({"pk": organization.pk, "code": "visits", "year": 2016}, organization.name)


def build_visit(organization: Organization) -> Built:
    woman = outreach_build.build_woman(organization, canary("走访"))
    by = build_user(f"visitor{number()}", Role.VILLAGE_DIRECTOR, organization)
    return Built({"pk": outreach_build.build_visit(woman, by, visited_on=timezone.localdate()).pk}, woman.name)


def build_need(organization: Organization) -> Built:
    """Of a category that the rights desk may open too; tests/test_rights_desk.py of reports asks for the others."""
    words = canary("诉求")
    woman = outreach_build.build_woman(organization)
    return Built({"pk": outreach_build.build_need(woman, words=words, category="violence").pk}, words)


def build_follow_up(organization: Organization) -> Built:
    woman = outreach_build.build_woman(organization, canary("跟进"))
    return Built({"pk": outreach_build.build_follow_up(woman).pk}, woman.name)


def build_public_notice(organization: Organization) -> Built:
    title = canary("公示")
    return Built({"pk": outreach_build.build_notice(organization, title=title).pk}, title)


def build_notice_objection(organization: Organization) -> Built:
    words = canary("异议")
    return Built(
        {"pk": outreach_build.build_objection(outreach_build.build_notice(organization), words=words).pk}, words
    )


def build_lecture(organization: Organization) -> Built:
    title, session = canary("讲堂"), number() % MOST_SESSIONS + 1
    return Built({"pk": outreach_build.build_lecture(organization, session, title=title).pk}, title)


OBJECTS: dict[str, Callable[[Organization], Built]] = {
    "bank_line": build_bank_line,
    "fund": build_fund,
    "arrival_sample": build_arrival_sample,
    "quota_issue": build_quota_issue,
    "payment": build_payment,
    "payment_batch": build_payment_batch,
    "organization": build_organization,
    "export_leave": build_export_leave,
    "tree_change": build_tree_change,
    "grant": build_grant,
    "invitation": build_invitation,
    "job": build_job,
    "revealed": build_revealed,
    "summary": build_summary,
    "summary_block": build_summary_block,
    "figure": build_figure,
    "figure_source": build_figure_source,
    "summary_document": build_summary_document,
    "visit": build_visit,
    "need": build_need,
    "follow_up": build_follow_up,
    "lecture": build_lecture,
    "public_notice": build_public_notice,
    "notice_objection": build_notice_objection,
    "woman": build_woman,
    "household": build_household,
    "cadre": build_cadre,
    "appointment": build_appointment,
    "loan": build_loan,
    "loan_application": build_loan_application,
    "loan_partner": build_loan_partner,
    "loan_in_arrears": build_loan_in_arrears,
    "loan_event": build_loan_event,
    "subsidy_batch": build_subsidy_batch,
    "loan_follow_up": build_loan_follow_up,
    "relief_grant": build_relief_grant,
    "relief_paid": build_relief_paid,
    "cycle": build_cycle,
    "relief_kind": build_relief_kind,
    "relief_move": build_relief_move,
    "relief_decision": build_relief_decision,
    "child": build_child,
    "access": build_access,
    "pairing": build_pairing,
    "plan": build_plan,
    "mentor": build_mentor,
    "wish": build_wish,
    "incident": build_incident,
    "aid": build_aid,
    "donation": build_donation,
    "campaign": build_campaign,
    "batch": build_batch,
    "screening_result": build_screening_result,
    "screening": build_screening,
    "screening_step": build_screening_step,
    "recall": build_recall,
    "campaign_quarter": build_campaign_quarter,
    "review_year": build_review_year,
    "access_review": build_access_review,
    "screening_return": build_screening_return,
    "screening_day": build_screening_day,
    "screening_appointment": build_screening_appointment,
    "due_woman": build_due_woman,
    "exclusion": build_exclusion,
}
