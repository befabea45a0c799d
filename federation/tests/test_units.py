"""Several posts: one at a time, with its own branches and rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from federation.models import Organization, RoleGrant, User
from federation.permissions import Role
from federation.scoping import scope_of
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


def test_post_sees_its_own_branches_only(
    second: RoleGrant,
    city_officer: User,
    village: Organization,
    other_village: Organization,
    client_of: ClientOf,
) -> None:
    client = client_of(city_officer)
    client.post(reverse("unit_choose"), {"grant": second.pk})
    answers = [client.get(reverse("organization", args=[branch.pk])).status_code for branch in (village, other_village)]
    assert answers == [404, 200]


def test_right_of_one_post_does_not_reach_the_branch_of_another(
    township_officer: User, other_township: Organization, other_village: Organization
) -> None:
    auditor = RoleGrant.objects.create(
        user=township_officer, organization=other_township, role=Role.AUDITOR, starts_on=BEGAN
    )
    assert township_officer.roles == {Role.TOWNSHIP_OFFICER}
    assert not scope_of(township_officer, on=date(2026, 11, 24)).covers(other_village)
    township_officer.work_at(auditor.pk)
    assert township_officer.roles == {Role.AUDITOR}
    assert scope_of(township_officer, on=date(2026, 11, 24)).covers(other_village)


def test_way_of_signing_in_goes_by_every_post(township_officer: User, other_township: Organization) -> None:
    assert not township_officer.needs_second_factor()
    RoleGrant.objects.create(
        user=township_officer, organization=other_township, role=Role.RIGHTS_OFFICER, starts_on=BEGAN
    )
    assert User.objects.get(pk=township_officer.pk).needs_second_factor()


def test_job_left_behind_is_done_from_its_own_post(second: RoleGrant, city_officer: User, city: Organization) -> None:
    city_officer.work_for(second.organization)
    assert city_officer.organization == second.organization
    city_officer.work_for(city)
    assert city_officer.organization == city


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
