"""The arithmetic of the subsidy: the two worked examples of domain.md §4.3, and an independent calculator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.loans.quarters import Quarter, quarters
from programs.loans.subsidy import Course, SubsidyTerms, interest_fen, penalty_fen, subsidy_fen, worked
from programs.money import fen_of
from programs.tests import rule_text
from programs.tests.rule_text import PlainLoan

A = SubsidyTerms("A", (Fraction(1),))
A2 = SubsidyTerms("A′", (Fraction(1), Fraction(2, 3), Fraction(1, 3)))
B = SubsidyTerms("B", (Fraction(1),), own_rate=15_000, own_words="（LPR 3% − 1.5%）")
C = SubsidyTerms("C", (Fraction(1, 2),))
TERMS = {terms.scheme: terms for terms in (A, A2, B, C)}
# 100,000 yuan for a year at 3.5%, released on 2025-04-10.
EXAMPLE = Course(C, 10_000_000, 35_000, date(2025, 4, 10), date(2026, 4, 10), date(2026, 4, 10))


def table(course: Course) -> list[tuple[int, int]]:
    """(interest, subsidy) by quarter."""
    periods = [quarter.period(20) for quarter in quarters(course.released_on, course.interest_until, 20)]
    return [(interest_fen(course, at.start, at.end), subsidy_fen(course, at.start, at.end)) for at in periods]


def test_worked_example_of_domain_4_3_under_c_and_b() -> None:
    """The first worked example: 100,000 yuan at 3.50% from 2025-04-10 for one year."""
    under_c, under_b = table(EXAMPLE), table(replace(EXAMPLE, terms=B))
    assert under_c == [(69_028, 34_514), (89_444, 44_722), (88_472, 44_236), (87_500, 43_750), (20_417, 10_208)]
    assert [subsidy for _, subsidy in under_b] == [39_444, 51_111, 50_556, 50_000, 11_667]
    assert [interest - subsidy for interest, subsidy in under_c] == [34_514, 44_722, 44_236, 43_750, 10_209]
    assert [interest - subsidy for interest, subsidy in under_b] == [29_584, 38_333, 37_916, 37_500, 8_750]
    totals = [sum(column) for column in zip(*under_c, strict=True)]
    assert (totals, sum(subsidy for _, subsidy in under_b)) == ([354_861, 177_430], 202_778)


def test_worked_example_of_domain_4_3_repaid_late() -> None:
    """25 days overdue at 5.25% cost 364.58 yuan, and no subsidy."""
    late = replace(EXAMPLE, settled_on=date(2026, 5, 5))
    assert penalty_fen(late, on=date(2026, 6, 1)) == 36_458
    assert subsidy_fen(late, date(2026, 4, 10), date(2026, 6, 20)) == 0


def test_worked_example_of_domain_4_3_under_a() -> None:
    """The second worked example: 80,000 yuan at 7.35% from 2016-03-15 for one year, the whole interest subsidised."""
    course = Course(A, 8_000_000, 73_500, date(2016, 3, 15), date(2017, 3, 15), date(2017, 3, 15))
    rows = table(course)
    assert rows == [(fen, fen) for fen in (8_167, 150_267, 150_267, 148_633, 138_833)]
    assert sum(subsidy for _, subsidy in rows) == 596_167


@pytest.mark.parametrize(
    ("numerator", "denominator", "fen"), [(25, 2, 13), (12, 1, 12), (49, 100, 0), (1, 2, 1), (0, 7, 0), (249, 100, 2)]
)
def test_rounding_is_half_up(numerator: int, denominator: int, fen: int) -> None:
    assert fen_of(numerator, denominator) == fen


def test_nothing_is_rounded_that_is_not_owed() -> None:
    with pytest.raises(ValueError, match="owed"):
        fen_of(-1, 2)


def test_rounding_happens_once_and_not_on_the_rounded_interest() -> None:
    """Interest 0.35 yuan rounds up from 0.345; half of it would be 0.18, half of the unrounded is 0.17."""
    course = Course(C, 355, 1_000_000, date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    assert interest_fen(course, date(2025, 1, 1), date(2025, 2, 5)) == 35
    assert subsidy_fen(course, date(2025, 1, 1), date(2025, 2, 5)) == 17


@pytest.mark.parametrize(
    "stopped",
    [
        replace(EXAMPLE, due_on=date(2026, 10, 10)),
        replace(EXAMPLE, misused_on=date(2025, 9, 1)),
        replace(EXAMPLE, settled_on=date(2025, 9, 1)),
        EXAMPLE,
    ],
    ids=["extension", "misuse", "payoff", "maturity"],
)
def test_no_subsidy_on_and_after_the_day_it_ends(stopped: Course) -> None:
    until = stopped.subsidised_until
    before = subsidy_fen(stopped, until - timedelta(days=1), until)
    assert (before, subsidy_fen(stopped, until, until + timedelta(days=400))) == (486, 0)


def test_worked_lines_show_balance_days_rate_and_each_change() -> None:
    course = replace(EXAMPLE, repayments=((date(2025, 5, 1), 4_000_000),), rates=((date(2025, 6, 1), 30_000),))
    found = worked(course, *_second_quarter())
    assert found.lines == [
        "2025-04-10 起 21 天（2025-05-01 不算）：100000 元 × 21 天 × 3.5% × 1/2 ÷ 360 = 102.083333… 元",
        "2025-05-01 起 31 天（2025-06-01 不算）：60000 元 × 31 天 × 3.5% × 1/2 ÷ 360 = 90.416666… 元",
        "2025-06-01 起 19 天（2025-06-20 不算）：60000 元 × 19 天 × 3% × 1/2 ÷ 360 = 47.5 元",
    ]
    assert found.sum_words == "合计应贴息 240 元，四舍五入到分为 240 元"


def test_worked_line_of_b_names_what_the_borrower_bears() -> None:
    assert worked(replace(EXAMPLE, terms=B), *_second_quarter()).lines == [
        "2025-04-10 起 71 天（2025-06-20 不算）：100000 元 × 71 天 × （3.5% − （LPR 3% − 1.5%）） ÷ 360 = 394.444444… 元"
    ]


def test_worked_line_says_why_there_is_no_subsidy() -> None:
    put_off = replace(EXAMPLE, due_on=date(2026, 10, 10))
    assert worked(put_off, date(2026, 3, 20), date(2026, 6, 20)).lines[1] == (
        "2026-04-10 起 71 天（2026-06-20 不算）：余额 100000 元，不贴息（2026-04-10 已到期，展期的日子不贴）"
    )


def _second_quarter() -> tuple[date, date]:
    period = Quarter(2025, 2).period(20)
    return period.start, period.end


@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2025, 3, 19), Quarter(2025, 1)), (date(2025, 3, 20), Quarter(2025, 2)), (date(2025, 12, 20), Quarter(2026, 1)),
     (date(2025, 12, 31), Quarter(2026, 1)), (date(2026, 1, 1), Quarter(2026, 1))],
)  # fmt: skip
def test_the_settlement_day_opens_the_next_quarter(day: date, quarter: Quarter) -> None:
    assert Quarter.holding(day, 20) == quarter
    assert day in quarter.period(20)


# --- two calculators -------------------------------------------------------------------------------------------------


def random_loan(random: Random) -> PlainLoan:
    """Every version, leap days, partial repayments, changed rates, extension, misuse and payoff, in any combination."""
    released = date(2015, 1, 1) + timedelta(days=random.randrange(4000))
    maturity = released + timedelta(days=random.randrange(60, 1096))
    days = (maturity - released).days
    fen = random.randrange(1_000_00, 400_000_00)

    def within() -> date:
        return released + timedelta(days=random.randrange(1, days))

    loan = PlainLoan(
        random.choice(sorted(TERMS)), Fraction(fen, 100), Fraction(random.randrange(0, 99_999), 10_000),
        released, maturity,
    )  # fmt: skip
    if random.random() < 0.5:
        loan.new_rates = [(day, Fraction(random.randrange(99_999), 10_000)) for day in {within(), within()}]
    if random.random() < 0.5:
        loan.repaid = [(within(), Fraction(random.randrange(1, fen // 4), 100)) for _ in range(random.randrange(1, 4))]
    if random.random() < 0.2:
        loan.extension = maturity + timedelta(days=random.randrange(1, 366))
    if random.random() < 0.2:
        loan.misuse = within()
    if random.random() < 0.3:
        loan.payoff = released + timedelta(days=random.randrange(1, days + 60))
    return loan


def as_course(loan: PlainLoan) -> Course:
    return Course(
        TERMS[loan.version], int(loan.yuan * 100), int(loan.percent * 10_000), loan.released, loan.maturity,
        loan.extension or loan.maturity, loan.payoff, loan.misuse,
        tuple(sorted((day, int(amount * 100)) for day, amount in loan.repaid)),
        tuple(sorted((day, int(rate * 10_000)) for day, rate in loan.new_rates)),
    )  # fmt: skip


def test_i7_the_second_calculator_agrees_on_ten_thousand_random_loans() -> None:
    """To the fen, for one quarter each: mostly where something happens, at times where nothing is left."""
    random = Random(20_160_315)
    subsidised = 0
    for number in range(10_000):
        loan = random_loan(random)
        course = as_course(loan)
        met = quarters(loan.released, (loan.extension or loan.maturity) + timedelta(days=100), 20)
        period = random.choice(met).period(20)
        expected = rule_text.quarter(loan, period.start, period.end)
        found = interest_fen(course, period.start, period.end), subsidy_fen(course, period.start, period.end)
        assert found == expected, (number, loan, period)
        assert found[1] <= found[0]
        subsidised += found[1] > 0
    assert subsidised > 5_000


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_i7_i8_property_every_quarter_agrees_and_no_subsidy_exceeds_its_interest(random: Random) -> None:
    """Every quarter of a loan, so that what fails shrinks to the loan that is wrong."""
    loan = random_loan(random)
    course = as_course(loan)
    for quarter in quarters(loan.released, (loan.extension or loan.maturity) + timedelta(days=100), 20):
        period = quarter.period(20)
        interest, subsidy = (
            interest_fen(course, period.start, period.end), subsidy_fen(course, period.start, period.end),
        )  # fmt: skip
        assert (interest, subsidy) == rule_text.quarter(loan, period.start, period.end)
        assert 0 <= subsidy <= interest
