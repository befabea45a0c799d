from __future__ import annotations

from django import template

from programs.money import plain_yuan, spoken

register = template.Library()


@register.filter
def money(fen: int | None) -> str:
    return spoken(fen)


@register.filter
def yuan(fen: int | None) -> str:
    return "" if fen is None else plain_yuan(fen)


@register.filter
def to_the_fen(fen: int | None) -> str:
    """345.10: sums in a column, all with their two decimals."""
    return "" if fen is None else f"{fen // 100}.{fen % 100:02}"
