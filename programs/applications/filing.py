"""The checklist of papers of any application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from federation.models import User
from programs.models import Application


def file_papers(application: Application, papers: Iterable[str], *, by: User, on: date) -> None:
    """As it stands now: what is ticked has been seen, what is not is missing."""
    wanted = set(papers)
    held = set(application.papers.values_list("kind", flat=True))
    application.papers.filter(kind__in=held - wanted).delete()
    for kind in sorted(wanted - held):
        application.papers.create(organization=application.organization, kind=kind, seen_by=by, seen_on=on)
