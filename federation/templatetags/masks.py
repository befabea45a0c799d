"""Sensitive fields on a page: the masked form, and only for a reader whose role has a right on the field."""

from __future__ import annotations

from datetime import date

from django import template
from django.template.context import Context

from federation.permissions import FieldRight, birth_in_words, field_right, masked_for, name_for
from federation.scoping import ScopedModel
from federation.sealed import masked_name

register = template.Library()
register.filter("masked_name", masked_name)


@register.simple_tag(takes_context=True)
def masked(context: Context, row: ScopedModel, field: str) -> str:
    """`{% masked woman "phone" %}`: 138****5678; empty where nothing is on file or the reader has no right."""
    return masked_for(context["request"].user, row, field)


@register.simple_tag(takes_context=True)
def may_reveal(context: Context, field: str) -> bool:
    return field_right(context["request"].user, field) == FieldRight.REVEAL


@register.simple_tag(takes_context=True)
def person(context: Context, name: str) -> str:
    """`{% person woman.name %}`: whole or masked, as the reader's role has it."""
    return name_for(context["request"].user, name)


@register.simple_tag(takes_context=True)
def birth(context: Context, born: date | None) -> str:
    """`{% birth woman.birth_on %}`: the day for those who may open the number, the year for the others."""
    return "没有登记" if born is None else birth_in_words(context["request"].user, born)
