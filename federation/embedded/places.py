"""Where the embedded servers live, and as whom they run."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "portal-trial"
SOCKETS_NAME = "portal-trial"
USERADD = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
# Two clones may start at once, and useradd locks the list of accounts.
USERADD_TRIES = 10
# The kernel's limit is 107 bytes for the whole name of a socket; ".s.PGSQL.5432.lock" is the longest one put here.
LONGEST_SOCKETS = 85
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


class EmbeddedError(RuntimeError):
    """Why the embedded servers cannot serve, and what to do: a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Places:
    """PostgreSQL refuses to run as root: then a system account runs it and must be able to reach everything."""

    var: Path
    home: Path
    sockets: Path
    account: pwd.struct_passwd | None

    @classmethod
    def of(cls, var: Path) -> "Places":
        var = var.resolve()
        make_var(var)
        account = service_account(var) if os.geteuid() == 0 else None
        home = var if account is None or can_enter(var, account) else elsewhere(var, account)
        sockets = home / SOCKETS_NAME
        if len(os.fsencode(sockets)) > LONGEST_SOCKETS or not PLAIN.fullmatch(str(sockets)):
            sockets = short_sockets(var, account)
        return cls(var, home, sockets, account)

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def queue(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def prepare(self) -> None:
        """Folders that only the servers' own account (and root) may enter."""
        for folder in (self.sockets, self.queue, self.log):
            folder.mkdir(parents=True, exist_ok=True)
            self.own(folder)

    def own(self, folder: Path) -> None:
        folder.chmod(stat.S_IRWXU)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)

    def wheel(self, package: str) -> Path:
        """An installed package's folder, copied to where the account can run it if it cannot enter the clone."""
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedError(f"没有安装 {package}，请先运行 ./portal run。")
        installed = Path(spec.submodule_search_locations[0])
        if self.account is None or can_enter(installed, self.account):
            return installed
        return copied_wheel(installed, self.home)

    def run(
        self, command: list[str], *, text: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the servers as their account, in no folder of ours."""
        # A file, not a pipe: a server that the program leaves behind would hold a pipe open for ever.
        account = self.account
        who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            **(env or {}),
        }
        output = self.var / f".output-{os.getpid()}"
        try:
            with output.open("w+") as file:
                done = subprocess.run(
                    command,
                    check=False,
                    input=text,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    text=True,
                    cwd="/",
                    env=environment,
                    umask=0o077,
                    **who,
                )
                file.seek(0)
                return subprocess.CompletedProcess(command, done.returncode, stdout=file.read())
        finally:
            output.unlink(missing_ok=True)


def make_var(var: Path) -> None:
    try:
        var.mkdir(parents=True, exist_ok=True)
        (var / ".writable").touch()
    except OSError as error:
        raise EmbeddedError(
            f"不能写入目录 {var}（{error.strerror}）。请换目录的所有者来运行，或用 PORTAL_VAR 另指一个目录。"
        ) from error


def service_account(var: Path) -> pwd.struct_passwd:
    """Who owns the data already; else the system account, made once."""
    data = var / "postgres"
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for _ in range(USERADD_TRIES):
        try:
            return pwd.getpwnam(ACCOUNT)
        except KeyError:
            made = subprocess.run(["useradd", *USERADD, ACCOUNT], capture_output=True, text=True, check=False)
            time.sleep(0.2)
    raise EmbeddedError(f"不能建立系统账号 {ACCOUNT}：{made.stderr.strip()}。请改用普通账号运行。")


def can_enter(folder: Path, account: pwd.struct_passwd) -> bool:
    tried = subprocess.run(
        ["test", "-x", str(folder)],
        check=False,
        cwd="/",
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        capture_output=True,
    )
    return tried.returncode == 0


def clone_key(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var)).hexdigest()[:12]


def elsewhere(var: Path, account: pwd.struct_passwd) -> Path:
    """A home for the data of a clone in a closed folder such as /root."""
    home = Path("/var/lib/portal-trial") / clone_key(var)
    home.mkdir(parents=True, exist_ok=True)
    (var / "where").write_text(f"{home}\n")
    return home


def short_sockets(var: Path, account: pwd.struct_passwd | None) -> Path:
    """A short path of our own for sockets; a folder of that name that somebody else made is refused."""
    uid = account.pw_uid if account else os.geteuid()
    folder = Path("/tmp") / SOCKETS_NAME / f"{uid}-{clone_key(var)}"
    try:
        folder.parent.mkdir(mode=0o1777, exist_ok=True)
        if folder.parent.stat().st_uid == os.geteuid():
            folder.parent.chmod(0o1777)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"不能建立目录 {folder}（{error.strerror}）。") from error
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (uid, os.geteuid()) or facts.st_mode & 0o077:
        raise EmbeddedError(f"目录 {folder} 不是本账号建的，不能使用。请删除后再试。")
    return folder


def copied_wheel(installed: Path, home: Path) -> Path:
    """The package beside its bundled libraries, keyed by when it was installed."""
    target = home / "programs" / f"{installed.name}-{installed.stat().st_mtime_ns}"
    if not target.exists():
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in (installed, installed.with_name(f"{installed.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, fresh / folder.name)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", str(home / "programs")], check=True)
        home.chmod(0o755)
        fresh.rename(target)
    return target / installed.name
