from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from federation.models import Organization, User
from outreach import lecturing
from outreach.models import Lecture
from outreach.tests.build import DAY, build_lecture

pytestmark = pytest.mark.usefixtures("everything")
SAID = {
    "series": "lecture_hall", "held_on": "2026-11-20", "number": "1", "title": "家庭教育促进法", "topic": "family",
    "form": "gathered", "audience": "村干部", "lecturer": "王老师", "place": "市妇联", "expected": "120", "attended": "118",
    "class_hours": "2.0",
}  # fmt: skip


def sent(client: Client, **said: str) -> Any:
    return client.post(reverse("outreach:lecture_new"), {**SAID, **said})


def test_city_logs_a_session(city_officer: User, city: Organization, client_of: Callable[[User], Client]) -> None:
    answer = sent(client_of(city_officer))
    lecture = Lecture.objects.get()
    assert answer["Location"] == lecture.get_absolute_url()
    assert (lecture.organization, lecture.number, lecture.attended, str(lecture)) == (city, 1, 118, "女性大讲堂第1期")


def test_taken_number_names_the_next_one(
    city_officer: User, city: Organization, client_of: Callable[[User], Client]
) -> None:
    build_lecture(city, 1)
    page = sent(client_of(city_officer)).content.decode()
    assert "2026年女性大讲堂第1期已经登记过，下一期是第2期。" in page
    assert 'value="家庭教育促进法"' in page
    assert Lecture.objects.count() == 1


def test_numbers_begin_again_each_year_series_and_branch(city: Organization, township: Organization) -> None:
    build_lecture(city, 7)
    assert lecturing.next_number(city, series="lecture_hall", year=2026) == 8
    assert lecturing.next_number(city, series="lecture_hall", year=2027) == 1
    assert lecturing.next_number(city, series="micro_class", year=2026) == 1
    assert lecturing.next_number(township, series="lecture_hall", year=2026) == 1


def test_number_left_open_is_the_next_one(
    city_officer: User, city: Organization, client_of: Callable[[User], Client]
) -> None:
    build_lecture(city, 4)
    client = client_of(city_officer)
    assert "女性大讲堂第 5 期、微课堂第 1 期" in client.get(reverse("outreach:lecture_new")).content.decode()
    sent(client, number="")
    assert Lecture.objects.latest("pk").number == 5


def test_sums_leave_half_counted_sessions_out_of_the_rate(
    township_officer: User, township: Organization, client_of: Callable[[User], Client]
) -> None:
    for number, (expected, attended) in enumerate([(100, 90), (100, 81), (None, 29), (50, None)], start=1):
        build_lecture(township, number, expected=expected, attended=attended)
    page = client_of(township_officer).get(reverse("outreach:lecture_list")).content.decode()
    assert "共 4 期，200 人次，到场率 86%" in page
    assert page.count("%</td>") == 2


def test_attendance_before_the_day_is_refused(city_officer: User, client_of: Callable[[User], Client]) -> None:
    page = sent(client_of(city_officer), held_on="2027-11-20").content.decode()
    assert "2027-11-20 还没有举办，实到人数请先空着。" in page


def test_edit_keeps_the_old_number_free_of_clashes(city: Organization, city_officer: User) -> None:
    build_lecture(city, 1)
    second = build_lecture(city, 2)
    with pytest.raises(ValidationError, match="下一期是第3期"):
        lecturing.edit_lecture(lecture=second, number=1, by=city_officer)
    lecturing.edit_lecture(lecture=second, attended=90, by=city_officer)
    assert Lecture.objects.get(pk=second.pk).attended == 90


def test_village_reads_and_does_not_write(
    village_director: User, village: Organization, client_of: Callable[[User], Client]
) -> None:
    lecture = build_lecture(village, 1)
    client = client_of(village_director)
    assert client.get(lecture.get_absolute_url()).status_code == 200
    assert client.get(reverse("outreach:lecture_edit", args=[lecture.pk])).status_code == 403
    assert sent(client).status_code == 403


def test_township_edits_only_its_own(
    township_officer: User, township: Organization, village: Organization, client_of: Callable[[User], Client]
) -> None:
    own, below = build_lecture(township, 1, held_on=DAY), build_lecture(village, 1, held_on=date(2026, 11, 1))
    client = client_of(township_officer)
    codes = [client.get(reverse("outreach:lecture_edit", args=[lecture.pk])).status_code for lecture in (own, below)]
    assert codes == [200, 403]


def test_all_that_is_wrong_with_a_session_is_said_at_once(
    city_officer: User, city: Organization, client_of: Callable[[User], Client]
) -> None:
    wrong = {"held_on": "1990-01-01", "expected": "30", "attended": "50", "class_hours": "999", "number": "5000"}
    page = sent(client_of(city_officer), **wrong).content.decode()
    for words in ("1990-01-01 太早", "实到 50 人多于应到 30 人", "学时不能大于 80", "期次 5000 太大"):
        assert words in page
    assert "实到人数不能大于 100000" in sent(client_of(city_officer), attended="9999999999").content.decode()
    assert not Lecture.objects.exists()
