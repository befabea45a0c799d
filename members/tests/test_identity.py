from datetime import date

import pytest

from members.codes import Sex
from members.identity import EXAMPLE, InvalidNationalID, NationalID, normalized


def test_examples_of_the_standard() -> None:
    assert NationalID(EXAMPLE).birth_on == date(1949, 12, 31)
    assert NationalID("440524188001010014").sex == Sex.MALE


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "'110105 19491231 002X", " 110105-19491231-002X\n"],
)
def test_one_normal_form(typed: str) -> None:
    assert NationalID(typed).text == EXAMPLE
    assert normalized(normalized(typed)) == normalized(typed)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("无", "empty"),
        ("110105491231002", "old_number"),
        ("1101051949123100", "length"),
        ("11010519491231OO2X", "characters"),
        ("99010519491231002X", "region"),
        ("110105194913310028", "date"),
        ("110105194902300028", "date"),
        ("110105194912310021", "check_digit"),
        ("1.10105E+17", "lost_precision"),
        ("110105194912310000", "lost_precision"),
    ],
)
def test_each_fault_has_its_rule_and_an_example(text: str, rule: str) -> None:
    with pytest.raises(InvalidNationalID) as refused:
        NationalID(text)
    assert refused.value.rule == rule
    assert EXAMPLE in refused.value.messages[0]


@pytest.mark.parametrize(("on", "age"), [(date(2026, 12, 30), 76), (date(2026, 12, 31), 77)])
def test_age_counts_the_birthday(on: date, age: int) -> None:
    assert NationalID(EXAMPLE).age_on(on) == age
