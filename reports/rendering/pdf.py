"""The PDF of an official document: tagged, with its fonts inside, the same bytes for the same words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import FontSet, fontconfig_file
from reports.rendering.limits import limited
from reports.rendering.official import Composed, compose

STYLE = Path(__file__).resolve().parents[2] / "static" / "css" / "document.css"
VARIANT = "pdf/ua-1"


class OutsideAsset(Exception):
    """A document tried to fetch something; nothing outside it is ever read."""


class AssetFetcher(URLFetcher):
    """Knows the pictures that came with the document and nothing else: no network, no file."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["asset"], allow_redirects=False)
        self.assets = assets

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url not in self.assets:
            raise RefusedFetch(url)
        return URLFetcherResponse(url, self.assets[url], {"Content-Type": "image/svg+xml"})


class RefusedFetch(FatalURLFetchingError):
    """WeasyPrint lets only this kind stop a rendering; render_html turns it into OutsideAsset."""


def render_pdf(document: OfficialDocument, *, fonts: FontSet) -> bytes:
    """`fonts` is find_fonts(settings.PORTAL_FONTS). Refuses by MissingGlyph, OutsideAsset or TooLong."""
    with limited():
        return render_html(compose(document, fonts), fonts)


def render_html(composed: Composed, fonts: FontSet) -> bytes:
    configuration, style = typesetting(fonts, os.getpid())
    source = weasyprint.HTML(string=composed.html, base_url="asset:", url_fetcher=AssetFetcher(composed.assets))
    try:
        return source.write_pdf(
            stylesheets=[style],
            font_config=configuration,
            pdf_variant=VARIANT,
            pdf_identifier=sha256(composed.html.encode()).hexdigest()[:32].encode(),
        )
    except RefusedFetch as error:
        raise OutsideAsset(str(error)) from None


@cache
def typesetting(fonts: FontSet, process: int) -> tuple[FontConfiguration, weasyprint.CSS]:
    """Read once in a process and kept; a forked child must not share its parent's fonts."""
    if not fonts.folder:
        configuration = FontConfiguration()
    else:
        configuration = folder_configuration(fonts.folder)
    text = f"{fonts.css()}\n{STYLE.read_text()}"
    return configuration, weasyprint.CSS(string=text, font_config=configuration, url_fetcher=AssetFetcher({}))


def folder_configuration(folder: str) -> FontConfiguration:
    """Fontconfig reads its settings when a configuration is made; the office's folder is in them for that moment."""
    before, file = os.environ.get("FONTCONFIG_FILE"), fontconfig_file(folder)
    os.environ["FONTCONFIG_FILE"] = file
    try:
        return FontConfiguration()
    finally:
        os.unlink(file)
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
