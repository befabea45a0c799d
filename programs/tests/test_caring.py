from datetime import date

import pytest
from django.core.exceptions import ValidationError

from federation.models import Organization, User
from programs import ledger
from programs.models import Child, Fund, LedgerEntry, Payment
from programs.payments import requesting
from programs.sunflower import caring
from programs.sunflower.totals import totals_of
from programs.tests.build_money import AT, build_fund, faults
from programs.tests.build_welfare import YUAN, build_aid, build_child, build_donation, build_mentor, build_pairing

pytestmark = pytest.mark.usefixtures("everything", "policy")
DAY = date(2026, 3, 1)


@pytest.mark.parametrize("consented_on", [None, date(2026, 3, 2)])
def test_no_pairing_before_the_guardian_consents(
    village: Organization, township_officer: User, consented_on: date | None
) -> None:
    child = build_child(village, consented_on=consented_on)
    with pytest.raises(ValidationError, match="结对要先有监护人同意"):
        caring.pair(child, mentor=build_mentor(village), starts_on=DAY, on=DAY, by=township_officer)


def test_unpaired_are_those_in_care_without_a_pairing_in_force(village: Organization, township_officer: User) -> None:
    paired, alone, ended, closed = (build_child(village, consented_on=DAY) for _ in range(4))
    caring.pair(paired, mentor=build_mentor(village), starts_on=DAY, on=DAY, by=township_officer)
    build_pairing(ended, ends_on=date(2025, 1, 1), end_reason="约定期满")
    caring.close_file(closed, reason="迁出本市", on=DAY, by=township_officer)
    assert set(Child.objects.unpaired(on=DAY)) == {alone, ended}


def test_closing_a_file_ends_its_pairings(village: Organization, township_officer: User) -> None:
    child = build_child(village, consented_on=DAY)
    bond = caring.pair(child, mentor=build_mentor(village), starts_on=DAY, on=DAY, by=township_officer)
    caring.close_file(child, reason="年满 18 周岁", on=date(2026, 9, 1), by=township_officer)
    bond.refresh_from_db()
    assert (bond.ends_on, bond.end_reason) == (date(2026, 9, 1), "儿童退出")


def asked(child: Child, by: User, fund: Fund, list_number: str = "2026-1") -> Payment:
    facts = {"fund": fund, "amount_fen": 500 * YUAN, "payee": "陈大山", "bank_card": "6217000000001234"}
    return requesting.ask_for_aid(child, list_number=list_number, by=by, at=AT, **facts)


def test_one_aid_for_a_child_and_list(village: Organization, township: Organization, township_officer: User) -> None:
    child, gifts = build_child(village), build_fund(township, source="donation", programme="sunflower")
    build_aid(child, list_number="2025-1")
    asked(child, township_officer, gifts)
    with pytest.raises(ValidationError, match="在这份名单、这个时段里已有一笔支付"):
        asked(child, township_officer, gifts)
    with pytest.raises(ValidationError, match="在名单 2025-1 里已经资助过"):
        asked(child, township_officer, gifts, "2025-1")


def test_no_aid_outside_the_time_in_care(village: Organization, township: Organization, township_officer: User) -> None:
    gone = build_child(village, closed_on=date(2026, 1, 1), close_reason="迁出本市")
    with pytest.raises(ValidationError, match="现在不在关爱期内，不能提请资助"):
        asked(gone, township_officer, build_fund(township, source="donation", programme="sunflower"))


def test_gifts_go_to_the_fund_of_their_purpose_and_no_further(city: Organization, city_officer: User) -> None:
    facts = {"received_on": DAY, "donor": "林爱心", "donor_kind": "person"}
    for purpose, yuan in (("助学", 300), ("", 200)):
        caring.receive_donation(organization=city, by=city_officer, amount_fen=yuan * YUAN, purpose=purpose, **facts)
    kept = {fund.purpose: ledger.balances(fund).left for fund in Fund.objects.all()}
    assert kept == {"助学": 300 * YUAN, "": 200 * YUAN}
    assert set(LedgerEntry.objects.values_list("note", flat=True)) == {"个人"}
    assert faults() == []


def test_year_counts_children_once_and_stops_at_the_scope(
    village: Organization, other_village: Organization, township_officer: User
) -> None:
    child = build_child(village)
    build_aid(child, given_on=date(2026, 1, 1), amount_fen=300 * YUAN)
    build_aid(child, given_on=date(2026, 12, 31), amount_fen=200 * YUAN)
    build_aid(child, given_on=date(2025, 12, 31))
    build_child(village, closed_on=date(2026, 12, 31), close_reason="迁出本市")
    build_donation(village, received_on=date(2026, 6, 1), amount_fen=900 * YUAN)
    build_donation(other_village, received_on=date(2026, 6, 1))
    build_aid(build_child(other_village), given_on=date(2026, 6, 1))
    totals = totals_of(township_officer, year=2026, on=date(2027, 2, 1))
    assert (totals.aided_children, totals.aided_fen, totals.donated_fen) == (1, 500 * YUAN, 900 * YUAN)
    assert (totals.in_care, totals.unpaired, totals.counted_on) == (1, 1, date(2026, 12, 31))


def test_numbers_tell_the_year_and_nothing_else() -> None:
    numbers = {caring.new_number(DAY) for _ in range(200)}
    assert len(numbers) == 200
    assert {number[:8] for number in numbers} == {"XRK2026-"}
