"""Moves, mergers, closings and reopenings: who goes where, and that two persons stand behind a large one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from federation import audit, organizing, rearranging
from federation.models import AuditEntry, Organization, RoleGrant, TreeChange, User
from federation.permissions import Role
from federation.tests.cast import build_user
from members.models import Appointment, Household, Woman
from members.tests import build as people
from outreach.models import FollowUp, Need
from outreach.tests import build as outreach_build

ClientOf = Callable[[User], Client]
TODAY = timezone.localdate()
Kind, State = TreeChange.Kind, TreeChange.State


@pytest.fixture
def second_officer(city: Organization) -> User:
    return build_user("city2", Role.CITY_OFFICER, city, display_name="杨慧")


@pytest.fixture
def many(everything: None, village: Organization) -> None:
    for number in range(rearranging.HANDFUL + 1):
        Household.objects.create(organization=village, head_name=f"户主{number}")


def ask(branch: Organization, by: User, kind: Kind = Kind.MERGE, target: Organization | None = None) -> TreeChange:
    return rearranging.propose(branch, kind=kind, target=target, on=TODAY, by=by, at=timezone.now())


def fresh(branch: Organization) -> Organization:
    return Organization.objects.get(pk=branch.pk)


def test_merger_takes_people_open_work_and_accounts_along(
    everything: None, village: Organization, other_village: Organization, village_director: User, city_officer: User
) -> None:
    woman = people.build_woman(village)
    open_need = outreach_build.build_need(woman, raised_on=TODAY, due_on=TODAY)
    done = outreach_build.build_visit(woman, village_director, visited_on=TODAY)
    organizing.merge(village, into=other_village, on=TODAY, by=city_officer)
    for model, pk in ((Woman, woman.pk), (Need, open_need.pk)):
        row = model.objects.get(pk=pk)
        assert (row.organization, row.township) == (other_village, other_village.township)
    assert set(FollowUp.objects.open().values_list("organization", flat=True)) <= {other_village.pk}
    done.refresh_from_db()
    assert (done.organization, done.township) == (village, other_village.township)
    assert [(grant.organization, grant.role) for grant in village_director.grants.filter(ends_on=None)] == [
        (other_village, Role.VILLAGE_DIRECTOR)
    ]


def test_posts_end_with_the_branch(everything: None, village: Organization, sister_village: Organization, city_officer: User) -> None:  # fmt: skip
    post = people.build_appointment(people.build_cadre(village))
    organizing.merge(village, into=sister_village, on=TODAY, by=city_officer)
    post = Appointment.objects.get(pk=post.pk)
    assert (post.ended_on, post.get_end_reason_display()) == (TODAY, "组织撤并")


def test_pages_of_all_who_are_concerned_say_what_happened(
    village: Organization, other_village: Organization, township: Organization, other_township: Organization,
    sister_village: Organization, city_officer: User, client_of: ClientOf,
) -> None:  # fmt: skip
    organizing.merge(village, into=other_village, on=TODAY, by=city_officer)
    organizing.move(sister_village, parent=other_township, on=TODAY, by=city_officer)
    told = {branch.short_name: [line.what for line in audit.timeline(branch)] for branch in
            (village, other_village, township, other_township, sister_village)}  # fmt: skip
    assert told["杨柳村妇联"][0] == f"把这个组织并入上塘村妇联，自 {TODAY} 起"
    assert told["上塘村妇联"][0].startswith("把杨柳村妇联并入这里")
    assert told["青石镇妇联"][:2] == [
        f"把石桥村妇联划出到南塘镇妇联，自 {TODAY} 起",
        f"把下级杨柳村妇联并入上塘村妇联，自 {TODAY} 起",
    ]
    assert told["南塘镇妇联"][0] == f"把石桥村妇联划到这里，自 {TODAY} 起"
    page = client_of(city_officer).get(township.get_absolute_url()).content.decode()
    assert "划出到南塘镇妇联" in page


def test_branch_with_people_does_not_close(everything: None, village: Organization, city_officer: User) -> None:
    people.build_woman(village)
    with pytest.raises(ValidationError, match="请改用“并入其他组织”"):
        organizing.close(village, on=TODAY, by=city_officer)
    assert fresh(village).closed_on is None


def test_small_change_is_done_by_one(village: Organization, sister_village: Organization, city_officer: User) -> None:
    change = ask(village, city_officer, target=sister_village)
    assert (change.state, fresh(village).merged_into) == (State.DONE, sister_village)


def test_large_change_waits_for_another_person(
    many: None, village: Organization, sister_village: Organization, city_officer: User, second_officer: User
) -> None:
    change = ask(village, city_officer, target=sister_village)
    assert (change.state, change.records, fresh(village).closed_on) == (State.PROPOSED, 21, None)
    with pytest.raises(PermissionDenied):
        rearranging.confirm(change, by=city_officer, at=timezone.now())
    User.objects.filter(pk=second_officer.pk).update(person=city_officer.person)
    with pytest.raises(PermissionDenied):
        rearranging.confirm(change, by=User.objects.get(pk=second_officer.pk), at=timezone.now())
    User.objects.filter(pk=second_officer.pk).update(person=second_officer.person)
    rearranging.confirm(change, by=second_officer, at=timezone.now())
    assert fresh(village).merged_into == sister_village
    assert Household.objects.filter(organization=sister_village).count() == 21
    with pytest.raises(ValidationError, match="这件调整已办"):
        rearranging.confirm(change, by=second_officer, at=timezone.now())


def test_township_asks_and_the_city_confirms(
    everything: None, village: Organization, sister_village: Organization, township_officer: User, city_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    given = {"into": sister_village.pk, "on": str(TODAY)}
    sent = client_of(township_officer).post(f"/desk/organizations/{village.pk}/merge/", given)
    change = TreeChange.objects.get()
    assert (sent["Location"], change.state) == (change.get_absolute_url(), State.PROPOSED)
    assert client_of(township_officer).post(f"{change.get_absolute_url()}confirm/").status_code == 403
    assert "杨柳村妇联并入石桥村妇联" in client_of(city_officer).get("/desk/organizations/").content.decode()
    assert client_of(city_officer).post(f"{change.get_absolute_url()}confirm/").status_code == 302
    assert fresh(village).merged_into == sister_village
    assert AuditEntry.objects.filter(action="federation.change.confirmed").count() == 1


def test_what_stands_against_it_is_said_at_once_and_nothing_stays(
    everything: None, village: Organization, township_officer: User
) -> None:
    people.build_woman(village)
    with pytest.raises(ValidationError, match="人和没办完的事"):
        ask(village, township_officer, Kind.CLOSE)
    assert (TreeChange.objects.count(), fresh(village).closed_on) == (0, None)


def test_second_proposal_waits_for_the_first(
    many: None, village: Organization, sister_village: Organization, city_officer: User, township_officer: User
) -> None:
    change = ask(village, city_officer, target=sister_village)
    with pytest.raises(ValidationError, match="已有一件调整在等确认"):
        ask(village, township_officer, target=sister_village)
    rearranging.stop(change, reason="先不并", by=city_officer, at=timezone.now())
    assert ask(village, township_officer, target=sister_village).state == State.PROPOSED


def test_merger_by_mistake_is_taken_back(
    everything: None, village: Organization, other_village: Organization, township: Organization,
    village_director: User, city_officer: User,
) -> None:  # fmt: skip
    woman, own = people.build_woman(village), people.build_woman(other_village)
    post = people.build_appointment(people.build_cadre(village))
    ask(village, city_officer, target=other_village)
    assert ask(fresh(village), city_officer, Kind.REOPEN).state == State.DONE
    village = fresh(village)
    assert (village.closed_on, village.merged_into, village.parent, village.township) == (
        None,
        None,
        township,
        township,
    )
    assert set(Woman.objects.filter(organization=village)) == {woman}
    assert set(Woman.objects.filter(organization=other_village)) == {own}
    assert Woman.objects.get(pk=woman.pk).township == township
    assert Appointment.objects.get(pk=post.pk).ended_on is None
    today = [
        (grant.organization, grant.role) for grant in RoleGrant.objects.filter(user=village_director).in_force(TODAY)
    ]
    assert today == [(village, Role.VILLAGE_DIRECTOR)]
    assert [placement.valid_to for placement in village.placements.all()] == [None]


@pytest.mark.parametrize("what", ["rename", "move", "merge", "close", "open"])
def test_day_to_come_is_refused(
    what: str, village: Organization, township: Organization, other_township: Organization,
    sister_village: Organization, city_officer: User, client_of: ClientOf,
) -> None:  # fmt: skip
    tomorrow = str(TODAY + timedelta(days=1))
    given = {
        "on": tomorrow, "opened_on": tomorrow, "name": "新村妇女联合会", "short_name": "新村妇联", "into": sister_village.pk,
        "parent": other_township.pk, "division_name": "新村", "code": "439981101299", "level": "village",
    }  # fmt: skip
    branch = township if what == "open" else village
    page = client_of(city_officer).post(f"/desk/organizations/{branch.pk}/{what}/", given)
    assert set(page.context["form"].errors) == {"opened_on" if what == "open" else "on"}
    assert f"{tomorrow} 还没有到" in page.content.decode()
    assert (fresh(village).name, fresh(village).closed_on) == ("杨柳村妇女联合会", None)


def test_targets_of_a_merger_stand_under_their_township_with_their_code(
    village: Organization, sister_village: Organization, other_village: Organization, city_officer: User,
    client_of: ClientOf,
) -> None:  # fmt: skip
    page = client_of(city_officer).get(f"/desk/organizations/{village.pk}/merge/")
    groups = list(page.context["form"].fields["into"].choices)[1:]
    assert [(above, [label for _, label in choices]) for above, choices in groups] == [
        ("青石镇妇联", ["石桥村妇联（439981101202）"]),
        ("南塘镇妇联", ["上塘村妇联（439981102201）"]),
    ]


@pytest.mark.parametrize("which", ["closed", "village"])
def test_nothing_opens_below_a_closed_branch_or_a_village(
    which: str, village: Organization, other_township: Organization, city_officer: User, client_of: ClientOf
) -> None:
    branch = village
    if which == "closed":
        organizing.close(other_township, on=date(2020, 1, 1), by=city_officer)
        branch = other_township
    assert client_of(city_officer).get(f"/desk/organizations/{branch.pk}/open/").status_code == 403
