"""Checks of an installation, each with words for the person who keeps it running and what to do."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from uuid import UUID

import django
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string
from fontTools.ttLib import TTCollection, TTFont
from redis import RedisError

from federation import health, sealed
from federation.celery import app

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 16
EXTENSIONS = {"pg_trgm", "btree_gist"}
# The faces that official documents fall back to, and the package that brings each.
FONTS = {
    "Noto Serif CJK SC": "fonts-noto-cjk",
    "Noto Sans CJK SC": "fonts-noto-cjk",
    "LXGW WenKai": "fonts-lxgw-wenkai",
}
FONT_SUFFIXES = (".ttf", ".otf", ".ttc")
TEST_ROW = UUID(int=0)


class Grade(Enum):
    GOOD = "正常"
    NOTE = "留意"
    BAD = "要处理"


@dataclass(frozen=True)
class Diagnosis:
    subject: str
    grade: Grade
    words: str
    advice: str = ""


def good_if(holds: bool, subject: str, words: str, advice: str, otherwise: Grade = Grade.BAD) -> Diagnosis:
    return Diagnosis(subject, Grade.GOOD, words) if holds else Diagnosis(subject, otherwise, words, advice)


def versions() -> list[Diagnosis]:
    python = sys.version.split()[0]
    return [
        good_if(sys.version_info >= OLDEST_PYTHON, "Python", f"Python {python}", "请换用 Python 3.11 以上。"),
        Diagnosis("Django", Grade.GOOD, f"Django {django.get_version()}，运行方式 {settings.PORTAL_MODE}"),
    ]


def database() -> list[Diagnosis]:
    ready = health.database()
    if not ready.holds:
        return [Diagnosis("数据库", Grade.BAD, ready.words, "请检查数据库是否在运行、DATABASE_URL 是否正确。")]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10000
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        too_mighty = cursor.fetchone()[0]
        cursor.execute("SELECT extname FROM pg_extension")
        missing = EXTENSIONS - {name for (name,) in cursor.fetchall()}
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    make = "；".join(f"CREATE EXTENSION {name}" for name in sorted(missing))
    return [
        good_if(
            version >= OLDEST_POSTGRESQL, "数据库", f"PostgreSQL {version}", f"请升级到 {OLDEST_POSTGRESQL} 以上。"
        ),
        good_if(encoding == "UTF8", "数据库编码", encoding, "请用 UTF8 重建数据库，再导入备份。"),
        good_if(
            not too_mighty,
            "数据库账号",
            "账号权限过大，隔离不起作用" if too_mighty else "账号权限合适",
            "请运行 ALTER ROLE portal NOSUPERUSER NOBYPASSRLS。",
        ),
        good_if(
            not missing,
            "数据库扩展",
            f"缺少 {'、'.join(sorted(missing))}" if missing else "齐全",
            f"请在平台的库里运行 {make}。",
        ),
    ]


def migrations() -> list[Diagnosis]:
    found = health.migrations()
    return [good_if(found.holds, "库表", found.words, "请运行 manage.py migrate。")]


def machine() -> list[Diagnosis]:
    disk, clock = health.disk(), health.clock()
    return [
        good_if(disk.holds, "磁盘", disk.words, f"请清理 {settings.PORTAL_VAR} 所在的磁盘，至少留出一成。"),
        good_if(clock.holds, "时钟", clock.words, "请在两台机器上都开启时间同步：timedatectl set-ntp true。"),
    ]


def keys() -> list[Diagnosis]:
    place = "doctor.check"
    opened = sealed.unseal(sealed.seal("兰河", place=place, row=TEST_ROW), place=place, row=TEST_ROW)
    found = [
        good_if(
            opened == "兰河", "加密钥匙", f"共 {len(settings.FIELD_KEYS)} 把，可以加密和解密", "请检查 FIELD_KEYS。"
        ),
        good_if(
            len(settings.SECRET_KEY) >= 50,
            "签名钥匙",
            "长度合适",
            "SECRET_KEY 至少 50 个字符，请重新生成。",
            Grade.NOTE,
        ),
    ]
    file = settings.PORTAL_VAR / "keys.json"
    if file.exists():
        closed = not stat.S_IMODE(file.stat().st_mode) & 0o077
        words = "只有所有者能读取" if closed else "别人也能读取"
        found.append(good_if(closed, "钥匙文件", words, f"请运行 chmod 600 {file}。"))
        found.append(
            Diagnosis("钥匙备份", Grade.NOTE, f"钥匙保存在 {file}", "请另存一份：丢了它，证件号等内容无法解开。")
        )
    return found


def queue_and_workers() -> list[Diagnosis]:
    queue = health.queue()
    if not queue.holds:
        return [
            Diagnosis("后台队列", Grade.BAD, queue.words, "请检查 Redis 或 Valkey 是否在运行、REDIS_URL 是否正确。")
        ]
    answers = app.control.inspect(timeout=2).ping() or {}
    start = "请启动平台（./portal run，正式运行时 systemctl start portal-worker portal-beat）。"
    # In a trial nothing runs between two starts, and that is as it should be.
    otherwise = Grade.BAD if settings.PRODUCTION else Grade.NOTE
    beat = health.beat()
    return [
        Diagnosis("后台队列", Grade.GOOD, queue.words),
        good_if(
            bool(answers), "后台办理进程", f"{len(answers)} 个在运行" if answers else "没有在运行", start, otherwise
        ),
        good_if(beat.holds, "后台定时进程", beat.words, start, otherwise),
    ]


def pdf() -> list[Diagnosis]:
    try:
        import weasyprint
    except OSError as error:
        packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        return [Diagnosis("PDF 程序", Grade.BAD, f"缺少系统库：{error}", f"请运行 apt-get install -y {packages}。")]
    return [Diagnosis("PDF 程序", Grade.GOOD, f"WeasyPrint {weasyprint.__version__}"), *fonts()]


def fonts() -> list[Diagnosis]:
    """Every face must hold all of GB 2312; names of people and villages may need more, which each document checks."""
    found = [
        face(name, installed_font(name), f"请运行 apt-get install -y {package}。") for name, package in FONTS.items()
    ]
    folder = Path(settings.PORTAL_FONTS) if settings.PORTAL_FONTS else None
    if folder is None:
        advice = "有方正小标宋、仿宋_GB2312 等授权字体时，放进一个目录并设置 PORTAL_FONTS。"
        return [*found, Diagnosis("公文字体", Grade.NOTE, "用替代字体排版公文", advice)]
    own = sorted(file for file in folder.glob("*") if file.suffix.lower() in FONT_SUFFIXES)
    if not own:
        return [
            *found,
            Diagnosis(
                "公文字体", Grade.BAD, f"{folder} 里没有字体文件", "请放入 .ttf 或 .otf 文件，或去掉 PORTAL_FONTS。"
            ),
        ]
    return [
        *found,
        *(face(file.name, (file, 0), "请换用字数更全的版本；缺的字会用替代字体。", Grade.NOTE) for file in own),
    ]


def face(name: str, place: tuple[Path, int] | None, advice: str, otherwise: Grade = Grade.BAD) -> Diagnosis:
    subject = f"字体 {name}"
    if place is None:
        return Diagnosis(subject, otherwise, "没有安装", advice)
    missing = gb2312() - characters(*place)
    words = f"缺 GB 2312 的 {len(missing)} 个字，如“{min(missing)}”" if missing else "覆盖 GB 2312 全部汉字"
    return good_if(not missing, subject, words, advice, otherwise)


def installed_font(name: str) -> tuple[Path, int] | None:
    """File and face number by fontconfig, which otherwise offers the nearest font it has."""
    if shutil.which("fc-match") is None:
        return None
    asked = subprocess.run(
        ["fc-match", "-f", "%{family}\n%{file}\n%{index}", name], capture_output=True, text=True, check=False
    ).stdout.split("\n")
    if len(asked) < 3 or name not in asked[0].split(","):
        return None
    return Path(asked[1]), int(asked[2]) & 0xFFFF


def characters(file: Path, number: int) -> set[str]:
    if file.suffix.lower() == ".ttc":
        with TTCollection(file, lazy=True) as collection:
            return {chr(code) for code in collection.fonts[number].getBestCmap()}
    with TTFont(file, lazy=True) as font:
        return {chr(code) for code in font.getBestCmap()}


@cache
def gb2312() -> frozenset[str]:
    """The 6,763 Han characters of GB 2312."""
    cells = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return frozenset(text for text in (cell.decode("gb2312", errors="ignore") for cell in cells) if text)


CHECKS: tuple[Callable[[], list[Diagnosis]], ...] = (
    versions,
    database,
    migrations,
    queue_and_workers,
    keys,
    machine,
    pdf,
)


def diagnose() -> list[Diagnosis]:
    """Every check that can be made; what hangs on a database that does not answer is left out."""
    found: list[Diagnosis] = []
    of_the_apps = [import_string(name) for app in apps.get_app_configs() for name in getattr(app, "doctor_checks", ())]
    for check in (*CHECKS, *of_the_apps):
        try:
            found += check()
        except (DatabaseError, RedisError) as error:
            found.append(
                Diagnosis("连接", Grade.BAD, str(error).strip().splitlines()[0], "请先处理上面的问题，再检查一次。")
            )
    return found
