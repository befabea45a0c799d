"""Where a need stands, in one word and its colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from federation.markup import filled_all
from outreach.models import Need
from outreach.models.need import Stage

register = template.Library()

SHAPES = {
    Stage.IN_HAND: "doing",
    Stage.MET: "done",
    Stage.CLOSED: "done",
    Stage.WITHDRAWN: "shut",
}
SEEN = format_html('<span class="state" data-s="done">{}</span>', "已看望")


@register.simple_tag
def need_state(need: Need, today: date) -> str:
    """`{% need_state need today %}`: past the promised day it says so, whatever else it is."""
    stage = need.stage()
    if need.is_overdue(on=today):
        return _late("超过时限")
    return _late(stage.label) if stage in (Stage.REOPENED, Stage.WITH_LEADER) else _standing(stage)


@cache
def _late(words: str) -> SafeString:
    return format_html('<span class="tag late">{}</span>', words)


@cache
def _standing(stage: Stage) -> SafeString:
    return format_html('<span class="state" data-s="{}">{}</span>', SHAPES.get(stage, ""), stage.label)


@register.simple_tag
def visit_state(needs: Sequence[Need], today: date) -> str:
    """`{% visit_state visit.raised today %}`: where each need of a visit stands; without needs she was simply seen."""
    if not needs:
        return SEEN
    return filled_all("<div>{}</div>", ((need_state(need, today),) for need in needs))
