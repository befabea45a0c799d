"""Money between people and the tables: typed in 元 or 万元, kept in fen, shown in 元 or 万元. No other way in or out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from federation.cells import CellProblem, parse_money

TEN_THOUSAND_YUAN = 1_000_000
EXAMPLE = "80000，或 8万元"


def to_fen(text: object, *, rounded: bool = False) -> int:
    """80000, 8万元, 80000.50元 and their full-width forms. Refuses in words whatever could be another amount.

    The one door to fen. `rounded=True` takes an exact product in yuan (a Decimal) at the point where a rule says to
    round, half up; Python's own rounding goes to the even neighbour.
    """
    if rounded:
        if not isinstance(text, Decimal):
            raise TypeError("only an exact product is rounded")
        return int(text.scaleb(2).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    try:
        return parse_money(text if isinstance(text, str | int | float) else str(text))
    except CellProblem as problem:
        raise ValidationError(f"{problem.reason}。正确写法：{EXAMPLE}", code="money") from None


def fen_of(numerator: int, denominator: int) -> int:
    """Whole fen of an exact product, half up: the one place where a computed amount is rounded."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("only what is owed is rounded")
    return (2 * numerator + denominator) // (2 * denominator)


def plain_yuan(fen: int) -> str:
    """150000 or 1234.5, as it stands in a form field or a table column headed 元."""
    return _trimmed(Decimal(fen).scaleb(-2))


def spoken(fen: int | None) -> str:
    """9500 元, 15 万元, 1.2345 万元; exact, without a thousands comma."""
    if fen is None:
        return ""
    if abs(fen) >= TEN_THOUSAND_YUAN:
        return f"{_trimmed(Decimal(fen).scaleb(-6))} 万元"
    return f"{plain_yuan(fen)} 元"


def bank_amount(fen: int) -> str:
    """9500.00, as banks' files write it."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02}"


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Shares that add up to the total: what whole fen leave over goes to the largest remainders, the first ones first."""
    if total < 0 or not weights or min(weights) < 0 or not any(weights):
        raise ValueError("a sum is split over weights, some of them positive")
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class MoneyField(forms.CharField):
    """A model's fen column as an office writes money."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", f"单位是元，写作 {EXAMPLE}")
        options.setdefault("max_length", 30)
        super().__init__(**options)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value: Any) -> Any:
        return plain_yuan(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return to_fen(text) if text else None
