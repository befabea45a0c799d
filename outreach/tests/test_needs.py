from datetime import date

import pytest
from django.core.exceptions import ValidationError

from federation import audit
from federation.models import Organization, User
from outreach import following_up, needs
from outreach.models import FollowUp, Need
from outreach.models.need import Stage
from outreach.tests.build import DAY, build_need, build_woman

pytestmark = pytest.mark.usefixtures("everything")
LATER = date(2026, 11, 23)


@pytest.fixture
def need(village: Organization) -> Need:
    raised = build_need(build_woman(village))
    following_up.raise_for_need(raised, kind=FollowUp.Kind.NEED, due_on=raised.due_on)
    return raised


def fresh(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def open_things(need: Need) -> list[tuple[str, date]]:
    return list(FollowUp.objects.open().filter(need=need).values_list("kind", "due_on"))


def answered(need: Need, by: User) -> Need:
    needs.answer(need=need, outcome=Need.Outcome.SOLVED, answer="已联系上岗", on=LATER, by=by)
    return fresh(need)


def test_taken_need_is_in_hand(need: Need, village_director: User) -> None:
    assert need.stage() == Stage.WAITING
    needs.take(need=need, on=LATER, by=village_director)
    assert (fresh(need).handler, fresh(need).stage()) == (village_director, Stage.IN_HAND)


def test_next_look_is_never_in_the_past(need: Need, village_director: User) -> None:
    before = open_things(need)
    with pytest.raises(ValidationError, match="不能早于今天") as refused:
        needs.record_progress(need=need, text="已打电话", next_on=date(2026, 11, 22), on=LATER, by=village_director)
    assert (set(refused.value.error_dict), open_things(need)) == ({"next_on"}, before)


def test_progress_closes_the_old_reminder_and_sets_the_next(need: Need, village_director: User) -> None:
    needs.record_progress(need=need, text="已打电话", next_on=date(2026, 11, 27), on=LATER, by=village_director)
    assert open_things(need) == [("need", date(2026, 11, 27))]
    assert FollowUp.objects.get(done_on=LATER).note == "已打电话"


def test_need_goes_up_village_township_city(need: Need, village_director: User, township_officer: User) -> None:
    needs.pass_on(need=need, reason="村里办不了", on=LATER, by=village_director)
    assert (fresh(need).desk, fresh(need).handler) == (Need.Desk.TOWNSHIP, None)
    needs.pass_on(need=need, reason="要市里协调", on=LATER, by=township_officer)
    assert (fresh(need).desk, open_things(need)) == (Need.Desk.CITY, [("need", need.due_on)])
    with pytest.raises(ValidationError, match="没有更上一级"):
        needs.pass_on(need=need, reason="", on=LATER, by=township_officer)


def test_answered_need_waits_for_confirmation(need: Need, township_officer: User) -> None:
    need = answered(need, township_officer)
    assert (need.stage(), need.is_open(), need.answered_by) == (Stage.ANSWERED, True, township_officer)
    assert open_things(need) == [("confirm", date(2026, 11, 30))]


def test_second_answer_is_refused(need: Need, township_officer: User) -> None:
    with pytest.raises(ValidationError, match="正在等回访"):
        answered(answered(need, township_officer), township_officer)


def test_who_answered_does_not_confirm(need: Need, township_officer: User) -> None:
    need = answered(need, township_officer)
    with pytest.raises(ValidationError, match="不能自己回访"):
        needs.confirm(need=need, satisfaction="satisfied", on=LATER, by=township_officer)
    assert fresh(need).confirmed_on is None


def test_satisfied_need_is_met(need: Need, township_officer: User, village_director: User) -> None:
    needs.confirm(need=answered(need, township_officer), satisfaction="satisfied", on=LATER, by=village_director)
    assert (fresh(need).stage(), fresh(need).confirmed_by, open_things(need)) == (Stage.MET, village_director, [])
    assert list(Need.objects.met()) == [need]


def test_second_confirmation_is_refused(need: Need, township_officer: User, village_director: User) -> None:
    needs.confirm(need=answered(need, township_officer), satisfaction="satisfied", on=LATER, by=village_director)
    with pytest.raises(ValidationError, match="现在不等回访"):
        needs.confirm(need=need, satisfaction="dissatisfied", on=LATER, by=village_director)


def test_unconfirmed_need_is_not_confirmed_by_anybody(need: Need, village_director: User) -> None:
    with pytest.raises(ValidationError, match="现在不等回访"):
        needs.confirm(need=need, satisfaction="satisfied", on=LATER, by=village_director)


def test_dissatisfied_reopens_twice_then_goes_to_the_leader(
    need: Need, township_officer: User, village_director: User
) -> None:
    stages = []
    for _ in range(3):
        needs.confirm(need=answered(need, township_officer), satisfaction="dissatisfied", on=LATER, by=village_director)
        stages.append((fresh(need).stage(), fresh(need).times_reopened, fresh(need).desk))
    assert stages == [
        (Stage.REOPENED, 1, Need.Desk.VILLAGE),
        (Stage.REOPENED, 2, Need.Desk.VILLAGE),
        (Stage.WITH_LEADER, 2, Need.Desk.CITY),
    ]
    assert open_things(need) == [("need", date(2026, 12, 8))]
    assert "领导包案" in audit.timeline(need)[0].what


def test_withdrawn_need_leaves_nothing_to_do(need: Need, village_director: User) -> None:
    needs.withdraw(need=need, reason="自己办好了", on=LATER, by=village_director)
    assert (fresh(need).stage(), open_things(need), FollowUp.objects.get().cancelled_on) == (Stage.WITHDRAWN, [], LATER)
    with pytest.raises(ValidationError, match="已经销号或撤回"):
        needs.take(need=need, on=LATER, by=village_director)


def test_queryset_asks_the_same_as_the_row(need: Need, township_officer: User, village_director: User) -> None:
    assert list(Need.objects.overdue(on=date(2026, 12, 6))) == [need]
    assert list(Need.objects.overdue(on=need.due_on)) == []
    answered(need, township_officer)
    assert list(Need.objects.overdue(on=date(2026, 12, 6))) == []
    assert list(Need.objects.to_confirm_by(village_director)) == [need]
    assert list(Need.objects.to_confirm_by(township_officer)) == []
    assert need.raised_on == DAY
