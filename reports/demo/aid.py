"""Loans, relief, and the sunflower children, with the sample's sums in the sample's year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from federation import copying
from federation.cells import has_check_digit
from federation.models import Organization
from federation.sealed import seal_many
from programs import ledger, opening
from programs.models import CareDonation, Child, ChildAid, ReliefGrant, SubsidisedLoan
from reports.demo import care, pairs, people
from reports.demo.register import Resident
from reports.demo.stage import SAMPLE_YEAR, Stage

YUAN, WAN = 100, 1_000_000
# Lent in a year, in 万元; the sample says 1800.
_LENT_WAN = {SAMPLE_YEAR - 1: 1_640, SAMPLE_YEAR: 1_800}
_LATEST_LENT_WAN = 2_350
# Ceiling of one loan in 万元 in the sample's years and today (domain.md §4.1, versions A and C).
_CEILING_WAN = {SAMPLE_YEAR - 1: 8, SAMPLE_YEAR: 8}
_LATEST_CEILING_WAN = 30
_BANKS = ("兰河农商银行", "邮储银行兰河支行", "兰河村镇银行")
_PURPOSES = ("辣椒种植", "生猪养殖", "缝纫加工", "农家乐", "电商小店", "油茶种植", "早餐店", "家政服务")
# Women helped in a year, 10000 yuan each; the sample says 15.
_RELIEVED = {SAMPLE_YEAR - 1: 12, SAMPLE_YEAR: 15}
_LATEST_RELIEVED = 18
# Approved and not yet asked for, so that a payment can be played through.
_TO_PAY = 3


def fill_loans(stage: Stage, residents: list[Resident]) -> list[SubsidisedLoan]:
    borrowers = iter(stage.random.sample(residents, 3000))
    loans: list[SubsidisedLoan] = []
    for year in stage.years:
        left = _LENT_WAN.get(year, _LATEST_LENT_WAN)
        ceiling = _CEILING_WAN.get(year, _LATEST_CEILING_WAN)
        while left:
            amount = min(left, ceiling - stage.random.choice((0, 0, 0, 1, 2, 3)))
            left -= amount
            released_on = stage.day_in(year, 2, 11)
            if released_on is not None:
                loans.append(_loan(stage, next(borrowers), amount, released_on, len(loans) + 1))
    for loan in loans:
        loan.township_id = loan.organization.filed_under_id
    return SubsidisedLoan.objects.bulk_create(loans)


def _loan(stage: Stage, woman: Resident, amount_wan: int, released_on: date, number: int) -> SubsidisedLoan:
    years = 1 if released_on.year <= SAMPLE_YEAR else 2
    matures_on = released_on.replace(year=released_on.year + years, day=min(released_on.day, 28))
    is_over = matures_on <= stage.on
    return SubsidisedLoan(
        organization=woman.village,
        woman_id=woman.pk,
        bank=stage.random.choice(_BANKS),
        contract_number=f"FN{released_on:%Y}{number:05}",
        purpose=stage.random.choice(_PURPOSES),
        principal_fen=amount_wan * WAN,
        rate_percent=Decimal("7.3500") if released_on.year <= SAMPLE_YEAR else Decimal("3.5000"),
        released_on=released_on,
        matures_on=matures_on,
        state="settled" if is_over else "normal",
        settled_on=matures_on if is_over else None,
        jobs_created=stage.random.randrange(1, 6),
        still_trading=stage.random.random() < 0.9 if is_over else None,
    )


def fill_relief(stage: Stage, residents: list[Resident]) -> None:
    women = iter(stage.random.sample(residents, 200))
    for year in stage.years:
        for _ in range(_RELIEVED.get(year, _LATEST_RELIEVED)):
            _relieve(stage, next(women), date(year, 3, 5 + stage.random.randrange(14)))
    for _ in range(_TO_PAY):
        _approve(stage, next(women))
    for _ in range(4):
        woman = next(women)
        ReliefGrant.objects.create(
            organization=woman.village,
            woman_id=woman.pk,
            hardship="minimum_living",
            applied_on=stage.on - timedelta(days=3 + stage.random.randrange(20)),
            amount_fen=10_000 * YUAN,
            state="submitted",
            brought_in=True,
        )


def _card(stage: Stage) -> str:
    """A made-up card with its check digit."""
    body = f"622848{stage.random.randrange(10**13) // 10:012}"
    return next(number for number in (f"{body}{digit}" for digit in range(10)) if has_check_digit(number))


def _approve(stage: Stage, woman: Resident) -> None:
    """Approved this week, money in the fund: the payment's way can be walked from its beginning."""
    ReliefGrant.objects.create(
        organization=woman.village,
        woman_id=woman.pk,
        hardship="minimum_living",
        diagnosis="浸润性乳腺癌",
        bank_card=_card(stage),
        applied_on=stage.on - timedelta(days=80),
        approved_on=stage.on - timedelta(days=2),
        state="approved",
        brought_in=True,
        amount_fen=10_000 * YUAN,
    )


def _relieve(stage: Stage, woman: Resident, applied_on: date) -> None:
    approved_on, paid_on = stage.past(applied_on + timedelta(days=80)), stage.past(applied_on + timedelta(days=110))
    ReliefGrant.objects.create(
        organization=woman.village,
        woman_id=woman.pk,
        hardship=stage.random.choice(("minimum_living", "near_poverty", "extreme_poverty")),
        diagnosis=stage.random.choice(("宫颈浸润癌ⅡB期", "浸润性乳腺癌")),
        bank_card=_card(stage),
        applied_on=applied_on,
        brought_in=True,
        state="paid" if paid_on else "approved" if approved_on else "checked",
        amount_fen=10_000 * YUAN,
        approved_on=approved_on,
        paid_on=paid_on,
        transfer_number=f"ZF{applied_on:%Y}{stage.random.randrange(10**6):06}" if paid_on else "",
        return_visit_on=stage.past(paid_on + timedelta(days=60)) if paid_on else None,
    )


# Children in care at the end of the sample's year (the sample: 5000余名), and how many of them were given money.
_IN_CARE = 5_123
_AIDED = {SAMPLE_YEAR - 1: 900, SAMPLE_YEAR: 1_000}
_LATEST_AIDED = 1_060
_AID_YUAN = {SAMPLE_YEAR - 1: 480, SAMPLE_YEAR: 490}
_LATEST_AID_YUAN = 600
# Raised in a year, in yuan; the sample says 近50万元.
_RAISED_YUAN = {SAMPLE_YEAR - 1: 436_000, SAMPLE_YEAR: 496_000}
_LATEST_RAISED_YUAN = 672_000
_LATEST_IN_CARE = 4_860
_CATEGORIES = ["left_behind"] * 10 + ["minimum_living"] * 6 + ["uncared"] * 2 + ["orphan", "ill", "disabled"]
_CHILD = [
    "id", "public_id", "organization_id", "township_id", "number", "name", "sex", "birth_on", "category", "guardian_name",
    "guardian_relation", "phone", "consented_on", "opened_on", "closed_on", "close_reason", "other_categories",
    "guardian_away", "carer_name", "carer_relation", "school", "grade", "benefits", "risk",
]  # fmt: skip
_AID = ["organization_id", "township_id", "child_id", "given_on", "amount_fen", "list_number", "received_by"]
_DONORS = (
    ("兰河慈善会", "foundation"),
    ("兰河商会", "enterprise"),
    ("爱心企业联谊会", "enterprise"),
    ("市直机关", "public_body"),
)


def fill_sunflower(stage: Stage) -> None:
    """One generation of children for the sample's years and one for the latest two; each leaves at eighteen."""
    for first, last, count in (
        (SAMPLE_YEAR - 1, SAMPLE_YEAR, _IN_CARE),
        (stage.on.year - 1, stage.on.year, _LATEST_IN_CARE),
    ):
        children = _children(stage, first, last, count)
        for year in (first, last):
            _aid(stage, children[: _early(count)], year)
    for year in stage.years:
        _raise_money(stage, year)


def fill_ledger(stage: Stage) -> None:
    """The city's money of these years: the lottery fund's relief, the donors' gifts, and where each went."""
    lottery = ledger.fund_for(organization=stage.city, source="lottery", programme="relief")
    for year in stage.years:
        allotted_on = stage.past(date(year, 5, 20))
        if allotted_on is not None:
            women = _RELIEVED.get(year, _LATEST_RELIEVED) + (_TO_PAY if year == stage.on.year else 0)
            fen = women * 10_000 * YUAN
            note = f"{year} 年两癌救助专项资金"
            ledger.receive(lottery, fen, reference=f"allocation:{year}", on=allotted_on, by=None, note=note)
    opening.book_reliefs(lottery)
    opening.book_donations()
    purpose = {"programme": "sunflower", "purpose": "困境儿童资助"}
    opening.book_aids(ledger.fund_for(organization=stage.city, source="donation", **purpose))


def _early(count: int) -> int:
    """How many of them came on file in the first year; the others in the second."""
    return count * 94 // 100


def _children(stage: Stage, first: int, last: int, count: int) -> list[tuple[int, Organization]]:
    """Born late enough to be under eighteen when the second year ends."""
    ids = copying.reserve_ids(Child, count)
    homes = [(pk, stage.villages[place % len(stage.villages)]) for place, pk in enumerate(ids)]
    born = date(last - 17, 1, 1), date(first - 5, 12, 31)
    copying.insert(Child, _CHILD, _child_rows(stage, homes, first, last, born))
    care.fill_files(stage, first, last)
    pairs.fill_pairings(stage, homes, first)
    return homes


def _child_rows(
    stage: Stage, homes: list[tuple[int, Organization]], first: int, last: int, born: tuple[date, date]
) -> Iterator[tuple[Any, ...]]:
    random = stage.random
    public_ids = [stage.uuid() for _ in homes]
    phones = seal_many(((public_id, people.phone(random)) for public_id in public_ids), place="programs_child.phone")
    for place, (pk, village) in enumerate(homes):
        birth_on = people.born_between(random, *born)
        girl = random.random() < 0.5
        name = people.woman_name(random) if girl else people.man_name(random)
        opened_on = date(first if place < _early(len(homes)) else first + 1, 1, 1) + timedelta(
            days=random.randrange(240)
        )
        grown = birth_on.replace(year=birth_on.year + 18, day=min(birth_on.day, 28))
        closed_on = stage.past(grown)
        yield (
            pk, public_ids[place], village.pk, village.township_id, f"XRK{first}{place + 1:05}", name, "2" if girl else "1",
            birth_on, random.choice(_CATEGORIES), people.woman_name(random), random.choice(("母亲", "祖母", "外祖母")),
            phones[place], opened_on, opened_on, closed_on, "满18周岁" if closed_on else "", "{}",
            *care.circumstances(random, last - birth_on.year),
        )  # fmt: skip


def _aid(stage: Stage, children: list[tuple[int, Organization]], year: int) -> None:
    given_on = stage.past(date(year, 9, 10))
    if given_on is None:
        return
    chosen = stage.random.sample(children, _AIDED.get(year, _LATEST_AIDED))
    amount = _AID_YUAN.get(year, _LATEST_AID_YUAN) * YUAN
    rows = (
        (village.pk, village.township_id, pk, given_on, amount, f"XRK{year}-1", people.woman_name(stage.random))
        for pk, village in chosen
    )
    copying.insert(ChildAid, _AID, rows)


def _raise_money(stage: Stage, year: int) -> None:
    whole = _RAISED_YUAN.get(year, _LATEST_RAISED_YUAN)
    parts = [whole // 8 // 1000 * 1000] * 7
    for place, amount in enumerate([*parts, whole - sum(parts)]):
        received_on = stage.past(date(year, 1 + place, 18))
        donor, kind = _DONORS[place % len(_DONORS)]
        if received_on is not None:
            CareDonation.objects.create(
                organization=stage.city,
                received_on=received_on,
                donor=donor,
                donor_kind=kind,
                amount_fen=amount * YUAN,
                purpose="困境儿童资助",
                receipt_number=f"{year}{place + 1:04}",
            )
