"""Tokens in a text: {screened_women|about_wan} is a figure in words, {year} a plain word; and how they read while editing.

People write {两癌筛查人数：以万计}; stored is the code, so that a label may be reworded without touching old texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.indicators import BY_LABEL, INDICATORS
from reports.wording import Wording

TOKEN = re.compile(r"\{([^{}|：:]+)(?:[|：:]([^{}]+))?\}")
COMPARE = "compare"
WORDS = {"year": "年度", "branch": "单位", "area": "辖区", "span": "时段", "end": "期末"}
STYLES: dict[str, str] = {style.value: str(style.label) for style in Wording} | {COMPARE: "与上年比"}
_CODES_OF_WORDS = {label: code for code, label in WORDS.items()}
_CODES_OF_STYLES = {label: code for code, label in STYLES.items()}


class UnknownTokens(ValueError):
    """Names in braces that are no figure; `names` as they were typed."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        listed = "、".join(f"{{{name}}}" for name in names)
        super().__init__(
            f"没有这样的数字：{listed}。请从“可用的数字”里选，例如 {{两癌筛查人数}} 或 {{两癌筛查人数：以万计}}。"
        )


@dataclass(frozen=True)
class Token:
    code: str
    style: str = ""

    @property
    def is_word(self) -> bool:
        return self.code in WORDS


def codes_in(text: str) -> set[str]:
    """Codes of the figures that a stored text names."""
    return {match[1] for match in TOKEN.finditer(text)} - set(WORDS)


def for_editing(text: str) -> str:
    return TOKEN.sub(lambda match: _shown(match[1], match[2] or ""), text)


def _shown(code: str, style: str) -> str:
    name = WORDS.get(code) or (INDICATORS[code].label if code in INDICATORS else code)
    return f"{{{name}：{STYLES[style]}}}" if style in STYLES else f"{{{name}}}"


def for_storing(text: str) -> str:
    """What was typed, with codes. All unknown names are told at once."""
    unknown: list[str] = []

    def coded(match: re.Match[str]) -> str:
        name, style = match[1].strip(), (match[2] or "").strip()
        code = _CODES_OF_WORDS.get(name) or (BY_LABEL[name].code if name in BY_LABEL else "")
        if not code or (style and style not in _CODES_OF_STYLES):
            unknown.append(match[0][1:-1])
            return match[0]
        return f"{{{code}|{_CODES_OF_STYLES[style]}}}" if style else f"{{{code}}}"

    stored = TOKEN.sub(coded, text)
    if unknown:
        raise UnknownTokens(unknown)
    return stored
