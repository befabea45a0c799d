"""Who may be helped by which fund, and with how much (domain.md §3): each rule in a sentence that says why or why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError

from federation import policy
from federation.models import PolicyRule
from federation.policy import rule
from members.codes import Hardship
from members.models import Woman
from programs.applications.verdicts import Verdict, residence
from programs.models import Cycle, ReliefGrant
from programs.money import spoken, to_fen
from programs.relief import lifetime

AMOUNT = "relief.lottery_grant_yuan"
HARDSHIPS = "relief.hardships"
RULES = (AMOUNT, HARDSHIPS)
# The stage that the diagnosis must show; it is stored sealed and never shown to the federation again.
DIAGNOSES = [
    ("宫颈浸润癌 ⅡB 及以上", "宫颈浸润癌 ⅡB 及以上"),
    ("浸润性乳腺癌", "浸润性乳腺癌"),
]


def lottery_grant(*, on: date) -> PolicyRule:
    return rule(AMOUNT, on=on)


def rules_in_force(*, on: date) -> list[PolicyRule]:
    found = [PolicyRule.objects.in_force(code, on=on).last() for code in RULES]
    return [each for each in found if each is not None]


def qualifying_hardships(*, on: date) -> list[Hardship]:
    """The kinds of hardship that the rule of that day names by their Chinese words."""
    try:
        named = rule(HARDSHIPS, on=on).value.split("、")
    except policy.NoRuleInForce:
        return []
    return [kind for kind in Hardship if kind.label in named]


def verdicts_on(
    woman: Woman, *, fund: str, on: date, hardship: str | None = None, besides: int | None = None
) -> Iterator[Verdict]:
    """Every rule, also those she meets: the page shows them before an application is started."""
    yield residence(woman)
    yield _identity(woman)
    yield _hardship(woman, hardship or woman.hardship, on)
    yield window_verdict(fund, on=on)
    yield from lifetime_verdicts(woman, fund=fund, besides=besides)
    if fund == ReliefGrant.Fund.LOTTERY:
        amount = lottery_grant(on=on)
        yield Verdict(True, f"这项资金每人一次 {spoken(to_fen(amount.value))}，转入本人银行卡", amount.source)
    yield Verdict(None, "病种看诊断证明：宫颈浸润癌 ⅡB 及以上，或浸润性乳腺癌。登记时照证明选，存后封存")


def obstacles_of(grant: ReliefGrant, *, on: date) -> list[str]:
    """What the rules say against an application as it stands."""
    found = verdicts_on(grant.woman, fund=grant.fund, on=grant.applied_on, hardship=grant.hardship, besides=grant.pk)
    return [verdict.words for verdict in found if verdict.met is False]


def problems_of(
    *, woman: Woman, fund: str, amount_fen: int | None, on: date, besides: int | None = None
) -> dict[str, str]:
    """Everything that speaks against the application, by field, in words."""
    found = {"fund": lifetime.earlier_help(woman, fund=fund, besides=besides)}
    if fund == ReliefGrant.Fund.LOTTERY and amount_fen is not None:
        found["amount_fen"] = _wrong_amount(amount_fen, on)
    return {field: problem for field, problem in found.items() if problem}


def require(*, woman: Woman, fund: str, amount_fen: int, on: date, besides: int | None = None) -> None:
    if found := problems_of(woman=woman, fund=fund, amount_fen=amount_fen, on=on, besides=besides):
        raise ValidationError(found)


def lifetime_verdicts(woman: Woman, *, fund: str, besides: int | None = None) -> Iterator[Verdict]:
    earlier = lifetime.earlier_help(woman, fund=fund, besides=besides)
    if earlier:
        yield Verdict(False, earlier)
    else:
        if namesake := lifetime.namesake_helped(woman, fund=fund):
            yield Verdict(None, namesake)
        yield Verdict(True, "没有领取过、也没有在办这项资金的救助（已查全市，含改名前的资金和旧证件号）")


def window_verdict(fund: str, *, on: date) -> Verdict:
    """Applications are sent in while a window is open; papers can be gathered before."""
    cycles = Cycle.objects.of_relief(fund)
    if found := cycles.open_on(on).first():
        span = f"{found.opens_on:%Y-%m-%d} 至 {found.closes_on:%Y-%m-%d}"
        return Verdict(True, f"“{found.name}”正在受理，{span}", found.document_number)
    if (coming := cycles.filter(opens_on__gt=on).last()) is not None:
        return Verdict(None, f"下一期“{coming.name}” {coming.opens_on:%Y-%m-%d} 开始受理，现在先收材料、存草稿")
    if (past := cycles.first()) is not None:
        return Verdict(None, f"“{past.name}”已在 {past.closes_on:%Y-%m-%d} 截止，等下一期；现在可以先收材料、存草稿")
    return Verdict(None, "市妇联还没有登记这项资金的受理时间，请先问市妇联")


def _identity(woman: Woman) -> Verdict:
    if woman.id_index is None:
        reason = woman.get_no_id_reason_display()
        return Verdict(False, f"档案里没有身份证号（{reason}），没法和四部门名单比对，请先补录")
    return Verdict(True, "档案里有身份证号，可以和四部门名单比对")


def _hardship(woman: Woman, hardship: str, on: date) -> Verdict:
    kinds = qualifying_hardships(on=on)
    named = "、".join(kind.label for kind in kinds)
    source = rule(HARDSHIPS, on=on).source if kinds else ""
    label = Hardship(hardship).label
    if hardship in kinds:
        return Verdict(True, f"困难类别是“{label}”，符合条件；以截止日民政、乡村振兴系统里的身份为准", source)
    return Verdict(False, f"困难类别是“{label}”，这项救助要是{named}中的一种；情况变了的，先更正档案", source)


def _wrong_amount(amount_fen: int, on: date) -> str:
    found = lottery_grant(on=on)
    if amount_fen == to_fen(found.value):
        return ""
    return f"中央专项彩票公益金每人一次 {spoken(to_fen(found.value))}，现在填的是 {spoken(amount_fen)}。依据：{found.source}"
