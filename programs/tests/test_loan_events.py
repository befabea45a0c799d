"""What happens to a loan after its release: each verb, what it refuses, and what the arithmetic makes of it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from federation import audit
from federation.models import Organization, User
from members.tests.build import build_woman
from programs.loans import accounts, asking, collecting, lending, repaying
from programs.loans.terms import Rules
from programs.models import LoanEvent, LoanFollowUp, SubsidisedLoan
from programs.tests.build_welfare import YUAN, build_loan, build_loan_event, build_loan_follow_up

pytestmark = pytest.mark.usefixtures("policy", "everything")
RELEASED, MATURES, TODAY = date(2025, 4, 10), date(2026, 4, 10), date(2026, 9, 1)


@pytest.fixture
def loan(village: Organization) -> SubsidisedLoan:
    return build_loan(village, principal_fen=100_000 * YUAN, released_on=RELEASED, matures_on=MATURES)


def fresh(loan: SubsidisedLoan) -> SubsidisedLoan:
    return SubsidisedLoan.objects.get(pk=loan.pk)


def subsidies(loan: SubsidisedLoan) -> list[int]:
    course = accounts.course(fresh(loan), repaying.standing(loan), Rules.stamped(loan))
    return [row.worked.subsidy_fen for row in accounts.quarter_rows(course, on=TODAY)]


def standing(loan: SubsidisedLoan, on: date) -> accounts.Standing:
    events = repaying.standing(loan)
    found = fresh(loan)
    return accounts.standing_on(found, events, accounts.course(found, events, Rules.stamped(found)), on=on)


def repay(loan: SubsidisedLoan, by: User, on: date = date(2025, 5, 1), yuan: int = 40_000) -> LoanEvent:
    return repaying.repay_part(loan, on=on, amount_fen=yuan * YUAN, paper="", today=TODAY, by=by)


def test_the_worked_example_of_domain_4_3_comes_from_the_rows(loan: SubsidisedLoan) -> None:
    assert subsidies(loan) == [34_514, 44_722, 44_236, 43_750, 10_208]


def test_each_event_moves_the_subsidy_from_its_day_on(loan: SubsidisedLoan, township_officer: User) -> None:
    repay(loan, township_officer)
    rate = {"rate_percent": Decimal("3.0"), "paper": "", "today": TODAY, "by": township_officer}
    repaying.change_rate(loan, on=date(2025, 6, 1), **rate)
    assert subsidies(loan)[:2] == [24_000, 23_000]
    repaying.stop_for_misuse(loan, on=date(2025, 9, 1), paper="", today=TODAY, by=township_officer)
    assert subsidies(loan) == [24_000, 18_250, 0, 0, 0]
    assert [line.what for line in audit.timeline(loan)] == [
        "登记 2025-09-01 起挪用，停止贴息", "登记 2025-06-01 起年利率 3%", "登记 2025-05-01 归还本金 4 万元",
    ]  # fmt: skip


def test_a_struck_event_counts_no_more_and_stays(loan: SubsidisedLoan, township_officer: User) -> None:
    event = repay(loan, township_officer)
    strike = {"reason": "金额写错", "at": timezone.now(), "by": township_officer}
    repaying.strike_out(event, **strike)
    assert subsidies(loan)[0] == 34_514
    assert LoanEvent.objects.get().struck_reason == "金额写错"
    with pytest.raises(ValidationError, match="已经划去"):
        repaying.strike_out(event, **strike)


@pytest.mark.parametrize(
    ("on", "yuan", "words"),
    [
        (RELEASED, 1, "要晚于放款日期 2025-04-10"),
        (TODAY + timedelta(days=1), 1, "还没有到这一天"),
        (date(2025, 5, 1), 100_000, "只欠本金 10 万元。全部还清的请登记结清"),
    ],
)
def test_repayment_refuses_in_words(
    on: date, yuan: int, words: str, loan: SubsidisedLoan, township_officer: User
) -> None:
    with pytest.raises(ValidationError, match=words):
        repay(loan, township_officer, on, yuan)


def test_late_news_of_a_settled_loan_is_taken_up_to_its_end(loan: SubsidisedLoan, township_officer: User) -> None:
    lending.settle(loan, on=date(2025, 12, 1), by=township_officer)
    repay(loan, township_officer, date(2025, 5, 1))
    with pytest.raises(ValidationError, match="已在 2025-12-01 结清"):
        repay(loan, township_officer, date(2025, 12, 1))


def test_a_loan_is_not_settled_before_its_last_event(loan: SubsidisedLoan, township_officer: User) -> None:
    repay(loan, township_officer, date(2025, 5, 1))
    with pytest.raises(ValidationError, match="2025-05-01 登记过归还部分本金"):
        lending.settle(loan, on=date(2025, 5, 1), by=township_officer)


def test_a_new_rate_is_held_to_the_reference_rate_of_its_day(loan: SubsidisedLoan, township_officer: User) -> None:
    given: dict[str, Any] = {"paper": "", "today": TODAY, "by": township_officer}
    repaying.change_rate(loan, on=date(2025, 5, 19), rate_percent=Decimal("3.6"), **given)
    with pytest.raises(ValidationError, match=r"3\.6% 超过上限 3\.5%（3% 加 0\.5 个百分点）"):
        repaying.change_rate(loan, on=date(2025, 5, 20), rate_percent=Decimal("3.6"), **given)


def test_arrears_at_any_date(loan: SubsidisedLoan, township_officer: User) -> None:
    repay(loan, township_officer, date(2026, 4, 20))
    found = [standing(loan, on) for on in (date(2026, 4, 10), date(2026, 4, 11), date(2026, 5, 5))]
    assert [(each.balance_fen, each.overdue_days, each.penalty_fen) for each in found] == [
        (10_000_000, 0, 0),
        (10_000_000, 1, 1_458),
        (6_000_000, 25, 27_708),
    ]


@pytest.mark.parametrize(("on", "found"), [(MATURES, []), (date(2026, 4, 11), [60_000]), (date(2026, 7, 1), [])])
def test_list_of_arrears_goes_by_the_day(
    on: date, found: list[int], loan: SubsidisedLoan, village: Organization, township_officer: User
) -> None:
    build_loan(village, released_on=RELEASED, matures_on=MATURES, settled_on=MATURES, state="settled")
    repay(loan, township_officer)
    lending.settle(loan, on=date(2026, 7, 1), by=township_officer)
    assert [late.unpaid_fen // YUAN for late in SubsidisedLoan.objects.in_arrears(on=on)] == found


# --- compensation ----------------------------------------------------------------------------------------------------


@pytest.fixture
def overdue(loan: SubsidisedLoan, township_officer: User) -> SubsidisedLoan:
    lending.mark_overdue(loan, on=date(2026, 4, 20), by=township_officer)
    return loan


def compensated(loan: SubsidisedLoan, by: User, on: date = date(2026, 7, 10)) -> SubsidisedLoan:
    collecting.compensate(loan, on=on, amount_fen=100_000 * YUAN, paper="代偿1号", today=TODAY, by=by)
    return loan


def test_compensation_only_after_ninety_days(overdue: SubsidisedLoan, city_officer: User) -> None:
    with pytest.raises(ValidationError, match="这一天逾期 90 天，逾期超过 90 天才可代偿"):
        compensated(overdue, city_officer, date(2026, 7, 9))
    compensated(overdue, city_officer)
    assert fresh(overdue).state == "compensated"
    found = standing(overdue, date(2026, 7, 10))
    assert (found.balance_fen, found.to_recover_fen) == (0, 10_000_000)
    assert list(SubsidisedLoan.objects.in_arrears(on=TODAY)) == []


def test_recovery_to_the_last_fen_settles(overdue: SubsidisedLoan, city_officer: User) -> None:
    compensated(overdue, city_officer)
    given: dict[str, Any] = {"on": date(2026, 8, 1), "paper": "", "today": TODAY, "by": city_officer}
    with pytest.raises(ValidationError, match="还没有追回的只有 10 万元"):
        collecting.record_recovery(overdue, amount_fen=10_000_001, **given)
    collecting.record_recovery(overdue, amount_fen=9_999_999, **given)
    assert fresh(overdue).state == "recovering"
    collecting.record_recovery(overdue, amount_fen=1, **given)
    assert (fresh(overdue).state, fresh(overdue).settled_on) == ("settled", date(2026, 8, 1))


def test_the_rest_is_written_off(overdue: SubsidisedLoan, city_officer: User) -> None:
    compensated(overdue, city_officer)
    given: dict[str, Any] = {"paper": "", "today": TODAY, "by": city_officer}
    collecting.record_recovery(overdue, on=date(2026, 8, 1), amount_fen=1_000_000, **given)
    collecting.write_off(overdue, on=date(2026, 8, 20), **given)
    assert fresh(overdue).state == "written_off"
    assert LoanEvent.objects.get(kind="written_off").amount_fen == 9_000_000
    with pytest.raises(ValidationError, match="已核销"):
        collecting.record_recovery(overdue, on=date(2026, 8, 21), amount_fen=1, **given)


def test_no_step_is_skipped(loan: SubsidisedLoan, city_officer: User) -> None:
    given: dict[str, Any] = {"paper": "", "today": TODAY, "by": city_officer}
    with pytest.raises(ValidationError, match="正常，不能改记为已代偿"):
        compensated(loan, city_officer)
    with pytest.raises(ValidationError, match="代偿以后才追偿和核销"):
        collecting.write_off(loan, on=date(2026, 8, 20), **given)


@pytest.mark.parametrize(
    "wrong",
    [{"amount_fen": 0}, {"amount_fen": None}, {"kind": "rate", "amount_fen": 5}, {"kind": "rate", "rate_percent": None},
     {"kind": "misuse", "rate_percent": "3"}],
    ids=["nothing", "blank", "rate with money", "rate without", "misuse with rate"],
)  # fmt: skip
def test_postgresql_refuses_events_without_their_amount(wrong: dict[str, Any], loan: SubsidisedLoan) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        build_loan_event(loan, **wrong)


# --- visits and outcomes ---------------------------------------------------------------------------------------------


def test_three_questions_are_planned_and_move_with_the_release(village: Organization, township_officer: User) -> None:
    terms: dict[str, Any] = {
        "kind": "individual", "principal_fen": 80_000 * YUAN, "bank": "兰河农商银行", "contract_number": "A1",
        "purpose": "养蜂", "rate_percent": Decimal("3.5"), "released_on": date(2025, 8, 31), "matures_on": date(2026, 8, 31),
    }  # fmt: skip
    loan = lending.record_loan(woman=build_woman(village), by=township_officer, **terms)
    days = [date(2025, 9, 30), date(2026, 2, 28), date(2026, 8, 31)]
    assert list(loan.follow_ups.values_list("due_on", flat=True)) == days
    lending.correct_loan(loan, by=township_officer, released_on=date(2025, 9, 1))
    assert [each.due_on for each in loan.follow_ups.all()] == [date(2025, 10, 1), date(2026, 3, 1), date(2026, 9, 1)]


def test_outcome_stands_on_the_loan_and_is_asked_once(loan: SubsidisedLoan, village_director: User) -> None:
    asked = build_loan_follow_up(loan, kind="year", due_on=MATURES)
    answer: dict[str, Any] = {
        "on": date(2026, 4, 12), "jobs": 3, "month_income_fen": 450_000, "still_trading": True, "words": "",
        "today": TODAY, "by": village_director,
    }  # fmt: skip
    asking.record_outcome(asked, **answer)
    assert (fresh(loan).jobs_created, fresh(loan).still_trading) == (3, True)
    with pytest.raises(ValidationError, match="已经办过"):
        asking.record_outcome(asked, **answer)


def test_due_list_empties_and_skips_the_use_of_money_paid_back(
    loan: SubsidisedLoan, village: Organization, village_director: User
) -> None:
    seen = build_loan_follow_up(loan, due_on=date(2026, 8, 1))
    build_loan_follow_up(loan, kind="year", due_on=date(2026, 9, 2))
    paid_back = build_loan(village, state="settled", settled_on=TODAY, released_on=RELEASED, matures_on=MATURES)
    build_loan_follow_up(paid_back, due_on=date(2026, 8, 1))
    assert list(LoanFollowUp.objects.due(on=TODAY)) == [seen]
    asking.record_use(
        seen, on=date(2026, 8, 3), used_as_agreed=True, words="蜂箱都在", today=TODAY, by=village_director
    )
    assert list(LoanFollowUp.objects.due(on=TODAY)) == []


def test_an_answer_is_whole_or_not_there(loan: SubsidisedLoan) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        build_loan_follow_up(loan, kind="year", done_on=TODAY, jobs=3)
