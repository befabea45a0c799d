"""Numbers without a source are found; years, days and telephone numbers are none."""

from __future__ import annotations

import pytest

from reports.sourcing import typed_numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("全镇共99999人。", ["99999人"]),
        ("比上年提高3.2%，走访两千余名。", ["3.2%", "两千余名"]),
        ("筹资50余万元，办班３期", ["50余万", "３期"]),
        ("2026年11月25日前，拨打12338或110", []),
        ("第3期女性大讲堂，三八红旗手、五好文明家庭", []),
        ("2016—2020年规划、两个一百年", []),
    ],
)
def test_typed_numbers(text: str, found: list[str]) -> None:
    assert [each[: len(want)] for each, want in zip(typed_numbers(text), found, strict=True)] == found
