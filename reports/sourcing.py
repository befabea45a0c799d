"""Numbers that somebody typed into a text: nothing stands behind them, so they are pointed out before the text is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Years, days, ordinals and telephone numbers state no figure.
_NO_FIGURE = re.compile(
    r"(?:19|20)\d\d(?:年|[-—](?:19|20)\d\d年?)|\d{1,2}月(?:\d{1,2}日)?|第\d+\w|(?<!\d)(?:110|119|120|12\d{3})(?![\d万人名件户场次期元个笔%])|〔\d+〕\d*号"
)
_TYPED = re.compile(
    r"\d+(?:\.\d+)?\s*(?:[%％]|[万亿]?(?:多|余)?[^\W\d_]?)|[一二三四五六七八九十百千万亿两]{2,}(?:多|余)?(?:人次|[人名件户场次期元个笔])"
)


def typed_numbers(text: str) -> Iterator[str]:
    """Each with its unit, as it is read: 99999人, 3.2%, 两千余名."""
    for stretch in _NO_FIGURE.split(text):
        for found in _TYPED.finditer(stretch):
            yield found[0].strip()
