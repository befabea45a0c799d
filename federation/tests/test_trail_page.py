"""The trail as the auditor reads it: found by what, who, where and when, and from a line to its record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from federation import audit, organizing
from federation.models import Organization, User
from members.models import Woman
from members.tests import build as people

ClientOf = Callable[[User], Client]
ADDRESS = "/desk/audit/"


@pytest.fixture
def woman(everything: None, village: Organization, township_officer: User, city_officer: User) -> Woman:
    woman = people.build_woman(village)
    audit.record("members.woman.opened", woman, by=township_officer)
    audit.record("federation.organization.edited", village, by=city_officer, fields="类别")
    return woman


def lines(client: Client, **asked: object) -> list[tuple[str, str]]:
    tracks = client.get(ADDRESS, asked).context["tracks"]
    return [(track.who, track.what) for track in tracks if track.entry.actor]


def test_auditor_reads_who_did_it_and_opens_the_record(
    woman: Woman, village: Organization, auditor: User, client_of: ClientOf
) -> None:
    tracks = client_of(auditor).get(ADDRESS).context["tracks"]
    assert [(track.who, track.what, track.record, track.url) for track in tracks[:2]] == [
        ("孙丽华", "修改了组织资料：类别", f"妇联组织 {village.pk} 号", village.get_absolute_url()),
        ("周小燕", "建立了档案", f"妇女 {woman.pk} 号", woman.get_absolute_url()),
    ]


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ({"action": "members.woman.opened"}, ["周小燕"]),
        ({"q": "孙丽华"}, ["孙丽华"]),
        ({"end": timezone.localdate() - timedelta(days=1)}, []),
        ({"start": timezone.localdate(), "end": timezone.localdate()}, ["孙丽华", "周小燕"]),
    ],
)
def test_conditions(asked: dict[str, object], who: list[str], woman: Woman, auditor: User, client_of: ClientOf) -> None:
    assert [name for name, _ in lines(client_of(auditor), **asked)] == who


def test_branch_narrows(woman: Woman, other_township: Organization, township: Organization, auditor: User, client_of: ClientOf) -> None:  # fmt: skip
    client = client_of(auditor)
    assert lines(client, branch=other_township.pk) == []
    assert len(lines(client, branch=township.pk)) == 2


def test_other_township_stays_out(woman: Woman, township_outsider: User, client_of: ClientOf) -> None:
    assert lines(client_of(township_outsider)) == []


def test_queries_do_not_grow(woman: Woman, village: Organization, auditor: User, client_of: ClientOf) -> None:
    client, counts = client_of(auditor), []
    client.get(ADDRESS)
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        counts.append(len(captured))
        for number in range(3):
            audit.record("members.woman.opened", people.build_woman(village, name=f"李{number}"), by=auditor)
    assert counts[0] == counts[1]


def test_person_whose_post_ended_is_told_so(
    village: Organization, sister_village: Organization, village_director: User, city_officer: User, client_of: ClientOf
) -> None:
    client = client_of(village_director)
    grant = village_director.grants.get()
    grant.ends_on = timezone.localdate()
    grant.save()
    for address, status in (("/home/", 200), ("/m/", 403)):
        page = client.get(address)
        assert (page.status_code, "您在杨柳村妇联的" in page.content.decode()) == (status, True)


def test_director_is_told_of_the_merger_and_works_on(
    village: Organization, sister_village: Organization, village_director: User, city_officer: User, client_of: ClientOf
) -> None:
    client = client_of(village_director)
    organizing.merge(village, into=sister_village, on=timezone.localdate(), by=city_officer)
    page = client.get("/m/")
    assert page.status_code == 200
    assert "并入石桥村妇联" in page.content.decode()


def test_page_of_a_branch_has_its_figures_and_cadres(
    everything: None, village: Organization, township_officer: User, leader: User, client_of: ClientOf
) -> None:
    people.build_appointment(people.build_cadre(village, name="何秀兰"))
    page = client_of(township_officer).get(village.get_absolute_url()).content.decode()
    assert "何秀兰" in page
    assert "年数字" in page
    assert f'href="{village.parent.get_absolute_url()}"' in page
    assert "何秀兰" not in client_of(leader).get(village.get_absolute_url()).content.decode()
