"""The frame around every page: its style sheets and scripts, the navigation. Drawn here, since every page pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_htmx.jinja import htmx_script

from federation.markup import filled, filled_all
from federation.shell import Item, Section

register = template.Library()

SHEETS = ("reset", "tokens", "base", "components", "pages", "print")
SCRIPTS = ("page", "batch")


@register.simple_tag
@cache
def page_files() -> SafeString:
    """The same on every page until the next start."""
    return format_html(
        '<link rel="icon" href="{}" type="image/svg+xml">\n{}\n{}\n{}',
        static("favicon.svg"),
        format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"css/{name}.css"),) for name in SHEETS)),
        htmx_script(),
        format_html_join("\n", '<script src="{}" defer></script>', ((static(f"js/{name}.js"),) for name in SCRIPTS)),
    )


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    """`{% navigation %}`: the entries that the person may open, in their sections."""
    return filled_all("{}\n<ul>{}</ul>\n", _sections(context["shell"].nav))


def _sections(nav: list[Section]) -> Iterator[tuple[str, SafeString]]:
    for section in nav:
        title = filled("<h2>{}</h2>", section.title) if section.title else ""
        yield title, filled_all('\n<li><a href="{}"{}>{}{}</a></li>', map(_cells, section.items))


CURRENT = filled(' aria-current="{}"', "page")


def _cells(item: Item) -> tuple[str, str, str, str]:
    count = filled("<span>{}</span>", item.count) if item.count else ""
    return item.url, CURRENT if item.current else "", item.label, count
