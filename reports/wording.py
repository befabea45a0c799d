"""Figures in Chinese prose, as official papers write them: 2.5万名, 近50万元, 5000余名, 同比下降3.2%.

Everything is worked out from the raw value in exact fractions and rounded once, half up. Money is integer fen
whatever its unit is called; a rate is already a percentage (90.3, not 0.903).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.db.models import TextChoices

Number = int | Decimal | Fraction

MONEY_UNITS = frozenset({"fen", "分", "元"})
RATE_UNITS = frozenset({"%"})
WAN, YI = 10_000, 100_000_000
# Shown in drafts where a figure is not known; a finished text never contains it, as word() refuses.
NO_FIGURE_WORDS = "（尚无统计）"
NO_BASE_WORDS = "上年无同期数"
ZERO_BASE_WORDS = "上年同期为0"


class Wording(TextChoices):
    EXACT = "exact", "准确数"
    ABOUT_WAN = "about_wan", "以万计"
    ABOUT_YI = "about_yi", "以亿计"
    MONEY_YUAN = "money_yuan", "以元计"
    MONEY_WAN = "money_wan", "以万元计"
    MONEY_YI = "money_yi", "以亿元计"
    NEAR = "near", "近"
    OVER = "over", "余"
    PERCENT = "percent", "百分数"


class NoFigure(ValueError):
    """A blank was asked for in words; blank is not zero."""

    def __init__(self) -> None:
        super().__init__("这个数还没有统计，不能写进正文；没有统计不等于 0。")


def word(value: Number | None, unit: str, style: Wording | str, *, decimals: int = 1) -> str:
    """The value in words. `decimals` is the most that 万, 亿 and % may show; 万 and 亿 drop idle zeros."""
    amount = _known(value)
    style = Wording(style)
    if unit in RATE_UNITS or style == Wording.PERCENT:
        return f"{rounded(amount, decimals)}%"
    name, amount = _in_unit(amount, unit)
    if style in {Wording.NEAR, Wording.OVER}:
        return _approximate(amount, name, style)
    scale = _SCALES.get(style)
    if scale is None:
        places = 2 if unit in MONEY_UNITS and amount.denominator != 1 else 0
        return f"{_exact(amount, places)}{name}"
    return f"{_plain(rounded(amount / scale, decimals))}{_SCALE_NAMES[scale]}{name}"


def choose(value: Number | None, unit: str) -> Wording:
    """The style a writer would take: small and round numbers stand as they are, the others lean on a round one."""
    amount = _known(value)
    if unit in RATE_UNITS:
        return Wording.PERCENT
    _, amount = _in_unit(amount, unit)
    money = unit in MONEY_UNITS
    scale = _scale_of(amount)
    if scale == 1:
        if money or amount < 1000 or amount % 100 == 0:
            return Wording.EXACT
        return _nearest_style(amount)
    if not _is_round(amount, scale):
        return _nearest_style(amount)
    if scale == YI:
        return Wording.MONEY_YI if money else Wording.ABOUT_YI
    return Wording.MONEY_WAN if money else Wording.ABOUT_WAN


def wording_of(value: Number | None, unit: str) -> str:
    return word(value, unit, choose(value, unit))


def compare(current: Number | None, previous: Number | None, unit: str) -> str:
    """This year against last: 同比增长 or 下降; two rates differ in 百分点; no base, no percentage."""
    now = _known(current)
    if previous is None:
        return NO_BASE_WORDS
    then = _known(previous)
    if now == then:
        return "与上年持平"
    if unit in RATE_UNITS:
        # Of the rates as they are printed, so that whoever subtracts the one from the other finds this number.
        points = abs(rounded(now, 1) - rounded(then, 1))
        if not points:
            return "与上年基本持平"
        return f"比上年{'提高' if now > then else '下降'}{points}个百分点"
    if then == 0:
        return ZERO_BASE_WORDS
    if now == 2 * then:
        return "同比翻一番"
    change = rounded(abs(now - then) * 100 / then, 1)
    if not change:
        return "与上年基本持平"
    return f"同比{'增长' if now > then else '下降'}{change}%"


def rate(part: Number | None, whole: Number | None) -> Fraction | None:
    """A percentage from its two sums; without a base there is none."""
    if part is None or not whole:
        return None
    return Fraction(part) * 100 / Fraction(whole)


def shares(parts: Sequence[int]) -> list[Decimal]:
    """Percentages to one decimal that add up to exactly 100.0: the largest remainders take what is left."""
    whole = sum(parts)
    if not whole:
        return [Decimal("0.0") for _ in parts]
    tenths = [Fraction(part * 1000, whole) for part in parts]
    floors = [int(value) for value in tenths]
    order = sorted(range(len(parts)), key=lambda index: (floors[index] - tenths[index], index))
    for index in order[: 1000 - sum(floors)]:
        floors[index] += 1
    return [Decimal(floor).scaleb(-1) for floor in floors]


def rounded(value: Number, places: int) -> Decimal:
    """Half up, away from zero, from the exact value."""
    scaled = abs(Fraction(value)) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


_SCALES = {
    Wording.ABOUT_WAN: WAN,
    Wording.MONEY_WAN: WAN,
    Wording.ABOUT_YI: YI,
    Wording.MONEY_YI: YI,
}
_SCALE_NAMES = {1: "", WAN: "万", YI: "亿"}
# How far the spoken number may stand from the real one: 近 up to 5 % above it, 余 leaves up to 10 % of it unsaid.
_NEAR_FLOOR, _OVER_CEILING = Fraction(95, 100), Fraction(110, 100)


def _known(value: Number | None) -> Fraction:
    if value is None:
        raise NoFigure
    amount = Fraction(value)
    if amount < 0:
        raise ValueError("统计数不能小于 0；减少的数用“下降”来写。")
    return amount


def _in_unit(amount: Fraction, unit: str) -> tuple[str, Fraction]:
    return ("元", amount / 100) if unit in MONEY_UNITS else (unit, amount)


def _scale_of(amount: Fraction) -> int:
    if amount >= YI:
        return YI
    return WAN if amount >= WAN else 1


def _is_round(amount: Fraction, scale: int) -> bool:
    """1800万 and 2.5万 are said as they are; 49.7万 leans on 50万."""
    return amount % scale == 0 or amount == _floor_to(amount, digits=2)


def _floor_to(amount: Fraction, *, digits: int) -> Fraction:
    step = _step(amount, digits)
    return amount // step * step


def _step(amount: Fraction, digits: int) -> Fraction:
    """The weight of the last of so many leading digits."""
    exponent = len(str(int(amount))) - digits
    return Fraction(10) ** exponent


def _anchor(amount: Fraction, style: Wording) -> tuple[Fraction, int]:
    """The roundest number that 近 or 余 may lean on, and how many digits it needed."""
    if amount == 0:
        return amount, 1
    for digits in range(1, 20):
        below = _floor_to(amount, digits=digits)
        if below == amount:
            return amount, digits
        if style == Wording.OVER and amount <= below * _OVER_CEILING:
            return below, digits
        above = below + _step(amount, digits)
        if style == Wording.NEAR and amount >= above * _NEAR_FLOOR:
            return above, digits
    raise ValueError("这个数太长，不能写成约数。")


def _nearest_style(amount: Fraction) -> Wording:
    """Of 近 and 余 the one whose number is rounder; of two equally round the nearer."""
    above, above_digits = _anchor(amount, Wording.NEAR)
    below, below_digits = _anchor(amount, Wording.OVER)
    near = (above_digits, above - amount) < (below_digits, amount - below)
    return Wording.NEAR if near else Wording.OVER


def _approximate(amount: Fraction, name: str, style: Wording) -> str:
    anchor, _ = _anchor(amount, style)
    scale = _scale_of(anchor)
    number = f"{_exact(anchor / scale, 8 if scale > 1 else 2)}{_SCALE_NAMES[scale]}"
    if anchor == amount:
        return f"{number}{name}"
    return f"近{number}{name}" if style == Wording.NEAR else f"{number}余{name}"


def _exact(amount: Fraction, places: int) -> str:
    if places == 2 and amount.denominator != 1:
        return f"{rounded(amount, 2)}"
    return _plain(rounded(amount, places))


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
