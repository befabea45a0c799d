from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from federation import accounts
from federation.forms.accounts import InvitationForm
from federation.models import AuditEntry, Invitation, Organization, RoleGrant, User
from federation.permissions import Role, may_invite

SignedIn = Callable[[User], Client]
PASSWORD = "Lanhe-2026ab"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _no_earlier_failures() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, username: str, password: str = PASSWORD) -> str:
    """Where one stands afterwards: the address one is sent to, or the page with its refusal."""
    answer = client.post("/accounts/login/", {"login": username, "password": password})
    return answer["Location"] if answer.status_code == 302 else answer.content.decode()


def test_sign_in_by_account_name(client: Client, village_director: User) -> None:
    assert sign_in(client, "village") == "/home/"
    assert client.session["_auth_user_id"] == str(village_director.pk)


def test_wrong_password_and_unknown_account_are_told_alike(client: Client, village_director: User) -> None:
    answers = [sign_in(client, "village", "wrong-one"), sign_in(client, "nobody", "wrong-one")]
    assert all("账号或密码不对" in answer for answer in answers)
    assert "_auth_user_id" not in client.session


def test_fifth_failure_closes_the_account_for_a_while(
    client: Client, village_director: User, city_officer: User
) -> None:
    for _ in range(5):
        assert "账号或密码不对" in sign_in(client, "village", "wrong-one")
    assert "请 15 分钟后再试" in sign_in(client, "village")
    assert "请 15 分钟后再试" in sign_in(client, "VILLAGE")
    assert sign_in(client, "city") == "/home/"


def test_closed_account_does_not_sign_in(client: Client, village_director: User) -> None:
    User.objects.update(is_active=False)
    sign_in(client, "village")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, db: None) -> None:
    page = client.post("/accounts/signup/", {"username": "x", "password1": PASSWORD, "password2": PASSWORD})
    assert page.status_code == 200
    assert User.objects.count() == 0


def test_own_sessions_are_listed_and_the_others_ended(village_director: User, client_of: SignedIn) -> None:
    here, there = client_of(village_director), client_of(village_director)
    assert here.get("/desk/jobs/").status_code == there.get("/desk/jobs/").status_code == 200
    assert here.get("/accounts/sessions/").status_code == 200
    here.post("/accounts/sessions/")
    assert (here.get("/desk/jobs/").status_code, there.get("/desk/jobs/").status_code) == (200, 302)
    assert Session.objects.count() == 1


# --- invitations -----------------------------------------------------------------------------------------------------


def invite(by: User, organization: Organization, role: Role = Role.VILLAGE_DIRECTOR) -> str:
    return accounts.invite(display_name="王芳", organization=organization, role=role, by=by, at=NOW)


def accept(client: Client, token: str, **changes: str) -> int:
    given = {"username": "wangfang", "password": PASSWORD, "repeated": PASSWORD, **changes}
    return client.post(f"/accounts/invitation/{token}/", given).status_code


def test_invitation_opens_an_account_once(client: Client, township_officer: User, village: Organization) -> None:
    token = invite(township_officer, village)
    assert accept(client, token) == 302
    assert accept(client, token, username="second") == 404
    person = User.objects.get(username="wangfang")
    assert [(grant.role, grant.organization) for grant in person.grants.all()] == [(Role.VILLAGE_DIRECTOR, village)]
    assert sign_in(client, "wangfang") == "/home/"


def invited_on_page(by: Client, branch: Organization, role: Role) -> str:
    """The address of the link that the page of a fresh invitation shows."""
    given = {"display_name": "王小试", "organization": branch.pk, "role": role.value}
    page = by.post("/desk/accounts/invite/", given).content.decode()
    return re.search(r"/accounts/invitation/[^/\"]+/", page)[0]


@pytest.mark.parametrize(
    ("who", "role", "where"),
    [
        ("township_officer", Role.VILLAGE_DIRECTOR, "village"),
        ("city_officer", Role.TOWNSHIP_OFFICER, "township"),
        ("administrator", Role.FINANCE_OFFICER, "city"),
    ],
)
def test_invitation_by_the_page_leads_to_the_first_sign_in(
    request: pytest.FixtureRequest, client: Client, client_of: SignedIn, who: str, role: Role, where: str
) -> None:
    link = invited_on_page(client_of(request.getfixturevalue(who)), request.getfixturevalue(where), role)
    given = {"username": "wangxiaoshi", "password": PASSWORD, "repeated": PASSWORD}
    assert client.post(link, given)["Location"] == "/accounts/login/"
    again = client.post(link, {**given, "username": "second"})
    assert (again.status_code, "已用过或已过期" in again.content.decode()) == (404, True)
    assert sign_in(client, "wangxiaoshi") == "/home/"
    assert AuditEntry.objects.get(action="federation.invitation.sent").details["role"] == role.label


@pytest.mark.parametrize("weak", ["12345678", "wangxiaoshi", "Wangxiaoshi-2026", "aaaaaaaaaaaa"])
def test_weak_password_is_refused_and_the_name_kept(
    client: Client, township_officer: User, village: Organization, weak: str
) -> None:
    token = invite(township_officer, village)
    page = client.post(
        f"/accounts/invitation/{token}/", {"username": "wangxiaoshi", "password": weak, "repeated": weak}
    )
    assert set(page.context["form"].errors) == {"password"}
    assert 'value="wangxiaoshi"' in page.content.decode()
    assert not User.objects.filter(username="wangxiaoshi").exists()


def test_token_is_not_kept(township_officer: User, village: Organization) -> None:
    token = invite(township_officer, village)
    invitation = Invitation.objects.get()
    assert token not in str(vars(invitation))
    assert token not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=6, hours=23), 200), (timedelta(days=7), 404)])
def test_invitation_lasts_seven_days(
    client: Client, township_officer: User, village: Organization, age: timedelta, status: int
) -> None:
    token = invite(township_officer, village)
    Invitation.objects.update(invited_at=timezone.now() - age)
    assert client.get(f"/accounts/invitation/{token}/").status_code == status


def test_invitation_ends_with_its_senders_right(client: Client, township_officer: User, village: Organization) -> None:
    token = invite(township_officer, village)
    RoleGrant.objects.update(ends_on=timezone.localdate())
    with pytest.raises(ValidationError, match="邀请人已不能"):
        accounts.accept(Invitation.objects.get(), username="wangfang", password=PASSWORD, at=timezone.now())
    assert accept(client, token) == 200
    assert not User.objects.filter(username="wangfang").exists()


@pytest.mark.parametrize(
    ("who", "role", "where", "allowed"),
    [
        ("township_officer", Role.VILLAGE_DIRECTOR, "village", True),
        ("township_officer", Role.VILLAGE_DIRECTOR, "other_village", False),
        ("township_officer", Role.TOWNSHIP_OFFICER, "township", False),
        ("city_officer", Role.TOWNSHIP_OFFICER, "other_township", True),
        ("city_officer", Role.RIGHTS_OFFICER, "city", False),
        ("administrator", Role.RIGHTS_OFFICER, "city", True),
        ("village_director", Role.VILLAGE_DIRECTOR, "village", False),
        ("leader", Role.TOWNSHIP_OFFICER, "township", False),
    ],
)
def test_branch_above_invites(request: pytest.FixtureRequest, who: str, role: Role, where: str, allowed: bool) -> None:
    person, organization = request.getfixturevalue(who), request.getfixturevalue(where)
    assert may_invite(person, role, organization) is allowed
    if not allowed:
        with pytest.raises(PermissionDenied):
            invite(person, organization, role)


def test_two_grants_do_not_add_up(township_officer: User, city: Organization, other_village: Organization) -> None:
    own = township_officer.grants.get()
    RoleGrant.objects.create(user=township_officer, organization=city, role=Role.AUDITOR, starts_on=date(2020, 1, 1))
    person = User.objects.get(pk=township_officer.pk)
    given = {"display_name": "王芳", "organization": other_village.pk, "role": Role.VILLAGE_DIRECTOR}
    assert not may_invite(person, Role.VILLAGE_DIRECTOR, other_village)
    assert set(InvitationForm(given, user=person).errors) == {"role"}
    person.work_at(own.pk)
    assert not may_invite(person, Role.VILLAGE_DIRECTOR, other_village)
    assert set(InvitationForm(given, user=person).errors) == {"organization"}


def test_role_is_held_at_its_level(city_officer: User, village: Organization) -> None:
    given = {"display_name": "王芳", "organization": village.pk, "role": Role.TOWNSHIP_OFFICER}
    form = InvitationForm(given, user=city_officer)
    assert form.errors["organization"] == ["“乡镇（街道）妇联干事”要设在乡镇（街道）一级的组织。"]


def test_withdrawn_role_is_gone_with_the_next_request(
    township_officer: User, village_director: User, client_of: SignedIn
) -> None:
    director = client_of(village_director)
    assert director.get("/desk/organizations/").status_code == 200
    grant = village_director.grants.get()
    assert client_of(township_officer).post(f"/desk/accounts/grants/{grant.pk}/withdraw/").status_code == 302
    assert director.get("/desk/organizations/").status_code == 403


def test_nobody_withdraws_her_own_role_or_a_strangers(
    township_officer: User, outsider: User, client_of: SignedIn
) -> None:
    own, other = township_officer.grants.get(), outsider.grants.get()
    client = client_of(township_officer)
    answers = [client.post(f"/desk/accounts/grants/{grant.pk}/withdraw/").status_code for grant in (own, other)]
    assert answers == [403, 404]
