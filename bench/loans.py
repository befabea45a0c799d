"""The subsidy of a quarter for 5,000 loans, beside a plain SQL sum over the same daily balances."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import connection, transaction

from bench import town
from bench.bars import Bar, below, medians, rounds, spread
from federation import copying, scoping
from federation.models import Organization, User
from members.models import Woman
from programs.loans.courses import courses_of
from programs.loans.declaring import running_in
from programs.loans.quarters import Quarter
from programs.loans.subsidy import subsidy_fen
from programs.loans.terms import Rules, months_after
from programs.models import LoanEvent, SubsidisedLoan

LOANS, TIMES = 5_000, 7
QUARTER = Quarter(2026, 3)
BANK = "测算银行"
_LOAN = [
    "organization_id", "township_id", "woman_id", "kind", "bank", "contract_number", "purpose", "principal_fen",
    "rate_percent", "released_on", "matures_on", "state", "rule_ids",
]  # fmt: skip
# The floor: one row a loan and day, with the balance and the rate of that day; summed and rounded once a loan.
_BALANCES = """
    CREATE TEMPORARY TABLE bench_balances AS
    SELECT loan.id AS loan_id, day::date AS on, loan.principal_fen - coalesce((
            SELECT sum(event.amount_fen) FROM programs_loanevent AS event
            WHERE event.loan_id = loan.id AND event.kind = 'repayment' AND event.struck_at IS NULL AND event.on <= day
        ), 0)::bigint AS balance_fen, coalesce((
            SELECT event.rate_percent FROM programs_loanevent AS event
            WHERE event.loan_id = loan.id AND event.kind = 'rate' AND event.struck_at IS NULL AND event.on <= day
            ORDER BY event.on DESC LIMIT 1
        ), loan.rate_percent) AS rate_percent
    FROM programs_subsidisedloan AS loan, generate_series(%s::date, %s::date - 1, interval '1 day') AS day
    WHERE loan.bank = %s AND day >= loan.released_on AND day < loan.matures_on
"""
_SUM = """
    SELECT loan_id, round(sum(balance_fen * rate_percent) / 2 / 36000) AS fen FROM bench_balances GROUP BY loan_id
"""


def measure() -> list[Bar]:
    town.build()
    with transaction.atomic(), scoping.everything("the benchmark arranges its loans"):
        _fill()
    with transaction.atomic(), scoping.everything("the benchmark reads its loans"):
        period = QUARTER.period(20)
        with connection.cursor() as cursor:
            cursor.execute(_BALANCES, [period.start, period.end, BANK])
            cursor.execute("ANALYZE bench_balances")
        assert _ours() == _floor()
        seconds = rounds([_ours, _floor], times=TIMES)
        ours, floor = (part * 1000 for part in medians(seconds))
        days = _days()
        transaction.set_rollback(True)
    name = f"subsidy of a quarter, {LOANS} loans / SQL sum over {days} daily balances"
    return [below(name, ours, floor, bar=3, unit="ms", spread=spread(seconds[0]))]


def _ours() -> dict[int, int]:
    """Rows of loans and events read, courses built, each loan rounded once: as a batch does before it writes."""
    period = QUARTER.period(20)
    loans = SubsidisedLoan.objects.within(_city()).filter(running_in(period.start, period.end), bank=BANK)
    return {pk: subsidy_fen(course, period.start, period.end) for pk, course in courses_of(loans)}


def _floor() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SUM)
        return {loan_id: int(fen) for loan_id, fen in cursor.fetchall()}


def _days() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bench_balances")
        return int(cursor.fetchone()[0])


def _city() -> Organization:
    return Organization.objects.get(parent=None)


def _fill() -> None:
    """Half with a partial repayment, a fifth with a new rate, most inside the quarter."""
    if SubsidisedLoan.objects.filter(bank=BANK).exists():
        return
    random = Random(LOANS)
    people = list(Woman.objects.order_by("pk").values_list("pk", "organization_id", "township_id")[:LOANS])
    rules: dict[date, list[int]] = {}
    rows = []
    for number in range(LOANS):
        woman, branch, township = people[number % len(people)]
        released_on = date(2025, 6, 1) + timedelta(days=random.randrange(470))
        if released_on not in rules:
            rules[released_on] = Rules.on_day(released_on).ids()
        ids = "{" + ",".join(str(pk) for pk in rules[released_on]) + "}"
        rows.append(
            (branch, township, woman, "individual", BANK, f"CS{number:05}", "养蜂", random.randrange(50_000, 300_000) * 100,
             Decimal("3.5"), released_on, months_after(released_on, 24), "normal", ids)
        )  # fmt: skip
    copying.insert(SubsidisedLoan, _LOAN, rows)
    _fill_events(random)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE programs_subsidisedloan, programs_loanevent")


def _fill_events(random: Random) -> None:
    recorder = User.objects.get(username="bench_city")
    events = []
    for loan in SubsidisedLoan.objects.filter(bank=BANK).order_by("pk"):
        filed = {"loan": loan, "organization_id": loan.organization_id, "township_id": loan.township_id}
        on = max(date(2026, 6, 1), loan.released_on) + timedelta(days=random.randrange(1, 100))
        if random.random() < 0.5:
            fen = random.randrange(1, 40_000) * 100
            events.append(LoanEvent(kind="repayment", on=on, amount_fen=fen, recorded_by=recorder, **filed))
        if random.random() < 0.2:
            events.append(LoanEvent(kind="rate", on=on, rate_percent=Decimal("3.2"), recorded_by=recorder, **filed))
    LoanEvent.objects.bulk_create(events, batch_size=1000)
