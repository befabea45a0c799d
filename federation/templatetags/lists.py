"""What every list page has: heads of columns that it can be ordered by, the query bar, the pager. Built in: no load.

Drawn here and not in templates or components, since these are most of what a list page is made of beside its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from federation.forms.drawing import control
from federation.markup import filled, filled_all
from federation.paging import Page
from federation.searching import FIELD
from federation.templatetags.fields import problems

register = template.Library()


@register.simple_tag
def head(page: Page[Any], column: str, label: str, classes: str = "") -> SafeString:
    """`{% head page "due_on" "承诺时限" %}`: a click orders by it, the next one turns it round."""
    order = page.order
    here = order.column == column
    state = ("descending" if order.descending else "ascending") if here else "none"
    arrow = ("↓" if order.descending else "↑") if here else ""
    return filled(
        '<th scope="col" class="{}" aria-sort="{}"><a class="sort" href="{}">{} <span aria-hidden="true">{}</span></a></th>',
        classes, state, order.links[column], label, arrow,
    )  # fmt: skip


# --- query bar -------------------------------------------------------------------------------------------------------

# On a phone the conditions are folded away; the box opens them, and is no part of the form.
_FOLD = """\
<input class="fold hide" type="checkbox" id="query-fold" hx-preserve{}>
<label class="btn fold-words" for="query-fold">筛选{}</label>"""
_QUERY = """
<form class="query"{} role="search" aria-label="查询条件"{}>{}
  {}
  <div class="do">
    <a class="btn quiet" href="{}">清空</a>
    <button class="btn" type="submit">查询</button>
  </div>
</form>"""
_FIELD = """
  <div class="field"{}>
    <label for="{}">{}</label>
    {}{}
  </div>"""
_TICK = """
  <div class="field">
    <label class="check" for="{}">{}{}</label>
  </div>"""
_HIDDEN = '<input type="hidden" name="{}" value="{}">'


@register.simple_tag(takes_context=True)
def query_bar(context: Context, form: forms.Form, target: str = "") -> SafeString:
    """`{% query_bar form "#rows" %}`: label left, control right, the last cell holds 查询.

    With target the rows are fetched by htmx and the address follows; without script it is a plain form. One that asks
    for a name is posted, so that no name stands in an address (searching.py).
    """
    request = context["request"]
    posted, here = FIELD in form.fields, request.path
    address = reverse("list_search") if posted else here
    kept = [(name, request.GET[name]) for name in ("order", "size") if request.GET.get(name)]
    if posted:
        kept = [("csrfmiddlewaretoken", str(context["csrf_token"])), ("to", here), *kept]
    return _fold(form) + filled(
        _QUERY,
        filled(' method="post" action="{}"', address) if posted else filled(' method="{}"', "get"),
        _fetching("hx-post" if posted else "hx-get", address, target) if target else "",
        filled_all(_HIDDEN, kept),
        _joined([*map(control, form.hidden_fields()), *map(_field, form.visible_fields())]),
        here,
    )


def _fold(form: forms.Form) -> SafeString:
    given = form.conditions() if hasattr(form, "conditions") else []
    return filled(_FOLD, " checked" if form.errors else "", f"（{len(given)}）" if given else "")


def _fetching(way: str, address: str, target: str) -> SafeString:
    return filled(' {}="{}" hx-target="{}" hx-push-url="true" hx-trigger="submit, change"', way, address, target)


def _field(field: BoundField) -> SafeString:
    if isinstance(field.field.widget, forms.CheckboxInput):
        return filled(_TICK, field.id_for_label, control(field), field.label)
    wrong = filled_all('<p class="error">{}</p>', ((words,) for words in problems(field)))
    return filled(_FIELD, " data-error" if wrong else "", field.id_for_label, field.label, control(field), wrong)


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return filled_all("{}", ((part,) for part in parts))


# --- pager -----------------------------------------------------------------------------------------------------------

_PAGER = """\
<nav class="pager" aria-label="翻页">
  <p>{}</p>{}
  <span class="grow"></span>
  {}{}
</nav>"""
CURRENT = filled(' aria-current="{}"', "true")
_SIZES = """
  <p class="sizes">每页 {} 条</p>"""


@register.simple_tag
def pager(page: Page[Any], newer: str = "前面的", older: str = "后面的") -> SafeString:
    """By key, no page numbers. `{% pager page "较新的" "更早的" %}`: the words of a list by date in its usual order."""
    if not page.order.is_usual:
        newer, older = "前面的", "后面的"
    sizes = filled_all(
        '<a href="{}"{}>{}</a>',
        ((url, CURRENT if size == page.size else "", size) for size, url in page.sizes),
    )
    return filled(
        _PAGER,
        page.summary,
        filled(_SIZES, sizes) if sizes else "",
        _way(page.newer_url, newer, page.size),
        _way(page.older_url, older, page.size),
    )


def _way(url: str, words: str, size: int) -> str:
    return filled('<a class="btn" href="{}">{} {} 条</a>', url, words, size) if url else ""
