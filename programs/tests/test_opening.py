"""A child's file opens with another person's leave, in an emergency at once, and never by one's own word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from federation.permissions import Role
from federation.tests.cast import build_user
from programs.models import Child, ChildAccess
from programs.sunflower import caring, opening
from programs.tests.build_welfare import build_access, build_child

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
NOW = timezone.now()
SECRETS = ("陈小雨", "陈大山", "青石学校", "138****5678")


def asked(child: Child, by: User, *, urgent: bool = False) -> ChildAccess:
    return opening.ask(child, purpose="visit", reason="孩子没到校", urgent=urgent, at=NOW, by=by)


def told(client: Client, child: Child) -> list[str]:
    page = client.get(child.get_absolute_url()).content.decode()
    return [word for word in SECRETS if word in page]


def test_file_stays_closed_until_another_person_allows_it(
    village: Organization, village_director: User, township_officer: User, client_of: ClientOf
) -> None:
    child, client = build_child(village, school="青石学校", phone="13812345678"), client_of(village_director)
    assert told(client, child) == []
    client.post(reverse("programs:access_new", args=[child.pk]), {"purpose": "visit"})
    with scoping.everything("the test reads what was written"):
        access = child.accesses.get()
    assert told(client, child) == []
    client_of(township_officer).post(access.get_absolute_url(), {"allowed": "allowed"})
    assert told(client, child) == list(SECRETS)
    assert told(client_of(township_officer), child) == []


@pytest.mark.parametrize("name", ["child_edit", "aid_new"])
def test_no_form_tells_what_the_closed_file_hides(
    village: Organization, township_officer: User, client_of: ClientOf, name: str
) -> None:
    child = build_child(village)
    page = client_of(township_officer).get(reverse(f"programs:{name}", args=[child.pk])).content.decode()
    assert [word for word in SECRETS if word in page] == []


def test_phone_of_a_closed_file_is_not_revealed(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    child = build_child(village, phone="13812345678")
    url = reverse("reveal", args=["programs.child", child.pk, "phone"])
    answers = [client_of(township_officer).post(url, {"purpose": "contact"}).status_code]
    build_access(child, township_officer)
    answers.append(client_of(township_officer).post(url, {"purpose": "contact"}).status_code)
    assert answers == [403, 200]


def test_leave_ends_after_its_days(village: Organization, village_director: User, township_officer: User) -> None:
    access = asked(build_child(village), village_director)
    opening.decide(access, allowed=True, answer="", at=NOW, by=township_officer)
    days = [timedelta(days=6), timedelta(days=7)]
    assert [access.child.is_open_to(village_director, at=NOW + each) for each in days] == [True, False]


def test_emergency_opens_at_once_and_a_refusal_closes_it(
    village: Organization, village_director: User, township_officer: User
) -> None:
    access = asked(build_child(village), village_director, urgent=True)
    assert access.child.is_open_to(village_director, at=NOW + timedelta(hours=23))
    assert list(ChildAccess.objects.to_decide_by(township_officer)) == [access]
    opening.decide(access, allowed=False, answer="不是紧急情况", at=NOW, by=township_officer)
    assert not access.child.is_open_to(village_director, at=NOW + timedelta(minutes=1))


def test_superiors_colleagues_and_the_leader_answer(
    village: Organization, township: Organization, village_director: User, township_officer: User, city_officer: User,
    leader: User, auditor: User, township_outsider: User,
) -> None:  # fmt: skip
    colleague = build_user("colleague", Role.TOWNSHIP_OFFICER, township)
    low, middle, high = (asked(build_child(village), who) for who in (village_director, township_officer, city_officer))
    people = (village_director, township_officer, colleague, city_officer, leader, auditor, township_outsider)
    found = [set(ChildAccess.objects.to_decide_by(who)) for who in people]
    assert found == [set(), {low}, {low, middle}, {low, middle}, {low, middle, high}, set(), set()]


def test_nobody_allows_her_own_asking_by_another_account(
    village: Organization, township: Organization, township_officer: User
) -> None:
    second = build_user("second", Role.TOWNSHIP_OFFICER, township, person=township_officer.person)
    access = asked(build_child(village), township_officer)
    with pytest.raises(ValidationError, match="请由另一位批准"):
        opening.decide(access, allowed=True, answer="", at=NOW, by=second)


@pytest.mark.parametrize("change", ["widened", "again", "removed"])
def test_database_keeps_what_was_asked_and_answered(
    village: Organization, village_director: User, township_officer: User, change: str
) -> None:
    access = asked(build_child(village), village_director)
    opening.decide(access, allowed=False, answer="用途不清", at=NOW, by=township_officer)
    rows = ChildAccess.objects.filter(pk=access.pk)
    changes: dict[str, Callable[[], object]] = {
        "again": lambda: rows.update(allowed=True),
        "widened": lambda: rows.update(opens_until=NOW + timedelta(days=99)),
        "removed": lambda: rows._raw_delete(rows.db),
    }
    with pytest.raises(IntegrityError, match="只能批一次"), transaction.atomic():
        changes[change]()


def test_file_does_not_open_without_an_answer(village: Organization, village_director: User) -> None:
    access = asked(build_child(village), village_director)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChildAccess.objects.filter(pk=access.pk).update(opens_until=NOW + timedelta(days=1))


def test_one_asking_waits_at_a_time(village: Organization, village_director: User) -> None:
    child = build_child(village)
    asked(child, village_director)
    with pytest.raises(ValidationError, match="正等批准"):
        asked(child, village_director)
    asked(child, village_director, urgent=True)
    assert child.is_open_to(village_director, at=NOW)


def test_whoever_opened_the_file_goes_on_with_it(
    village: Organization, township_officer: User, city_officer: User
) -> None:
    facts = {"name": "陈小雨", "sex": "2", "category": "left_behind", "birth_on": NOW.date() - timedelta(days=4000)}
    child = caring.open_file(
        organization=village, phone="", at=NOW, by=township_officer, guardian_name="陈大山", guardian_relation="祖父",
        opened_on=NOW.date(), **facts,
    )  # fmt: skip
    assert [child.is_open_to(who, at=NOW) for who in (township_officer, city_officer)] == [True, False]


def test_list_shows_what_waits_for_her(
    village: Organization, other_village: Organization, village_director: User, outsider: User, township_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    mine, others = asked(build_child(village), village_director), asked(build_child(other_village), outsider)
    client = client_of(township_officer)
    assert list(client.get(reverse("programs:access_list")).context["page"].rows) == [mine]
    assert client.get(others.get_absolute_url()).status_code == 404
    assert list(client.get(reverse("programs:access_list") + "?state=urgent").context["page"].rows) == []
