"""Python's search for cycles of objects, left for later where a hundred thousand small ones are made that have none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_for_later() -> Iterator[None]:
    """Whatever is in no cycle is freed meanwhile as ever. Within another one, the outer one ends it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
