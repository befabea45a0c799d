from datetime import date

import pytest
from django.db import connection
from django.db.utils import DatabaseError, ProgrammingError

from federation import organizing, scoping
from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from members.models import Household

TODAY = date(2026, 11, 24)


def build_household(organization: Organization, name: str = "张三") -> Household:
    return Household.objects.create(organization=organization, head_name=name)


@pytest.fixture
def households(everything: None, village: Organization, other_village: Organization) -> dict[str, Household]:
    return {"own": build_household(village, "杨柳户"), "other": build_household(other_village, "上塘户")}


def rows_in_postgresql() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT head_name FROM members_household")
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_no_scope_no_query() -> None:
    with pytest.raises(scoping.ScopeError):
        list(Household.objects.all())
    with pytest.raises(scoping.ScopeError):
        Household.objects.count()
    with pytest.raises(scoping.ScopeError):
        Household.objects.update(head_name="")
    with pytest.raises(scoping.ScopeError):
        Household.objects.all().delete()


def test_saving_files_a_row_under_its_township(households: dict[str, Household], township: Organization) -> None:
    assert households["own"].township_id == township.pk


def test_second_wall_shows_only_the_scope(
    households: dict[str, Household], village_director: User, township_officer: User, city_officer: User, sponsor: User
) -> None:
    seen = {}
    for user in (village_director, township_officer, city_officer, sponsor):
        with scoping.of_user(user, on=TODAY):
            seen[user.username] = rows_in_postgresql()
    assert seen == {"village": {"杨柳户"}, "township": {"杨柳户"}, "city": {"杨柳户", "上塘户"}, "sponsor": set()}


def test_second_wall_refuses_rows_for_another_branch(village_director: User, other_village: Organization) -> None:
    with pytest.raises((DatabaseError, ProgrammingError)), scoping.of_user(village_director, on=TODAY):
        build_household(other_village)


@pytest.mark.django_db(transaction=True)
def test_without_a_scope_postgresql_shows_nothing(village: Organization) -> None:
    with scoping.everything("arrange"):
        build_household(village)
    assert rows_in_postgresql() == set()


def test_scope_of_the_outer_block_comes_back(households: dict[str, Household], village_director: User) -> None:
    with scoping.of_user(village_director, on=TODAY):
        assert rows_in_postgresql() == {"杨柳户"}
    assert rows_in_postgresql() == {"杨柳户", "上塘户"}


def test_visible_to_is_the_same_scope(
    households: dict[str, Household], village_director: User, city_officer: User, sponsor: User
) -> None:
    assert list(Household.objects.visible_to(village_director)) == [households["own"]]
    assert Household.objects.visible_to(city_officer).count() == 2
    assert list(Household.objects.visible_to(sponsor)) == []


def test_scope_is_what_the_grants_in_force_give(
    village_director: User, other_village: Organization, village: Organization
) -> None:
    second = RoleGrant.objects.create(
        user=village_director, organization=other_village, role=Role.VILLAGE_DIRECTOR, starts_on=date(2024, 1, 1)
    )
    person = User.objects.get(pk=village_director.pk)
    assert scoping.scope_of(person, on=date(2024, 6, 1)).organizations == {village.pk}
    person.work_at(second.pk)
    assert scoping.scope_of(person, on=date(2024, 6, 1)).organizations == {other_village.pk}
    assert scoping.scope_of(person, on=date(2023, 12, 31)).organizations == set()


def test_merged_village_is_seen_from_its_successor(
    households: dict[str, Household],
    village: Organization,
    sister_village: Organization,
    sister_director: User,
    city_officer: User,
) -> None:
    organizing.merge(village, into=sister_village, on=TODAY, by=city_officer)
    with scoping.of_user(User.objects.get(pk=sister_director.pk), on=TODAY):
        assert rows_in_postgresql() == {"杨柳户"}


def test_moved_village_takes_its_facts_along(
    households: dict[str, Household],
    village: Organization,
    township: Organization,
    other_township: Organization,
    city_officer: User,
) -> None:
    organizing.move(village, parent=other_township, on=date(2026, 7, 1), by=city_officer)
    assert Household.objects.within(other_township).count() == 2
    assert Household.objects.within(township).count() == 0
    assert Household.objects.within(township, on=date(2025, 12, 31)).count() == 1


@pytest.mark.django_db
def test_every_scoped_table_stands_behind_the_second_wall() -> None:
    tables = {model._meta.db_table for model in scoping.scoped_models()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        walled = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert len(tables) >= 4
    assert tables <= walled


@pytest.mark.django_db
def test_every_scoped_manager_is_a_scoped_one() -> None:
    assert all(
        issubclass(model._default_manager._queryset_class, scoping.ScopedQuerySet) for model in scoping.scoped_models()
    )
