"""The cast of every test: two townships with a village each, one city, and one person a role.

Import the fixtures you need by name in an app's tests/conftest.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from federation import organizing, scoping
from federation.models import Level, Organization, RoleGrant, User
from federation.permissions import Role

BEGAN = date(2010, 1, 1)


def build_branch(parent: Organization | None, level: Level, code: str, division: str) -> Organization:
    name, short_name = organizing.federation_name(division, level)
    return organizing.open_branch(
        by=None,
        parent=parent,
        opened_on=BEGAN,
        level=level,
        code=code,
        division_name=division,
        name=name,
        short_name=short_name,
    )


def build_user(username: str, role: Role | None, organization: Organization | None, **fields: object) -> User:
    """`second_factor=True` is assumed: the middleware's demand is tested on its own."""
    fields.setdefault("is_demo", True)
    user = User.objects.create_user(
        username, "Lanhe-2026ab", display_name=fields.pop("display_name", "周小燕"), **fields
    )
    if role and organization:
        RoleGrant.objects.create(user=user, organization=organization, role=role, starts_on=BEGAN)
    return user


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Test databases, and only they, may empty the audit table between tests."""
    connection.settings_dict["OPTIONS"]["options"] += " -c app.test=on"
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def city(db: None) -> Organization:
    return build_branch(None, Level.CITY, "439981000000", "兰河市")


@pytest.fixture
def township(city: Organization) -> Organization:
    return build_branch(city, Level.TOWNSHIP, "439981101000", "青石镇")


@pytest.fixture
def other_township(city: Organization) -> Organization:
    return build_branch(city, Level.TOWNSHIP, "439981102000", "南塘镇")


@pytest.fixture
def village(township: Organization) -> Organization:
    return build_branch(township, Level.VILLAGE, "439981101201", "杨柳村")


@pytest.fixture
def sister_village(township: Organization) -> Organization:
    return build_branch(township, Level.VILLAGE, "439981101202", "石桥村")


@pytest.fixture
def other_village(other_township: Organization) -> Organization:
    return build_branch(other_township, Level.VILLAGE, "439981102201", "上塘村")


@pytest.fixture
def village_director(village: Organization) -> User:
    return build_user("village", Role.VILLAGE_DIRECTOR, village, display_name="刘春梅")


@pytest.fixture
def sister_director(sister_village: Organization) -> User:
    return build_user("sister", Role.VILLAGE_DIRECTOR, sister_village, display_name="何秀兰")


@pytest.fixture
def township_officer(township: Organization) -> User:
    return build_user("township", Role.TOWNSHIP_OFFICER, township, display_name="周小燕")


@pytest.fixture
def city_officer(city: Organization) -> User:
    return build_user("city", Role.CITY_OFFICER, city, display_name="孙丽华")


@pytest.fixture
def outsider(other_village: Organization) -> User:
    return build_user("outsider", Role.VILLAGE_DIRECTOR, other_village, display_name="邓玉珍")


@pytest.fixture
def township_outsider(other_township: Organization) -> User:
    return build_user("township_outsider", Role.TOWNSHIP_OFFICER, other_township, display_name="彭桂英")


@pytest.fixture
def hospital(city: Organization) -> User:
    return build_user("hospital", Role.SCREENING_HOSPITAL, city, display_name="陈医生")


@pytest.fixture
def rights_officer(city: Organization) -> User:
    return build_user("rights", Role.RIGHTS_OFFICER, city, display_name="何静")


@pytest.fixture
def finance_officer(city: Organization) -> User:
    return build_user("finance", Role.FINANCE_OFFICER, city, display_name="钱敏")


@pytest.fixture
def finance_reviewer(city: Organization) -> User:
    return build_user("reviewer", Role.FINANCE_REVIEWER, city, display_name="吴芳")


@pytest.fixture
def leader(city: Organization) -> User:
    return build_user("leader", Role.LEADER, city, display_name="赵敏")


@pytest.fixture
def auditor(city: Organization) -> User:
    return build_user("auditor", Role.AUDITOR, city, display_name="郑洁")


@pytest.fixture
def sponsor(city: Organization) -> User:
    return build_user("sponsor", Role.SPONSOR, city, display_name="林爱心")


@pytest.fixture
def administrator(city: Organization) -> User:
    return build_user("administrator", Role.SYSTEM_ADMINISTRATOR, city, display_name="管理员", is_staff=True)


@pytest.fixture
def everything(db: None) -> Iterator[scoping.Scope]:
    """The whole tree open, for arranging rows and for verbs called directly."""
    with scoping.everything("a test arranges rows") as scope:
        yield scope


@pytest.fixture
def client_of(db: None) -> Callable[[User], Client]:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


__all__ = [
    "export_rules",
    "city", "township", "other_township", "village", "sister_village", "other_village", "village_director", "sister_director",
    "township_officer", "city_officer", "outsider", "township_outsider", "hospital", "rights_officer", "finance_officer",
    "finance_reviewer", "leader", "auditor", "sponsor", "administrator", "everything", "client_of",
    "django_db_setup",
]  # fmt: skip


@pytest.fixture
def export_rules(db: None) -> None:
    """As the migration brings them; a test that empties the tables may have run before."""
    for name in ("0004_how_long_exported_files_are_kept", "0007_leave_to_export"):
        importlib.import_module(f"federation.migrations.{name}").Migration.operations[-1].add(apps, None)
