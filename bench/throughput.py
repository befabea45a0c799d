"""Whole list pages a second on the real server: ours beside the stock admin, and with the second wall up and down."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from statistics import median

from django.conf import settings
from django.urls import reverse

from bench import town
from bench.bars import Bar, ahead, spread
from bench.lists import SMALL, client_of, wall_down, wall_up

ROUNDS, SECONDS, CONNECTIONS = 3, 6.0, 8
PEER_PAGE = "/peer/outreach/visit/"


def measure() -> list[Bar]:
    town.build()
    town.fill_visits(SMALL)
    town.fill_needs()
    ours = f"{reverse('outreach:visit_list')}?size=50"
    with serving() as port:
        cookies = {name: _cookie(name) for name in ("bench_admin", "bench_township")}
        page, peer = (partial(_pages_a_second, port, path, cookies["bench_admin"]) for path in (ours, PEER_PAGE))
        _expect_same_rows(*(_fetch(port, _request(path, cookies["bench_admin"])) for path in (ours, PEER_PAGE)))
        mine, admin = _taking_turns(page, peer)
        up, down = _taking_turns(*_with_wall(partial(_pages_a_second, port, ours, cookies["bench_township"])))
    return [
        ahead("list page / stock admin", median(mine), median(admin), bar=6, unit="pages/s", spread=spread(mine)),
        ahead("list page, wall up / down", median(up), median(down), bar=0.85, unit="pages/s", spread=spread(up)),
    ]


def _taking_turns(*ways: Callable[[], float]) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for place, way in enumerate(ways):
            found[place].append(way())
    return found


def _with_wall(measured: Callable[[], float]) -> tuple[Callable[[], float], Callable[[], float]]:
    tables = ("outreach_visit", "members_woman", "members_household")

    def down() -> float:
        for table in tables:
            wall_down(table)
        try:
            return measured()
        finally:
            for table in tables:
                wall_up(table)

    return measured, down


def _cookie(name: str) -> str:
    return client_of(name).cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def serving() -> Iterator[int]:
    """The portal's own gunicorn settings, with the peer's route added."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        listening.set_inheritable(True)
        port = listening.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:federation.gunicorn",
            "--bind",
            f"fd://{listening.fileno()}",
        ]
        server = subprocess.Popen(
            [*command, "bench.peer_wsgi"], pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL
        )
        try:
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _pages_a_second(port: int, path: str, cookie: str) -> float:
    """Complete 200 answers a second over several connections; any other answer stops the run."""
    request = _request(path, cookie)
    for _ in range(4):
        _fetch(port, request)
    counts, ends = [0] * CONNECTIONS, time.monotonic() + SECONDS

    def keep_asking(place: int) -> None:
        while time.monotonic() < ends:
            _fetch(port, request)
            counts[place] += 1

    threads = [threading.Thread(target=keep_asking, args=(place,)) for place in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not all(counts):
        raise RuntimeError(f"{path} did not answer every connection")
    return sum(counts) / (time.monotonic() - began)


def _request(path: str, cookie: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}\r\n\r\n"
    ).encode()


def _expect_same_rows(ours: bytes, peer: bytes) -> None:
    """Fifty rows of the same eleven cells on both pages; the admin says "-" where ours is empty, and has a box to tick."""
    mine, its = _rows(ours), [["" if cell == "-" else cell for cell in row] for row in _rows(peer)]
    if len(mine) != 50 or mine != its:
        different = next(((a, b) for a, b in zip(mine, its, strict=False) if a != b), None)
        raise RuntimeError(f"not the same rows: {len(mine)} and {len(its)}, first difference {different}")


def _rows(answer: bytes) -> list[list[str]]:
    """The words of the cells in each row of the body, the last eleven."""
    found = []
    for row in re.findall(r"<tr\b.*?</tr>", answer.decode(), re.DOTALL):
        cells = re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        words = [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in cells[-11:]]
        if "<td" in row and len(words) == 11:
            found.append(words)
    return found


def _fetch(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    answer = b"".join(parts)
    if b" 200 " not in answer[:20] or b"<tr" not in answer:
        raise RuntimeError(f"not the page: {answer[:200]!r}")
    return answer
