from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from federation.models import User

FIRST = "Lanhe-2026ab"


def problems(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return refused.messages
    return []


@pytest.mark.parametrize("password", ["Lanhe-2026ab", "qingshi-2026", "QINGSHI2026zhen", "春风Lanhe-abcd"])
def test_three_of_four_kinds_will_do(password: str) -> None:
    assert problems(password) == []


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Lan-2026a", "至少 10 位，现在是 9 位"),
        ("lanhelanhe2026", "三种"),
        ("LANHELANHE", "三种"),
        ("Password123", "太"),
    ],
)
def test_weak_password_is_refused_with_a_reason(password: str, words: str) -> None:
    assert any(words in problem for problem in problems(password))


def test_last_five_passwords_are_refused(village_director: User) -> None:
    for number in range(5):
        village_director.set_password(f"Lanhe-2026-{number}")
        village_director.save()
    refused = [n for n in range(5) if problems(f"Lanhe-2026-{n}", village_director)]
    assert refused == [0, 1, 2, 3, 4]
    assert problems(FIRST, village_director) == []


def change(client: Client, old: str, new: str) -> int:
    given = {"oldpassword": old, "password1": new, "password2": new}
    return client.post("/accounts/password/change/", given).status_code


def test_changing_it_notes_the_day_and_ends_other_sessions(
    village_director: User, client_of: Callable[[User], Client]
) -> None:
    User.objects.update(must_change_password=True)
    client, other = client_of(village_director), client_of(village_director)
    assert change(client, FIRST, FIRST) == 200
    assert change(client, FIRST, "Qingshi-2027") == 302
    village_director.refresh_from_db()
    assert not village_director.must_change_password
    assert timezone.now() - village_director.password_changed_at < timedelta(minutes=1)
    assert client.get("/desk/jobs/").status_code == 200
    assert other.get("/desk/jobs/").status_code == 302


@pytest.mark.parametrize(("days", "stale"), [(89, False), (90, True)])
def test_administrators_change_theirs_every_ninety_days(
    administrator: User, village_director: User, client_of: Callable[[User], Client], days: int, stale: bool
) -> None:
    User.objects.update(password_changed_at=timezone.now() - timedelta(days=days))
    answer = client_of(administrator).get("/desk/jobs/")
    assert (answer.status_code == 302) is stale
    assert client_of(village_director).get("/desk/jobs/").status_code == 200
