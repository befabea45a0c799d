"""Both servers as one, shared by every process of the clone."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TextIO

from federation.embedded.keys import Keys
from federation.embedded.places import Places
from federation.embedded.postgres import Postgres
from federation.embedded.valkey import Valkey


class EmbeddedServers:
    """`join` to use them, `leave` when done: the first starts them and the last stops them, whoever that is."""

    def __init__(self, var: Path, *, for_tests: bool = False, fsync: bool | None = None) -> None:
        self.var = var.resolve()
        self.for_tests = for_tests
        self.fsync = not for_tests if fsync is None else fsync
        self.started = False
        self._use: TextIO | None = None
        self._pid = 0

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(self._places, self._keys, self.for_tests, self.fsync)

    @cached_property
    def valkey(self) -> Valkey:
        return Valkey(self._places, self._keys)

    @cached_property
    def _places(self) -> Places:
        return Places.of(self.var)

    @cached_property
    def _keys(self) -> Keys:
        return Keys.of(self.var)

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.valkey.url, **self._keys.environment()}

    def join(self) -> None:
        with self._alone():
            self._use = (self.var / ".in-use").open("a")
            fcntl.flock(self._use, fcntl.LOCK_SH)
            self._pid = os.getpid()
            self._places.prepare()
            for server in (self.postgres, self.valkey):
                if not server.answers():
                    server.start()
                    self.started = True

    def leave(self) -> None:
        """Stops the servers only if no other process of this clone uses them; a forked child leaves nothing."""
        if self._use is None or self._pid != os.getpid() or not self.var.exists():
            return
        with self._alone():
            if self._is_last():
                self.valkey.stop()
                self.postgres.stop()
            self._use.close()
            self._use = None

    def remove_data(self) -> bool:
        """Stop and delete both servers' data, unless some process still uses them."""
        with self._alone(), (self.var / ".in-use").open("a") as use:
            try:
                fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self._places.data.exists():
                self.valkey.stop()
                self.postgres.stop()
            for folder in (self._places.data, self._places.queue, self._places.sockets):
                shutil.rmtree(folder, ignore_errors=True)
        return True

    def _is_last(self) -> bool:
        assert self._use is not None
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping happen one process at a time."""
        places = self._places
        with (places.var / ".servers.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
