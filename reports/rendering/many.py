"""Print many documents in a few warm processes.

Plain subprocesses: Celery's pool children are daemons that may not have multiprocessing children, and a fork would
take threads, locks and database connections along.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import FontSet
from reports.rendering.limits import SECONDS
from reports.rendering.problems import RenderingProblem, TooLarge, TooLong
from reports.rendering.worker import receive, send

ROOT = Path(__file__).resolve().parents[2]
# What a worker may know of its parent's environment: no keys, no addresses of servers.
PASSED_ON = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME"}
# The worker's own alarm comes first; this one is for a worker that cannot hear it.
GRACE = 10.0

Printed = bytes | RenderingProblem


class Worker:
    """One child process, started when first needed and again after it died."""

    def __init__(self, fonts: FontSet) -> None:
        self.fonts = fonts
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name in PASSED_ON}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "reports.rendering.worker", self.fonts.folder, self.fonts.store],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment | {"PYTHONPATH": str(ROOT)},
        )

    def render(self, document: OfficialDocument) -> Printed:
        self.process = self.process or self.start()
        assert self.process.stdin
        assert self.process.stdout
        try:
            send(self.process.stdin, document)
            if not select.select([self.process.stdout], [], [], SECONDS + GRACE)[0]:
                self.kill()
                return TooLong()
            return receive(self.process.stdout)
        except (EOFError, BrokenPipeError):
            # The only way a worker dies of a document is for want of memory.
            self.kill()
            return TooLarge()

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


def render_many(documents: Iterable[OfficialDocument], *, fonts: FontSet, processes: int = 2) -> Iterator[Printed]:
    """The PDF of each document, or why there is none, in their order. `documents` is read in the caller's thread, a
    few ahead, so it may ask the database. Closing the iterator stops the work."""
    workers = [Worker(fonts) for _ in range(processes)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)

    def render(document: OfficialDocument) -> Printed:
        worker = idle.get()
        try:
            return worker.render(document)
        finally:
            idle.put(worker)

    waiting: deque[Future[Printed]] = deque()
    with ThreadPoolExecutor(processes) as threads:
        try:
            for document in documents:
                waiting.append(threads.submit(render, document))
                if len(waiting) >= 4 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            for worker in workers:
                worker.kill()
