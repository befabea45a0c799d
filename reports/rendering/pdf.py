"""The PDF of an official document: tagged, with its fonts inside, the same bytes for the same words."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path

import pydyf
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import FontSet, fontconfig_file
from reports.rendering.limits import limited
from reports.rendering.official import Composed, compose
from reports.rendering.problems import NotDrawn, OutsideAsset

STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "document.css"
VARIANT = "pdf/ua-1"
logger = logging.getLogger("weasyprint")


class AssetFetcher(URLFetcher):
    """Knows the pictures that came with the document and nothing else: no network, no file."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["asset"], allow_redirects=False)
        self.assets = assets
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.assets:
            self.refused.append(url)
            raise RefusedFetch(url)
        return URLFetcherResponse(url, self.assets[url], {"Content-Type": "image/svg+xml"})


class RefusedFetch(FatalURLFetchingError):
    """WeasyPrint lets only this kind stop a rendering, and inside a drawing not even this one."""


def render_pdf(document: OfficialDocument, *, fonts: FontSet) -> bytes:
    """`fonts` is portal_fonts() of reports/printing.py. Refuses by a RenderingProblem."""
    with limited(), swept_once():
        return render_html(compose(document, fonts), fonts)


@contextmanager
def swept_once() -> Iterator[None]:
    """Python would stop now and then to walk all that the process holds for garbage, half as long as a document takes.
    What a document leaves is swept once, when it is done, without the rest; the peak of memory stays the same."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
            gc.collect(0)


def render_html(composed: Composed, fonts: FontSet) -> bytes:
    configuration, style = typesetting(fonts, os.getpid())
    fetcher = AssetFetcher(composed.assets)
    source = weasyprint.HTML(string=composed.html, base_url="asset:", url_fetcher=fetcher)
    try:
        with complaints() as said:
            content = source.write_pdf(
                stylesheets=[style],
                font_config=configuration,
                finisher=pack_once,
                pdf_variant=VARIANT,
                pdf_identifier=sha256(composed.html.encode()).hexdigest()[:32].encode(),
            )
    except RefusedFetch:
        raise OutsideAsset(fetcher.refused[0]) from None
    if fetcher.refused:
        raise OutsideAsset(fetcher.refused[0])
    if said:
        raise NotDrawn("; ".join(said))
    return content


class Packed(pydyf.Object):
    """The bytes of a stream, kept: pydyf packs a stream for the file, and all of them again for the identifier."""

    compressible = False
    data = b""

    def __init__(self, stream: pydyf.Stream) -> None:
        super().__init__()
        self.number, self.generation, self.data = stream.number, stream.generation, stream.data


def pack_once(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    pdf.objects = [Packed(part) if isinstance(part, pydyf.Stream) else part for part in pdf.objects]


class Complaints(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What WeasyPrint could not draw: it logs an error and goes on without it, which no official paper may."""
    handler = Complaints(logging.ERROR)
    logger.addHandler(handler)
    try:
        yield handler.said
    finally:
        logger.removeHandler(handler)


@cache
def typesetting(fonts: FontSet, process: int) -> tuple[FontConfiguration, weasyprint.CSS]:
    """Read once in a process and kept; a forked child must not share its parent's fonts."""
    folders = [folder for folder in (fonts.folder, fonts.store) if folder]
    configuration = folder_configuration(folders) if folders else FontConfiguration()
    text = f"{fonts.css()}\n{STYLE.read_text()}"
    return configuration, weasyprint.CSS(string=text, font_config=configuration, url_fetcher=AssetFetcher({}))


def folder_configuration(folders: list[str]) -> FontConfiguration:
    """Fontconfig reads its settings when a configuration is made; our folders are in them for that moment."""
    before, file = os.environ.get("FONTCONFIG_FILE"), fontconfig_file(folders)
    os.environ["FONTCONFIG_FILE"] = file
    try:
        return FontConfiguration()
    finally:
        os.unlink(file)
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
