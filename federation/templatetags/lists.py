"""Heads of columns that a list can be ordered by."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from federation.paging import Page

register = template.Library()


@register.simple_tag
def head(page: Page[Any], column: str, label: str, classes: str = "") -> SafeString:
    """`{% head page "due_on" "承诺时限" %}`: a click orders by it, the next one turns it round."""
    order = page.order
    here = order.column == column
    state = ("descending" if order.descending else "ascending") if here else "none"
    arrow = ("↓" if order.descending else "↑") if here else ""
    return format_html(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}">{} <span aria-hidden="true">{}</span></a></th>',
        classes, state, order.links[column], label, arrow,
    )  # fmt: skip
