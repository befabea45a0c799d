"""A bank's list for a quarter: read, added up, and compared line by line with what the registered loans come to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from federation import audit
from federation.cells import Cell, CellProblem, parse_money, parse_text
from federation.models import Organization, User
from federation.sealed import masked_name
from federation.spreadsheets.columns import Column, Layout
from federation.spreadsheets.problems import SheetProblem, shown
from federation.spreadsheets.reading import Sheet, read_sheet
from programs.loans.courses import courses_of
from programs.loans.quarters import Quarter, settlement_day
from programs.loans.subsidy import Worked, worked
from programs.models import SubsidisedLoan, SubsidyBatch, SubsidyLine
from programs.money import plain_yuan
from programs.refusing import in_words

Verdict, State = SubsidyLine.Verdict, SubsidyBatch.State
MOST_ROWS = 20_000
MOST_TOLD = 20
LAYOUT = Layout(
    "贴息申报清单",
    (
        Column("contract", "合同号", ("借款合同号", "贷款合同号", "合同编号"), required=True, example="FN202600018", width=18),
        Column("borrower", "借款人", ("姓名", "借款人姓名"), hint="只供核对，平台不用", example="张小兰"),
        Column(
            "declared", "申报贴息（元）", ("应贴息", "贴息金额", "本季贴息", "申请贴息"), required=True, example="345.14",
            hint="到分，不贴的写 0",
        ),
        Column(
            "interest", "本季实收利息（元）", ("实收利息", "已收利息", "利息"), example="690.28",
            hint="没有这一列的，按登记的利率和天数核算",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """One row of the list."""

    row: int
    contract_number: str
    fen: int
    interest_fen: int | None


@dataclass(frozen=True)
class Computed:
    loan: SubsidisedLoan
    worked: Worked


def declare(
    *,
    organization: Organization,
    quarter: Quarter,
    bank: str,
    file_name: str,
    content: bytes,
    bank_total_fen: int,
    today: date,
    by: User,
) -> SubsidyBatch:
    """Read a list and take it. `BadFile` passes through in its own words."""
    rows = read_list(read_sheet(content, LAYOUT, most_rows=MOST_ROWS))
    sha256 = hashlib.sha256(content).hexdigest()
    return take(
        organization=organization, quarter=quarter, bank=bank, rows=rows, bank_total_fen=bank_total_fen,
        file_name=file_name, file_sha256=sha256, today=today, by=by,
    )  # fmt: skip


@transaction.atomic
def take(
    *,
    organization: Organization,
    quarter: Quarter,
    bank: str,
    rows: list[Declared],
    bank_total_fen: int,
    today: date,
    by: User,
    file_name: str = "",
    file_sha256: str = "",
) -> SubsidyBatch:
    """A new batch, or a new list for one that is not checked yet."""
    period = quarter.period(settlement_day(on=today))
    if period.end > today:
        raise ValidationError({"quarter": f"{quarter}到 {period.end:%Y-%m-%d} 才结束，结束后再申报"})
    total = sum(row.fen for row in rows)
    if total != bank_total_fen:
        words = (
            f"清单逐笔相加是 {plain_yuan(total)} 元，这里填的是 {plain_yuan(bank_total_fen)} 元，请对照银行盖章的合计"
        )
        raise ValidationError({"bank_total_fen": words})
    batch = _open(organization, quarter, bank)
    batch.starts_on, batch.ends_on, batch.bank_total_fen = period.start, period.end, bank_total_fen
    batch.file_name, batch.file_sha256 = file_name[-200:], file_sha256
    batch.declared_on, batch.declared_by, batch.declared_person = today, by, by.person
    batch.state = State.DECLARED
    with in_words(SubsidyBatch):
        batch.save()
    _compare(batch, rows)
    audit.record("programs.subsidy.declared", batch, by=by, lines=len(rows), total=plain_yuan(total))
    return batch


def _open(organization: Organization, quarter: Quarter, bank: str) -> SubsidyBatch:
    known = (
        SubsidyBatch.objects.select_for_update(of=("self",)).of(quarter).filter(organization=organization, bank=bank)
    )
    batch = known.first()
    if batch is None:
        return SubsidyBatch(organization=organization, year=quarter.year, quarter=quarter.number, bank=bank)
    if not batch.may_be_declared_again():
        raise ValidationError(f"{batch}{batch.get_state_display()}，要改清单请先退回银行")
    batch.checked_by = batch.checked_person = batch.checked_on = None
    batch.approved_by = batch.approved_person = batch.approved_on = None
    batch.approval = ""
    return batch


@transaction.atomic
def compare_again(batch: SubsidyBatch, *, by: User) -> None:
    """After a loan's record was put right: the same list against the loans as they stand now."""
    batch = locked(batch)
    if batch.state != State.DECLARED:
        raise ValidationError(f"这一批{batch.get_state_display()}，不再比对")
    _compare(batch, declared_rows(batch))
    audit.record("programs.subsidy.compared", batch, by=by)


def declared_rows(batch: SubsidyBatch) -> list[Declared]:
    kept = batch.lines.exclude(declared_fen=None).order_by("row")
    return [
        Declared(line.row or 0, line.contract_number, line.declared_fen or 0, line.bank_interest()) for line in kept
    ]


def locked(batch: SubsidyBatch) -> SubsidyBatch:
    return SubsidyBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)


# --- the list --------------------------------------------------------------------------------------------------------


def read_list(sheet: Sheet) -> list[Declared]:
    """Every row, or all that is wrong with them at once."""
    rows: dict[str, Declared] = {}
    problems: list[SheetProblem] = []
    for number, cells in sheet.body():
        row = _Row(sheet, number, cells, problems)
        contract = row.contract()
        declared, interest = row.money("declared"), row.money("interest", blank=True)
        if contract in rows:
            row.wrong("contract", f"和第 {rows[contract].row} 行是同一个合同号，请合成一行")
        elif contract and declared is not None:
            rows[contract] = Declared(number, contract, declared, interest)
    if problems:
        told = [str(problem) for problem in problems[:MOST_TOLD]]
        if len(problems) > MOST_TOLD:
            told.append(f"另有 {len(problems) - MOST_TOLD} 处，改好这些再传会接着列出")
        raise ValidationError({"file": told})
    return list(rows.values())


class _Row:
    def __init__(self, sheet: Sheet, number: int, cells: list[Cell], problems: list[SheetProblem]) -> None:
        self.sheet, self.number, self.cells, self.problems = sheet, number, cells, problems

    def cell(self, key: str) -> Cell:
        place = self.sheet.header.places.get(key)
        return self.cells[place] if place is not None and place < len(self.cells) else None

    def contract(self) -> str:
        try:
            text = parse_text(self.cell("contract"), longest=40)
        except CellProblem as problem:
            self.wrong("contract", problem.reason)
            return ""
        if not text:
            self.wrong("contract", "没有填合同号")
        return text

    def money(self, key: str, *, blank: bool = False) -> int | None:
        value = self.cell(key)
        if blank and value in (None, ""):
            return None
        try:
            return parse_money(value)
        except CellProblem as problem:
            self.wrong(key, problem.reason)
            return None

    def wrong(self, key: str, reason: str) -> None:
        column, header = LAYOUT.column(key), self.sheet.header
        self.problems.append(
            SheetProblem(self.number, header.places[key], column.title, shown(self.cell(key)), reason, column.example)
        )


# --- the comparison --------------------------------------------------------------------------------------------------


def _compare(batch: SubsidyBatch, rows: list[Declared]) -> None:
    batch.lines.all().delete()
    found = computed(batch, [row.contract_number for row in rows])
    lines = [_line(batch, row, found.pop(row.contract_number, None)) for row in rows]
    lines += [_missing(batch, each) for each in found.values() if each.worked.subsidy_fen]
    for line in lines:
        line.township_id = line.organization.filed_under_id
    SubsidyLine.objects.bulk_create(lines, batch_size=1_000)


def computed(batch: SubsidyBatch, contracts: list[str]) -> dict[str, Computed]:
    """By contract number: the bank's loans that had a subsidised day in the quarter, and all that its list names."""
    of_bank = SubsidisedLoan.objects.within(batch.organization).filter(bank=batch.bank)
    wanted = of_bank.filter(running_in(batch.starts_on, batch.ends_on) | Q(contract_number__in=contracts))
    courses = dict(courses_of(wanted))
    loans = wanted.select_related("organization")
    return {
        loan.contract_number: Computed(loan, worked(courses[loan.pk], batch.starts_on, batch.ends_on)) for loan in loans
    }


def running_in(start: date, end: date) -> Q:
    """Loans that may have had a subsidised day between these two."""
    return Q(released_on__lt=end, matures_on__gt=start) & (Q(settled_on=None) | Q(settled_on__gt=start))


def _line(batch: SubsidyBatch, row: Declared, found: Computed | None) -> SubsidyLine:
    if found is None:
        words = "平台没有这家银行的这个合同号。请核对合同号；确实放了款的，先登记贷款再重新比对"
        return SubsidyLine(
            batch=batch, organization=batch.organization, contract_number=row.contract_number, row=row.row,
            declared_fen=row.fen, interest_paid_fen=row.interest_fen, bank_gave_interest=row.interest_fen is not None, verdict=Verdict.UNKNOWN, explanation=words,
        )  # fmt: skip
    sums = found.worked
    interest_paid = sums.interest_fen if row.interest_fen is None else row.interest_fen
    verdict, words = _verdict(row.fen, sums, interest_paid)
    return SubsidyLine(
        batch=batch, organization=found.loan.organization, loan=found.loan, contract_number=row.contract_number,
        row=row.row, declared_fen=row.fen, interest_paid_fen=interest_paid, bank_gave_interest=row.interest_fen is not None,
        computed_fen=sums.subsidy_fen, interest_fen=sums.interest_fen, verdict=verdict, explanation=words,
        worked=sums.text(),
    )  # fmt: skip


def _verdict(fen: int, sums: Worked, interest_paid: int) -> tuple[SubsidyLine.Verdict, str]:
    both = f"清单 {plain_yuan(fen)} 元，核算 {plain_yuan(sums.subsidy_fen)} 元"
    if fen != sums.subsidy_fen:
        more = fen > sums.subsidy_fen
        apart = plain_yuan(abs(fen - sums.subsidy_fen))
        return Verdict.DIFFERENT, f"{both}，清单{'多' if more else '少'}报 {apart} 元。{_advice(sums)}"
    if fen > interest_paid:
        words = f"{both}，本季实收利息只有 {plain_yuan(interest_paid)} 元，贴息不能超过实收利息"
        return Verdict.ABOVE_INTEREST, words
    return Verdict.EQUAL, f"{both}，一致"


def _advice(sums: Worked) -> str:
    if not sums.lines:
        return "这笔贷款本季没有计息的日子，请看放款、到期和结清日期"
    return "请对照算式，看是不是漏了还款、调息、结清或停贴"


def _missing(batch: SubsidyBatch, found: Computed) -> SubsidyLine:
    sums = found.worked
    words = f"清单里没有这一笔，按登记应贴 {plain_yuan(sums.subsidy_fen)} 元。请银行补报，或更正登记"
    return SubsidyLine(
        batch=batch, organization=found.loan.organization, loan=found.loan,
        contract_number=found.loan.contract_number, computed_fen=sums.subsidy_fen, interest_fen=sums.interest_fen,
        verdict=Verdict.MISSING, explanation=words, worked=sums.text(),
    )  # fmt: skip


def prefilled(organization: Organization, *, bank: str, quarter: Quarter, on: date) -> Iterator[dict[str, str]]:
    """What the bank's list must hold: each loan of hers that ran in the quarter, its borrower masked."""
    period = quarter.period(settlement_day(on=on))
    loans = SubsidisedLoan.objects.within(organization).filter(bank=bank).filter(running_in(period.start, period.end))
    for loan in loans.select_related("woman").order_by("contract_number", "id"):
        yield {"contract": loan.contract_number, "borrower": masked_name(loan.woman.name)}


def banks(organization: Organization) -> Iterator[str]:
    loans = SubsidisedLoan.objects.within(organization).order_by("bank").values_list("bank", flat=True)
    yield from loans.distinct()
