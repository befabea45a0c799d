"""Processes that the launcher starts, watches and stops; they never outlive it."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from federation.launching import REPOSITORY

PR_SET_PDEATHSIG = 1
POLITE_SECONDS = 12.0
LIBC = ctypes.CDLL(None)


class ChildFailed(RuntimeError):
    """A step of the start went wrong; the text says which and shows its last words."""


class Interrupted(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal: stop what was started and go."""


def interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def say(text: str) -> None:
    started = float(os.environ.setdefault("PORTAL_STARTED", str(time.time())))
    sys.stdout.write(f"[{time.time() - started:5.1f} 秒] {text}\n")
    sys.stdout.flush()


def die_with_parent() -> None:
    """Runs in the child: even after kill -9 of the launcher the kernel ends it."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process in a session of its own, so that Ctrl-C in the terminal reaches only the launcher."""

    def __init__(
        self, label: str, command: list[str], *, env: Mapping[str, str], log: Path, fds: tuple[int, ...] = ()
    ) -> None:
        self.label = label
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=fds,
                preexec_fn=die_with_parent,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self, count: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-count:])

    def signal(self, number: int) -> None:
        try:
            os.killpg(self.pid, number) if number == signal.SIGKILL else self.process.send_signal(number)
        except ProcessLookupError:
            return


def stop_all(children: list[Child]) -> None:
    """Politely and all at once; what has not gone after a while, or at a second Ctrl-C, is killed."""
    try:
        for number in (signal.SIGTERM, signal.SIGQUIT):
            for child in children:
                if not child.has_ended():
                    child.signal(number)
            if wait_until(lambda: all(child.has_ended() for child in children), POLITE_SECONDS):
                break
    except Interrupted:
        say("立即停止")
    finally:
        for child in children:
            child.signal(signal.SIGKILL)
            child.process.wait()


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def step(
    label: str, command: list[str], *, env: Mapping[str, str], log: Path, tell: Callable[[str], None] | None = None
) -> str:
    """Run a command to its end and give its output; its failure ends the start. `tell` hears its lines meanwhile."""
    return finish(Child(label, command, env=env, log=log), tell)


def finish(child: Child, tell: Callable[[str], None] | None = None) -> str:
    told = 0
    try:
        while not has_ended_within(child, None if tell is None else 0.5):
            lines = child.log.read_text(errors="replace").splitlines()
            for line in lines[told:]:
                if tell is not None:
                    tell(line)
            told = len(lines)
    except Interrupted:
        stop_all([child])
        raise
    if child.process.returncode:
        raise ChildFailed(f"{child.label}没有完成：\n{child.last_words()}\n（详见 {child.log}）")
    return child.log.read_text(errors="replace")


def has_ended_within(child: Child, seconds: float | None) -> bool:
    try:
        child.process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def began_at(pid: int) -> str | None:
    """The kernel's start time of a process: with it a process number names one process for ever."""
    try:
        state, *facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else facts[18]


def remember(children: list[Child], file: Path) -> None:
    file.write_text(json.dumps({str(child.pid): began_at(child.pid) for child in children}))


def stop_remembered(file: Path) -> None:
    """Children of a launcher that was killed: they are on their way out, and must be gone before the next start."""
    if not file.exists():
        return
    remembered = {int(pid): began for pid, began in json.loads(file.read_text() or "{}").items()}
    left = {pid for pid, began in remembered.items() if began and began_at(pid) == began}
    for pid in left:
        os.kill(pid, signal.SIGTERM)
    if not wait_until(lambda: not any(began_at(pid) == remembered[pid] for pid in left), POLITE_SECONDS):
        for pid in left:
            if began_at(pid) == remembered[pid]:
                os.killpg(pid, signal.SIGKILL)
    file.unlink()
