"""Redis gone: people sign in, wrong passwords are still counted, pages work, readiness says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.urls import reverse

from federation.models import User
from federation.steady_cache import SteadyCache

PASSWORD = "Lanhe-2026ab"
ClientOf = Callable[[User], Client]


@pytest.fixture
def redis_gone(settings: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Both aliases point at a socket where nobody listens."""
    monkeypatch.setattr(SteadyCache, "_silent_until", 0.0)
    nowhere = {"LOCATION": "unix:///nowhere/valkey.sock"}
    named = settings.CACHES
    settings.CACHES = {**named, **{name: named[name] | nowhere for name in ("default", "queue")}}
    yield
    SteadyCache._silent_until = 0.0


def sign_in(username: str, password: str) -> Any:
    return Client().post(reverse("account_login"), {"login": username, "password": password})


def test_sign_in_goes_on(redis_gone: None, city_officer: User) -> None:
    answer = sign_in("city", PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_wrong_passwords_are_still_counted(redis_gone: None, city_officer: User) -> None:
    said = [sign_in("city", "Wrong-2026ab").content.decode() for _ in range(6)]
    assert ["错的次数太多" in page for page in said] == [False] * 5 + [True]
    assert "错的次数太多" in sign_in("city", PASSWORD).content.decode()


def test_pages_and_readiness_work(redis_gone: None, city_officer: User, client_of: ClientOf) -> None:
    assert client_of(city_officer).get(reverse("reports:desk")).status_code == 200
    answer = Client().get("/readyz")
    words = {check["name"]: check["words"] for check in answer.json()["checks"] if not check["holds"]}
    assert (answer.status_code, answer.json()["state"]) == (200, "degraded")
    assert words["queue"].startswith("后台队列连不上")


def test_redis_is_asked_first_and_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SteadyCache, "_silent_until", 0.0)
    cache.set("steady", 1, 60)
    assert (caches["queue"].get("steady"), caches["kept"].get("steady")) == (1, None)
    assert connection.introspection.table_names().count("federation_kept") == 1
