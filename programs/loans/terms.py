"""What policy allows on the day a loan is released (domain.md §4.1): ceilings by kind, and the borrower's age."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError

from federation.models import PolicyRule
from federation.policy import NoRuleInForce, rule
from programs.money import spoken, to_fen

CEILING = "loan.{kind}_ceiling_yuan"
YOUNGEST, OLDEST = "loan.youngest_age", "loan.oldest_age"


def require(*, kind: str, principal_fen: int | None, age: int | None, on: date | None) -> None:
    """Everything that is against the terms, each at its field with the rule and its source."""
    if on is None:
        return
    problems = {
        "principal_fen": _ceiling_problem(kind, principal_fen, on) if principal_fen else "",
        "released_on": "" if age is None else _age_problem(age, on),
    }
    if found := {field: problem for field, problem in problems.items() if problem}:
        raise ValidationError(found)


def ceiling(kind: str, *, on: date) -> PolicyRule | None:
    """Partnerships have no total of their own in some years: then none is checked."""
    try:
        return rule(CEILING.format(kind=kind), on=on)
    except NoRuleInForce:
        return None


def _ceiling_problem(kind: str, principal_fen: int, on: date) -> str:
    found = ceiling(kind, on=on)
    if found is None or principal_fen <= to_fen(found.value):
        return ""
    return f"{spoken(principal_fen)}超过上限 {spoken(to_fen(found.value))}。{_source(found, on)}"


def _age_problem(age: int, on: date) -> str:
    youngest, oldest = rule(YOUNGEST, on=on), rule(OLDEST, on=on)
    if int(youngest.value) <= age <= int(oldest.value):
        return ""
    return f"放款时她 {age} 岁，贷款对象是 {youngest.value} 至 {oldest.value} 岁。{_source(oldest, on)}"


def _source(found: PolicyRule, on: date) -> str:
    doubt = "" if found.verified else "。这个取值还没有核对原文，与本地文件不符的，请系统管理员在政策规则里改正"
    return f"放款日 {on:%Y-%m-%d} 施行的规则是{found.source}{doubt}"
