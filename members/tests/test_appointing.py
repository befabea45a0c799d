from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from federation import scoping
from federation.models import AuditEntry, Organization, User
from members import appointing
from members.models import Appointment, Cadre
from members.tests.build import build_appointment, build_cadre

Post = Appointment.Post


def appoint(cadre: Cadre, by: User, **fields: Any) -> Appointment:
    given = {
        "organization": cadre.organization, "post": Post.CHAIR, "mode": "part_time",
        "starts_on": date(2022, 1, 1), "term_ends_on": date(2026, 12, 31), **fields,
    }  # fmt: skip
    return appointing.appoint(cadre, by=by, **given)


def test_second_chair_waits_for_the_first_to_leave(
    everything: None, village: Organization, township_officer: User
) -> None:
    first, second = build_cadre(village, name="何秀兰"), build_cadre(village, name="刘春梅")
    post = appoint(first, township_officer)
    with pytest.raises(ValidationError, match="已有在任主席何") as refused:
        appoint(second, township_officer)
    assert list(refused.value.error_dict) == ["post"]
    appointing.end_appointment(post, on=date(2026, 3, 8), reason="term", by=township_officer)
    appoint(second, township_officer)
    today = date(2026, 3, 8)
    assert list(Cadre.objects.all().serving(on=today)) == [second]


def test_chair_from_another_branch_is_not_named_to_those_who_cannot_see_her(
    village: Organization, township: Organization, village_director: User
) -> None:
    with scoping.everything("a test arranges rows"):
        outside = build_cadre(township, name="何秀兰")
        build_appointment(outside, organization=village, post=Post.CHAIR, starts_on=date(2021, 3, 1))
        own = build_cadre(village)
    with scoping.of_user(village_director), pytest.raises(ValidationError) as refused:
        appoint(own, village_director)
    assert refused.value.messages == ["杨柳村妇联已有在任主席（2021-03-01 起），请先登记她离任。"]


def test_same_post_twice_is_refused(everything: None, village: Organization, township_officer: User) -> None:
    cadre = build_cadre(village)
    appoint(cadre, township_officer, post=Post.EXECUTIVE)
    with pytest.raises(ValidationError, match="已在任这个职务"):
        appoint(cadre, township_officer, post=Post.EXECUTIVE)


def test_term_must_end_after_it_begins(everything: None, village: Organization, township_officer: User) -> None:
    with pytest.raises(ValidationError, match="晚于任职日期 2022-01-01"):
        appoint(build_cadre(village), township_officer, term_ends_on=date(2022, 1, 1))


def test_end_before_the_beginning_is_refused(everything: None, village: Organization, township_officer: User) -> None:
    post = build_appointment(build_cadre(village), starts_on=date(2022, 1, 1))
    with pytest.raises(ValidationError, match="不能早于任职日期 2022-01-01"):
        appointing.end_appointment(post, on=date(2021, 12, 31), reason="term", by=township_officer)


def test_committees_are_of_villages(everything: None, township: Organization, township_officer: User) -> None:
    with pytest.raises(ValidationError, match="只有村（社区）的干部"):
        appointing.open_cadre(organization=township, by=township_officer, name="周小燕", in_two_committees=True)


def test_both_steps_are_recorded_in_sentences(everything: None, village: Organization, township_officer: User) -> None:
    cadre = build_cadre(village)
    appointing.end_appointment(
        appoint(cadre, township_officer), on=date(2026, 3, 8), reason="term", by=township_officer
    )
    entries = AuditEntry.objects.about(cadre).values_list("action", "details")
    details = {"post": "主席", "branch": "杨柳村妇联"}
    assert list(entries) == [("members.cadre.left_post", details), ("members.cadre.appointed", details)]


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 24), "2026年12月31日届满，余 37 天"),
        (date(2026, 12, 31), "2026年12月31日届满，今天届满"),
        (date(2027, 1, 2), "2026年12月31日届满，已超 2 天"),
    ],
)
def test_term_in_words(on: date, words: str) -> None:
    assert Appointment(starts_on=date(2022, 1, 1), term_ends_on=date(2026, 12, 31)).term_in_words(on=on) == words


def test_terms_that_end_soon_or_are_over(everything: None, village: Organization) -> None:
    on = date(2026, 11, 24)
    ends = [date(2026, 11, 23), on, date(2026, 12, 24), date(2026, 12, 25)]
    over, today, last, beyond = (build_appointment(build_cadre(village), term_ends_on=end) for end in ends)
    build_appointment(build_cadre(village), term_ends_on=last.term_ends_on, ended_on=date(2026, 1, 1))
    posts = Appointment.objects.all()
    assert set(posts.ending_within(30, on=on)) == {today, last}
    assert set(posts.ending_before(on)) == {over}
