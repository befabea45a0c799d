"""疑似侵害: first the telephone, then a record that nobody takes back and few may read."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import scoping
from federation.models import Organization, User
from programs import waiting
from programs.models import Incident, IncidentEntry
from programs.sunflower import protecting
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


def told(incident: Incident, by: User) -> Incident:
    now = timezone.now()
    protecting.report(incident, reported_to="police", reported_at=now, receipt_number="警号 020117", at=now, by=by)
    return incident


def entry(incident: Incident, by: User, kind: str = "answer", **changed: Any) -> None:
    today = timezone.localdate()
    first = {"check_on": None, "outcome": "dealt_with"} if kind == "close" else {"check_on": today + timedelta(days=7)}
    given = {"outcome": "", "happened_on": today, "words": "派出所已传唤", **first, **changed}
    protecting.note(incident, submission=uuid4(), kind=kind, at=timezone.now(), by=by, **given)


def test_incident_waits_until_it_is_closed(village: Organization, rights_officer: User) -> None:
    today = timezone.localdate()
    incident, seen = build_incident(village), Incident.objects.visible_to(rights_officer)
    states = [(seen.waiting().count(), seen.to_check(on=today).count(), seen.closed().count())]
    for step in (told, entry, lambda one, by: entry(one, by, "close")):
        step(incident, rights_officer)
        states.append((seen.waiting().count(), seen.to_check(on=today).count(), seen.closed().count()))
    assert states == [(1, 0, 0), (0, 1, 0), (0, 0, 0), (0, 0, 1)]


def test_day_to_ask_again_brings_it_back(village: Organization, rights_officer: User) -> None:
    incident = told(build_incident(village), rights_officer)
    entry(incident, rights_officer)
    in_a_week = timezone.localdate() + timedelta(days=7)
    seen = Incident.objects.visible_to(rights_officer)
    assert [seen.to_check(on=day).count() for day in (in_a_week - timedelta(days=1), in_a_week)] == [0, 1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "close", "outcome": ""}, "办结要选结果"),
        ({"check_on": None}, "没有办结，请写下次哪天过问"),
        ({"check_on": date(2016, 1, 1)}, "要在今天以后"),
        ({"happened_on": date(2016, 1, 1)}, "早于写下疑似侵害的"),
        ({"happened_on": date(2999, 1, 1)}, "这一天还没有到"),
    ],
)
def test_entry_is_refused_in_words(
    village: Organization, rights_officer: User, changed: dict[str, Any], words: str
) -> None:
    incident = told(build_incident(village), rights_officer)
    with pytest.raises(ValidationError, match=words):
        entry(incident, rights_officer, **changed)
    assert not incident.entries.exists()


def test_closing_needs_a_report_and_another_person(
    village: Organization, rights_officer: User, leader: User, client_of: ClientOf
) -> None:
    own = build_incident(village, reporter=rights_officer)
    with pytest.raises(ValidationError, match="不能办结"):
        entry(own, leader, "close")
    told(own, rights_officer)
    with pytest.raises(ValidationError, match="要由别的权益干部或领导办结"):
        entry(own, rights_officer, "close")
    given = {
        "submission": str(uuid4()), "kind": "close", "happened_on": timezone.localdate().isoformat(),
        "words": "已立案", "outcome": "dealt_with",
    }  # fmt: skip
    url = reverse("programs:incident_entry_new", args=[own.pk])
    assert [client_of(leader).post(url, given).status_code for _ in range(2)] == [302, 302]
    with scoping.everything("the test reads what was written"):
        assert [(row.kind, row.words, row.written_by) for row in own.entries.all()] == [("close", "已立案", leader)]
    assert "已办结" in client_of(leader).get(own.get_absolute_url()).content.decode()


def test_postgresql_keeps_the_closing(village: Organization, rights_officer: User, leader: User) -> None:
    own, unreported = build_incident(village, reporter=rights_officer), build_incident(village)
    told(own, rights_officer)

    def write(incident: Incident, by: User, kind: str = "close") -> None:
        closes = kind == "close"
        IncidentEntry.objects.create(
            incident=incident, organization=village, submission=uuid4(), kind=kind, words="已立案", written_by=by,
            happened_on=timezone.localdate(), outcome="dealt_with" if closes else "", written_at=timezone.now(),
            check_on=None if closes else timezone.localdate(),
        )  # fmt: skip

    for refused, words in (((unreported, leader), "还没有报告"), ((own, rights_officer), "写下的人不能自己办结")):
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            write(*refused)
    write(own, leader)
    with pytest.raises(IntegrityError, match="已经办结"), transaction.atomic():
        write(own, leader, "answer")
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
        IncidentEntry.objects.filter(incident=own).update(outcome="no_harm")


def test_navigation_counts_what_is_to_be_asked_again(village: Organization, rights_officer: User) -> None:
    build_incident(village)
    entry(told(build_incident(village), rights_officer), rights_officer)
    told(build_incident(village), rights_officer)
    assert waiting.incidents_waiting(rights_officer).count() == 2


def test_list_names_the_readers_own_day(village: Organization, rights_officer: User, client_of: ClientOf) -> None:
    night = datetime(2026, 1, 1, 17, tzinfo=UTC)
    build_incident(village, recorded_at=night)
    assert "本页 1 条，2026-01-02" in client_of(rights_officer).get(reverse("programs:incident_list")).content.decode()
