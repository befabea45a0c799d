"""A subsidy batch on its way: checked, approved by the treasury, paid, cleared at the year's end, or sent back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from federation import audit
from federation.models import User
from federation.workdays import Calendar
from programs import ledger
from programs.loans import publishing
from programs.loans.declaring import computed, declared_rows, locked
from programs.models import Fund, LedgerAccount, SubsidyBatch
from programs.money import plain_yuan
from programs.refusing import in_words

State = SubsidyBatch.State
# Working days: the bank reports after the quarter's end, the treasury pays after complete papers (domain.md §4.2).
REPORT_WITHIN, PAY_WITHIN = 10, 5


@transaction.atomic
def check(batch: SubsidyBatch, *, on: date, by: User) -> None:
    """The total then equals the sum of the lines and the bank's list; PostgreSQL looks once more."""
    batch = locked(batch)
    _require(batch, State.CHECKED)
    if unequal := batch.lines.unequal().count():
        raise ValidationError(f"还有 {unequal} 笔对不上，请更正登记后重新比对，或退回银行")
    if changed := changed_since(batch):
        raise ValidationError(f"比对以后登记有变动（{'、'.join(changed[:5])}），请重新比对")
    batch.checked_on, batch.checked_by, batch.checked_person = on, by, by.person
    _go(batch, State.CHECKED)
    audit.record("programs.subsidy.checked", batch, by=by, total=plain_yuan(batch.bank_total_fen))


def changed_since(batch: SubsidyBatch) -> list[str]:
    """Contracts whose subsidy has become another since the list was compared."""
    rows = declared_rows(batch)
    now = computed(batch, [row.contract_number for row in rows])
    expected = {row.contract_number: row.fen for row in rows if row.fen}
    found = {number: each.worked.subsidy_fen for number, each in now.items() if each.worked.subsidy_fen}
    return sorted(number for number in expected.keys() | found.keys() if expected.get(number) != found.get(number))


@transaction.atomic
def approve(batch: SubsidyBatch, *, on: date, approval: str, today: date, by: User) -> None:
    """The treasury decides; here its paper is recorded."""
    batch = locked(batch)
    _require(batch, State.TREASURY)
    _require_day(on, since=batch.checked_on, today=today)
    batch.approved_on, batch.approval = on, approval
    batch.approved_by, batch.approved_person = by, by.person
    _go(batch, State.TREASURY)
    audit.record("programs.subsidy.approved", batch, by=by, on=f"{on:%Y-%m-%d}")


@transaction.atomic
def pay(batch: SubsidyBatch, *, on: date, voucher: str, today: date, by: User) -> None:
    batch = locked(batch)
    _require(batch, State.PAID)
    _require_day(on, since=batch.approved_on, today=today)
    if stands := publishing.obstacle(batch, on=on):
        raise ValidationError(f"还不能拨付：{stands}")
    batch.paid_on, batch.voucher = on, voucher
    batch.paid_by, batch.paid_person = by, by.person
    _go(batch, State.PAID)
    _book(batch, on=on, by=by)
    audit.record("programs.subsidy.paid", batch, by=by, on=f"{on:%Y-%m-%d}", total=plain_yuan(batch.bank_total_fen))


def _book(batch: SubsidyBatch, *, on: date, by: User) -> None:
    """The treasury pays the bank itself: in the ledger the money comes in and goes out by the same voucher."""
    fund = ledger.fund_for(organization=batch.organization, source=Fund.Source.TREASURY, programme=Fund.Programme.LOANS)
    fen, reference = batch.bank_total_fen, f"subsidy:{batch.pk}"
    if fen:
        ledger.receive(fund, fen, reference=reference, on=on, by=by, note=f"{batch.bank}{batch.of_quarter}")
        ledger.pay(fund, fen, out_of=LedgerAccount.Kind.AVAILABLE, reference=reference, on=on, by=by)


@transaction.atomic
def send_back(batch: SubsidyBatch, *, reason: str, by: User) -> None:
    batch = locked(batch)
    _require(batch, State.SENT_BACK)
    batch.sent_back_reason, batch.notice = reason, None
    _go(batch, State.SENT_BACK)
    audit.record("programs.subsidy.sent_back", batch, by=by)


@transaction.atomic
def clear_year(batch: SubsidyBatch, *, on: date, by: User) -> None:
    """All four quarters of the bank together: the year's subsidy is settled between treasuries."""
    of_year = SubsidyBatch.objects.select_for_update(of=("self",)).filter(
        organization=batch.organization, bank=batch.bank, year=batch.year
    )
    batches = list(of_year.order_by("quarter"))
    unpaid = [str(each.of_quarter) for each in batches if each.state != State.PAID]
    missing = 4 - len(batches)
    if unpaid or missing:
        words = "、".join(unpaid) + "没有拨付" if unpaid else f"还有 {missing} 个季度没有申报"
        raise ValidationError(f"四个季度都拨付了才清算：{words}")
    for each in batches:
        each.cleared_on, each.cleared_by, each.cleared_person = on, by, by.person
        _go(each, State.CLEARED)
        audit.record("programs.subsidy.cleared", each, by=by)


def waiting(user: User) -> QuerySet[SubsidyBatch]:
    """Batches whose next step is this person's."""
    return SubsidyBatch.objects.visible_to(user).waiting_for(user)


# --- deadlines -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    label: str
    on: date
    is_late: bool


def deadline(batch: SubsidyBatch, calendar: Calendar, *, on: date) -> Deadline | None:
    """What the state is measured by: the bank's report while it is the bank's turn, the payment once it is checked."""
    if batch.state in (State.SENT_BACK, State.DECLARED):
        last = calendar.last_day(after=batch.ends_on, days=REPORT_WITHIN)
        return Deadline(f"银行应在季后 {REPORT_WITHIN} 个工作日内报齐", last, last < on)
    if batch.state in (State.CHECKED, State.TREASURY) and batch.checked_on:
        last = calendar.last_day(after=batch.checked_on, days=PAY_WITHIN)
        return Deadline(f"财政应在材料齐后 {PAY_WITHIN} 个工作日内拨付", last, last < on)
    return None


# --- the walls -------------------------------------------------------------------------------------------------------


def _require(batch: SubsidyBatch, state: SubsidyBatch.State) -> None:
    if state not in SubsidyBatch.MOVES[State(batch.state)]:
        raise ValidationError(f"这一批{batch.get_state_display()}，不能改为{state.label}")


def _require_day(on: date, *, since: date | None, today: date) -> None:
    if on > today:
        raise ValidationError({"on": "还没有到这一天，办了再登记"})
    if since and on < since:
        raise ValidationError({"on": f"不能早于上一步的 {since:%Y-%m-%d}"})


def _go(batch: SubsidyBatch, state: SubsidyBatch.State) -> None:
    batch.state = state
    with in_words(SubsidyBatch), _trigger_in_words():
        batch.save()


@contextmanager
def _trigger_in_words() -> Iterator[None]:
    """What the triggers refuse carries its sentence itself."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        diag = getattr(refused.__cause__, "diag", None)
        if diag is not None and diag.constraint_name in ("subsidy_batch_moves", "subsidy_batch_adds_up"):
            raise ValidationError(diag.message_primary) from None
        raise
