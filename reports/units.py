"""A branch's figures of the running year, for its page."""

from __future__ import annotations

from django.utils import timezone

from federation.access import StaffRequest
from federation.models import Organization
from federation.permissions import FIGURE_READERS
from federation.unit_pages import Section
from reports import homes, overview


def figures_of(branch: Organization, request: StaffRequest) -> Section | None:
    if not request.user.has_role(*FIGURE_READERS):
        return None
    on = timezone.localdate()
    pairs = homes.pairs(overview.year_of(branch, on.year, on=on), homes.SIX)
    return Section(f"{on.year}年数字", "reports/_unit_figures.html", {"pairs": pairs, "year": on.year})
