"""PostgreSQL and Valkey of this clone's own, from two wheels, for the trial and the tests. Never for production.

The last process that uses them stops them; `kill -9` is no exception, because a use is a file lock that dies with it.
Only the standard library here: settings.py and the launcher import this before anything else works.
"""

import atexit
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from federation.embedded.keys import Keys
from federation.embedded.places import SOCKETS_NAME, EmbeddedError
from federation.embedded.servers import EmbeddedServers

__all__ = ["EmbeddedError", "EmbeddedServers", "is_embedded_url", "trial_environment", "trial_keys"]

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def default_var() -> Path:
    """Where this clone keeps its data; tests run by hand keep theirs apart from the trial's."""
    var = Path(os.environ.get("PORTAL_VAR") or REPOSITORY / "var")
    return var / "test" if os.environ.get("PORTAL_MODE") == "test" else var


def trial_environment() -> None:
    """Use this clone's servers until this process ends, starting them if nobody has, and tell the settings where."""
    servers = EmbeddedServers(default_var(), for_tests=os.environ.get("PORTAL_MODE") == "test")
    servers.join()
    atexit.register(servers.leave)
    for name, value in servers.environment().items():
        os.environ.setdefault(name, value)


def trial_keys() -> None:
    """The clone's own keys alone, for a trial on servers that the operator named."""
    for name, value in Keys.of(default_var()).environment().items():
        os.environ.setdefault(name, value)


def is_embedded_url(url: str) -> bool:
    """Whether a DATABASE_URL or REDIS_URL points at embedded servers of this or any other clone."""
    parts = urlsplit(url)
    places = [unquote(parts.path), unquote(parts.hostname or ""), *parse_qs(parts.query).get("host", [])]
    return any(SOCKETS_NAME in Path(place).parts for place in places)
