"""PDF: our whole rendering against WeasyPrint alone on the same HTML, and village reports by the minute.

Functions return seconds, one for each run, so that one run's ratios are made of figures from the same minutes.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median

import weasyprint

from bench import town
from bench.bars import Bar, below, spread
from federation import scoping
from federation.models import Organization, User
from reports import compiling, issuing, summarizing
from reports.printing import portal_fonts, print_document, print_documents
from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import find_fonts
from reports.rendering.official import compose
from reports.rendering.pdf import VARIANT, AssetFetcher, typesetting

PROCESSES = 2
YEAR, AT = 2026, datetime(2026, 11, 24, 2, tzinfo=UTC)


def measure() -> list[Bar]:
    """The city's own summary, and the papers of all branches as the job prints them, both written from records."""
    town.build()
    with scoping.everything("the benchmark writes the summaries of a whole city"):
        city = Organization.objects.get(parent=None)
        summarizing.open_shells(city, year=YEAR, by=User.objects.get(username="bench_city"), at=AT)
        documents = [compiling.document_of(summary) for summary in issuing.latest_of(city, YEAR)]
    taken = summary_seconds(documents[0])
    ready = village_seconds(documents)
    ours, alone, stock = (median(taken[name]) * 1000 for name in ("ours", "alone", "stock"))
    summary = below(
        "city summary PDF / WeasyPrint alone", ours, alone, bar=1.2, unit="ms CPU", spread=spread(taken["ours"])
    )
    name = f"{len(documents)} summaries, {PROCESSES} processes, a minute"
    return [replace(summary, peer=stock), Bar(name, a_minute(ready), a_minute(ready), 200, False, "documents")]


def seconds(act: Callable[[], object]) -> float:
    """Of processor time, as all of it is work in this one process: a neighbour's does not count."""
    start = time.process_time()
    act()
    return time.process_time() - start


def summary_seconds(document: OfficialDocument, runs: int = 11) -> dict[str, list[float]]:
    """Warm, one after the other in turn: ours from the words, lines and glyph check included; WeasyPrint from the
    finished HTML with our warm small fonts and parsed style, tagged as ours (`alone`); the same with the system's whole
    fonts (`stock`). Nobody sweeps up after the one before."""
    acts = {
        "ours": lambda: print_document(document),
        "alone": weasyprint_alone(document, small_fonts=True),
        "stock": weasyprint_alone(document, small_fonts=False),
    }
    for act in acts.values():
        act()
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            gc.collect()
            taken[name].append(seconds(act))
    return taken


def weasyprint_alone(document: OfficialDocument, *, small_fonts: bool) -> Callable[[], bytes]:
    fonts = portal_fonts() if small_fonts else find_fonts(portal_fonts().folder)
    composed = compose(document, fonts)
    configuration, style = typesetting(fonts, 0)
    fetcher = AssetFetcher(composed.assets)

    def write() -> bytes:
        source = weasyprint.HTML(string=composed.html, url_fetcher=fetcher)
        return source.write_pdf(stylesheets=[style], font_config=configuration, pdf_variant=VARIANT)

    return write


def village_seconds(documents: list[OfficialDocument], processes: int = PROCESSES) -> list[float]:
    """When each report was ready, counted from the start of the job, the start of its processes included."""
    start, ready = time.perf_counter(), []
    for printed in print_documents(documents, processes=processes):
        if not isinstance(printed, bytes):
            raise printed
        ready.append(time.perf_counter() - start)
    return ready


def a_minute(ready: list[float]) -> float:
    return len(ready) / ready[-1] * 60
