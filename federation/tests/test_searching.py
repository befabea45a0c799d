"""A name that is searched for stands in the session, sealed, and in no address."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from federation import exporting, jobs, scoping
from federation.models import Job, Organization, User
from members.tests.build import build_woman

ClientOf = Callable[[User], Client]
LIST, SEARCH = reverse("members:woman_list"), reverse("list_search")


@pytest.fixture
def women(village: Organization) -> None:
    with scoping.everything("a test arranges women"):
        for name in ("张小燕", "王桂兰"):
            build_woman(village, name=name)


def searched(client: Client, **fields: str) -> str:
    answer = client.post(SEARCH, {"to": LIST, "q": "张", "csrfmiddlewaretoken": "x", **fields})
    assert answer.status_code == 302
    return answer["Location"]


def listed(client: Client, address: str) -> list[str]:
    return [woman.name for woman, _ in client.get(address).context["rows"]]


def test_list_is_narrowed_and_the_address_names_nobody(
    women: None, township_officer: User, client_of: ClientOf
) -> None:
    client = client_of(township_officer)
    address = searched(client, hardship="", standing="all")
    assert set(parse_qs(urlsplit(address).query)) == {"standing", "found"}
    assert listed(client, address) == ["张小燕"]
    page = client.get(address).content.decode()
    assert 'value="张"' in page
    assert "%E5%BC%A0" not in page
    assert Session.objects.filter(session_data__contains="张").count() == 0


def test_order_and_export_keep_the_name(women: None, township_officer: User, client_of: ClientOf) -> None:
    client = client_of(township_officer)
    address = searched(client)
    assert listed(client, client.get(address).context["page"].order.links["pinyin"].join([LIST, ""])) == ["张小燕"]
    client.post(f"{reverse('members:woman_export')}?{urlsplit(address).query}", {"purpose": "check", "form": "xlsx"})
    job = Job.objects.get(kind=exporting.KIND)
    assert "张" not in str(job.params)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (Job.State.DONE, 1)


def test_key_belongs_to_its_own_sitting(
    women: None, township_officer: User, city_officer: User, client_of: ClientOf
) -> None:
    address = searched(client_of(township_officer))
    page = client_of(city_officer).get(address)
    assert [woman.name for woman, _ in page.context["rows"]] == ["王桂兰", "张小燕"]
    assert 'value="张"' not in page.content.decode()


@pytest.mark.parametrize("to", ["", "https://elsewhere.example/", "//elsewhere.example", "/nowhere/"])
def test_it_leads_to_our_own_pages_only(to: str, township_officer: User, client_of: ClientOf) -> None:
    assert client_of(township_officer).post(SEARCH, {"to": to, "q": "张"})["Location"] == reverse("home")


def test_emptied_name_leaves_no_key(women: None, township_officer: User, client_of: ClientOf) -> None:
    client = client_of(township_officer)
    assert listed(client, searched(client, q=" ", found="old")) == ["王桂兰", "张小燕"]
