"""Eligibility in words, whatever is applied for: each rule in a sentence that says why or why not."""

from __future__ import annotations

from dataclasses import dataclass

from members.models import Woman


@dataclass(frozen=True)
class Verdict:
    """One rule on one woman: met (True), not met (False), or for a person to look into (None)."""

    met: bool | None
    words: str
    source: str = ""


def residence(woman: Woman) -> Verdict:
    if woman.left_on:
        return Verdict(False, f"档案登记她 {woman.left_on:%Y-%m-%d} 已离开本市（{woman.get_left_reason_display()}）")
    return Verdict(True, f"在{woman.organization}的名册里")
