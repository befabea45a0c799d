"""Several posts: one desk at a time, everything in sight all the time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from federation.tests.cast import BEGAN

ClientOf = Callable[[User], Client]


@pytest.fixture
def second(city_officer: User, other_township: Organization) -> RoleGrant:
    """The city's officer also looks after a township."""
    return RoleGrant.objects.create(
        user=city_officer, organization=other_township, role=Role.TOWNSHIP_OFFICER, starts_on=BEGAN
    )


def unit_of(client: Client) -> str:
    return client.get(reverse("reports:desk")).context["shell"].unit.short_name


def test_she_works_at_the_branch_she_chose(second: RoleGrant, city_officer: User, client_of: ClientOf) -> None:
    client = client_of(city_officer)
    assert unit_of(client) == "兰河市妇联"
    client.post(reverse("unit_choose"), {"grant": second.pk})
    assert unit_of(client) == "南塘镇妇联"
    assert "换到您的另一个岗位" in client.get(reverse("organization_tree")).content.decode()


def test_choosing_changes_nothing_that_she_sees(
    second: RoleGrant, city_officer: User, village: Organization, client_of: ClientOf
) -> None:
    client = client_of(city_officer)
    client.post(reverse("unit_choose"), {"grant": second.pk})
    assert client.get(reverse("organization", args=[village.pk])).status_code == 200


@pytest.mark.parametrize("asked", ["", "x", "99999999999999999999"])
def test_nonsense_changes_nothing(asked: str, second: RoleGrant, city_officer: User, client_of: ClientOf) -> None:
    client = client_of(city_officer)
    assert client.post(reverse("unit_choose"), {"grant": asked}).status_code == 302
    assert unit_of(client) == "兰河市妇联"


def test_grant_of_somebody_else_is_not_taken(
    second: RoleGrant, city_officer: User, township_officer: User, client_of: ClientOf
) -> None:
    client = client_of(township_officer)
    client.post(reverse("unit_choose"), {"grant": second.pk})
    assert unit_of(client) == "青石镇妇联"


def test_withdrawn_grant_falls_back(second: RoleGrant, city_officer: User, client_of: ClientOf) -> None:
    client = client_of(city_officer)
    client.post(reverse("unit_choose"), {"grant": second.pk})
    RoleGrant.objects.filter(pk=second.pk).update(ends_on=BEGAN)
    assert unit_of(client) == "兰河市妇联"


def test_desk_follows_the_post(city_officer: User, city: Organization, client_of: ClientOf) -> None:
    rights = RoleGrant.objects.create(user=city_officer, organization=city, role=Role.RIGHTS_OFFICER, starts_on=BEGAN)
    client = client_of(city_officer)
    client.post(reverse("unit_choose"), {"grant": rights.pk})
    assert "reports/rights_desk.html" in [template.name for template in client.get(reverse("reports:desk")).templates]
