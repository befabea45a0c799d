from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from federation.models import User
from federation.second_factor import TRIAL_NOTICE, PortalMFAAdapter

SECRET = "JBSWY3DPEHPK3PXP"


def current_code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, person: User) -> str:
    cache.clear()
    answer = client.post("/accounts/login/", {"login": person.username, "password": "Lanhe-2026ab"})
    return str(answer["Location"])


def test_password_alone_is_not_enough(client: Client, administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    assert sign_in(client, administrator) == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/2fa/authenticate/", {"code": current_code()})["Location"] == "/home/"
    assert client.session["_auth_user_id"] == str(administrator.pk)


def test_recovery_code_opens_once(client: Client, administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    code = RecoveryCodes.activate(administrator).get_unused_codes()[0]
    for status in (302, 200):
        sign_in(client, administrator)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == status
        client.logout()


def test_secret_is_sealed(administrator: User) -> None:
    TOTP.activate(administrator, SECRET)
    stored = Authenticator.objects.get(type="totp")
    assert SECRET not in str(stored.data)
    assert PortalMFAAdapter().decrypt(stored.data["secret"]) == SECRET


@pytest.mark.parametrize(
    ("who", "may"), [("administrator", False), ("rights_officer", False), ("village_director", True)]
)
def test_who_needs_it_cannot_take_it_away(request: pytest.FixtureRequest, who: str, may: bool) -> None:
    person = request.getfixturevalue(who)
    authenticator = TOTP.activate(person, SECRET).instance
    assert PortalMFAAdapter().can_delete_authenticator(authenticator) is may


def test_trial_says_that_it_lets_demo_accounts_in_without(
    administrator: User, village_director: User, client_of: Callable[[User], Client]
) -> None:
    pages = [client_of(person).get("/desk/jobs/").content.decode() for person in (administrator, village_director)]
    assert [TRIAL_NOTICE in page for page in pages] == [True, False]
