import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import wording
from reports.wording import Wording, choose, compare, rate, shares, word, wording_of

counts = st.integers(min_value=0, max_value=10**12)
examples = settings(deadline=None, max_examples=100)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (25000, "名", "2.5万名"),
        (25046, "名", "2.5万余名"),
        (1_800_000_000, "fen", "1800万元"),
        (15_000_000, "fen", "15万元"),
        (49_650_000, "元", "近50万元"),
        (49_600_001, "fen", "近50万元"),
        (5123, "名", "5000余名"),
        (4980, "名", "近5000名"),
        (1000, "名", "1000名"),
        (999, "名", "999名"),
        (1001, "名", "1000余名"),
        (15, "名", "15名"),
        (10, "期", "10期"),
        (0, "件", "0件"),
        (9999, "人次", "近1万人次"),
        (99_960_000, "人", "9996万人"),
        (99_964_321, "人", "近1亿人"),
        (123_456, "人次", "12万余人次"),
        (500_000_000_000, "fen", "50亿元"),
        (12_345_670_000_000, "fen", "1200亿余元"),
        (88_050, "fen", "880.50元"),
        (Decimal("90.304"), "%", "90.3%"),
        (Fraction(62400, 691), "%", "90.3%"),
    ],
)
def test_a_figure_reads_as_a_writer_would_put_it(value: int, unit: str, text: str) -> None:
    assert wording_of(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "style", "text"),
    [
        (25046, "名", Wording.EXACT, "25046名"),
        (25049, "名", Wording.ABOUT_WAN, "2.5万名"),
        (25500, "名", Wording.ABOUT_WAN, "2.6万名"),
        (49_700_000, "fen", Wording.MONEY_WAN, "49.7万元"),
        (49_700_000, "fen", Wording.MONEY_YUAN, "497000元"),
        (12_345_678_900, "fen", Wording.MONEY_YI, "1.2亿元"),
        (105, "名", Wording.NEAR, "近110名"),
        (7, "名", Wording.OVER, "7名"),
        (0, "名", Wording.NEAR, "0名"),
        (Decimal("0.05"), "%", Wording.PERCENT, "0.1%"),
    ],
)
def test_a_named_style_is_kept(value: int, unit: str, style: Wording, text: str) -> None:
    assert word(value, unit, style) == text


def test_decimals_can_be_chosen() -> None:
    assert word(25046, "名", "about_wan", decimals=2) == "2.5万名"
    assert word(25056, "名", "about_wan", decimals=2) == "2.51万名"
    assert word(Decimal("98.145"), "%", "percent", decimals=2) == "98.15%"


def test_a_blank_is_refused_and_is_not_zero() -> None:
    with pytest.raises(wording.NoFigure, match="没有统计不等于 0"):
        word(None, "名", Wording.EXACT)
    with pytest.raises(wording.NoFigure):
        choose(None, "fen")
    with pytest.raises(wording.NoFigure):
        compare(None, 3, "件")


def test_a_negative_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="不能小于 0"):
        word(-1, "名", Wording.EXACT)


@pytest.mark.parametrize(
    ("now", "then", "unit", "text"),
    [
        (1125, 1000, "名", "同比增长12.5%"),
        (968, 1000, "名", "同比下降3.2%"),
        (1000, 1000, "名", "与上年持平"),
        (100001, 100000, "名", "与上年基本持平"),
        (2000, 1000, "名", "同比翻一番"),
        (2500, 1000, "名", "同比增长150.0%"),
        (5, 0, "名", "上年同期为0"),
        (5, None, "名", "上年无同期数"),
        (0, 5, "名", "同比下降100.0%"),
        (0, 0, "件", "与上年持平"),
        (Decimal("90.34"), Decimal("88.1"), "%", "比上年提高2.2个百分点"),
        (Decimal("88.1"), Decimal("90.34"), "%", "比上年下降2.2个百分点"),
        (Decimal("5.0"), Decimal(0), "%", "比上年提高5.0个百分点"),
        (Fraction(6346, 100), Fraction(9075, 100), "%", "比上年下降27.3个百分点"),
        (Decimal("88.11"), Decimal("88.1"), "%", "与上年基本持平"),
        (Decimal("5.0"), None, "%", "上年无同期数"),
    ],
)
def test_two_years_compared(now: int, then: int | None, unit: str, text: str) -> None:
    assert compare(now, then, unit) == text


def test_a_rate_is_rounded_once_from_its_sums() -> None:
    # 1/3 twice rounded would give 33.4 from 33.35
    assert rate(6669, 19998) == Fraction(666900, 19998)
    assert word(Fraction("33.349"), "%", Wording.PERCENT) == "33.3%"
    assert rate(3, 0) is None
    assert rate(None, 5) is None
    assert rate(0, 5) == 0


def test_shares_add_up() -> None:
    assert shares([1, 1, 1]) == [Decimal("33.4"), Decimal("33.3"), Decimal("33.3")]
    assert shares([0, 0]) == [Decimal("0.0"), Decimal("0.0")]


@examples
@given(st.lists(counts, min_size=1, max_size=12).filter(lambda parts: sum(parts) > 0))
def test_shares_always_add_up_to_a_hundred(parts: list[int]) -> None:
    assert sum(shares(parts)) == Decimal("100.0")


@examples
@given(counts)
def test_near_is_never_more_than_five_percent_above(value: int) -> None:
    spoken = spoken_number(word(value, "名", Wording.NEAR))
    assert Fraction(95, 100) * spoken <= value <= spoken


@examples
@given(counts)
def test_over_never_hides_more_than_ten_percent(value: int) -> None:
    spoken = spoken_number(word(value, "名", Wording.OVER))
    assert spoken <= value <= spoken * Fraction(110, 100)


@examples
@given(counts)
def test_the_chosen_wording_stays_close(value: int) -> None:
    spoken = spoken_number(wording_of(value, "人次"))
    assert spoken * Fraction(95, 100) <= value <= spoken * Fraction(110, 100)


@examples
@given(counts)
def test_money_is_never_lost_in_yuan(fen: int) -> None:
    assert spoken_number(word(fen, "fen", Wording.MONEY_YUAN)) * 100 == fen


@examples
@given(counts, counts)
def test_no_fall_is_written_as_negative_growth(now: int, then: int) -> None:
    text = compare(now, then, "件")
    assert "-" not in text
    assert ("增长" in text) <= (now > then)
    assert ("下降" in text) <= (now < then)


@examples
@given(st.fractions(min_value=0, max_value=1000), st.integers(min_value=0, max_value=4))
def test_rounding_moves_a_value_by_at_most_half_a_unit(value: Fraction, places: int) -> None:
    assert abs(Fraction(wording.rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)


def spoken_number(text: str) -> Fraction:
    match = re.search(r"([\d.]+)(万|亿)?", text)
    assert match is not None
    scale = {"万": 10_000, "亿": 100_000_000, None: 1}[match[2]]
    return Fraction(match[1]) * scale
