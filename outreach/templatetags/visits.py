"""The rows of the list of visits, drawn without template nodes: fifty rows of eleven cells are most of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from federation.addresses import row_address
from federation.markup import filled_all
from federation.models import User
from federation.permissions import name_for
from federation.sealed import masked_name
from federation.templatetags.days import due_cell
from outreach.models import Need, Visit
from outreach.models.visit import VisitLine, number_of, whom_of
from outreach.templatetags.needs import visit_state

register = template.Library()

_ROW = """
<tr>
<td class="nowrap">{}</td>
<th scope="row" class="nowrap"><a href="{}">{}</a></th>
<td class="nowrap">{}</td>
<td class="nowrap">{}</td>
<td class="nowrap opt">{}</td>
<td class="nowrap opt">{}</td>
<td>{}</td>
<td class="clip">{}</td>
<td class="nowrap">{}</td>
<td class="nowrap">{}</td>
<td class="nowrap opt">{}</td>
</tr>"""
MODES = dict(Visit.Mode.choices)
TARGET_GROUPS = dict(Visit.TargetGroup.choices)
CATEGORIES = dict(Need.Category.choices)


@register.simple_tag(takes_context=True)
def visit_rows(
    context: Context, visits: Sequence[VisitLine], raised: Mapping[int, list[Need]], today: date
) -> SafeString:
    """`{% visit_rows page.rows raised today %}`: lines of `VisitQuerySet.as_lines`, and by visit the needs heard."""
    return filled_all(_ROW, _cells(visits, raised, today, context["request"].user))


def _cells(
    visits: Sequence[VisitLine], raised: Mapping[int, list[Need]], today: date, user: User
) -> Iterator[tuple[str, ...]]:
    address = row_address("outreach:visit_detail")
    for visit in visits:
        needs = raised.get(visit.pk, [])
        whom = whom_of(woman=visit.woman_name, head=visit.head_name, subject=visit.subject)
        yield (
            visit.visited_on.isoformat(),
            address.format(visit.pk),
            number_of(visit.pk, visit.visited_on),
            visit.branch_name,
            name_for(user, whom),
            MODES.get(visit.mode, visit.mode),
            TARGET_GROUPS.get(visit.target_group, visit.target_group),
            "、".join(CATEGORIES.get(need.category, need.category) for need in needs),
            visit.situation + "".join(f" “{need.words}”" for need in needs if need.words),
            _due(needs, today),
            visit_state(needs, today),
            masked_name(visit.visitor_name),
        )


def _due(needs: Sequence[Need], today: date) -> str:
    days = [(due_cell(need.due_on, today),) for need in needs if need.is_open()]
    return filled_all("<div>{}</div>", days) if days else ""
