from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from federation import scoping
from federation.models import AuditEntry, Organization, User
from members.tests.build import build_woman, id_number

ClientOf = Callable[[User], Client]
URL = f"{reverse('members:woman_pick')}?next=/desk/loans/new/"


def test_only_residents_in_scope_are_offered(
    village: Organization, other_village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges rows"):
        here = build_woman(village, name="张小燕")
        build_woman(other_village, name="张小燕")
        build_woman(village, name="张小兰", left_on="2020-01-01", left_reason="迁出")
    found = client_of(township_officer).post(URL, {"q": "张小"}).context["found"]
    assert [(woman.pk, url) for woman, url in found] == [(here.pk, f"/desk/loans/new/?woman={here.pk}")]


def test_a_full_number_finds_her_and_the_question_is_recorded(
    village: Organization, township_officer: User, client_of: ClientOf
) -> None:
    number = id_number()
    with scoping.everything("a test arranges rows"):
        woman = build_woman(village, id_number=number)
    found = client_of(township_officer).post(URL, {"q": number}).context["found"]
    assert [row.pk for row, _ in found] == [woman.pk]
    assert AuditEntry.objects.filter(action="members.woman.looked_up").count() == 1


def test_a_wrong_number_is_explained(village_director: User, client_of: ClientOf) -> None:
    answer = client_of(village_director).post(URL, {"q": "110105194912310021"})
    assert "校验码对不上" in answer.content.decode()


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "javascript:x", "desk/"])
def test_the_way_back_stays_in_the_house(back: str, village_director: User, client_of: ClientOf) -> None:
    assert client_of(village_director).get(reverse("members:woman_pick"), {"next": back}).status_code == 404
