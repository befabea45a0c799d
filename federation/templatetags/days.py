"""Dates and moments as people say them: 今天 09:12, 11-22 16:40, 余 6 天, 超 3 天."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.html import format_html

register = template.Library()


@register.filter
def moment(at: datetime | None) -> str:
    return moment_words(timezone.localtime(at), today=timezone.localdate()) if at else ""


@register.filter
def due(on: date | None) -> str:
    """The due date and how far it is, for a cell of a table."""
    return due_cell(on, timezone.localdate()) if on else ""


@lru_cache(maxsize=1000)
def due_cell(on: date, today: date) -> str:
    day = f"{on:%m-%d}" if on.year == today.year else f"{on:%Y-%m-%d}"
    return format_html('{} <small class="{}">{}</small>', day, "over" if on < today else "", due_words(on, today=today))


@register.filter
def due_in_words(on: date | None) -> str:
    return due_words(on, today=timezone.localdate()) if on else ""


@register.filter
def due_kind(words: str) -> str:
    """The colour of a tag that says how far a due day is: red when past, amber today and tomorrow."""
    return "late" if words.startswith("超") else "" if words.startswith("余") else "wait"


@register.filter
def day_in_words(on: date | None) -> str:
    """Without the year while it is this one."""
    if on is None:
        return ""
    day = f"{on.month}月{on.day}日"
    return day if on.year == timezone.localdate().year else f"{on.year}年{day}"


def moment_words(at: datetime, *, today: date) -> str:
    if at.date() == today:
        return f"今天 {at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == today.year else f"{at:%Y-%m-%d}"


def due_words(on: date, *, today: date) -> str:
    days = (on - today).days
    if days < 0:
        return f"超 {-days} 天"
    return {0: "今天到期", 1: "明天到期"}.get(days, f"余 {days} 天")
