from datetime import UTC, date, datetime

import pytest

from federation.models import Organization, User
from members import timeline
from members.models import Household
from members.tests.build import build_household, build_woman
from members.timeline import Event


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_PROVIDERS", {})


def test_story_puts_every_part_in_one_order(everything: None, village: Organization, village_director: User) -> None:
    woman = build_woman(village)
    visit = Event(date(2026, 3, 8), "走访", "入户走访")
    loan = Event(datetime(2026, 3, 7, 16, 1, tzinfo=UTC), "贷款", "提出申请")
    need = Event(date(2026, 3, 9), "诉求", "提出诉求")
    timeline.provide("b", lambda woman, user: [loan, visit])
    timeline.provide("a", lambda woman, user: [need])
    assert timeline.story_of(woman, village_director) == [need, visit, loan]


def test_provider_is_asked_about_its_own_kind_only(
    everything: None, village: Organization, village_director: User
) -> None:
    child = Event(date(2026, 3, 8), "儿童", "建立关爱档案")
    timeline.provide("children", lambda household, user: [child], about=Household)
    assert timeline.story_of(build_woman(village), village_director) == []
    assert timeline.story_of(build_household(village), village_director) == [child]


def test_registering_twice_tells_once(everything: None, village: Organization, village_director: User) -> None:
    event = Event(date(2026, 3, 8), "走访", "入户走访")
    timeline.provide("visits", lambda woman, user: [event])
    timeline.provide("visits", lambda woman, user: [event])
    assert timeline.story_of(build_woman(village), village_director) == [event]
