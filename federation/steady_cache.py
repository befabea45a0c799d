"""The cache that outlives its server. Sign-in counts wrong passwords and used codes in it, so it may never be gone."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)
ASK_AGAIN_SECONDS = 5.0
STAND_IN = "kept"


class SteadyCache(RedisCache):
    """Redis as long as it answers. While it does not, a table keeps what is written, and limits go on counting there.

    Redis first and not the table alone: rows of the table are locked until the request ends, so that people who sign
    in from one office at the same moment would wait for each other.
    """

    _silent_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> Any:
        return self._ask("set", key, value, timeout, version=version)

    def add(self, key: Any, value: Any, timeout: Any = None, version: int | None = None) -> Any:
        return self._ask("add", key, value, timeout, version=version)

    def delete(self, key: Any, version: int | None = None) -> Any:
        return self._ask("delete", key, version=version)

    def _ask(self, what: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= SteadyCache._silent_until:
            try:
                return getattr(super(), what)(*args, **options)
            except (RedisError, OSError):
                SteadyCache._silent_until = time.monotonic() + ASK_AGAIN_SECONDS
                logger.warning("the cache does not answer: PostgreSQL stands in for it")
        return getattr(caches[STAND_IN], what)(*args, **options)
