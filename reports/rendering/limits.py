"""A rendering that runs away is stopped: 120 seconds, and a gigabyte more than the process had."""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reports.rendering.problems import TooLarge, TooLong

SECONDS = 120.0
EXTRA_MEMORY = 1 << 30


@contextmanager
def limited(seconds: float = SECONDS, memory: int = EXTRA_MEMORY) -> Iterator[None]:
    """Only a main thread can set an alarm; the pool children of Celery and our own workers run there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (bounded(used() + memory, hard), hard))
    try:
        yield
    except MemoryError:
        raise TooLarge from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def stop(number: int, frame: FrameType | None) -> None:
    raise TooLong


def used() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def bounded(size: int, hard: int) -> int:
    return size if hard == resource.RLIM_INFINITY else min(size, hard)
