"""Sensitive fields on a page: the masked form, and only for a reader whose role has a right on the field."""

from __future__ import annotations

from django import template
from django.template.context import Context

from federation.permissions import FieldRight, field_right
from federation.scoping import ScopedModel
from federation.sealed import MASKS, masked_name

register = template.Library()
register.filter("masked_name", masked_name)


@register.simple_tag(takes_context=True)
def masked(context: Context, row: ScopedModel, field: str) -> str:
    """`{% masked woman "phone" %}`: 138****5678; empty where nothing is on file or the reader has no right."""
    if field_right(context["request"].user, field) == FieldRight.HIDDEN:
        return ""
    value = getattr(row, field)
    return MASKS[field](value) if value else ""


@register.simple_tag(takes_context=True)
def may_reveal(context: Context, field: str) -> bool:
    return field_right(context["request"].user, field) == FieldRight.REVEAL
