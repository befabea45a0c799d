"""The ledger held against itself and against the case pages: what is wrong, and where, in words (reliability.md §5)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Sum

from federation import audit, scoping
from federation.models import AuditEntry, Organization
from programs.models import CareDonation, ChildAid, LedgerAccount, LedgerEntry, ReliefGrant, SubsidyBatch
from programs.money import spoken

FAULTS = {
    "unbalanced": "凭证 {place}：分录合计 {kept} 分，应为 0",
    "empty": "凭证 {place}：没有分录",
    "balance": "科目 {place}（{account}）：余额 {kept} 分，按分录应为 {counted} 分",
    "negative": "科目 {place}（{account}）：余额是负数 {kept} 分",
    "total": "全部科目合计 {kept} 分，应为 0",
    "link": "链上第 {place} 笔：摘要与内容或上一笔对不上，有人绕过平台改过账",
    "unlinked": "凭证 {place}：没有接到链上",
    "head": "链头记到第 {kept} 笔，账上有 {counted} 笔，少了或多了凭证",
}
VERIFIED = "programs.ledger.verified"
_MOST = 100
logger = logging.getLogger(__name__)


def faults() -> list[str]:
    """Empty when every sum and every link holds."""
    with scoping.everything("the whole ledger is recomputed"):
        return [*_of_the_ledger(), *_of_the_cases()]


def _of_the_ledger() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fault, place, kept, counted FROM programs_ledger_faults() LIMIT %s", [_MOST])
        found = cursor.fetchall()
    accounts = LedgerAccount.objects.select_related("fund").in_bulk([place for _, place, _, _ in found])
    for fault, place, kept, counted in found:
        account = accounts.get(place)
        name = f"{account.fund}，{account}" if account else ""
        yield FAULTS[fault].format(place=place, kept=kept, counted=counted, account=name)


def _of_the_cases() -> Iterator[str]:
    """Every yuan on a case page stands in the ledger, and none besides (I14)."""
    yield from _compared("捐赠", "donation", dict(CareDonation.objects.values_list("pk", "amount_fen")), "received")
    yield from _compared("儿童资助", "aid", dict(ChildAid.objects.values_list("pk", "amount_fen")), "paid")
    paid = ReliefGrant.objects.filter(state=ReliefGrant.State.PAID).values_list("pk", "amount_fen")
    yield from _compared("救助", "relief", dict(paid), "paid")
    subsidies = SubsidyBatch.objects.filter(state__in=[SubsidyBatch.State.PAID, SubsidyBatch.State.CLEARED])
    yield from _compared("季度贴息", "subsidy", dict(subsidies.values_list("pk", "bank_total_fen")), "paid")


def _compared(label: str, noun: str, cases: dict[int, int], kind: str) -> Iterator[str]:
    booked = booked_by_case(noun, kind)
    for pk in sorted(cases.keys() | booked.keys()):
        case, in_ledger = cases.get(pk, 0), booked.get(pk, 0)
        if case != in_ledger:
            yield f"{label} {pk}：办理页上是 {spoken(case)}，账上是 {spoken(in_ledger)}"


def booked_by_case(noun: str, kind: str) -> dict[int, int]:
    """Case -> what the ledger says of it: lines on the account that such cases end on, reversals counted back."""
    account = {"received": LedgerAccount.Kind.SOURCE, "paid": LedgerAccount.Kind.PAID}[kind]
    sign = -1 if kind == "received" else 1
    rows = (
        LedgerEntry.objects.filter(reference__startswith=f"{noun}:", lines__account__kind=account)
        .order_by()
        .values_list("reference")
        .annotate(Sum("lines__fen"))
    )
    return {int(reference.partition(":")[2]): sign * fen for reference, fen in rows if fen}


@transaction.atomic
def note() -> None:
    """The nightly check; its outcome stands in the trail and on the funds' page."""
    city = Organization.objects.filter(parent=None).order_by("path").first()
    if city is None:
        return
    found = faults()
    for line in found:
        logger.error("ledger: %s", line)
    audit.record("programs.ledger.verified", city, by=None, faults=len(found))


def last_check() -> AuditEntry | None:
    city = Organization.objects.filter(parent=None).order_by("path").first()
    return AuditEntry.objects.about(city).filter(action=VERIFIED).first() if city else None
