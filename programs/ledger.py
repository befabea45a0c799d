"""The ledger's verbs: money comes in, is granted, paid, returned, released; a mistake is reversed. Nothing else moves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from federation.periods import Period
from programs.models import Fund, LedgerAccount, LedgerEntry, LedgerLine
from programs.money import spoken

Account = LedgerAccount.Kind
Moves = Mapping[str, int]


class AlreadyBooked(ValidationError):
    """The same event was booked before: sent twice, or pressed twice."""


def key_of(*parts: object) -> UUID:
    """The same event gives the same key, and the ledger takes a key only once."""
    return UUID(bytes=hashlib.sha256("|".join(str(part) for part in parts).encode()).digest()[:16])


def fund_for(*, organization: Organization, source: str, programme: str, purpose: str = "") -> Fund:
    """The fund of that source, opened with its five accounts when money first comes in."""
    with _whole_tree():
        fund, is_new = Fund.objects.get_or_create(
            organization=organization, source=source, programme=programme, purpose=purpose
        )
        if is_new:
            for kind in Account:
                LedgerAccount.objects.create(organization=organization, fund=fund, kind=kind)
    return fund


@transaction.atomic
def post(
    fund: Fund,
    moves: Moves,
    *,
    key: UUID,
    kind: str,
    reference: str,
    on: date,
    by: User | None,
    note: str = "",
    reverses: LedgerEntry | None = None,
) -> LedgerEntry:
    """One entry. `moves` says by how much each account of the fund rises or falls; together they are nothing."""
    lines = {account: fen for account, fen in moves.items() if fen}
    if sum(lines.values()) or len(lines) < 2:
        raise ValidationError("这张凭证的分录借贷不平")
    with _whole_tree(), _in_words(fund, lines):
        entry = LedgerEntry.objects.create(
            organization=fund.organization, key=key, kind=kind, reference=reference, note=note, booked_on=on,
            made_by=by, made_at=timezone.now(), reverses=reverses,
        )  # fmt: skip
        accounts = {account.kind: account for account in LedgerAccount.objects.filter(fund=fund)}
        owner = {"organization_id": fund.organization_id, "township_id": fund.township_id}
        LedgerLine.objects.bulk_create(
            LedgerLine(entry=entry, account=accounts[account], fen=fen, **owner) for account, fen in lines.items()
        )
    return entry


@transaction.atomic
def reverse(entry: LedgerEntry, *, on: date, by: User, note: str = "") -> LedgerEntry:
    """The entry's lines the other way round, once."""
    with _whole_tree():
        lines = list(entry.lines.select_related("account__fund__organization"))
    fund = lines[0].account.fund
    moves = {line.account.kind: -line.fen for line in lines}
    return post(
        fund, moves, key=key_of("reversed", entry.key), kind=LedgerEntry.Kind.REVERSED, reference=entry.reference,
        on=on, by=by, note=note, reverses=entry,
    )  # fmt: skip


def receive(fund: Fund, fen: int, *, reference: str, on: date, by: User | None, note: str = "") -> LedgerEntry:
    moves: Moves = {Account.SOURCE: -fen, Account.AVAILABLE: fen}
    return _event(fund, moves, LedgerEntry.Kind.RECEIVED, reference, on=on, by=by, note=note)


def grant(fund: Fund, fen: int, *, reference: str, on: date, by: User, turn: object = 0) -> LedgerEntry:
    """Set aside for a payee; what is set aside cannot be promised again."""
    moves: Moves = {Account.AVAILABLE: -fen, Account.PAYABLE: fen}
    return _event(fund, moves, LedgerEntry.Kind.GRANTED, reference, on=on, by=by, turn=turn)


def pay(
    fund: Fund, fen: int, *, out_of: str = Account.PAYABLE, reference: str, on: date, by: User, turn: object = 0
) -> LedgerEntry:
    moves: Moves = {out_of: -fen, Account.PAID: fen}
    return _event(fund, moves, LedgerEntry.Kind.PAID, reference, on=on, by=by, turn=turn)


def take_back(
    fund: Fund, fen: int, *, after_payment: bool, reference: str, on: date, by: User, turn: object = 0
) -> LedgerEntry:
    """The bank sends the money back, before it arrived or after it was reported as arrived."""
    moves: Moves = {Account.PAID if after_payment else Account.PAYABLE: -fen, Account.RETURNED: fen}
    return _event(fund, moves, LedgerEntry.Kind.RETURNED, reference, on=on, by=by, turn=turn)


def release(fund: Fund, fen: int, *, out_of: str, reference: str, on: date, by: User, turn: object = 0) -> LedgerEntry:
    """Money that will not be paid to this payee may be granted again."""
    moves: Moves = {out_of: -fen, Account.AVAILABLE: fen}
    return _event(fund, moves, LedgerEntry.Kind.RELEASED, reference, on=on, by=by, turn=turn)


def _event(
    fund: Fund, moves: Moves, kind: str, reference: str, *, on: date, by: User | None, note: str = "", turn: object = 0
) -> LedgerEntry:
    """`turn` tells the second approval of a corrected payment from a replay of the first."""
    key = key_of(kind, reference, turn)
    return post(fund, moves, key=key, kind=kind, reference=reference, on=on, by=by, note=note)


@dataclass(frozen=True)
class Balances:
    """A fund in four sums. What was received equals what is left and what was granted, to the fen."""

    received: int
    granted: int
    paid: int
    left: int
    payable: int
    returned: int


def balances(fund: Fund, *, period: Period | None = None) -> Balances:
    """As they stand, or what moved within a period (`left` then is what the period added)."""
    if period is None:
        kept = LedgerAccount.objects.filter(fund=fund).values_list("kind", "balance_fen")
        return of_accounts(dict(kept))
    lines = LedgerLine.objects.filter(account__fund=fund).booked_in(period)
    return of_accounts(dict(lines.order_by().values_list("account__kind").annotate(Sum("fen"))))


def of_accounts(kept: Mapping[str, int]) -> Balances:
    payable, paid, returned = (kept.get(kind, 0) for kind in (Account.PAYABLE, Account.PAID, Account.RETURNED))
    return Balances(
        received=-kept.get(Account.SOURCE, 0),
        granted=payable + paid + returned,
        paid=paid,
        left=kept.get(Account.AVAILABLE, 0),
        payable=payable,
        returned=returned,
    )


def by_year(funds: list[Fund]) -> dict[tuple[int, int], Balances]:
    """(fund, year) -> what moved in that year, by one query for all of them."""
    rows = (
        LedgerLine.objects.filter(account__fund__in=funds)
        .order_by()
        .values_list("account__fund", "entry__booked_on__year", "account__kind")
        .annotate(Sum("fen"))
    )
    sums: dict[tuple[int, int], dict[str, int]] = {}
    for fund, year, kind, fen in rows:
        sums.setdefault((fund, year), {})[kind] = fen
    return {place: of_accounts(kept) for place, kept in sums.items()}


def lines_of(entries: list[LedgerEntry]) -> dict[int, int]:
    """Entry -> the sum it moved."""
    rising = LedgerLine.objects.filter(entry__in=entries, fen__gt=0).order_by()
    return dict(rising.values_list("entry").annotate(Sum("fen")))


def _whole_tree() -> AbstractContextManager[scoping.Scope]:
    return scoping.everything("a fund belongs to the branch above those whose people it helps")


@contextmanager
def _in_words(fund: Fund, lines: Moves) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        name = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", None)
        if name in ("programs_ledgerentry_key_key", "programs_ledgerentry_reverses_id_key"):
            raise AlreadyBooked("这件事已经记过账，没有重复记") from None
        if name == "fund_never_negative":
            raise ValidationError(_shortage(fund, lines)) from None
        raise


def _shortage(fund: Fund, lines: Moves) -> str:
    kept = dict(LedgerAccount.objects.filter(fund=fund).values_list("kind", "balance_fen"))
    for account, fen in lines.items():
        if kept.get(account, 0) + fen < 0:
            return f"“{fund}”{Account(account).label}只有 {spoken(kept.get(account, 0))}，这次要用 {spoken(-fen)}"
    return f"“{fund}”的结余不够"
