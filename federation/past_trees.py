"""Figures of a year use the tree of that year: they count what stood below a branch then, wherever it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from federation import scoping
from federation.models import Organization
from federation.models.organization import OrganizationQuerySet, Placement


@contextmanager
def opened(organization: Organization, *, on: date) -> Iterator[None]:
    """For counts and sums of a branch in reach. Rows that people read stay within what they may see today."""
    scope = scoping.current()
    left = _left(organization, on=on) if not scope.everything and scope.covers(organization) else []
    if not left:
        yield
        return
    with scoping.activate(replace(scope, organizations=scope.organizations | frozenset(left))):
        yield


def moved_out(organization: Organization, *, on: date) -> OrganizationQuerySet:
    """Branches that stood below on that day and stand elsewhere now."""
    return Organization.objects.filter(pk__in=_left(organization, on=on)).in_tree_order()


def _left(organization: Organization, *, on: date) -> list[int]:
    if not Placement.objects.changed_after(on).exists():
        return []
    stood = Organization.objects.filter(pk__in=Placement.objects.branches_below(organization, on=on))
    return list(stood.exclude(path__startswith=organization.path).values_list("pk", flat=True))
