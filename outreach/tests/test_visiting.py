import uuid
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from federation import audit
from federation.models import Organization, PolicyRule, User
from outreach.models import FollowUp, Need, Visit
from outreach.tests.build import DAY, build_woman
from outreach.visiting import Logged, NewNeed, log_visit

pytestmark = pytest.mark.usefixtures("everything")
SENT = uuid.UUID("7f3b1a60-0000-4000-8000-000000000001")
SCHOOL = NewNeed(Need.Category.SCHOOLING, "放学没人接")
RELIEF = NewNeed(Need.Category.RELIEF, "缺收入证明", Need.Urgency.URGENT)


@pytest.fixture
def log(village: Organization, village_director: User) -> Any:
    woman = build_woman(village)

    def logged(**said: Any) -> Logged:
        given = {"submission_id": SENT, "woman": woman, "visited_on": DAY, **said}
        return log_visit(organization=village, by=village_director, **given)

    return logged


def test_visit_is_filed_in_the_village_and_signed(log: Any, village: Organization, village_director: User) -> None:
    visit = log(seconds_spent=41).visit
    assert (visit.organization, visit.township_id, visit.made_by) == (village, village.township_id, village_director)
    assert (visit.mode, visit.seconds_spent, visit.needs.count()) == ("home", 41, 0)
    assert [line.what for line in audit.timeline(visit)] == ["登记了走访，记下诉求 0 项"]


def test_each_need_gets_its_day_and_one_thing_to_do(log: Any) -> None:
    visit = log(needs=[SCHOOL, RELIEF]).visit
    assert set(visit.needs.values_list("category", "due_on")) == {
        ("schooling", date(2026, 12, 5)),
        ("relief", date(2026, 11, 22)),
    }
    assert set(FollowUp.objects.open().values_list("need__category", "kind", "due_on")) == {
        ("schooling", "need", date(2026, 12, 5)),
        ("relief", "need", date(2026, 11, 22)),
    }


def test_promised_day_follows_the_rule_of_the_day(log: Any) -> None:
    code = "outreach.need.response_days.ordinary"
    PolicyRule.objects.filter(code=code).update(valid_to=DAY)
    PolicyRule.objects.create(code=code, value="10", valid_from=DAY, source="测试")
    assert log(needs=[SCHOOL]).visit.needs.get().due_on == date(2026, 11, 30)


def test_resend_answers_with_the_first_record(log: Any) -> None:
    first, second = log(needs=[SCHOOL]), log(needs=[SCHOOL])
    assert (second.visit, first.created, second.created, second.differs) == (first.visit, True, False, False)
    assert (Visit.objects.count(), Need.objects.count(), FollowUp.objects.count()) == (1, 1, 1)


def test_resend_with_other_content_says_so_and_changes_nothing(log: Any) -> None:
    first = log(situation="在家")
    for changed in (log(situation="不在家"), log(situation="在家", needs=[RELIEF])):
        assert (changed.visit, changed.created, changed.differs) == (first.visit, False, True)
    assert (Visit.objects.get().situation, Need.objects.count()) == ("在家", 0)


def test_resend_after_the_need_was_passed_on_is_still_the_same(log: Any) -> None:
    log(needs=[SCHOOL])
    Need.objects.update(desk=Need.Desk.TOWNSHIP)
    assert log(needs=[SCHOOL]).differs is False


def test_visit_without_a_subject_is_refused(log: Any) -> None:
    with pytest.raises(ValidationError, match="请选走访对象"):
        log(woman=None)


def test_woman_without_a_file_is_called_by_a_word(log: Any) -> None:
    assert log(woman=None, subject="村口超市女店主").visit.whom() == "村口超市女店主"
