from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from federation.models import AuditEntry, DayAdjustment, User
from federation.workdays import Calendar, add_workdays, is_published, is_workday, last_day_of

ClientOf = Callable[[User], Client]
NATIONAL_DAY_2025 = date(2025, 10, 1)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2024, 2, 4), True),  # a Sunday made up for the Spring Festival
        (date(2024, 2, 12), False),  # Monday of the Spring Festival
        (date(2024, 10, 12), True),  # a Saturday made up for National Day
        (date(2025, 1, 26), True),  # a Sunday
        (date(2025, 9, 28), True),  # a Sunday
        (date(2025, 10, 8), False),  # Wednesday, the last free day
        (date(2026, 1, 4), True),  # a Sunday
        (date(2026, 2, 14), True),  # a Saturday
        (date(2026, 2, 16), False),  # Monday
        (date(2026, 10, 10), True),  # a Saturday
        (date(2026, 10, 11), False),  # an ordinary Sunday
    ],
)
def test_published_holidays_and_make_up_days(day: date, worked: bool) -> None:
    assert Calendar().is_workday(day) is worked


def test_five_working_days_over_national_day_count_the_made_up_saturday() -> None:
    # 29 and 30 September, then 9, 10 and Saturday 11 October 2025 (made up).
    assert Calendar().add(date(2025, 9, 28), 5) == date(2025, 10, 11)


def test_the_day_of_the_event_is_not_counted() -> None:
    assert Calendar().last_day(after=date(2026, 3, 2), days=1) == date(2026, 3, 3)
    assert Calendar().add(date(2026, 3, 2), 0) == date(2026, 3, 2)


def test_a_limit_in_calendar_days_that_ends_on_a_holiday_ends_on_the_next_working_day() -> None:
    assert Calendar().last_day(after=date(2025, 9, 23), days=10, working=False) == date(2025, 10, 9)
    # Saturday 10 October 2026 is made up, so the limit does end on it.
    assert Calendar().last_day(after=date(2026, 9, 30), days=10, working=False) == date(2026, 10, 10)


def test_days_between_leave_out_the_first_and_count_the_last() -> None:
    assert Calendar().between(date(2026, 2, 13), date(2026, 2, 24)) == 2  # the made-up 14th and the 24th
    assert Calendar().between(date(2026, 2, 13), date(2026, 2, 13)) == 0


def test_an_unknown_year_counts_monday_to_friday_and_says_so() -> None:
    calendar = Calendar()
    assert not is_published(2099)
    assert calendar.add(date(2099, 1, 1), 2) == date(2099, 1, 5)  # Friday, then Monday
    assert calendar.doubt(date(2026, 5, 1)) == ""
    assert calendar.doubt(date(2099, 1, 5)).startswith("2099 年的放假安排平台还不知道，先按周一至周五上班算")


def test_counting_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="forwards"):
        Calendar().add(date(2026, 1, 5), -1)


@pytest.mark.django_db
def test_an_adjustment_stands_over_what_is_published() -> None:
    assert is_workday(NATIONAL_DAY_2025) is False
    DayAdjustment.objects.create(on=NATIONAL_DAY_2025, is_worked=True, source="市防汛指挥部通知")
    DayAdjustment.objects.create(on=date(2025, 9, 30), is_worked=False, source="市防汛指挥部通知")
    assert is_workday(NATIONAL_DAY_2025) is True
    assert add_workdays(date(2025, 9, 29), 1) == NATIONAL_DAY_2025
    assert last_day_of(after=date(2025, 9, 29), days=1, working=False) == NATIONAL_DAY_2025


def test_the_administrator_adjusts_a_day_and_it_is_recorded(administrator: User, client_of: ClientOf) -> None:
    typed = {"on": "2025-10-01", "is_worked": "True", "source": "市防汛指挥部通知"}
    answer = client_of(administrator).post(reverse("admin:federation_dayadjustment_add"), typed)
    assert answer.status_code == 302
    assert is_workday(NATIONAL_DAY_2025) is True
    entry = AuditEntry.objects.get(action="federation.day.adjusted")
    assert entry.details == {"on": "2025-10-01", "state": "上班"}
    page = client_of(administrator).get(reverse("admin:federation_dayadjustment_changelist")).content.decode()
    assert "市防汛指挥部通知" in page
