"""疑似侵害: first the telephone, then a record that nobody takes back and few may read."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs.models import Incident
from programs.tests.build_welfare import build_child, build_incident

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
FACTS = "孩子手臂上有多处旧伤"


def sent(client: Client, child: int, **changed: str) -> str:
    given = {"submission": str(uuid4()), "about": "child", "facts": FACTS, **changed}
    answer = client.post(f"{reverse('programs:incident_new')}?child={child}", given)
    return str(answer.status_code) if answer.status_code != 200 else answer.content.decode()


def test_telephones_stand_before_the_form(village_director: User, client_of: ClientOf) -> None:
    for name in ("incident_new", "incident_on_phone"):
        page = client_of(village_director).get(reverse(f"programs:{name}")).content.decode()
        assert page.index("tel:110") < page.index("tel:12338") < page.index('name="facts"')


def test_written_once_with_its_clock(village: Organization, village_director: User, client_of: ClientOf) -> None:
    child, client, key = build_child(village).pk, client_of(village_director), str(uuid4())
    assert [sent(client, child, submission=key, signs="injuries") for _ in range(2)] == ["302", "302"]
    with scoping.everything("the test reads what was written"):
        made = Incident.objects.get()
    assert (made.facts, made.child_id, made.reporter, made.organization) == (FACTS, child, village_director, village)
    assert (made.signs, made.signs_in_words) == ("injuries", "多处伤、重伤、营养不良、意识不清")
    assert made.due_at - made.recorded_at == timedelta(hours=1)


def test_reported_at_once_stops_the_clock(village: Organization, village_director: User, client_of: ClientOf) -> None:
    told = {"reported_to": "police", "reported_at": "2026-01-01T08:30", "receipt_number": "警号 020117"}
    assert sent(client_of(village_director), build_child(village).pk, **told) == "302"
    assert "什么时候报告" in sent(client_of(village_director), build_child(village).pk, **told | {"reported_at": ""})
    with scoping.everything("the test reads what was written"):
        assert list(Incident.objects.get().reports.values_list("reported_to", "receipt_number")) == [
            ("police", "警号 020117")
        ]
        assert list(Incident.objects.waiting()) == []


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nothing_is_taken_back(village: Organization, change: str) -> None:
    rows = Incident.objects.filter(pk=build_incident(village).pk)
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
        rows.update(about="woman") if change == "update" else rows._raw_delete(rows.db)


def test_only_rights_officers_and_the_leader_read_it(
    village: Organization, village_director: User, city_officer: User, rights_officer: User, leader: User, auditor: User
) -> None:
    build_incident(village, reporter=village_director)
    people = (village_director, city_officer, rights_officer, leader, auditor)
    assert [Incident.objects.visible_to(person).count() for person in people] == [0, 0, 1, 1, 0]


def test_rights_officer_reports_and_the_leader_only_reads(
    village: Organization, rights_officer: User, leader: User, client_of: ClientOf
) -> None:
    incident = build_incident(village, recorded_at=timezone.now() - timedelta(hours=2))
    assert "没有报告，超时 60 分钟" in client_of(rights_officer).get(reverse("programs:incident_list")).content.decode()
    told = {"reported_to": "police", "reported_at": "2026-01-01T08:30", "receipt_number": "警号 020117"}
    answers = [client_of(who).post(incident.get_absolute_url(), told).status_code for who in (leader, rights_officer)]
    assert answers == [403, 302]
    with scoping.everything("the test reads what was written"):
        assert incident.reports.count() == 1
