"""A rendering that runs away is stopped: 120 seconds, and a gigabyte more than the process had."""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 120
EXTRA_MEMORY = 1 << 30


class TooLong(Exception):
    """The text is for the person who asked for the document."""

    def __init__(self) -> None:
        super().__init__(f"排版超过 {SECONDS} 秒，已经停止。请把文件分成几份再生成。")


@contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Only the main thread can set an alarm; Celery's pool children and our workers run there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bound(hard), hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def stop(number: int, frame: FrameType | None) -> None:
    raise TooLong


def memory_bound(hard: int) -> int:
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    return used + EXTRA_MEMORY if hard == resource.RLIM_INFINITY else min(used + EXTRA_MEMORY, hard)
