import pytest
from django.core.exceptions import ValidationError

from programs.money import MoneyField, plain_yuan, spoken, to_fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("80000", 8_000_000),
        ("8万元", 8_000_000),
        ("8 万", 8_000_000),
        ("1.5万元", 1_500_000),
        ("８００００元", 8_000_000),
        ("1234.50", 123_450),
        ("150,000", 15_000_000),
    ],
)
def test_money_is_read_as_offices_write_it(typed: str, fen: int) -> None:
    assert to_fen(typed) == fen


@pytest.mark.parametrize("typed", ["八万", "-1", "1.234", "8万5", "约8万", "80000美元"])
def test_what_could_be_another_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValidationError, match="正确写法：80000，或 8万元"):
        to_fen(typed)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (15_000_000, "15 万元"),
        (1_234_567, "1.234567 万元"),
        (950_000, "9500 元"),
        (123_450, "1234.5 元"),
        (180_000_000_000, "180000 万元"),
        (0, "0 元"),
    ],
)
def test_money_is_said_exactly_and_without_commas(fen: int, words: str) -> None:
    assert spoken(fen) == words


def test_a_form_shows_what_it_would_read() -> None:
    assert MoneyField().clean(MoneyField().prepare_value(15_000_050)) == 15_000_050
    assert plain_yuan(15_000_000) == "150000"
