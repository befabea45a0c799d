import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from federation.embedded import REPOSITORY, EmbeddedError, EmbeddedServers, is_embedded_url
from federation.embedded.keys import Keys
from federation.embedded.places import LONGEST_SOCKETS, Places
from federation.embedded.valkey import Valkey

# Another process that uses the servers of the folder named first until its input ends.
USER = """
import sys
from pathlib import Path
from federation.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]), for_tests=True)
servers.join()
print("joined", flush=True)
sys.stdin.read()
servers.leave()
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """Not tmp_path: its parents are closed to the account that runs PostgreSQL for root."""
    folder = Path(tempfile.mkdtemp(prefix="portal-proof-"))
    folder.chmod(0o711)
    yield folder
    EmbeddedServers(folder).remove_data()
    shutil.rmtree(folder)


def another_user(var: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", USER, str(var)]
    user = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "joined\n"
    return user


def answers(var: Path) -> tuple[bool, bool]:
    servers = EmbeddedServers(var)
    return servers.postgres.answers(), servers.valkey.answers()


def test_servers_stop_with_their_last_user(var: Path) -> None:
    servers = EmbeddedServers(var, for_tests=True)
    servers.join()
    assert servers.started
    other = another_user(var)
    servers.leave()
    assert answers(var) == (True, True)
    other.communicate()
    assert answers(var) == (False, False)


def test_killed_user_does_not_keep_the_servers(var: Path) -> None:
    killed = another_user(var)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert answers(var) == (True, True)
    servers = EmbeddedServers(var, for_tests=True)
    servers.join()
    assert not servers.started
    servers.leave()
    assert answers(var) == (False, False)


def test_role_of_the_portal_cannot_pass_the_second_wall(var: Path) -> None:
    servers = EmbeddedServers(var)
    servers.join()
    try:
        connection = psycopg2.connect(servers.environment()["DATABASE_URL"])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, current_setting('timezone'),"
                " pg_encoding_to_char(encoding), datcollate"
                " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
            )
            assert cursor.fetchone() == ("portal", False, False, False, "Asia/Shanghai", "UTF8", "C.UTF-8")
            cursor.execute("SELECT extname FROM pg_extension ORDER BY 1")
            assert [name for (name,) in cursor.fetchall()] == ["btree_gist", "pg_trgm", "plpgsql"]
        connection.close()
    finally:
        servers.leave()


def test_data_in_use_is_not_removed(var: Path) -> None:
    user = another_user(var)
    assert not EmbeddedServers(var).remove_data()
    user.communicate()
    assert EmbeddedServers(var).remove_data()
    assert not (var / "postgres").exists()


def test_server_of_somebody_else_on_our_socket_is_not_ours(var: Path) -> None:
    places = Places.of(var)
    places.prepare()
    stranger = Valkey(places, Keys.fresh())
    stranger.start()
    try:
        assert stranger.answers()
        assert not Valkey(places, Keys.fresh()).answers()
    finally:
        stranger.stop()


def test_forked_child_does_not_stop_the_servers(var: Path) -> None:
    servers = EmbeddedServers(var, for_tests=True)
    servers.join()
    child = os.fork()
    if child == 0:
        servers.leave()
        os._exit(0)
    os.waitpid(child, 0)
    assert answers(var) == (True, True)
    servers.leave()


def test_keys_are_made_once_and_closed_to_others(var: Path) -> None:
    first = Keys.of(var)
    assert Keys.of(var) == first
    assert (var / "keys.json").stat().st_mode & 0o777 == 0o600
    (var / "keys.json").chmod(0o644)
    with pytest.raises(EmbeddedError, match="chmod 600"):
        Keys.of(var)


def test_lost_keys_are_not_replaced_where_records_are(var: Path) -> None:
    Keys.of(var)
    (var / "postgres").mkdir()
    (var / "keys.json").unlink()
    with pytest.raises(EmbeddedError, match="请从备份取回"):
        Keys.of(var)
    (var / "postgres").rmdir()


@pytest.mark.parametrize("name", ["深" * 40, "x" * 120, "with space"])
def test_sockets_of_an_awkward_folder_are_elsewhere_and_short(var: Path, name: str) -> None:
    awkward = var / name
    sockets = Places.of(awkward).sockets
    assert len(os.fsencode(sockets)) <= LONGEST_SOCKETS
    assert str(sockets).isascii()
    assert sockets.stat().st_mode & 0o077 == 0
    sockets.rmdir()


@pytest.mark.parametrize(
    ("url", "embedded"),
    [
        ("postgres://portal:x@/portal?host=/srv/clone/var/portal-trial", True),
        ("unix://:x@/srv/clone/var/portal-trial/valkey.sock", True),
        ("redis+socket://:x@/tmp/portal-trial/0-abc/valkey.sock", True),
        ("postgres://portal:portal-trial@db.example.cn/portal", False),
        ("postgres://portal:x@/portal?host=/var/run/postgresql", False),
        ("redis://queue.example.cn:6379/0", False),
    ],
)
def test_embedded_url_is_told_from_an_operators(url: str, embedded: bool) -> None:
    assert is_embedded_url(url) is embedded


def test_production_refuses_embedded_servers(var: Path) -> None:
    environment = {
        **os.environ,
        **Keys.fresh().environment(),
        "PORTAL_MODE": "production",
        "ALLOWED_HOSTS": "portal.example.cn",
        "DATABASE_URL": "postgres://portal:x@/portal?host=/srv/clone/var/portal-trial",
        "REDIS_URL": "redis://queue.example.cn/0",
    }
    command = [sys.executable, "manage.py", "check"]
    refused = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "正式运行不能用试用服务器" in refused.stderr
