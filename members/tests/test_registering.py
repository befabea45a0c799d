from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from federation import scoping
from federation.models import AuditEntry, Organization, User
from members import registering
from members.codes import Departure, NoIDReason
from members.identity import NationalID
from members.models import Woman
from members.tests.build import build_household, build_woman, id_number


def actions(target: object) -> list[str]:
    return list(AuditEntry.objects.about(target).values_list("action", flat=True))  # type: ignore[arg-type]


def test_open_file_takes_birth_and_sex_from_the_number(
    everything: None, village: Organization, village_director: User
) -> None:
    number = id_number(date(1985, 3, 8))
    woman = registering.open_file(organization=village, by=village_director, name="张小燕", id_number=number.lower())
    woman.refresh_from_db()
    assert (woman.id_number, woman.birth_on, woman.sex) == (number, date(1985, 3, 8), "2")
    assert (woman.pinyin, woman.initials) == ("zhang xiao yan", "zxy")
    assert actions(woman) == ["members.woman.opened"]


def test_no_number_and_no_reason_is_refused_by_the_database(everything: None, village: Organization) -> None:
    with pytest.raises(IntegrityError, match="id_number_or_a_reason"), transaction.atomic():
        Woman.objects.create(organization=village, name="张小燕")


def test_same_number_opened_at_once_is_refused_in_words(
    everything: None, village: Organization, village_director: User
) -> None:
    number = id_number()
    registering.open_file(organization=village, by=village_director, name="张小燕", id_number=number)
    with pytest.raises(ValidationError, match="已在其他组织建档"):
        registering.open_file(organization=village, by=village_director, name="张小燕", id_number=number)
    assert Woman.objects.count() == 1


def test_existing_file_outside_the_scope_tells_no_more_than_that_it_exists(
    village: Organization, other_village: Organization, village_director: User, city_officer: User
) -> None:
    number = id_number()
    with scoping.everything("a test arranges rows"):
        woman = build_woman(other_village, id_number=number)
    with scoping.of_user(village_director):
        assert registering.file_with(NationalID(number), user=village_director) == registering.ExistingFile(None)
        assert list(Woman.objects.all()) == []  # the scope is the director's again
    with scoping.of_user(city_officer):
        found = registering.file_with(NationalID(number), user=city_officer)
        assert found == registering.ExistingFile(woman)


def test_edit_names_the_fields_and_never_their_values(
    everything: None, village: Organization, village_director: User
) -> None:
    woman = build_woman(village, phone="13812345678")
    registering.edit_file(woman, by=village_director, phone="13900001111", address="3 组", name="张小燕")
    entry = AuditEntry.objects.about(woman).get()
    assert (entry.action, entry.details) == ("members.woman.edited", {"fields": "手机号、住址"})


def test_edit_that_changes_nothing_leaves_no_trace(
    everything: None, village: Organization, village_director: User
) -> None:
    woman = build_woman(village, phone="13812345678")
    registering.edit_file(woman, by=village_director, phone="13812345678", address="", name="张小燕")
    assert actions(woman) == []


def test_number_given_later_clears_the_reason(everything: None, village: Organization, village_director: User) -> None:
    woman = build_woman(village, no_id_reason=NoIDReason.LOST)
    registering.edit_file(woman, by=village_director, id_number=id_number(date(1990, 1, 1)))
    woman.refresh_from_db()
    assert (woman.no_id_reason, woman.birth_on) == ("", date(1990, 1, 1))


def test_household_of_another_village_is_refused(
    everything: None, village: Organization, sister_village: Organization, village_director: User
) -> None:
    woman, household = build_woman(village), build_household(sister_village)
    with pytest.raises(ValidationError, match="不在同一个村"):
        registering.edit_file(woman, by=village_director, household=household)


def test_departure_and_return(everything: None, village: Organization, village_director: User) -> None:
    woman = build_woman(village)
    registering.record_departure(woman, on=date(2026, 3, 8), reason=Departure.MOVED_AWAY, by=village_director)
    assert list(Woman.objects.all().living_here()) == []
    with pytest.raises(ValidationError, match="已登记离开（2026-03-08）"):
        registering.record_departure(woman, on=date(2026, 3, 9), reason=Departure.DIED, by=village_director)
    registering.record_return(woman, by=village_director)
    assert list(Woman.objects.all().living_here()) == [woman]
    assert actions(woman) == ["members.woman.returned", "members.woman.departed"]


def test_departure_before_birth_is_refused(everything: None, village: Organization, village_director: User) -> None:
    woman = build_woman(village, birth_on=date(1985, 3, 8))
    with pytest.raises(ValidationError, match="早于出生日期 1985-03-08"):
        registering.record_departure(woman, on=date(1980, 1, 1), reason=Departure.DIED, by=village_director)


def test_moved_file_belongs_to_the_new_village_and_township(
    everything: None, village: Organization, other_village: Organization, city_officer: User
) -> None:
    woman = build_woman(village, household=build_household(village))
    registering.move_file(woman, to=other_village, on=date(2026, 3, 8), by=city_officer)
    woman.refresh_from_db()
    assert (woman.organization, woman.township_id, woman.household) == (other_village, other_village.parent_id, None)


def test_looking_up_a_number_is_recorded_without_the_number(
    everything: None, village: Organization, village_director: User
) -> None:
    number = id_number()
    assert registering.find_by_number(NationalID(number), by=village_director) is None
    entry = AuditEntry.objects.about(village).latest("id")
    assert (entry.action, entry.details) == ("members.woman.looked_up", {"found": "没有档案"})
