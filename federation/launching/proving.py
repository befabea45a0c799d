"""./portal test: every check there is, on servers of its own that are gone afterwards."""

import base64
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from federation.embedded import EmbeddedServers
from federation.launching import REPOSITORY
from federation.launching.children import die_with_parent, say

APPS = ["federation", "members", "programs", "outreach", "reports"]
THROWAWAY = "portal-throwaway-"
WORKERS = "2"


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]
    production: bool = False


@dataclass(frozen=True)
class Result:
    name: str
    passed: bool
    seconds: float
    output: str


def checks() -> list[Check]:
    python = [sys.executable, "-m"]
    manage = [sys.executable, str(REPOSITORY / "manage.py")]
    return [
        Check("类型检查 mypy", [*python, "mypy", *APPS]),
        Check("代码检查 ruff", [*python, "ruff", "check", "--output-format", "concise", "."]),
        Check("代码格式 ruff format", [*python, "ruff", "format", "--check", "--output-format", "concise", "."]),
        Check("模板格式 djlint", [*python, "djlint", "--check", "--quiet", "templates"]),
        Check("库表变更 makemigrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Check(
            "正式运行设置 check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production=True
        ),
    ]


def test(arguments: list[str]) -> int:
    """All checks, then pytest; with arguments for pytest only pytest, as one does at work on one part."""
    full = "--full" in arguments
    rest = [argument for argument in arguments if argument != "--full"]
    sweep()
    with throwaway_servers(for_tests=True) as env:
        passed = True if rest else all_pass(env)
        command = [sys.executable, "-m", "pytest", *(["-m", ""] if full else []), *(rest or ["-n", WORKERS])]
        say("运行测试 pytest")
        done = subprocess.run(command, cwd=REPOSITORY, env=env, check=False, preexec_fn=die_with_parent)
        # Nothing is said after pytest's own summary; the exit code tells of all checks.
        return done.returncode or (0 if passed else 1)


def all_pass(env: dict[str, str]) -> bool:
    with ThreadPoolExecutor(int(WORKERS)) as pool:
        results = list(pool.map(lambda check: carry_out(check, env), checks()))
    for result in results:
        say(f"{result.name}：{'通过' if result.passed else '没有通过'}（{result.seconds:.1f} 秒）")
        if not result.passed:
            sys.stdout.write(f"{result.output}\n")
    sys.stdout.flush()
    return all(result.passed for result in results)


def carry_out(check: Check, env: dict[str, str]) -> Result:
    began = time.monotonic()
    environment = production_environment(env) if check.production else env
    done = subprocess.run(check.command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    output = f"{done.stdout}{done.stderr}".strip()
    return Result(check.name, done.returncode == 0, time.monotonic() - began, output)


def production_environment(env: dict[str, str]) -> dict[str, str]:
    """What docs/operations.md tells an operator to set, with keys made for this one check."""
    return {
        **env,
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": f"1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "BLIND_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "portal.example.cn",
        "DATABASE_URL": "postgres://portal:portal@db.example.cn/portal",
        "REDIS_URL": "redis://queue.example.cn/0",
    }


@contextmanager
def throwaway_servers(*, for_tests: bool) -> Iterator[dict[str, str]]:
    """Servers and a var/ of their own under the temporary folder; tests do without fsync, measurements do not."""
    var = Path(tempfile.mkdtemp(prefix=THROWAWAY))
    # The servers' account must be able to pass through it when root runs this.
    var.chmod(0o711)
    servers = EmbeddedServers(var, for_tests=True, fsync=not for_tests)
    try:
        say("启动临时的数据库和消息队列")
        servers.join()
        environment = {**os.environ, "PORTAL_MODE": "test" if for_tests else "trial", "PORTAL_VAR": str(var)}
        yield {**environment, **servers.environment()}
    finally:
        servers.leave()
        shutil.rmtree(var, ignore_errors=True)


def sweep(prefix: str = THROWAWAY) -> None:
    """Servers that a killed run left behind: nobody holds their folder any more."""
    for var in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        use = var / ".in-use"
        if var.is_symlink() or not use.exists() or var.stat().st_uid != os.geteuid():
            continue
        with use.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        if EmbeddedServers(var).remove_data():
            shutil.rmtree(var, ignore_errors=True)
