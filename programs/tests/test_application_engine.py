"""The engine: listed moves only, steps beside states, four eyes by person, limits in working days, snapshots."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from federation.models import AuditEntry, Organization, PolicyRule, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.models import Woman
from members.tests.build import build_woman, id_number
from programs.applications import moving, paths
from programs.applications.process import PROCESSES
from programs.models import ApplicationStep, ReliefGrant, ReliefPaper
from programs.relief import relieving
from programs.relief.process import RELIEF
from programs.tests.build_welfare import YUAN, build_comparison, build_cycle, build_relief

pytestmark = pytest.mark.usefixtures("policy", "everything")
SHANGHAI = ZoneInfo("Asia/Shanghai")
GOOD = "情况属实，材料齐全"


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=SHANGHAI)


def draft(woman: Woman, by: User, **changed: Any) -> ReliefGrant:
    facts = {
        "fund": "lottery", "hardship": "minimum_living", "applied_on": date(2026, 3, 10), "amount_fen": 10_000 * YUAN,
        "diagnosis": "浸润性乳腺癌", "bank_card": "6217000000000000000", "diagnosed_on": date(2026, 1, 5),
        "papers": [kind for kind in ReliefPaper.Kind.values if kind != "fresh_proof"], **changed,
    }  # fmt: skip
    return relieving.apply_for(woman=woman, by=by, at=at(3, 10), **facts)


@pytest.fixture
def woman(village: Organization) -> Woman:
    return build_woman(village, id_number=id_number(), hardship="minimum_living")


def test_postgresql_holds_the_declared_moves() -> None:
    for kind, process in PROCESSES.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM programs_moves_{kind}()")
            assert set(cursor.fetchall()) == {tuple(row) for row in process.rows()}, kind


def test_a_state_changes_only_along_a_listed_pair(village: Organization) -> None:
    grant = build_relief(village)
    with pytest.raises(IntegrityError, match="submitted 到 paid"), transaction.atomic():
        ReliefGrant.objects.filter(pk=grant.pk).update(state="paid", paid_on=date(2026, 3, 3))


def test_a_listed_pair_without_its_step_is_refused(village: Organization) -> None:
    grant = build_relief(village)
    with pytest.raises(IntegrityError, match="没有办理记录"), transaction.atomic():
        ReliefGrant.objects.filter(pk=grant.pk).update(state="accepted")


def test_a_new_application_begins_at_the_beginning(village: Organization) -> None:
    with pytest.raises(IntegrityError, match="从头办起"), transaction.atomic():
        build_relief(village, state="approved", brought_in=False)


def test_steps_are_never_changed_or_removed(woman: Woman, village_director: User) -> None:
    step = draft(woman, village_director).steps().get()
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
        ApplicationStep.objects.filter(pk=step.pk).update(label="别的")
    with pytest.raises(IntegrityError, match="只能增加"), transaction.atomic():
        ApplicationStep.objects.filter(pk=step.pk).delete()


def test_the_way_from_draft_to_approval(
    woman: Woman, city: Organization, village_director: User, township_officer: User, city_officer: User
) -> None:
    grant = draft(woman, village_director)
    moving.move(grant, "submit", by=village_director, at=at(3, 10))
    moving.move(grant, "accept", by=village_director, at=at(3, 11), opinion=GOOD)
    moving.move(grant, "check", by=township_officer, at=at(3, 17), opinion=GOOD)
    build_comparison(grant, build_cycle(city), by=city_officer)
    moving.move(grant, "compare", by=city_officer, at=at(3, 20), opinion="四家名单一致")
    moving.move(grant, "review", by=city_officer, at=at(3, 24), opinion="同意", facts={"review_meeting": "第4次办公会"})
    moving.move(grant, "report", by=city_officer, at=at(3, 25), facts={"report_number": "兰妇〔2026〕12号"})
    moving.move(grant, "approve", by=city_officer, at=at(5, 6), facts={"approved_on": date(2026, 5, 6)})
    grant = ReliefGrant.objects.get(pk=grant.pk)
    assert (grant.state, grant.approved_on, grant.report_number) == ("approved", date(2026, 5, 6), "兰妇〔2026〕12号")
    names = ["begin", "submit", "accept", "check", "compare", "review", "report", "approve"]
    assert list(grant.steps().values_list("name", flat=True)) == names
    assert list(grant.steps().filter(decides=True).values_list("name", flat=True)) == ["accept", "check", "review"]


def test_who_decided_before_never_decides_next_whatever_account_she_uses(
    woman: Woman, village: Organization, township: Organization, city: Organization, village_director: User
) -> None:
    officer = build_user("zhou", Role.TOWNSHIP_OFFICER, township)
    other_account = build_user("zhou-shi", Role.CITY_OFFICER, city)
    User.objects.filter(pk=other_account.pk).update(person=officer.person)
    grant = build_relief(
        village, woman=woman, state="accepted", diagnosed_on=date(2026, 1, 5), bank_card="6217000000004321"
    )
    relieving.file_papers(grant, papers=ReliefPaper.Kind.values, by=officer, on=date(2026, 3, 1))
    moving.move(grant, "check", by=officer, at=at(3, 11), opinion=GOOD)
    build_comparison(grant, build_cycle(city), by=other_account)
    moving.move(grant, "compare", by=other_account, at=at(3, 12), opinion="四家名单一致")
    with pytest.raises(ValidationError, match="上一道决定是您本人办的，这一道请由另一位办理"):
        moving.move(grant, "review", by=other_account, at=at(3, 13), opinion="同意", facts={"review_meeting": "会"})


def test_in_a_small_village_one_person_may_do_both_and_says_why(woman: Woman, township_officer: User) -> None:
    grant = draft(woman, township_officer)
    moving.move(grant, "submit", by=township_officer, at=at(3, 10))
    moving.move(grant, "accept", by=township_officer, at=at(3, 10), opinion=GOOD)
    with pytest.raises(ValidationError, match="请由另一位办理"):
        moving.move(grant, "check", by=township_officer, at=at(3, 11), opinion=GOOD)
    why = "村里没有主席，镇里只有一名干事"
    moving.move(grant, "check", by=township_officer, at=at(3, 11), opinion=GOOD, exception=why)
    assert list(ApplicationStep.objects.excepted().values_list("name", "exception")) == [("check", why)]
    assert AuditEntry.objects.filter(action="programs.application.same_person").count() == 1


def test_an_exception_without_need_is_not_noted(woman: Woman, village_director: User, township_officer: User) -> None:
    grant = draft(woman, village_director)
    moving.move(grant, "submit", by=village_director, at=at(3, 10))
    moving.move(grant, "accept", by=village_director, at=at(3, 10), opinion=GOOD)
    moving.move(grant, "check", by=township_officer, at=at(3, 11), opinion=GOOD, exception="没有别人")
    assert not ApplicationStep.objects.excepted().exists()


def test_sent_back_with_a_reason_put_right_and_accepted_again(
    woman: Woman, village_director: User, township_officer: User
) -> None:
    grant = draft(woman, village_director)
    moving.move(grant, "submit", by=village_director, at=at(3, 10))
    moving.move(grant, "accept", by=village_director, at=at(3, 11), opinion=GOOD)
    with pytest.raises(ValidationError, match="请写原因"):
        moving.move(grant, "send_back", by=township_officer, at=at(3, 12))
    moving.move(grant, "send_back", by=township_officer, at=at(3, 12), reason="身份证复印件看不清")
    moving.move(grant, "resubmit", by=village_director, at=at(3, 13))
    moving.move(grant, "accept", by=village_director, at=at(3, 16), opinion="已重印")
    assert moving.move(grant, "check", by=township_officer, at=at(3, 17), opinion=GOOD).state == "checked"


def test_a_move_is_for_the_role_of_its_desk(woman: Woman, village_director: User, village: Organization) -> None:
    grant = build_relief(village, woman=woman, state="checked")
    with pytest.raises(PermissionDenied):
        moving.move(grant, "compare", by=village_director, at=at(3, 12))


def test_no_step_is_taken_twice(village: Organization, village_director: User) -> None:
    grant = build_relief(village)
    moving.move(grant, "accept", by=village_director, at=at(3, 12), opinion=GOOD)
    with pytest.raises(ValidationError, match="现在是“村级已受理”，不能受理"):
        moving.move(grant, "accept", by=village_director, at=at(3, 12), opinion=GOOD)


def test_missing_papers_are_named_and_hold_it_up(woman: Woman, village_director: User) -> None:
    grant = draft(woman, village_director, papers=["form", "diagnosis", "id_card"], diagnosed_on=date(2025, 8, 1))
    words = (
        "还缺：近期复查证明（上年底以前确诊的）、户口本（本人页）、低保证或困难证明、费用结算单或报销凭证、本人银行卡"
    )
    assert grant.paper_gaps(on=date(2026, 3, 10)) == [words]
    with pytest.raises(ValidationError, match="还缺：近期复查证明"):
        moving.move(grant, "submit", by=village_director, at=at(3, 10))


def test_days_and_limits_are_working_days_over_a_holiday(village: Organization, village_director: User) -> None:
    grant = build_relief(village)
    # Wednesday 11 February 2026; the 14th is made up, the Spring Festival ends with the 23rd.
    moving.move(grant, "accept", by=village_director, at=at(2, 11), opinion=GOOD)
    grant.refresh_from_db()
    assert grant.due_on == date(2026, 2, 25)
    now = paths.now_of(grant, on=date(2026, 2, 24))
    assert now is not None
    assert (now.days, now.is_near, now.is_late) == (4, True, False)
    late = paths.now_of(grant, on=date(2026, 2, 26))
    assert late is not None
    assert (late.is_near, late.is_late) == (False, True)


def test_without_a_rule_a_desk_has_no_limit(village: Organization, village_director: User) -> None:
    PolicyRule.objects.filter(code="relief.check_workdays").delete()
    grant = build_relief(village)
    moving.move(grant, "accept", by=village_director, at=at(2, 11), opinion=GOOD)
    grant.refresh_from_db()
    assert grant.due_on is None


def test_a_decision_keeps_what_it_was_taken_on_and_by_which_rules(
    woman: Woman, village: Organization, village_director: User
) -> None:
    grant = build_relief(village, woman=woman, diagnosis="浸润性乳腺癌")
    moving.move(grant, "accept", by=village_director, at=at(3, 12), opinion=GOOD)
    woman.hardship = "none"
    woman.save()
    PolicyRule.objects.filter(code="relief.lottery_grant_yuan").update(value="20000")
    step = grant.steps().get(name="accept")
    facts = json.loads(step.snapshot)
    assert (facts["姓名"], facts["档案里的困难类别"], facts["金额"]) == (woman.name, "低保", "1 万元")
    assert "乳腺癌" not in step.snapshot
    assert step.stamps.get(code="relief.lottery_grant_yuan").value == "10000"
    raw = ApplicationStep.objects.filter(pk=step.pk).values_list("snapshot", flat=True).get()
    assert woman.name.encode() not in bytes(raw)


def test_my_desk_holds_my_states_and_villages_nobody_works_for(
    village: Organization, other_village: Organization, village_director: User, township_officer: User,
    city_officer: User,
) -> None:  # fmt: skip
    mine = build_relief(village)
    checked, theirs = build_relief(village, state="checked"), build_relief(other_village)
    accepted = build_relief(village, state="accepted")
    on = date(2026, 3, 1)
    held = {user.username: set(ReliefGrant.objects.at_desk_of(user, on=on)) for user in (
        village_director, township_officer, city_officer
    )}  # fmt: skip
    assert held[village_director.username] == {mine}
    assert held[township_officer.username] == {accepted}
    assert held[city_officer.username] == {checked}
    village_director.grants.update(ends_on=date(2026, 2, 1))
    assert set(ReliefGrant.objects.at_desk_of(User.objects.get(pk=township_officer.pk), on=on)) == {accepted, mine}
    assert theirs not in ReliefGrant.objects.at_desk_of(User.objects.get(pk=township_officer.pk), on=on)


def test_the_declaration_covers_every_state() -> None:
    ends = {"approved", "paying", "paid", "declined", "withdrawn"}
    assert set(RELIEF.desks) | ends == set(ReliefGrant.State.values)
