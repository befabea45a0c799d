from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation.models import AuditEntry, Organization, User
from outreach import following_up
from outreach.following_up import RECALL_REASON, Recall
from outreach.models import FollowUp
from outreach.tests.build import DAY, build_follow_up, build_need, build_woman

pytestmark = pytest.mark.usefixtures("everything")
NEXT_WEEK = DAY + timedelta(days=7)


def recall_of(organization: Organization, name: str) -> Recall:
    woman = build_woman(organization, name)
    return Recall(woman.pk, woman.organization_id, woman.township_id, NEXT_WEEK)


def test_recall_is_filed_in_her_village_without_a_result(village: Organization, hospital: User) -> None:
    recall = following_up.raise_recall(woman=build_woman(village), on=DAY, due_on=NEXT_WEEK, by=hospital)
    assert (recall.organization, recall.township_id, recall.due_on) == (village, village.township_id, NEXT_WEEK)
    assert (recall.kind, recall.reason, recall.note) == (FollowUp.Kind.RECALL, RECALL_REASON, "")


def test_recalls_in_bulk_cost_the_same_for_many(village: Organization, hospital: User) -> None:
    assert hospital.organization is not None
    counts = []
    for size in (1, 30):
        recalls = [recall_of(village, f"妇女{number}") for number in range(size)]
        with CaptureQueriesContext(connection) as queries:
            found = following_up.recalls_for(recalls, on=DAY, by=hospital)
        assert set(found) == {recall.woman_id for recall in recalls}
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_recalls_leave_one_line_without_names(village: Organization, hospital: User) -> None:
    following_up.recalls_for([recall_of(village, "张一"), recall_of(village, "张二")], on=DAY, by=hospital)
    entries = AuditEntry.objects.filter(action="outreach.recalls.raised")
    assert [entry.details for entry in entries] == [{"count": 2, "on": "2026-11-20"}]


def test_told_recall_is_done(village: Organization, village_director: User) -> None:
    recall = build_follow_up(build_woman(village))
    again = following_up.record_outcome(
        follow_up=recall, result=FollowUp.Result.DONE, on=NEXT_WEEK, by=village_director
    )
    recall.refresh_from_db()
    assert (again, recall.done_on, recall.done_by) == (None, NEXT_WEEK, village_director)


def test_not_reached_is_tried_again_a_week_later(village: Organization, village_director: User) -> None:
    recall = build_follow_up(build_woman(village))
    again = following_up.record_outcome(
        follow_up=recall, result=FollowUp.Result.NOT_REACHED, on=date(2026, 11, 24), by=village_director
    )
    assert again is not None
    assert (again.due_on, again.kind, again.woman) == (date(2026, 12, 1), recall.kind, recall.woman)


def test_second_outcome_is_refused(village: Organization, village_director: User) -> None:
    recall = build_follow_up(build_woman(village), done_on=DAY, result=FollowUp.Result.DONE)
    with pytest.raises(ValidationError, match="已经登记过结果"):
        following_up.record_outcome(follow_up=recall, result="declined", on=DAY, by=village_director)


def test_follow_up_of_a_need_is_closed_in_the_need(village: Organization, village_director: User) -> None:
    woman = build_woman(village)
    follow_up = build_follow_up(woman, need=build_need(woman), kind=FollowUp.Kind.NEED)
    with pytest.raises(ValidationError, match="在诉求里办理"):
        following_up.record_outcome(follow_up=follow_up, result="done", on=DAY, by=village_director)
