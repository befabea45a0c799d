"""Dated policy rules, looked up by the day that matters to the case."""

from datetime import date
from decimal import Decimal

from federation.models import PolicyRule


class NoRuleInForce(LookupError):
    """No row of the policy table covers that day; an administrator must add one with its source."""


def rule(code: str, *, on: date) -> PolicyRule:
    found = PolicyRule.objects.in_force(code, on=on).last()
    if found is None:
        raise NoRuleInForce(f"{on:%Y-%m-%d} 没有“{code}”的政策规则，请在系统管理里补上取值和依据。")
    return found


def whole_number(code: str, *, on: date) -> int:
    return int(rule(code, on=on).value)


def decimal(code: str, *, on: date) -> Decimal:
    return Decimal(rule(code, on=on).value)
