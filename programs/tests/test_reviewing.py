"""The yearly compliance audit: who opened children's files with and without leave, and two persons who did not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.models import Organization, User
from federation.periods import Period
from federation.permissions import Role
from federation.tests.cast import build_user
from programs.models import AccessReview, Child
from programs.sunflower import opening, reviewing
from programs.tests.build_welfare import build_child
from programs.tests.pressing import press

ClientOf = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("everything", "policy")
YEAR, ON = Period.year(2025), date(2026, 1, 10)
AT = datetime(2025, 6, 1, 2, tzinfo=UTC)


def read(child: Child, by: User, at: datetime) -> None:
    """As the page notes it, on that day."""
    audit.record("programs.child.read", child, by=by)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE federation_auditentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE federation_auditentry SET at = %s WHERE id = (SELECT max(id) FROM federation_auditentry)", [at]
        )
        cursor.execute("ALTER TABLE federation_auditentry ENABLE TRIGGER USER")


def make(city: Organization, by: User, **changed: object) -> AccessReview:
    given = {"year": 2025, "finding": "抽看 10 次，用途相符", "measures": "", "on": ON, **changed}
    return reviewing.make(organization=city, by=by, **given)


@pytest.fixture
def child(village: Organization) -> Child:
    return build_child(village, opened_on=date(2025, 1, 5))


def test_readings_are_held_against_the_leaves(
    child: Child, city: Organization, village_director: User, township_officer: User
) -> None:
    leave = opening.ask(child, purpose="visit", reason="", urgent=False, at=AT, by=village_director)
    opening.decide(leave, allowed=True, answer="", at=AT, by=township_officer)
    opening.ask(child, purpose="visit", reason="走失", urgent=True, at=AT, by=village_director)
    read(child, village_director, AT + timedelta(hours=1))
    read(child, township_officer, AT + timedelta(hours=1))
    read(child, village_director, AT - timedelta(days=400))
    first, second = reviewing.readers_of(city, YEAR)
    odd = {reader.person: reader for reader in (first, second)}
    hers, theirs = odd[village_director], odd[township_officer]
    assert (hers.asked, hers.urgent, hers.unconfirmed, hers.readings, hers.without_leave) == (2, 1, 1, 1, 0)
    assert (theirs.asked, theirs.readings, theirs.without_leave) == (0, 1, 1)


def test_what_is_odd_asks_for_measures_and_the_year_must_be_over(
    child: Child, city: Organization, township_officer: User, auditor: User
) -> None:
    read(child, township_officer, AT)
    with pytest.raises(ValidationError, match="请写整改要求"):
        make(city, auditor)
    with pytest.raises(ValidationError, match="2026 年还没有过完"):
        make(city, auditor, year=2026)
    made = make(city, auditor, measures="约谈，补办批准")
    assert made.counts["without_leave"] == 1
    with pytest.raises(ValidationError, match="这一年已经审计过"):
        make(city, auditor, measures="再来")


def test_whoever_read_does_not_review_and_nobody_signs_her_own(
    child: Child, city: Organization, auditor: User, leader: User
) -> None:
    read(child, auditor, AT)
    with pytest.raises(ValidationError, match="请由没有看过的人审计"):
        make(city, auditor, measures="补办")
    made = make(city, build_user("second", Role.AUDITOR, city), measures="补办")
    with pytest.raises(ValidationError, match="请由另一位复核"):
        reviewing.sign(made, on=ON, by=build_user("same", Role.LEADER, city, person=made.made_by.person))
    reviewing.sign(made, on=ON, by=leader)
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        AccessReview.objects.update(finding="改")


def test_pages_make_and_sign(
    child: Child, city: Organization, auditor: User, leader: User, client_of: ClientOf
) -> None:
    last = timezone.localdate().year - 1
    client = client_of(auditor)
    assert f"审计 {last} 年" in client.get(reverse("programs:access_review_list")).content.decode()
    where = press(client, "access_review_new", last, finding="没有人看过", measures="")
    assert client_of(leader).post(where).status_code == 302
    assert "已复核" in client.get(where).content.decode()
    assert "年度合规审计" in client.get(reverse("programs:access_list")).content.decode()
