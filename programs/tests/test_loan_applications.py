"""The way of a loan application: listed moves, four eyes by person, results recorded, one loan at the end of it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from federation import scoping
from federation.models import Organization, PolicyRule, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs import cycling
from programs.applications import moving
from programs.loans import applying, printing
from programs.loans.process import LOANS, State
from programs.models import Cycle, LoanApplication, LoanFollowUp, LoanPaper, SubsidisedLoan
from programs.tests.build_welfare import YUAN, build_loan, build_loan_application

pytestmark = pytest.mark.usefixtures("policy", "everything")
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = [kind for kind in LoanPaper.Kind.values if kind not in ("agreement", "staff")]
# Move -> its facts, from the recommendation of the city's federation to the money.
ONWARDS: dict[str, dict[str, Any]] = {
    "qualify": {"labour_on": date(2026, 3, 20), "labour_number": "兰人社认〔2026〕8号"},
    "guarantee": {"guarantee_on": date(2026, 3, 24), "guarantee_way": "fund", "guarantor": "兰河担保中心"},
    "bank_approve": {"bank_on": date(2026, 3, 27), "bank": "兰河农商银行", "granted_fen": 80_000 * YUAN, "granted_months": 12},
    "confirm": {"treasury_on": date(2026, 3, 30), "treasury_number": "兰财金〔2026〕3号"},
    "sign": {"signed_on": date(2026, 3, 31), "contract_number": "FN202600801", "rate_percent": 3.5},
    "release": {"released_on": date(2026, 4, 1), "matures_on": date(2027, 4, 1)},
}  # fmt: skip


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=SHANGHAI)


def draft(woman: Woman, by: User, **changed: Any) -> LoanApplication:
    facts = {
        "project": "辣椒种植", "plan": "种 20 亩，秋天卖给合作社", "use": "买苗、买肥", "amount_fen": 100_000 * YUAN,
        "own_fen": 30_000 * YUAN, "months": 24, "jobs_planned": 3, "applied_on": date(2026, 3, 10), "papers": PLAIN, **changed,
    }  # fmt: skip
    return applying.apply_for(woman=woman, by=by, at=at(3, 10), **facts)


def record(application: LoanApplication, *names: str, by: User) -> LoanApplication:
    for name in names:
        application = moving.move(application, name, by=by, at=at(4, 2), facts=ONWARDS[name])
    return application


@pytest.fixture
def woman(village: Organization) -> Woman:
    return build_woman(village, id_number=id_number(), education="70")


@pytest.fixture
def reviewed(woman: Woman, village_director: User, township_officer: User, city_officer: User) -> LoanApplication:
    application = draft(woman, village_director)
    moving.move(application, "submit", by=village_director, at=at(3, 10))
    seen = {"home_visit_on": date(2026, 3, 11)}
    moving.move(application, "recommend", by=village_director, at=at(3, 11), opinion="情况属实", facts=seen)
    moving.move(application, "check", by=township_officer, at=at(3, 13), opinion="材料齐全，同意上报")
    return moving.move(application, "review", by=city_officer, at=at(3, 17), opinion="项目可行，同意推荐")


def test_from_draft_to_the_money_and_into_the_book(reviewed: LoanApplication, woman: Woman, city_officer: User) -> None:
    done = record(reviewed, *ONWARDS, by=city_officer)
    loan = SubsidisedLoan.objects.get(woman=woman)
    assert (done.state, done.loan) == ("released", loan)
    assert (loan.principal_fen, loan.bank, loan.contract_number) == (80_000 * YUAN, "兰河农商银行", "FN202600801")
    assert (loan.purpose, loan.released_on, loan.matures_on) == ("辣椒种植", date(2026, 4, 1), date(2027, 4, 1))
    assert set(LoanFollowUp.objects.filter(loan=loan).values_list("kind", flat=True)) == {"use", "half_year", "year"}
    assert loan.rule_ids
    deciding = done.steps().filter(decides=True)
    assert list(deciding.values_list("name", flat=True)) == ["recommend", "check", "review"]


def test_released_twice_is_one_loan(reviewed: LoanApplication, city_officer: User) -> None:
    signed = record(reviewed, *list(ONWARDS)[:-1], by=city_officer)
    record(signed, "release", by=city_officer)
    with pytest.raises(ValidationError, match="现在是“已放款”，不能登记放款"):
        record(signed, "release", by=city_officer)
    assert SubsidisedLoan.objects.count() == 1


def test_who_checked_for_the_township_never_reviews_for_the_city(
    woman: Woman, village_director: User, township: Organization, city: Organization
) -> None:
    officer = build_user("zhou", Role.TOWNSHIP_OFFICER, township)
    other_account = build_user("zhou-shi", Role.CITY_OFFICER, city)
    User.objects.filter(pk=other_account.pk).update(person=officer.person)
    application = draft(woman, village_director)
    moving.move(application, "submit", by=village_director, at=at(3, 10))
    seen = {"home_visit_on": date(2026, 3, 11)}
    moving.move(application, "recommend", by=village_director, at=at(3, 11), opinion="属实", facts=seen)
    moving.move(application, "check", by=officer, at=at(3, 12), opinion="同意")
    with pytest.raises(ValidationError, match="上一道决定是您本人办的，这一道请由另一位办理"):
        moving.move(application, "review", by=other_account, at=at(3, 13), opinion="同意")


def test_who_changed_what_was_sent_in_does_not_check_it(
    woman: Woman, village_director: User, township_officer: User
) -> None:
    application = draft(woman, village_director, loan_kind="partnership", papers=[*PLAIN, "agreement"])
    applying.add_partner(application, name="何秀英", id_number=id_number(), by=village_director)
    moving.move(application, "submit", by=village_director, at=at(3, 10))
    applying.add_partner(application, name="吴兰", id_number=id_number(), by=township_officer)
    seen = {"home_visit_on": date(2026, 3, 11)}
    moving.move(application, "recommend", by=village_director, at=at(3, 11), opinion="属实", facts=seen)
    with pytest.raises(ValidationError, match="申请的内容是您本人更正的"):
        moving.move(application, "check", by=township_officer, at=at(3, 12), opinion="同意")
    with pytest.raises(ValidationError, match="不能直接更正。要改的，先“退回补正”"):
        applying.correct(application, project="别的", by=village_director, on=date(2026, 3, 12))


def test_a_state_outside_the_table_is_refused_by_postgresql(village: Organization) -> None:
    application = build_loan_application(village)
    with pytest.raises(IntegrityError, match="submitted 到 signed"), transaction.atomic():
        LoanApplication.objects.filter(pk=application.pk).update(state="signed")
    with pytest.raises(IntegrityError, match="没有办理记录"), transaction.atomic():
        LoanApplication.objects.filter(pk=application.pk).update(state="recommended")


def test_the_money_cannot_be_recorded_without_its_loan(reviewed: LoanApplication, city_officer: User) -> None:
    record(reviewed, *ONWARDS, by=city_officer)
    with pytest.raises(IntegrityError, match="loan_application_released_as_a_loan"), transaction.atomic():
        LoanApplication.objects.filter(pk=reviewed.pk).update(loan=None)


def test_the_bank_grants_no_more_than_was_asked(reviewed: LoanApplication, city_officer: User) -> None:
    record(reviewed, "qualify", "guarantee", by=city_officer)
    more = {**ONWARDS["bank_approve"], "granted_fen": 120_000 * YUAN, "granted_months": 36}
    with pytest.raises(ValidationError) as refused:
        moving.move(reviewed, "bank_approve", by=city_officer, at=at(4, 2), facts=more)
    assert set(refused.value.message_dict) == {"granted_fen", "granted_months"}


def test_a_rate_above_the_cap_is_refused_at_the_contract(reviewed: LoanApplication, city_officer: User) -> None:
    record(reviewed, "qualify", "guarantee", "bank_approve", "confirm", by=city_officer)
    facts = {**ONWARDS["sign"], "rate_percent": 5}
    with pytest.raises(ValidationError, match="5% 超过上限 3.5%"):
        moving.move(reviewed, "sign", by=city_officer, at=at(4, 2), facts=facts)


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 4, 3), "还没有到这一天"), (date(2026, 3, 10), "不能早于入户日期 2026-03-11")]
)
def test_a_result_has_come_and_not_before_the_visit(
    reviewed: LoanApplication, city_officer: User, day: date, words: str
) -> None:
    facts = {"labour_on": day, "labour_number": "兰人社认〔2026〕8号"}
    with pytest.raises(ValidationError, match=words):
        moving.move(reviewed, "qualify", by=city_officer, at=at(4, 2), facts=facts)


def test_a_wrong_contract_goes_one_step_back(reviewed: LoanApplication, city_officer: User) -> None:
    record(reviewed, *list(ONWARDS)[:-1], by=city_officer)
    moving.move(reviewed, "reopen_contract", by=city_officer, at=at(4, 2), reason="合同号少写一位")
    assert record(reviewed, "sign", "release", by=city_officer).state == "released"


def test_what_others_refused_is_recorded_with_its_reason(reviewed: LoanApplication, city_officer: User) -> None:
    facts = {"refusal_reason": "credit"}
    with pytest.raises(ValidationError, match="请写意见"):
        moving.move(reviewed, "refuse", by=city_officer, at=at(4, 2), facts=facts)
    done = moving.move(reviewed, "refuse", by=city_officer, at=at(4, 2), opinion="人社局答复：名下有逾期", facts=facts)
    assert (done.state, done.steps().last().decides) == ("refused", False)  # type: ignore[union-attr]


def test_the_township_has_ten_working_days(woman: Woman, village_director: User) -> None:
    application = draft(woman, village_director)
    moving.move(application, "submit", by=village_director, at=at(3, 10))
    seen = {"home_visit_on": date(2026, 3, 11)}
    moving.move(application, "recommend", by=village_director, at=at(3, 11), opinion="属实", facts=seen)
    assert LoanApplication.objects.get(pk=application.pk).due_on == date(2026, 3, 25)


def test_missing_papers_hold_it_up(woman: Woman, village_director: User) -> None:
    application = draft(woman, village_director, papers=PLAIN[:-2])
    with pytest.raises(ValidationError, match="还缺：就业创业证、反担保人收入证明"):
        moving.move(application, "submit", by=village_director, at=at(3, 10))


def test_only_the_city_records_what_others_decided(reviewed: LoanApplication, township_officer: User) -> None:
    with pytest.raises(PermissionDenied):
        record(reviewed, "qualify", by=township_officer)


def test_one_application_at_a_time_whatever_file_and_branch(
    woman: Woman, other_village: Organization, village_director: User, township_officer: User
) -> None:
    draft(woman, village_director)
    with pytest.raises(ValidationError, match="她还有一份贷款申请在办"):
        draft(woman, village_director)
    with pytest.raises(IntegrityError, match="one_running_loan_application_per_number"), transaction.atomic():
        build_loan_application(other_village, person_index=woman.id_index)


def test_an_unpaid_loan_anywhere_in_the_city_stands_in_the_way(
    woman: Woman, other_village: Organization, village_director: User
) -> None:
    build_loan(other_village, woman=woman, released_on=date(2025, 5, 6))
    application = draft(woman, village_director)
    with scoping.of_user(village_director):
        words = application.obstacles(on=date(2026, 3, 10))
    assert words == ["她还有贴息贷款没有还清：2025-05-06 兰河农商银行放的 8 万元，正常。还清后再申请"]


def test_three_loans_are_the_most(woman: Woman, village: Organization, village_director: User) -> None:
    for year in (2021, 2022, 2023):
        released_on = date(year, 2, 1)
        build_loan(
            village, woman=woman, released_on=released_on, settled_on=date(year + 1, 2, 1), state="settled",
        )  # fmt: skip
    assert draft(woman, village_director).obstacles(on=date(2026, 3, 10)) == ["已贷过 3 次，最多 3 次"]


def test_ceiling_and_term_are_said_with_their_fields(woman: Woman, village_director: User) -> None:
    with pytest.raises(ValidationError) as refused:
        draft(woman, village_director, amount_fen=310_000 * YUAN, months=48)
    assert refused.value.message_dict == {
        "amount_fen": ["申请 31 万元，超过个人贷款上限 30 万元"],
        "months": ["申请 48 个月，超过最长 36 个月"],
    }


def test_a_partnership_is_capped_by_its_people(woman: Woman, village_director: User) -> None:
    application = draft(
        woman, village_director, loan_kind="partnership", amount_fen=660_000 * YUAN, papers=[*PLAIN, "agreement"]
    )
    day = date(2026, 3, 10)
    assert application.obstacles(on=day) == ["合伙至少 2 人，请先登记合伙人"]
    applying.add_partner(application, name="何秀英", id_number=id_number(), by=village_director)
    assert application.obstacles(on=day) == []
    assert application.as_loan(on=day).partners == 2
    LoanApplication.objects.filter(pk=application.pk).update(amount_fen=660_001 * YUAN)
    application.refresh_from_db()
    assert [words[:22] for words in application.obstacles(on=day)] == ["申请 66.0001 万元，超过合伙贷款上限"]


def test_a_partner_does_not_borrow_twice(woman: Woman, village: Organization, village_director: User) -> None:
    owing = build_woman(village, id_number=id_number())
    build_loan(village, woman=owing)
    application = draft(woman, village_director, loan_kind="partnership")
    with pytest.raises(ValidationError, match="申请人自己的身份证号"):
        applying.add_partner(application, name=woman.name, id_number=str(woman.id_number), by=village_director)
    applying.add_partner(application, name="何秀英", id_number=str(owing.id_number), by=village_director)
    assert application.obstacles(on=date(2026, 3, 10)) == ["合伙人何秀英还有贴息贷款没有还清，还清后再申请"]


def test_the_rules_of_the_day_are_stamped_on_a_decision(reviewed: LoanApplication) -> None:
    step = reviewed.steps().get(name="review")
    PolicyRule.objects.filter(code="loan.individual_ceiling_yuan").update(value="1")
    assert step.stamps.get(code="loan.individual_ceiling_yuan").value == "300000"
    assert '"以前的贴息贷款": "没有"' in str(step.snapshot)


def test_the_printed_form_carries_the_opinions(reviewed: LoanApplication) -> None:
    said = {heading[:4]: words for heading, words, _ in printing.opinions_of(reviewed)}
    assert said["乡镇（街"] == "材料齐全，同意上报"
    assert said["市人社局"] == ""


def test_the_declaration_covers_every_state() -> None:
    assert set(LOANS.desks) | {State.RELEASED, State.REFUSED, State.WITHDRAWN} == set(State.values)


def test_a_cycle_counts_its_loans_in_totals(
    woman: Woman, village: Organization, city: Organization, village_director: User
) -> None:
    cycle = Cycle.objects.create(
        organization=city, program="loans", year=2026, name="2026 年贷款", document_number="兰妇〔2026〕6号",
        opens_on=date(2026, 3, 1), closes_on=date(2026, 3, 31), quota=2, budget_fen=200_000 * YUAN,
    )  # fmt: skip
    application = draft(woman, village_director)
    moving.move(application, "submit", by=village_director, at=at(3, 10))
    build_loan_application(village, cycle=cycle, state="signed", granted_fen=80_000 * YUAN)
    build_loan_application(village, state="signed", granted_fen=90_000 * YUAN)
    standing = cycling.standing_of(cycle, city)
    assert standing is not None
    assert (standing.applied, standing.deciding, standing.granted, standing.left) == (2, 1, 1, 1)
    assert (standing.granted_fen, standing.left_fen) == (80_000 * YUAN, 120_000 * YUAN)


def test_outside_the_window_it_stays_a_draft(woman: Woman, city: Organization, village_director: User) -> None:
    Cycle.objects.create(
        organization=city, program="loans", year=2025, name="2025 年贷款", document_number="兰妇〔2025〕6号",
        opens_on=date(2025, 3, 1), closes_on=date(2025, 12, 31),
    )  # fmt: skip
    application = draft(woman, village_director)
    with pytest.raises(ValidationError, match="“2025 年贷款”已在 2025-12-31 截止，等下一期"):
        moving.move(application, "submit", by=village_director, at=at(3, 10))
