import os
import subprocess
import sys

import pytest

from federation.embedded import REPOSITORY
from federation.embedded.keys import Keys

GOOD = {
    **Keys.fresh().environment(),
    "PORTAL_MODE": "production",
    "ALLOWED_HOSTS": "portal.example.cn",
    "DATABASE_URL": "postgres://portal:x@db.example.cn/portal",
    "REDIS_URL": "redis://queue.example.cn/0",
}
SHOW = "import federation.settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.DEMO_LOOPBACK_WITHOUT_TOTP)"  # fmt: skip


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


def test_well_configured_production_starts_and_is_strict() -> None:
    started = start()
    assert started.stdout.split() == ["True", "True", "True", "True", "False", "False"], started.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY 太弱"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY 太弱"),
        ({"SECRET_KEY": ""}, "没有设置环境变量 SECRET_KEY"),
        ({"FIELD_KEYS": ""}, "没有设置环境变量 FIELD_KEYS"),
        ({"FIELD_KEYS": "1:c2hvcnQ="}, "FIELD_KEYS 里的钥匙要是 32 字节"),
        ({"FIELD_KEYS": "key"}, "FIELD_KEYS 写作 1:钥匙"),
        ({"BLIND_INDEX_KEY": ""}, "没有设置环境变量 BLIND_INDEX_KEY"),
        ({"BLIND_INDEX_KEY": GOOD["FIELD_KEYS"].partition(":")[2]}, "不能和 FIELD_KEYS 里的钥匙相同"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS 要写明"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS 要写明"),
        ({"DATABASE_URL": "postgres://portal:x@/portal?host=/srv/var/portal-trial"}, "不能用试用服务器"),
        ({"REDIS_URL": "unix:///srv/var/portal-trial/valkey.sock"}, "不能用试用服务器"),
        ({"PORTAL_MODE": "live"}, "PORTAL_MODE 只能是"),
    ],
)  # fmt: skip
def test_half_configured_production_refuses_to_start(changes: dict[str, str], words: str) -> None:
    refused = start(**changes)
    assert refused.returncode != 0
    assert words in refused.stderr.splitlines()[-1]
