"""A paragraph of a summary on a page: its words, and each figure as a link to its story."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reports.assembling import Written
from reports.editing import Text
from reports.models import Figure
from reports.rendering.document import FigureMark

register = template.Library()


@register.simple_tag
def prose(written: Written, text: Text, chosen: Figure | None = None) -> SafeString:
    """`{% prose written text %}` inside a paragraph. Beside the text htmx shows the figure in its panel."""
    lead = format_html("<b>{}</b>", written.lead) if written.lead else ""
    return format_html(
        "{}{}", lead, format_html_join("", "{}", ((_part(part, text, chosen),) for part in written.parts))
    )


def _part(part: str | FigureMark, text: Text, chosen: Figure | None) -> str:
    if isinstance(part, str):
        return part
    figure = text.figures[part.code]
    url = reverse("reports:figure", args=[figure.pk])
    current = format_html(' aria-current="{}"', "true") if chosen and chosen.code == part.code else ""
    words = '<a class="fig" href="{0}" hx-get="{0}" hx-target="#evidence" hx-swap="innerHTML"{1}>{2}</a>'
    return format_html(words, url, current, part.text)
