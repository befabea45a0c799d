from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from federation.models import Organization, User
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs.models import ReliefGrant
from programs.relief import eligibility, lifetime, relieving
from programs.tests.build_welfare import YUAN, build_relief

pytestmark = pytest.mark.usefixtures("policy", "everything")
DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def application(woman: Woman, by: User, **changed: Any) -> ReliefGrant:
    facts = {
        "fund": "lottery", "hardship": "minimum_living", "applied_on": DAY, "amount_fen": 10_000 * YUAN,
        "diagnosis": "浸润性乳腺癌", "bank_card": "6217000000000000000", **changed,
    }  # fmt: skip
    return relieving.apply_for(woman=woman, by=by, at=NOON, **facts)


def test_diagnosis_and_card_are_sealed(village: Organization, township_officer: User) -> None:
    grant = application(build_woman(village), township_officer)
    raw = ReliefGrant.objects.filter(pk=grant.pk).values("diagnosis", "bank_card").get()
    assert all("乳腺癌".encode() not in bytes(v) and b"6217" not in bytes(v) for v in raw.values())
    assert ReliefGrant.objects.get(pk=grant.pk).diagnosis == "浸润性乳腺癌"


def test_once_in_a_lifetime_says_when_she_was_helped(village: Organization, township_officer: User) -> None:
    woman = build_woman(village)
    build_relief(woman=woman, organization=village, state="paid", paid_on=date(2016, 9, 1), applied_on=date(2016, 4, 1))
    with pytest.raises(
        ValidationError, match="她已在 2016-09-01 领取过“中央专项彩票公益金” 1 万元，同一资金一生只能救助一次"
    ):
        application(woman, township_officer)


@pytest.mark.parametrize(
    "earlier", [{"fund": "city"}, {"state": "withdrawn"}, {"state": "declined", "decline_reason": "papers"}]
)
def test_another_fund_or_an_unpaid_end_leaves_the_way_open(
    village: Organization, township_officer: User, earlier: dict[str, str]
) -> None:
    woman = build_woman(village)
    build_relief(woman=woman, organization=village, **earlier)
    assert application(woman, township_officer).state == "draft"


def test_the_lottery_fund_pays_one_amount(village: Organization, township_officer: User) -> None:
    with pytest.raises(ValidationError, match="每人一次 1 万元，现在填的是 2 万元。依据：中央专项彩票公益金"):
        application(build_woman(village), township_officer, amount_fen=20_000 * YUAN)


def test_an_empty_sealed_field_keeps_what_was_sealed(village: Organization, township_officer: User) -> None:
    grant = application(build_woman(village), township_officer)
    facts = {"fund": "lottery", "hardship": "expense", "applied_on": DAY, "amount_fen": 10_000 * YUAN}
    relieving.correct(grant, diagnosis="", bank_card="", by=township_officer, **facts)
    after = ReliefGrant.objects.get(pk=grant.pk)
    assert (after.hardship, after.diagnosis, after.bank_card) == ("expense", "浸润性乳腺癌", "6217000000000000000")


def test_from_approval_to_return_visit(village: Organization, township_officer: User) -> None:
    grant = build_relief(village, state="approved", approved_on=date(2026, 4, 2))
    grant.start_paying()
    grant.save()
    grant.record_paid(number="2026040900017", on=date(2026, 4, 9))
    grant.save()
    relieving.record_return_visit(grant, on=date(2026, 5, 9), by=township_officer)
    after = ReliefGrant.objects.get(pk=grant.pk)
    assert (after.state, after.paid_on, after.return_visit_on) == ("paid", date(2026, 4, 9), date(2026, 5, 9))


def test_a_changed_number_does_not_open_the_fund_again(village: Organization, township_officer: User) -> None:
    """She was helped under her old number; a new file with that number, and her own file with the new one, are refused."""
    old, new = id_number(), id_number()
    woman = build_woman(village, id_number=old)
    build_relief(village, woman=woman, state="paid", paid_on=date(2016, 9, 1), applied_on=date(2016, 4, 1))
    woman.id_number = new
    woman.save()
    for applicant in (woman, build_woman(village, id_number=old)):
        with pytest.raises(ValidationError, match="同一资金一生只能救助一次"):
            application(applicant, township_officer)


def test_the_database_refuses_a_second_grant_to_the_number(village: Organization) -> None:
    number = id_number()
    woman = build_woman(village, id_number=number)
    build_relief(village, woman=woman, state="paid", paid_on=DAY)
    woman.id_number = id_number()
    woman.save()
    with pytest.raises(IntegrityError, match="one_relief_grant_per_number_and_line"), transaction.atomic():
        build_relief(village, woman=build_woman(village, id_number=number))


def test_a_namesake_of_the_same_birthday_is_named_for_a_person_to_look_into(
    village: Organization, other_village: Organization
) -> None:
    born = date(1980, 5, 4)
    build_relief(
        other_village, woman=build_woman(other_village, name="李桂香", birth_on=born), state="paid", paid_on=DAY
    )
    other = build_woman(village, name="李桂香", birth_on=date(1980, 5, 5))
    assert lifetime.namesake_helped(other, fund="lottery") == ""
    other.birth_on = born
    assert lifetime.namesake_helped(other, fund="lottery").startswith("上塘村妇联有一位同名、同日出生的妇女")


def test_each_rule_says_why(village: Organization) -> None:
    woman = build_woman(village, hardship="none", left_on=date(2025, 6, 1), left_reason="married_away")
    said = [verdict.words for verdict in eligibility.verdicts_on(woman, fund="lottery", on=DAY) if not verdict.met]
    assert said[:3] == [
        "档案登记她 2025-06-01 已离开本市（婚嫁外地）",
        "档案里没有身份证号（待补录），没法和四部门名单比对，请先补录",
        "困难类别是“无”，这项救助要是低保、特困、易返贫致贫、支出型困难中的一种；情况变了的，先更正档案",
    ]
