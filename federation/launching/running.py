"""./portal run: from an empty folder to a page in the browser, and ./portal doctor."""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from federation import embedded
from federation.embedded import EmbeddedServers
from federation.launching import REPOSITORY, addresses, readying
from federation.launching.children import (
    Child,
    ChildFailed,
    Interrupted,
    finish,
    remember,
    say,
    step,
    stop_all,
    stop_remembered,
)

READY_SECONDS = 75.0
WATCH_SECONDS = 10
RESET_WORD = "重置"
MANAGE = [sys.executable, str(REPOSITORY / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "-A", "federation"]


def run(arguments: list[str]) -> int:
    options = parse(arguments)
    var = embedded.default_var()
    var.mkdir(parents=True, exist_ok=True)
    with only_run(var) as note:
        if options.reset and not reset(var):
            return 1
        stop_remembered(var / "children.json")
        with servers_environment(var) as env:
            return Run(var, options, env, note).go()


def doctor(arguments: list[str]) -> int:
    return subprocess.run([*MANAGE, "doctor", *arguments], cwd=REPOSITORY, check=False).returncode


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./portal run", description="启动妇联工作平台（试用）", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="显示这段说明")
    parser.add_argument("--port", type=int, help="端口；不写就从 8000 起找一个空着的")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址；0.0.0.0 表示别的机器也能访问")
    parser.add_argument("--no-demo", action="store_true", help="不装入演示城市，从空白开始")
    parser.add_argument("--reset", action="store_true", help="先删除本目录试用平台的全部记录（会再问一次）")
    return parser.parse_args(arguments)


@contextmanager
def only_run(var: Path) -> Iterator[TextIO]:
    """One running portal a clone; the file holds its address for whoever comes second."""
    with (var / "portal.lock").open("a+") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note.seek(0)
            raise ChildFailed(f"这个目录的平台已经在运行：{note.read().strip() or '正在启动'}") from None
        note.truncate(0)
        yield note
        note.truncate(0)


def reset(var: Path) -> bool:
    if "DATABASE_URL" in os.environ:
        raise ChildFailed("--reset 只用于试用服务器；现在用的是 DATABASE_URL 指定的数据库，请自行处理。")
    sys.stdout.write(f"将删除 {var} 里的全部记录、附件和钥匙，删除后不能找回。\n输入“{RESET_WORD}”并回车表示确认：")
    sys.stdout.flush()
    if sys.stdin.readline().strip() != RESET_WORD:
        sys.stdout.write("没有删除任何东西。\n")
        return False
    if not EmbeddedServers(var).remove_data():
        raise ChildFailed("还有别的命令在用这些记录，请等它结束后再试。")
    for name in ("files", "static"):
        shutil.rmtree(var / name, ignore_errors=True)
    for file in (var / "keys.json", var / "demo.json", *var.glob("beat-schedule*")):
        file.unlink(missing_ok=True)
    say("已删除原有记录")
    return True


@contextmanager
def servers_environment(var: Path) -> Iterator[dict[str, str]]:
    """The operator's servers if both are named, else this clone's own, for as long as the block lasts."""
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(named) == 1:
        raise ChildFailed(f"只设置了 {named[0]}。DATABASE_URL 和 REDIS_URL 要么都设置，要么都不设置。")
    environment = {"PORTAL_MODE": "trial", **os.environ, "PORTAL_VAR": str(var)}
    if named:
        say("使用 DATABASE_URL 和 REDIS_URL 指定的服务器")
        embedded.trial_keys()
        yield {**environment, **os.environ, "PORTAL_VAR": str(var)}
        return
    servers = EmbeddedServers(var)
    say("启动数据库和消息队列")
    try:
        servers.join()
        yield {**environment, **servers.environment()}
    finally:
        servers.leave()


class Run:
    """One run, from migrations to Ctrl-C."""

    def __init__(self, var: Path, options: argparse.Namespace, env: Mapping[str, str], note: TextIO) -> None:
        self.var = var
        self.options = options
        self.env = {**env, "ALLOWED_HOSTS": env.get("ALLOWED_HOSTS") or addresses.allowed_hosts(options.host)}
        self.note = note
        self.children: list[Child] = []

    def go(self) -> int:
        try:
            return self.serve()
        except Interrupted:
            say("正在停止")
            return 0
        finally:
            stop_all(self.children)
            (self.var / "children.json").unlink(missing_ok=True)

    def serve(self) -> int:
        listening = addresses.listen(self.options.host, self.options.port)
        say("更新库表，整理页面文件")
        static = self.start_manage("collectstatic", "--noinput", "--verbosity", "0")
        self.migrate()
        say("启动后台进程")
        self.start_background()
        self.load_demo_once()
        finish(static)
        self.children.remove(static)
        say("启动网页服务")
        self.start_web(listening)
        host, port = self.options.host, listening.getsockname()[1]
        self.wait_until_ready(addresses.local(host, port))
        self.welcome(addresses.shown(host, port))
        return self.watch(addresses.local(host, port))

    def migrate(self) -> None:
        """A trial of an early version may have stopped between migrations that have become one since."""
        try:
            self.manage("migrate", "--noinput", "--verbosity", "1")
        except ChildFailed as failed:
            if "DATABASE_URL" in os.environ:
                raise
            cure = "如果里面只有试用的记录，可以重建：./portal run --reset（会先问一次，再删去本目录的全部试用记录）"
            raise ChildFailed(f"{failed}\n{cure}") from None

    def manage(self, *arguments: str, tell: Callable[[str], None] | None = None) -> str:
        log = self.log(arguments[0])
        return step(f"manage.py {arguments[0]} ", [*MANAGE, *arguments], env=self.env, log=log, tell=tell)

    def start_manage(self, *arguments: str) -> Child:
        return self.start(arguments[0], f"manage.py {arguments[0]} ", [*MANAGE, *arguments])

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def start(self, name: str, label: str, command: list[str], fds: tuple[int, ...] = ()) -> Child:
        self.children.append(Child(label, command, env=self.env, log=self.log(name), fds=fds))
        remember(self.children, self.var / "children.json")
        return self.children[-1]

    def start_background(self) -> None:
        self.start("worker", "后台办理进程", [*CELERY, "worker", "--concurrency", "2", "--loglevel", "INFO"])
        schedule = ["--schedule", str(self.var / "beat-schedule"), "--pidfile", ""]
        self.start("beat", "后台定时进程", [*CELERY, "beat", *schedule, "--loglevel", "WARNING"])
        # The worker reports once at the start; the timetable would have it report half a minute later.
        self.start("report", "后台报到", [*CELERY, "call", "federation.tasks.mark_beat"])

    def start_web(self, listening: socket.socket) -> None:
        bind = ["--bind", f"fd://{listening.fileno()}"]
        command = [sys.executable, "-m", "gunicorn", "-c", "python:federation.gunicorn", *bind, "federation.wsgi"]
        # No proxy stands in front: browsers hold connections open that they do not use yet.
        self.env.setdefault("WEB_THREADS", "4")
        self.start("web", "网页服务", command, fds=(listening.fileno(),))

    def load_demo_once(self) -> None:
        """Once a database; a start without the demo city decides that for good, so real records never get mixed in."""
        marker = self.var / "demo.json"
        database = hashlib.sha256(self.env["DATABASE_URL"].rpartition("@")[2].encode()).hexdigest()
        settled: dict[str, bool] = json.loads(marker.read_text()) if marker.exists() else {}
        if database in settled:
            return
        if not self.options.no_demo:
            say("装入演示城市（约一分钟）")
            self.manage("load_demo", tell=lambda line: say(f"装入演示城市：{line}"))
        marker.write_text(json.dumps({**settled, database: not self.options.no_demo}))

    def wait_until_ready(self, address: str) -> None:
        say("等待各部分就绪")
        deadline = time.monotonic() + READY_SECONDS
        while (found := readying.ask(address)).state != "ready":
            self.refuse_crash()
            if time.monotonic() > deadline:
                if found.state != "degraded":
                    raise ChildFailed(f"平台没有就绪：{found.reasons}。（详见 {self.var / 'log'}）")
                say(f"可以使用，但有部分没有就绪：{found.reasons}")
                return
            time.sleep(0.2)

    def welcome(self, address: str) -> None:
        say(f"平台已就绪：{address}")
        self.note.write(address)
        self.note.flush()
        if not self.options.no_demo:
            sys.stdout.write(self.manage("demo_accounts"))
        sys.stdout.write("按 Ctrl-C 停止。\n")
        sys.stdout.flush()

    def watch(self, address: str) -> int:
        """Until told to stop; a portal that cannot serve for the moment is mentioned, and so is its recovery."""
        usable = True
        while True:
            for _ in range(WATCH_SECONDS * 2):
                time.sleep(0.5)
                self.refuse_crash()
            found = readying.ask(address)
            if usable != (found.state in ("ready", "degraded")):
                usable = not usable
                say("平台已恢复" if usable else f"平台暂时不能使用：{found.reasons}")

    def refuse_crash(self) -> None:
        """A part that ended by itself takes the run down with a word about why."""
        for child in list(self.children):
            if not child.has_ended():
                continue
            if child.process.returncode == 0 and child.label == "后台报到":
                self.children.remove(child)
                continue
            code = child.process.returncode
            raise ChildFailed(f"{child.label}意外退出（代码 {code}）：\n{child.last_words()}\n（详见 {child.log}）")
