from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from federation import audit
from federation.models import Organization, PolicyRule, User
from members.tests.build import build_woman
from programs.loans import lending, terms
from programs.loans.courses import terms_of
from programs.models import SubsidisedLoan
from programs.tests.build_welfare import YUAN, build_loan
from programs.tests.conftest import add_rules

pytestmark = pytest.mark.usefixtures("policy", "everything")


@pytest.mark.parametrize(
    ("on", "yuan", "source", "verified"),
    [
        (date(2016, 6, 30), "80000", "财金〔2009〕72号", True),
        (date(2016, 7, 1), "100000", "银发〔2016〕202号", False),
        (date(2021, 1, 1), "200000", "财金〔2020〕21号", True),
        (date(2023, 10, 1), "300000", "财金〔2023〕75号", True),
    ],
)
def test_ceiling_goes_by_the_day_of_release(on: date, yuan: str, source: str, verified: bool) -> None:
    found = terms.ceiling("individual", on=on)
    assert found is not None
    assert (found.value, found.source, found.verified) == (yuan, source, verified)


def test_partnerships_have_no_total_in_some_years() -> None:
    assert terms.ceiling("partnership", on=date(2024, 1, 1)) is None


def test_rules_are_added_once() -> None:
    before = PolicyRule.objects.count()
    add_rules()
    assert PolicyRule.objects.count() == before


@pytest.mark.parametrize(
    ("on", "scheme", "shares", "own_rate"),
    [
        (date(2016, 6, 30), "A", (1,), 0),
        (date(2016, 7, 1), "A′", (1, Fraction(2, 3), Fraction(1, 3)), 0),
        (date(2023, 9, 30), "B", (1,), 19_500),
        (date(2023, 10, 1), "C", (Fraction(1, 2),), 0),
    ],
)
def test_version_goes_by_the_day_of_the_contract(
    on: date, scheme: str, shares: tuple[Fraction, ...], own_rate: int
) -> None:
    found = terms_of(terms.Rules.on_day(on))
    assert (found.scheme, found.shares, found.own_rate) == (scheme, shares, own_rate)
    assert (found.day_count, found.settlement_day, found.penalty) == (360, 20, Fraction(3, 2))


def loan_terms(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "individual", "principal_fen": 80_000 * YUAN, "bank": "兰河农商银行", "contract_number": "A1",
        "purpose": "养蜂", "rate_percent": "4.35", "released_on": date(2016, 3, 15), "matures_on": date(2017, 3, 15),
        **changed,
    }  # fmt: skip


def test_loan_is_filed_where_the_woman_lives_and_leaves_a_line(village: Organization, township_officer: User) -> None:
    loan = lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms())
    assert (loan.organization, loan.township) == (village, village.township)
    assert [line.what for line in audit.timeline(loan)] == ["登记了这笔贷款"]


def test_too_large_a_loan_is_refused_with_the_rule_and_its_source(
    village: Organization, township_officer: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms(principal_fen=80_001 * YUAN))
    assert refused.value.message_dict["principal_fen"] == [
        "8.0001 万元超过上限 8 万元。放款日 2016-03-15 施行的规则是财金〔2009〕72号"
    ]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"matures_on": date(2018, 3, 16)}, "matures_on",
         "2018-03-16 超过期限 24 个月（最晚 2018-03-15）。放款日 2016-03-15 施行的规则是财金〔2009〕72号：不超过 2 年"),
        ({"rate_percent": "7.36"}, "rate_percent",
         "7.36% 超过上限 7.35%（4.35% 加 3 个百分点）。放款日 2016-03-15 施行的规则是财金〔2009〕72号：基准利率上浮不超过 3 个百分点"),
        ({"kind": "partnership", "partners": 3, "principal_fen": 300_001 * YUAN}, "principal_fen",
         "30.0001 万元超过上限 30 万元（3 人，每人 10 万元）。放款日 2016-03-15 施行的规则是财金〔2009〕72号：合伙人均 10 万元"),
        ({"kind": "partnership", "partners": 6, "principal_fen": 500_001 * YUAN}, "principal_fen",
         "50.0001 万元超过上限 50 万元。放款日 2016-03-15 施行的规则是财金〔2009〕72号"),
        ({"kind": "partnership"}, "partners", "请填合伙人数，上限按人数算。放款日 2016-03-15"),
        ({"kind": "partnership", "partners": 1}, "partners", "合伙至少 2 人，连借款人在内"),
        ({"partners": 3}, "partners", "只有合伙贷款才填合伙人数"),
    ],
)  # fmt: skip
def test_term_rate_and_partners_are_held_to_the_rules(
    changed: dict[str, Any], field: str, words: str, village: Organization, township_officer: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms(**changed))
    assert list(refused.value.message_dict) == [field]
    assert refused.value.message_dict[field][0].startswith(words)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"released_on": date(2009, 6, 30)}, "2009-06-30 没有贴息贷款政策在施行"),
        ({"released_on": date(9999, 12, 30), "matures_on": date(9999, 12, 31)}, "年份要在 2100 年以前"),
        ({"matures_on": date(9999, 12, 31)}, "年份要在 2100 年以前"),
    ],
)
def test_days_out_of_all_policy_are_refused(
    changed: dict[str, Any], words: str, village: Organization, township_officer: User
) -> None:
    with pytest.raises(ValidationError, match=words):
        lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms(**changed))


def test_a_loan_from_before_the_policy_has_no_subsidy() -> None:
    assert terms_of(terms.Rules.on_day(date(2005, 1, 1))).shares == (0,)


def test_a_partnership_under_c_may_have_110_percent_of_the_ceilings(
    village: Organization, township_officer: User
) -> None:
    late = loan_terms(
        kind="partnership", partners=2, rate_percent="3.5", released_on=date(2025, 6, 1), matures_on=date(2028, 6, 1)
    )
    with pytest.raises(ValidationError, match=r"超过上限 66 万元（2 人个人上限 30 万元之和的 110%）"):
        lending.record_loan(woman=build_woman(village), by=township_officer, **late | {"principal_fen": 66_000_001})
    lending.record_loan(woman=build_woman(village), by=township_officer, **late | {"principal_fen": 66_000_000})


def test_a_term_to_the_day_and_a_rate_to_the_point_are_allowed(village: Organization, township_officer: User) -> None:
    edge = loan_terms(matures_on=date(2017, 3, 15), rate_percent="7.35")
    lending.record_loan(woman=build_woman(village), by=township_officer, **edge)
    longer = loan_terms(contract_number="A2", matures_on=date(2018, 3, 15), rate_percent="7.75")
    lending.record_loan(woman=build_woman(village), by=township_officer, **longer)


def test_the_rules_of_the_day_stay_with_the_loan(village: Organization, township_officer: User) -> None:
    loan = lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms())
    PolicyRule.objects.create(
        code="loan.subsidy_shares", value="1/2", valid_from=date(2016, 1, 1), valid_to=date(2016, 7, 1), source="后补"
    )
    assert terms_of(terms.Rules.stamped(loan)).shares == (1,)
    assert terms_of(terms.Rules.on_day(loan.released_on)).shares == (Fraction(1, 2),)


def test_a_corrected_day_of_release_brings_its_own_rules(village: Organization, township_officer: User) -> None:
    loan = lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms())
    later = {"released_on": date(2025, 6, 1), "matures_on": date(2026, 6, 1), "rate_percent": Decimal("3.5")}
    lending.correct_loan(loan, by=township_officer, **later)
    assert terms_of(terms.Rules.stamped(SubsidisedLoan.objects.get())).scheme == "C"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 3, 15), 24, date(2027, 3, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert terms.months_after(day, months) == later


def test_an_unverified_rule_says_so(village: Organization, township_officer: User) -> None:
    late = loan_terms(principal_fen=150_000 * YUAN, released_on=date(2017, 1, 1), matures_on=date(2018, 1, 1))
    with pytest.raises(ValidationError, match="还没有核对原文"):
        lending.record_loan(woman=build_woman(village), by=township_officer, **late)


def test_borrower_out_of_the_age_band_is_refused(village: Organization, township_officer: User) -> None:
    woman = build_woman(village, birth_on=date(1960, 1, 1))
    with pytest.raises(ValidationError, match="放款时她 56 岁，贷款对象是 18 至 55 岁"):
        lending.record_loan(woman=woman, by=township_officer, **loan_terms())


def test_a_contract_of_another_township_is_refused_in_words(
    village: Organization, other_village: Organization, township_officer: User
) -> None:
    build_loan(other_village, bank="兰河农商银行", contract_number="A1")
    with pytest.raises(ValidationError, match="这家银行的这个合同号已经登记过"):
        lending.record_loan(woman=build_woman(village), by=township_officer, **loan_terms())


@pytest.mark.parametrize(("days", "state"), [(-1, "settled_early"), (0, "settled"), (3, "settled")])
def test_settling_before_the_agreed_day_is_early(
    village: Organization, township_officer: User, days: int, state: str
) -> None:
    loan = build_loan(village)
    lending.settle(loan, on=loan.matures_on + timedelta(days=days), by=township_officer)
    assert SubsidisedLoan.objects.get(pk=loan.pk).state == state


def test_a_settled_loan_changes_no_more(village: Organization, township_officer: User) -> None:
    loan = build_loan(village)
    lending.settle(loan, on=loan.matures_on, by=township_officer)
    for change in (
        lambda: lending.settle(loan, on=loan.matures_on, by=township_officer),
        lambda: lending.extend(loan, until=loan.matures_on + timedelta(days=30), by=township_officer),
        lambda: lending.mark_overdue(loan, on=loan.matures_on + timedelta(days=30), by=township_officer),
    ):
        with pytest.raises(ValidationError, match="已在 .* 结清"):
            change()


def test_extension_keeps_the_agreed_day_and_must_be_later(village: Organization, township_officer: User) -> None:
    loan = build_loan(village)
    with pytest.raises(ValidationError, match="要晚于原来的到期日期"):
        lending.extend(loan, until=loan.matures_on, by=township_officer)
    lending.extend(loan, until=loan.matures_on + timedelta(days=90), by=township_officer)
    after = SubsidisedLoan.objects.get(pk=loan.pk)
    assert (after.state, after.matures_on) == ("extended", loan.matures_on)


def test_overdue_only_after_the_day(village: Organization, township_officer: User) -> None:
    loan = build_loan(village, released_on=timezone.localdate() - timedelta(days=366))
    with pytest.raises(ValidationError, match="还没有过"):
        lending.mark_overdue(loan, on=loan.matures_on, by=township_officer)
    lending.mark_overdue(loan, on=loan.matures_on + timedelta(days=1), by=township_officer)
    assert SubsidisedLoan.objects.get(pk=loan.pk).state == "overdue"
