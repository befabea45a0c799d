import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone

from federation.access import Role, StaffRequest, access, signed_in
from federation.logs import JsonFormatter
from federation.models import User
from federation.urls import handler403, handler404, handler500, urlpatterns  # noqa: F401

SignedIn = Callable[[User], Client]


@signed_in
def bare(request: StaffRequest) -> HttpResponse:
    return HttpResponse(f"{request.user.pk}")


@access(Role.CITY_OFFICER)
def city_only(request: StaffRequest) -> HttpResponse:
    return HttpResponse("city")


@access(Role.CITY_OFFICER)
def writes_and_fails(request: StaffRequest, how: str) -> HttpResponse:
    User.objects.filter(pk=request.user.pk).update(display_name="改了一半")
    if how == "missing":
        raise Http404
    if how == "forbidden":
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    return HttpResponse()


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    *urlpatterns,
    path("bare/", bare, name="bare"),
    path("city/", city_only, name="city_only"),
    path("unmarked/", unmarked, name="unmarked"),
    path("fails/<str:how>/", writes_and_fails, name="fails"),
]


@pytest.fixture(autouse=True)
def _these_routes() -> object:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [query["sql"].replace('"', "")[:60] for query in captured]


@pytest.mark.django_db(transaction=True)
def test_request_costs_three_reads_and_one_setting(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    client.get("/bare/")
    asked = statements(client, "/bare/")
    assert [re.sub(r"_\d+\(.*", "", sql.partition(" FROM ")[0])[:22] for sql in asked] == [
        "SELECT django_session.",
        "SELECT federation_user",
        "EXECUTE kept",
        "BEGIN",
        "SELECT set_config('app",
        "COMMIT",
    ]


def test_unmarked_view_answers_nobody(city_officer: User, client_of: SignedIn) -> None:
    assert client_of(city_officer).get("/unmarked/").status_code == 403


def test_role_is_asked_for(city_officer: User, village_director: User, client_of: SignedIn) -> None:
    answers = [client_of(person).get("/city/").status_code for person in (city_officer, village_director)]
    assert answers == [200, 403]


def test_stranger_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    assert client.get("/bare/")["Location"] == "/accounts/login/?next=/bare/"
    answer = client.get("/bare/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")


def test_signed_in_page_is_not_kept_and_carries_its_headers(village_director: User, client_of: SignedIn) -> None:
    answer = client_of(village_director).get("/bare/")
    policy = answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].startswith("geolocation=()")
    assert len(answer["X-Request-ID"]) == 8


def test_signing_out_clears_the_browser(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/bare/").status_code == 302


def aged(client: Client, **changes: int) -> None:
    session = client.session
    session.update(changes)
    session.save()


def test_session_ends_twelve_hours_after_sign_in(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    aged(client, began=int(time.time()) - 12 * 60 * 60 + 60)
    assert client.get("/bare/").status_code == 200
    aged(client, began=int(time.time()) - 12 * 60 * 60 - 1)
    assert client.get("/bare/").status_code == 302
    assert client.get("/bare/").status_code == 302


def test_session_ends_after_half_an_hour_without_a_request(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    client.get("/bare/")
    left = Session.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=29) < left <= timedelta(minutes=30) == timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/bare/").status_code == 302


def test_use_prolongs_the_session_at_most_once_a_minute(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    client.get("/bare/")
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))
    client.get("/bare/")
    assert Session.objects.get().expire_date < timezone.now() + timedelta(minutes=6)
    aged(client, seen=int(time.time()) - 60)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=5))
    client.get("/bare/")
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)


def test_closed_account_loses_its_sessions(village_director: User, client_of: SignedIn) -> None:
    client = client_of(village_director)
    assert client.get("/bare/").status_code == 200
    User.objects.filter(pk=village_director.pk).update(is_active=False)
    assert client.get("/bare/").status_code == 302


def test_own_password_comes_before_any_work(village_director: User, client_of: SignedIn) -> None:
    User.objects.filter(pk=village_director.pk).update(must_change_password=True)
    client = client_of(village_director)
    assert client.get("/bare/")["Location"] == "/accounts/password/change/"


@pytest.mark.parametrize("who", ["rights_officer", "finance_officer", "finance_reviewer", "administrator"])
def test_some_roles_need_a_second_factor(who: str, request: pytest.FixtureRequest, client_of: SignedIn) -> None:
    person = request.getfixturevalue(who)
    assert client_of(person).get("/bare/").status_code == 200  # a demo account on loopback
    User.objects.filter(pk=person.pk).update(is_demo=False)
    assert client_of(person).get("/bare/")["Location"] == "/accounts/2fa/totp/activate/"


def test_demo_account_from_another_machine_needs_it_too(administrator: User, client_of: SignedIn) -> None:
    answer = client_of(administrator).get("/bare/", REMOTE_ADDR="192.0.2.7")
    assert answer["Location"] == "/accounts/2fa/totp/activate/"


def test_exemption_is_for_the_trial_only(administrator: User, client_of: SignedIn, settings: object) -> None:
    settings.DEMO_LOOPBACK_WITHOUT_TOTP = False
    assert client_of(administrator).get("/bare/")["Location"] == "/accounts/2fa/totp/activate/"


def test_second_factor_opens_the_desk(administrator: User, client_of: SignedIn, settings: object) -> None:
    settings.DEMO_LOOPBACK_WITHOUT_TOTP = False
    TOTP.activate(administrator, "JBSWY3DPEHPK3PXP")
    assert client_of(administrator).get("/bare/").status_code == 200


def test_village_director_needs_none(village_director: User, client_of: SignedIn, settings: object) -> None:
    settings.DEMO_LOOPBACK_WITHOUT_TOTP = False
    assert client_of(village_director).get("/bare/").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("how", "status"), [("missing", 404), ("forbidden", 403), ("broken", 500)])
def test_failed_request_writes_nothing_and_still_answers(
    city_officer: User, client_of: SignedIn, how: str, status: int
) -> None:
    client = client_of(city_officer)
    client.raise_request_exception = False
    answer = client.get(f"/fails/{how}/")
    assert answer.status_code == status
    assert answer["X-Request-ID"].upper() in answer.content.decode()
    assert User.objects.get(pk=city_officer.pk).display_name == "孙丽华"


class Kept(logging.Handler):
    """What the log would print."""

    lines: list[dict[str, str]]

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def log() -> Iterator[list[dict[str, str]]]:
    kept = Kept(logging.ERROR)
    kept.lines = []
    kept.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(kept)
    yield kept.lines
    logging.getLogger().removeHandler(kept)


def test_number_of_the_fault_page_stands_in_the_log(
    city_officer: User, client_of: SignedIn, log: list[dict[str, str]]
) -> None:
    client = client_of(city_officer)
    client.raise_request_exception = False
    number = client.get("/fails/broken/")["X-Request-ID"].upper()
    assert [line["request"] for line in log] == [number]
    assert "division by zero" in log[0]["trace"]
