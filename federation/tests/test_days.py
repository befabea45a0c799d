from datetime import date, datetime

import pytest

from federation.templatetags.days import due_words, moment_words

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 23, 9, 12), "今天 09:12"),
        (datetime(2026, 11, 22, 16, 40), "11-22 16:40"),
        (datetime(2025, 12, 31, 8, 0), "2025-12-31"),
    ],
)
def test_moment_is_said_from_today(at: datetime, words: str) -> None:
    assert moment_words(at, today=TODAY) == words


@pytest.mark.parametrize(
    ("day", "words"), [(20, "超 3 天"), (22, "超 1 天"), (23, "今天到期"), (24, "明天到期"), (29, "余 6 天")]
)
def test_due_date_says_how_far(day: int, words: str) -> None:
    assert due_words(date(2026, 11, day), today=TODAY) == words
