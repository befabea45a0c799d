"""Dated policy rules, looked up by the day that matters to the case."""

from datetime import date
from decimal import Decimal

from federation.models import PolicyRule
from federation.models.policy import RULE_NAMES


class NoRuleInForce(LookupError):
    """No row of the policy table covers that day; an administrator must add one with its source."""


def names(new: dict[str, str]) -> None:
    """Each app names its rules when it is loaded (in its apps.py)."""
    RULE_NAMES.update(new)


def missing(code: str, *, on: date) -> NoRuleInForce:
    name = RULE_NAMES.get(code, code)
    return NoRuleInForce(f"{on:%Y-%m-%d} 没有“{name}”的政策规则，请在系统管理里补上取值和依据。")


def rule(code: str, *, on: date) -> PolicyRule:
    found = PolicyRule.objects.in_force(code, on=on).last()
    if found is None:
        raise missing(code, on=on)
    return found


def whole_number(code: str, *, on: date) -> int:
    return int(rule(code, on=on).value)


def decimal(code: str, *, on: date) -> Decimal:
    return Decimal(rule(code, on=on).value)
