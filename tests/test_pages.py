"""Every page in a real Chromium: no axe violation at 1440 and 360 px, nothing wider than a phone, no English."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from federation.models import Organization, User
from tests.browsing import Eye, Shelf, browser_of
from tests.page_shelf import Look, Visitors
from tests.test_access_walk import ROUTES, cast

__all__ = ["cast"]
SHOTS = Path(os.environ["PAGE_SHOTS"]) if "PAGE_SHOTS" in os.environ else None
FEWEST_PAGES, PARTS = 200, 6
# Names of products, formats and tests that people here say in Latin letters.
LATIN = {
    "Excel", "WPS", "Word", "PDF", "CSV", "xlsx", "HPV", "TCT", "DNA", "Cookie", "Chrome", "Edge", "Firefox", "Safari",
    "Windows", "Linux", "QQ", "UC", "GB", "MB",
    # Codes of the two screenings, as every hospital writes them (domain.md §2.2).
    "TBS", "NILM", "ASC", "US", "LSIL", "HSIL", "SCC", "AGC", "AIS", "VIA", "VILI", "BI", "RADS", "CIN", "DCIS", "IA",
    "III", "FIGO", "TNM",
    # The bank rate that loan contracts name.
    "LPR",
}  # fmt: skip
SPOKEN = {"title", "alt", "placeholder", "aria-label", "aria-description"}
SILENT = {"script", "style"}
WORD = re.compile(r"(?<![A-Za-z0-9_@./-])[A-Za-z]{2,}(?![A-Za-z0-9_@/-])")


@pytest.fixture
def visitors(cast: dict[str, User], village: Organization) -> Visitors:
    return Visitors(cast, village)


class Reader(HTMLParser):
    """The words of a page: its text and what a screen reader says, without what is marked as not for translation."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self.skipping or tag in SILENT or given.get("translate") == "no":
            if tag not in ("br", "img", "input", "meta", "link", "line", "path", "circle", "rect"):
                self.skipping.append(tag)
            return
        spoken = [given[name] or "" for name in SPOKEN & given.keys()]
        if tag == "input" and given.get("type") in ("submit", "button", "reset"):
            spoken.append(given.get("value") or "")
        self.words += spoken

    def handle_endtag(self, tag: str) -> None:
        if self.skipping and self.skipping[-1] == tag:
            self.skipping.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words.append(data)


def english(text: str, *, known: set[str]) -> list[str]:
    reader = Reader()
    reader.feed(text)
    return [word for words in reader.words for word in WORD.findall(words) if word not in LATIN | known]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_in_the_browser(part: int, visitors: Visitors, thorough: bool) -> None:
    """Pages take turns to be looked at wide or narrow; `./portal test --full` looks at each in both widths."""
    everything = visitors.looks(every_reader=False, routes=ROUTES[part::PARTS], besides=part == 0)
    looks = [look for look in everything if look.is_page and not look.is_broken]
    assert len(looks) >= FEWEST_PAGES // PARTS
    shelf, faults = Shelf(), {}
    addresses = [shelf.put(look.address, look.response) for look in looks]
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        for turn, address in enumerate(addresses):
            widths = (1440, 360)
            if found := eye.faults(address, shots=SHOTS, axe_at=widths if thorough else widths[turn % 2 :][:1]):
                faults[address] = found
    assert faults == {}, "\n".join(f"{address}\n  " + "\n  ".join(found) for address, found in faults.items())


def test_no_page_breaks_or_speaks_english(visitors: Visitors) -> None:
    looks = list(visitors.looks(every_reader=True))
    assert {look.address for look in looks if look.is_broken} == set()
    known = set(User.objects.values_list("username", flat=True))
    found = {look.address: words for look in looks if look.is_page and (words := english(text_of(look), known=known))}
    assert found == {}


def test_english_is_noticed_in_text_and_in_labels() -> None:
    page = '<p>导出Excel表 ZF2026-1286</p><b translate="no">JBSWY</b><input placeholder="Code"><p>Save</p>'
    assert english(page, known={"city"}) == ["Code", "Save"]


def text_of(look: Look) -> str:
    return look.response.content.decode()
