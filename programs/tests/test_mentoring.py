"""The register, the two guards of PostgreSQL on pairings, contacts and reminders, and what a sponsor may read."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs.models import CareContact, Child, Mentor, Pairing
from programs.sunflower import caring, companionship, consenting, mentoring, sponsoring
from programs.tests.build_welfare import build_child, build_mentor, build_pairing, build_wish

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
DAY = date(2026, 3, 1)


def check(**changed: Any) -> dict[str, Any]:
    return {
        "checked_on": DAY, "check_number": "公2026-7", "result": "clear", "pledged_on": DAY, "on": DAY, **changed,
    }  # fmt: skip


def recruited(village: Organization) -> Mentor:
    return build_mentor(village, vetted_on=None, vetted_until=None, trained_on=None)


def test_the_way_from_recruiting_to_pairing(village: Organization, township_officer: User) -> None:
    mentor = recruited(village)
    stages = [mentor.stage(on=DAY)]
    mentoring.vet(mentor, by=township_officer, **check())
    mentor.refresh_from_db()
    stages.append(mentor.stage(on=DAY))
    mentoring.train(mentor, trained_on=DAY, on=DAY, by=township_officer)
    mentor.refresh_from_db()
    stages += [mentor.stage(on=DAY), mentor.stage(on=date(2027, 3, 1))]
    assert stages == ["to_vet", "to_train", "free", "lapsed"]
    assert mentor.vetted_until == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"vetted_on": None, "vetted_until": None}, "还没有做资格审核"),
        ({"vetted_on": date(2025, 1, 1), "vetted_until": date(2025, 12, 31)}, "审核有效期到 2025-12-31"),
        ({"trained_on": None}, "还没有参加培训"),
        ({"left_on": date(2026, 1, 1), "leave_reason": "迁出本市"}, "已在 2026-01-01 退出"),
    ],
)
def test_pairing_waits_for_the_mentor(
    village: Organization, township_officer: User, fields: dict[str, Any], reason: str
) -> None:
    child, mentor = build_child(village, consented_on=DAY), build_mentor(village, **fields)
    with pytest.raises(ValidationError, match=reason):
        caring.pair(child, mentor=mentor, starts_on=DAY, on=DAY, by=township_officer)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"vetted_on": None, "vetted_until": None}, "要审核通过"),
        ({"vetted_on": date(2025, 1, 1), "vetted_until": date(2025, 12, 31)}, "要审核通过"),
        ({"trained_on": None}, "要参加过培训"),
    ],
)
def test_database_refuses_a_mentor_who_is_not_ready(
    village: Organization, fields: dict[str, Any], constraint: str
) -> None:
    child, mentor = build_child(village, consented_on=DAY), build_mentor(village, **fields)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        build_pairing(child, mentor=mentor, starts_on=DAY)


def test_database_refuses_a_pairing_without_mentor_or_consent(village: Organization) -> None:
    child = build_child(village, consented_on=DAY)
    facts = {"organization": village, "kind": "companion", "mentor_name": "林爱华", "starts_on": DAY}
    with pytest.raises(IntegrityError, match="要审核通过"), transaction.atomic():
        Pairing.objects.create(child=child, **facts)
    with pytest.raises(IntegrityError, match="监护人同意"), transaction.atomic():
        Pairing.objects.create(child=build_child(village), mentor=build_mentor(village), **facts)


def test_a_record_found_ends_every_pairing(village: Organization, township_officer: User) -> None:
    mentor = build_mentor(village)
    bonds = [build_pairing(build_child(village), mentor=mentor) for _ in range(2)]
    mentoring.vet(mentor, by=township_officer, **check(result="found", pledged_on=None))
    for bond in bonds:
        bond.refresh_from_db()
    assert {(bond.ends_on, bond.end_reason) for bond in bonds} == {(DAY, "结对人审核未通过")}
    assert set(Child.objects.unpaired(on=DAY)) == {bond.child for bond in bonds}


def test_pledge_goes_with_a_clear_record(village: Organization, township_officer: User) -> None:
    with pytest.raises(ValidationError, match="还要签承诺书"):
        mentoring.vet(recruited(village), by=township_officer, **check(pledged_on=None))


def test_one_to_several_up_to_the_rule(village: Organization, township_officer: User) -> None:
    mentor = build_mentor(village)
    facts = {"mentor": mentor, "starts_on": DAY, "on": DAY, "by": township_officer}
    for _ in range(5):
        caring.pair(build_child(village, consented_on=DAY), **facts)
    with pytest.raises(ValidationError, match="一人最多 5 个"):
        caring.pair(build_child(village, consented_on=DAY), **facts)


def test_several_to_one_but_nobody_twice(village: Organization, township_officer: User) -> None:
    child, first = build_child(village, consented_on=DAY), build_mentor(village)
    for mentor in (first, build_mentor(village, name="何静")):
        caring.pair(child, mentor=mentor, starts_on=DAY, on=DAY, by=township_officer)
    with pytest.raises(ValidationError, match="已经结对"):
        caring.pair(child, mentor=first, starts_on=DAY, on=DAY, by=township_officer)
    assert child.pairings.open().count() == 2


def test_no_break_without_a_reason(village: Organization) -> None:
    bond = build_pairing(build_child(village))
    with pytest.raises(IntegrityError, match="pairing_ended_for_a_reason"), transaction.atomic():
        Pairing.objects.filter(pk=bond.pk).update(ends_on=DAY)


def test_contact_moves_the_reminders(village: Organization, village_director: User) -> None:
    bond = build_pairing(build_child(village), starts_on=date(2026, 1, 1))
    facts = {"contacted_on": DAY, "words": "", "on": DAY, "by": village_director}
    companionship.note_contact(bond, way="phone", **facts)
    bond.refresh_from_db()
    assert (bond.contact_due_on, bond.meeting_due_on) == (
        DAY + timedelta(days=31),
        date(2026, 1, 1) + timedelta(days=92),
    )
    companionship.note_contact(bond, way="meeting", **facts)
    bond.refresh_from_db()
    assert bond.meeting_due_on == DAY + timedelta(days=92)


def test_birthdays_that_come_soon_across_the_year_end(village: Organization) -> None:
    days = (date(2015, 12, 20), date(2015, 12, 31), date(2015, 1, 3), date(2015, 1, 4), date(2015, 7, 1))
    bonds = {day: build_pairing(build_child(village, birth_on=day)) for day in days}
    found = Pairing.objects.birthday_within(14, on=date(2025, 12, 20))
    assert set(found) == {bonds[day] for day in days[:3]}


def test_one_wish_a_year(village: Organization, village_director: User) -> None:
    child = build_child(village)
    build_wish(child, year=2026)
    with pytest.raises(ValidationError, match="今年已登记过一个微心愿"):
        companionship.wish(child, words="想要一双球鞋", wished_on=DAY, by=village_director)


def sponsored(village: Organization, sponsor: User) -> Pairing:
    child = build_child(village, school="青石学校", category="harmed", phone="13812345678")
    return build_pairing(child, mentor=build_mentor(village, account=sponsor))


def test_sponsor_reads_alias_cards_and_nothing_that_names_the_child(
    village: Organization, sponsor: User, client_of: ClientOf
) -> None:
    bond, other = sponsored(village, sponsor), build_pairing(build_child(village, number="T-OTHER"))
    page = client_of(sponsor).get(reverse("reports:desk")).content.decode()
    assert bond.child.number in page
    assert "有些日子没有联系了" in page
    secrets = ("陈小雨", "陈大山", "青石学校", "杨柳村", "受侵害", "2015-05-04", other.child.number)
    assert [word for word in secrets if word in page] == []


def test_withdrawn_consent_takes_the_card_away(village: Organization, sponsor: User, township_officer: User) -> None:
    bond, today = sponsored(village, sponsor), timezone.localdate()
    assert [card.pairing for card in sponsoring.cards_of(sponsor, on=today)] == [bond.pk]
    consenting.withdraw(bond.child, withdrawn_on=today, on=today, by=township_officer)
    assert sponsoring.cards_of(sponsor, on=today) == []


def test_cards_rest_while_the_vetting_has_lapsed(village: Organization, sponsor: User, client_of: ClientOf) -> None:
    bond, today = sponsored(village, sponsor), timezone.localdate()
    Mentor.objects.filter(pk=bond.mentor_id).update(vetted_until=today - timedelta(days=1))
    assert sponsoring.cards_of(sponsor, on=today) == []
    assert client_of(sponsor).get(reverse("programs:card_contact", args=[bond.pk])).status_code == 404


def test_sponsor_notes_her_own_contact_and_no_other(village: Organization, sponsor: User, client_of: ClientOf) -> None:
    bond, other = sponsored(village, sponsor), build_pairing(build_child(village))
    given = {"contacted_on": f"{timezone.localdate()}", "way": "letter", "words": "寄了一封信"}
    client = client_of(sponsor)
    answers = [
        client.post(reverse("programs:card_contact", args=[each.pk]), given).status_code for each in (bond, other)
    ]
    with scoping.everything("the test reads what was written"):
        assert list(CareContact.objects.values_list("pairing", "way")) == [(bond.pk, "letter")]
    assert answers == [302, 404]


def test_auditor_reads_the_register_masked_and_asks_for_no_name(
    village: Organization, auditor: User, client_of: ClientOf
) -> None:
    mentor = build_mentor(village)
    answer = client_of(auditor).get(reverse("programs:mentor_list"))
    assert list(answer.context["page"].rows) == [mentor]
    assert ("林*" in answer.content.decode(), "林爱华" in answer.content.decode()) == (True, False)
    assert "q" not in answer.context["form"].fields


@pytest.mark.parametrize("stage", Mentor.Stage.values)
def test_filter_and_row_agree_on_the_stage(village: Organization, stage: str) -> None:
    kinds: list[dict[str, Any]] = [
        {}, {"vetted_on": None, "vetted_until": None}, {"refused_on": DAY}, {"trained_on": None},
        {"vetted_until": date(2025, 1, 1)}, {"left_on": DAY, "leave_reason": "迁出本市"},
    ]  # fmt: skip
    mentors = [build_mentor(village, **fields) for fields in kinds]
    found = set(Mentor.objects.in_stage(stage, on=DAY))
    assert found == {mentor for mentor in mentors if mentor.stage(on=DAY) == stage} != set()
