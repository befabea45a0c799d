"""The portal as a person starts it: real processes, real servers, in a folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from federation.embedded import REPOSITORY, EmbeddedServers
from federation.launching import addresses, benching, proving
from federation.launching.children import ChildFailed

OWN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "BLIND_INDEX_KEY", "PORTAL_MODE", "ALLOWED_HOSTS")
START_SECONDS = 120


class Running:
    """./portal run after .venv is there; `say` is what the person at the terminal types."""

    def __init__(self, var: Path, *arguments: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OWN}
        self.var = var
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "federation.launching", "run", *arguments],
            env={**environment, "PORTAL_VAR": str(var), "PYTHONPATH": str(REPOSITORY)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""

    def wait_for(self, words: str) -> str:
        """Reads on to the line with these words, or to the end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return line
        raise AssertionError(self.said)

    def address(self) -> str:
        return self.wait_for("平台已就绪").rpartition("：")[2].strip()

    def finish(self, number: int | None = None, typed: str | None = None) -> tuple[int, str]:
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(typed, timeout=START_SECONDS)
        return self.process.returncode, self.said + rest


@pytest.fixture
def var() -> Iterator[Path]:
    yield from _folder()


@pytest.fixture(scope="module")
def trial() -> Iterator[Path]:
    """The folder of one trial, started several times: only the first start makes its database."""
    yield from _folder()


def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="portal-proof-"))
    folder.chmod(0o711)
    yield folder
    assert EmbeddedServers(folder).remove_data()
    shutil.rmtree(folder)


def processes_in(var: Path) -> list[str]:
    """Command lines of everything still alive that belongs to the folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"PORTAL_VAR={var}".encode() in file.read_bytes():
                found.append(command_of(int(file.parent.name)))
        except OSError:
            continue
    return [command for command in found if command]


def command_of(pid: int) -> str:
    """Empty for a process that is no longer there."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def state_at(address: str) -> str:
    with urllib.request.urlopen(f"{address}readyz", timeout=10) as answer:
        return str(json.load(answer)["state"])


def test_run_serves_until_it_is_told_to_stop(trial: Path) -> None:
    first = Running(trial, "--no-demo")
    address = first.address()
    assert state_at(address) == "ready"
    assert urllib.request.urlopen(f"{address}accounts/login/", timeout=10).status == 200
    assert Running(trial).finish() == (1, f"这个目录的平台已经在运行：{address}\n")
    code, said = first.finish(signal.SIGINT)
    assert (code, said.splitlines()[-1].rpartition("] ")[2]) == (0, "正在停止")
    assert processes_in(trial) == []
    assert not (trial / "postgres" / "postmaster.pid").exists()


def test_part_that_crashes_is_reported(trial: Path) -> None:
    run = Running(trial, "--no-demo")
    run.address()
    pids = {int(pid) for pid in json.loads((trial / "children.json").read_text())}
    worker = next(pid for pid in pids if " worker " in command_of(pid))
    os.kill(worker, signal.SIGKILL)
    code, said = run.finish()
    assert code == 1
    assert "后台办理进程意外退出（代码 -9）" in said
    assert processes_in(trial) == []


def test_killed_launcher_takes_its_children_along_and_starts_again(trial: Path) -> None:
    killed = Running(trial, "--no-demo")
    address = killed.address()
    killed.finish(signal.SIGKILL)
    again = Running(trial, "--no-demo")
    began = time.monotonic()
    assert again.address() == address
    assert time.monotonic() - began < 60
    assert again.finish(signal.SIGTERM)[0] == 0
    assert processes_in(trial) == []


def test_reset_deletes_nothing_without_the_word(var: Path) -> None:
    kept = var / "files" / "附件.xlsx"
    kept.parent.mkdir()
    kept.write_bytes(b"x")
    code, said = Running(var, "--reset").finish(typed="是\n")
    assert code == 1
    assert said.endswith("没有删除任何东西。\n")
    assert kept.exists()


def test_one_server_named_and_the_other_not_is_refused(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {**os.environ, "PORTAL_VAR": str(var), "DATABASE_URL": "postgres://db.example.cn/portal"}
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "-m", "federation.launching", "run"]
    refused = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "要么都设置，要么都不设置" in refused.stderr


def test_taken_port_is_refused_when_asked_for_and_passed_over_when_not() -> None:
    with addresses.listen("127.0.0.1", None) as first, addresses.listen("127.0.0.1", None) as second:
        taken, other = first.getsockname()[1], second.getsockname()[1]
        assert other > taken
        with pytest.raises(ChildFailed, match=f"端口 {taken} 已被占用"):
            addresses.listen("127.0.0.1", taken)


def test_hosts_are_those_it_listens_for() -> None:
    assert addresses.allowed_hosts("127.0.0.1") == "localhost,127.0.0.1,[::1]"
    assert "192.0.2.7" in addresses.allowed_hosts("192.0.2.7").split(",")
    assert "*" not in addresses.allowed_hosts("0.0.0.0")
    assert addresses.local("0.0.0.0", 8000) == "http://127.0.0.1:8000/"
    assert addresses.shown("::1", 8001) == "http://[::1]:8001/"


def test_servers_of_a_killed_test_run_are_swept(var: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from federation.embedded import EmbeddedServers\n"
        "servers = EmbeddedServers(Path(sys.argv[1]), for_tests=True); servers.join(); print('joined', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(var)]
    user = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "joined\n"
    proving.sweep(var.name)
    assert EmbeddedServers(var).postgres.answers()
    user.send_signal(signal.SIGKILL)
    user.communicate()
    proving.sweep(var.name)
    assert not var.exists()
    var.mkdir(mode=0o711)


def test_file_of_the_bench_is_where_it_was_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert benching.absolute(["import", "--json", "out.json"]) == ["import", "--json", str(tmp_path / "out.json")]


def test_ci_runs_the_one_command() -> None:
    assert (REPOSITORY / ".ci" / "run").read_text() == "#!/bin/sh\nexec ./portal test\n"
    assert os.access(REPOSITORY / ".ci" / "run", os.X_OK)


def test_portal_without_a_verb_shows_how() -> None:
    shown = subprocess.run([str(REPOSITORY / "portal")], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (2, "用法：")
    assert subprocess.run([str(REPOSITORY / "portal"), "help"], capture_output=True, check=False).returncode == 0
