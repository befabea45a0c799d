from collections.abc import Callable

import pytest
from django.test import Client

from federation import scoping
from federation.models import AuditEntry, Organization, User
from members.models import Woman
from members.tests.build import build_woman

PHONE = "13912345678"
SignedIn = Callable[[User], Client]


@pytest.fixture
def woman(village: Organization) -> Woman:
    with scoping.everything("a test arranges a woman"):
        return build_woman(village, phone=PHONE)


def ask(client: Client, woman: Woman, field: str = "phone", **given: str) -> tuple[int, bool]:
    address = f"/desk/reveal/members.woman/{woman.pk}/{field}/"
    answer = client.post(address, given) if given else client.get(address)
    return answer.status_code, PHONE in answer.content.decode()


def reads(woman: Woman) -> list[dict[str, str]]:
    return [entry.details for entry in AuditEntry.objects.about(woman) if entry.action == "federation.field.revealed"]


def test_value_is_shown_for_a_reason_and_the_reading_is_kept(
    woman: Woman, village_director: User, client_of: SignedIn
) -> None:
    client = client_of(village_director)
    assert ask(client, woman) == (200, False)
    assert ask(client, woman, purpose="curiosity") == (200, False)
    assert reads(woman) == []
    assert ask(client, woman, purpose="contact") == (200, True)
    assert reads(woman) == [{"field": "手机号", "purpose": "联系本人"}]


@pytest.mark.parametrize(
    ("who", "status"),
    [("outsider", 404), ("township_outsider", 404), ("leader", 403), ("auditor", 403), ("finance_officer", 403)],
)
def test_who_lacks_scope_or_right_reads_nothing(
    woman: Woman, request: pytest.FixtureRequest, who: str, status: int, client_of: SignedIn
) -> None:
    client = client_of(request.getfixturevalue(who))
    assert ask(client, woman, purpose="contact") == (status, False)
    assert reads(woman) == []


@pytest.mark.parametrize("field", ["name", "public_id", "bank_card", "health", "__class__"])
def test_only_fields_of_the_table_are_revealed(
    woman: Woman, village_director: User, field: str, client_of: SignedIn
) -> None:
    assert ask(client_of(village_director), woman, field, purpose="contact") == (404, False)


def test_no_detail_of_the_trail_holds_the_value(woman: Woman, village_director: User, client_of: SignedIn) -> None:
    ask(client_of(village_director), woman, purpose="contact")
    assert PHONE not in str(list(AuditEntry.objects.values()))
