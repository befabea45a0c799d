"""The portal's side of rendering: its fonts, one document, and many documents in warm processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from reports.rendering.cuts import with_cuts
from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import FontSet, find_fonts
from reports.rendering.many import Printed, render_many
from reports.rendering.pdf import render_pdf


def portal_fonts() -> FontSet:
    """The office's licensed fonts first; the small cuts of the free ones are kept under var/."""
    return prepared_fonts(settings.PORTAL_FONTS, settings.PORTAL_VAR / "fonts")


@cache
def prepared_fonts(folder: str, store: Path) -> FontSet:
    return with_cuts(find_fonts(folder), store)


def print_document(document: OfficialDocument) -> bytes:
    """In this process, which stays warm for the next one. Raises a RenderingProblem."""
    return render_pdf(document, fonts=portal_fonts())


def print_documents(documents: Iterable[OfficialDocument], *, processes: int = 2) -> Iterator[Printed]:
    """In processes of their own; a PDF or a RenderingProblem for each, in their order."""
    return render_many(documents, fonts=portal_fonts(), processes=processes)
