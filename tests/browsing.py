"""A real Chromium before pages that Django has already answered.

The pages are fetched with the test client, inside the test's transaction, and handed to the browser with their own
headers, so the content security policy holds; style sheets and scripts come from the static files. No request leaves
the machine and no live server commits anything.
"""

from __future__ import annotations

import mimetypes
import queue
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from playwright.sync_api import Browser, Page, Playwright, Request, Route, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOST = "https://portal.test"
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
DESKTOP = {"width": 1440, "height": 900}
# Elements that reach past the right edge of the window, the innermost first.
WIDE = """() => document.scrollingElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(-3)
    .map(e => e.tagName + "." + e.className)"""


@cache
def static_file(path: str) -> bytes | None:
    found = finders.find(path)
    return Path(found).read_bytes() if found else None


@dataclass
class Shelf:
    """Answered pages by address; what a page asks for and nobody has put here is a fault of the page.

    Polls of a running job get no answer: the page stays as it is.
    """

    pages: dict[str, HttpResponse] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def put(self, address: str, response: HttpResponse) -> str:
        self.pages[address] = response
        return HOST + address

    def serve(self, route: Route) -> None:
        address = route.request.url.removeprefix(HOST)
        if address in self.pages:
            answer = self.pages[address]
            route.fulfill(status=200, headers=dict(answer.items()), body=answer.content)
        elif address.startswith("/static/") and (body := static_file(address.removeprefix("/static/"))):
            kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
            route.fulfill(status=200, content_type=kind, body=body)
        elif route.request.headers.get("hx-request"):
            route.fulfill(status=204)
        else:
            self.missing.append(address)
            route.fulfill(status=404, body="")


@contextmanager
def browser_of(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


class Eye:
    """One window that looks at a page at several widths and writes down what is wrong with it."""

    def __init__(self, browser: Browser, shelf: Shelf) -> None:
        self.shelf = shelf
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport=DESKTOP, locale="zh-CN")
        self.page.route("**/*", shelf.serve)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def faults(self, address: str, *, shots: Path | None = None, axe_at: Collection[int] = (1440, 360)) -> list[str]:
        """Script errors, refusals of the content security policy, axe violations, overflow of a phone, doubled problems."""
        self.complaints.clear()
        self.shelf.missing.clear()
        self.page.set_viewport_size(DESKTOP)
        self.page.goto(address)
        faults = self._axe(1440) if 1440 in axe_at else []
        self._shoot(shots, address, 1440)
        if (summaries := self.page.locator("[data-summary]").count()) > 1:
            faults.append(f"says its problems {summaries} times")
        for width in (360, 320):
            self.page.set_viewport_size({"width": width, "height": 760})
            faults += [f"{width}: wider than the window {self.page.evaluate(WIDE)}"] if self._overflows() else []
            if width == 360:
                faults += self._axe(width) if width in axe_at else []
                self._shoot(shots, address, width)
        return faults + self.complaints + [f"not there: {path}" for path in self.shelf.missing]

    def _overflows(self) -> bool:
        return bool(self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"))

    def _axe(self, width: int) -> list[str]:
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE)
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", WCAG)
        return [
            f"{width}: {violation['id']} {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def _shoot(self, shots: Path | None, address: str, width: int) -> None:
        if shots is None:
            return
        name = address.removeprefix(HOST).strip("/").replace("/", "_").replace("?", "_") or "root"
        self.page.screenshot(path=shots / f"{name[:80]}-{width}.png", full_page=True)


@dataclass
class Wire:
    """A browser whose every request Django's test client answers, in the test's own transaction.

    The browser runs in a thread of its own, for its event loop would hide the test's database connection; requests
    wait in a queue for the test's thread. The browser would follow a redirect past us, so a redirect becomes a page
    that goes there by itself.
    """

    client: Client
    asked: queue.Queue[tuple[Request, Future[HttpResponse]]] = field(default_factory=queue.Queue)

    def walk(self, steps: Callable[[Page], None], **window: Any) -> None:
        """Do the steps in a new window, answering what they ask for."""
        with ThreadPoolExecutor(1) as browsing:
            done = browsing.submit(self._browse, steps, window)
            while not (done.done() and self.asked.empty()):
                try:
                    request, answer = self.asked.get(timeout=0.05)
                except queue.Empty:
                    continue
                try:
                    answer.set_result(self._answer(request))
                except BaseException as error:  # the browser's thread must not wait for ever
                    answer.set_exception(error)
                    raise
            done.result()

    def _browse(self, steps: Callable[[Page], None], window: dict[str, Any]) -> None:
        with sync_playwright() as playwright, browser_of(playwright) as browser:
            page = browser.new_page(locale="zh-CN", **window)
            page.route("**/*", self._serve)
            steps(page)

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST).partition("?")[0]
        if path.startswith("/static/"):
            body = static_file(path.removeprefix("/static/"))
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(status=404 if body is None else 200, content_type=kind, body=body or "")
            return
        answer: Future[HttpResponse] = Future()
        self.asked.put((route.request, answer))
        response = answer.result(timeout=30)
        if response.status_code in (301, 302, 303):
            page = f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(response["Location"])}">'
            route.fulfill(status=200, content_type="text/html", body=page)
            return
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=response.content)

    def _answer(self, request: Request) -> Any:
        address = request.url.removeprefix(HOST)
        if request.method == "POST":
            kind = request.headers.get("content-type", "application/x-www-form-urlencoded")
            return self.client.generic("POST", address, request.post_data_buffer or b"", content_type=kind)
        return self.client.get(address)
