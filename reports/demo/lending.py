"""What became of the loans of the current years, and the banks' quarterly lists. Drawn from a chance of its own, so that
nothing else of the demo city moves when this part changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from federation.models import PolicyRule, User
from programs.loans import asking, declaring, paying
from programs.loans.courses import courses_of
from programs.loans.declaring import Declared
from programs.loans.quarters import Quarter, settlement_day
from programs.loans.subsidy import interest_fen, subsidy_fen
from programs.loans.terms import Rules, months_after
from programs.models import LoanEvent, LoanFollowUp, SubsidisedLoan, SubsidyBatch
from reports.demo.stage import SAMPLE_YEAR, Stage

WAN = 1_000_000
_SEED = 20_160_315
# How the loans of the year before last's end went that did not go as agreed, in the order they were released.
_TROUBLE = ("extended", "overdue", "overdue", "compensated", "recovering", "written_off")
State, Kind = SubsidisedLoan.State, LoanEvent.Kind


def fill_courses(stage: Stage, loans: list[SubsidisedLoan]) -> None:
    """Rules on every loan; events and follow-ups on those of the latest two years."""
    book = _RuleBook()
    for loan in loans:
        loan.rule_ids = book.on_day(loan.released_on).ids()
    latest = sorted(
        (loan for loan in loans if loan.released_on.year > SAMPLE_YEAR), key=lambda loan: (loan.released_on, loan.pk)
    )
    fate = _Fates(stage, Random(_SEED))
    troubled = [loan for loan in latest if months_after(loan.released_on, 12) + timedelta(days=170) <= stage.on]
    for loan, trouble in zip(troubled, _TROUBLE, strict=False):
        fate.go_wrong(loan, trouble)
    for loan in latest:
        if loan.state == State.NORMAL:
            fate.go_on(loan)
        fate.follow_up(loan, book.on_day(loan.released_on))
    fields = ["rule_ids", "state", "matures_on", "extended_until", "settled_on", "jobs_created", "still_trading"]
    SubsidisedLoan.objects.bulk_update(loans, fields, batch_size=500)
    LoanEvent.objects.bulk_create(fate.events)
    LoanFollowUp.objects.bulk_create(fate.follow_ups)


class _RuleBook:
    def __init__(self) -> None:
        self._rows = list(PolicyRule.objects.filter(code__startswith="loan."))

    def on_day(self, on: date) -> Rules:
        rows = [row for row in self._rows if (row.valid_from or on) <= on and not (row.valid_to and row.valid_to <= on)]
        return Rules(on, {row.code: row for row in rows})


class _Fates:
    def __init__(self, stage: Stage, random: Random) -> None:
        self.stage, self.random = stage, random
        self.officer = User.objects.get(username="shifulian")
        self.events: list[LoanEvent] = []
        self.follow_ups: list[LoanFollowUp] = []

    def happened(self, loan: SubsidisedLoan, kind: LoanEvent.Kind, on: date, **values: object) -> None:
        if on <= self.stage.on:
            filed = {"organization": loan.organization, "township_id": loan.township_id, "recorded_by": self.officer}
            self.events.append(LoanEvent(loan=loan, kind=kind, on=on, **filed, **values))

    def go_wrong(self, loan: SubsidisedLoan, trouble: str) -> None:
        """Lent for one year only, and not paid back on the day."""
        loan.matures_on = months_after(loan.released_on, 12)
        loan.state = State(trouble)
        if trouble == State.EXTENDED:
            loan.extended_until = self.stage.on + timedelta(days=60)
        if trouble in (State.EXTENDED, State.OVERDUE):
            return
        paid = loan.principal_fen
        self.happened(loan, Kind.COMPENSATED, loan.matures_on + timedelta(days=95), amount_fen=paid, paper="兰担代偿")
        if trouble == State.COMPENSATED:
            return
        back = paid // 4
        self.happened(loan, Kind.RECOVERED, loan.matures_on + timedelta(days=125), amount_fen=back, paper="兰担追偿")
        if trouble == State.WRITTEN_OFF:
            rest = paid - back
            self.happened(
                loan, Kind.WRITTEN_OFF, loan.matures_on + timedelta(days=160), amount_fen=rest, paper="兰财核销"
            )

    def go_on(self, loan: SubsidisedLoan) -> None:
        days = (self.stage.on - loan.released_on).days
        chance = self.random.random()
        if days < 70:
            return
        on = loan.released_on + timedelta(days=self.random.randrange(40, days - 20))
        if chance < 0.25:
            self.happened(
                loan, Kind.REPAYMENT, on, amount_fen=self.random.choice((1, 2, 3, 5)) * WAN, paper="银行还款回单"
            )
        elif chance < 0.35:
            self.happened(loan, Kind.RATE, on, rate_percent=Decimal("3.3"), paper="银行调息通知")
        elif chance < 0.37:
            self.happened(loan, Kind.MISUSE, on, paper="走访记录")
        elif chance < 0.45:
            loan.state, loan.settled_on = State.SETTLED_EARLY, on

    def follow_up(self, loan: SubsidisedLoan, rules: Rules) -> None:
        for planned in asking.follow_ups_of(loan, rules):
            done_on = planned.due_on + timedelta(days=self.random.randrange(-5, 12))
            long_ago = done_on < self.stage.on - timedelta(days=75)
            if done_on <= self.stage.on and (self.random.random() < 0.75 or long_ago):
                self._answer(planned, done_on)
            self.follow_ups.append(planned)

    def _answer(self, asked: LoanFollowUp, on: date) -> None:
        asked.done_on, asked.done_by_id = on, self.stage.directors[asked.organization_id]
        if asked.kind == LoanFollowUp.Kind.USE:
            asked.used_as_agreed = self.random.random() < 0.97
            return
        asked.jobs = self.random.randrange(1, 6)
        asked.month_income_fen = self.random.randrange(25, 120) * 10_000
        asked.still_trading = self.random.random() < 0.95
        asked.loan.jobs_created = asked.jobs
        if asked.kind == LoanFollowUp.Kind.YEAR:
            asked.loan.still_trading = asked.still_trading


# --- the banks' lists ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Desks:
    maker: User
    checker: User
    payer: User

    @classmethod
    def of_demo(cls) -> _Desks:
        return cls(*(User.objects.get(username=name) for name in ("shifulian", "fuhe", "caiwu")))


def fill_batches(stage: Stage) -> None:
    """Every quarter since the latest loans began: the older ones paid, of the newest one each bank at another desk."""
    desks, day = _Desks.of_demo(), settlement_day(on=stage.on)
    latest = Quarter.settled_before(stage.on, day)
    banks = sorted(declaring.banks(stage.city))
    quarter = Quarter(stage.on.year - 1, 1)
    while quarter < latest:
        for bank in banks:
            _to_payment(_declared(stage, quarter, bank, desks), desks, quarter.settles_on(day))
        quarter = quarter.after
    if banks:
        _clear(stage, banks[0], desks)
    ends_on = latest.settles_on(day)
    for bank, leave in zip(banks, (_with_faults, _checked, _sent_back), strict=False):
        leave(stage, latest, bank, desks, min(ends_on + timedelta(days=12), stage.on))


def _rows(stage: Stage, quarter: Quarter, bank: str) -> list[Declared]:
    """As an honest bank would declare."""
    period = quarter.period(settlement_day(on=stage.on))
    loans = SubsidisedLoan.objects.within(stage.city).filter(declaring.running_in(period.start, period.end), bank=bank)
    numbers = dict(loans.values_list("pk", "contract_number"))
    found = [
        (numbers[pk], subsidy_fen(course, period.start, period.end), interest_fen(course, period.start, period.end))
        for pk, course in courses_of(loans)
    ]
    due = sorted(row for row in found if row[1])
    return [Declared(place, number, fen, interest) for place, (number, fen, interest) in enumerate(due, start=2)]


def _declared(
    stage: Stage, quarter: Quarter, bank: str, desks: _Desks, rows: list[Declared] | None = None
) -> SubsidyBatch:
    rows = _rows(stage, quarter, bank) if rows is None else rows
    day = min(quarter.settles_on(settlement_day(on=stage.on)) + timedelta(days=8), stage.on)
    return declaring.take(
        organization=stage.city, quarter=quarter, bank=bank, rows=rows, bank_total_fen=sum(row.fen for row in rows),
        file_name=f"{quarter}贴息申报.xlsx", today=day, by=desks.maker,
    )  # fmt: skip


def _to_payment(batch: SubsidyBatch, desks: _Desks, ended_on: date) -> None:
    on = ended_on + timedelta(days=11)
    paying.check(batch, on=on, by=desks.checker)
    number = f"{batch.year}{batch.quarter}{batch.pk:03}"
    paying.approve(
        batch, on=on + timedelta(days=2), approval=f"兰财金审{number}", today=on + timedelta(days=2), by=desks.payer
    )
    paying.pay(batch, on=on + timedelta(days=4), voucher=f"GK{number}", today=on + timedelta(days=4), by=desks.payer)


def _clear(stage: Stage, bank: str, desks: _Desks) -> None:
    of_year = SubsidyBatch.objects.within(stage.city).filter(bank=bank, year=stage.on.year - 1)
    if of_year.count() == 4:
        paying.clear_year(of_year[0], on=date(stage.on.year, 1, 20), by=desks.checker)


def _with_faults(stage: Stage, quarter: Quarter, bank: str, desks: _Desks, on: date) -> None:
    """One fen too much, one contract left out, one contract nobody knows."""
    rows = _rows(stage, quarter, bank)
    if len(rows) > 3:
        first, wrong = rows[0], Declared(90, f"FN{quarter.year}99999", 21_875, 43_750)
        rows = [Declared(first.row, first.contract_number, first.fen + 1, first.interest_fen), *rows[2:], wrong]
    _declared(stage, quarter, bank, desks, rows)


def _checked(stage: Stage, quarter: Quarter, bank: str, desks: _Desks, on: date) -> None:
    paying.check(_declared(stage, quarter, bank, desks), on=on, by=desks.checker)


def _sent_back(stage: Stage, quarter: Quarter, bank: str, desks: _Desks, on: date) -> None:
    batch = _declared(stage, quarter, bank, desks, _rows(stage, quarter, bank)[2:])
    paying.send_back(batch, reason="漏报 2 笔，请对照核对明细补报", by=desks.checker)
