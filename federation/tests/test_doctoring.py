from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from federation import doctoring
from federation.doctoring import Grade


def test_gb2312_is_the_whole_standard() -> None:
    assert len(doctoring.gb2312()) == 6763
    assert {"啊", "妇", "齄"} <= doctoring.gb2312()


def test_doctor_speaks_of_every_subject(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS btree_gist")
    output = StringIO()
    call_command("doctor", stdout=output)
    subjects = {
        line.partition("　")[2].partition("：")[0] for line in output.getvalue().splitlines() if line[0] != "　"
    }
    assert {
        "Python",
        "数据库",
        "数据库账号",
        "数据库扩展",
        "库表",
        "后台队列",
        "后台办理进程",
        "磁盘",
        "时钟",
        "PDF 程序",
    } <= subjects


def test_doctor_fails_when_something_must_be_done(db: None, settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_FONTS = str(tmp_path)
    output = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=output)
    assert f"{tmp_path} 里没有字体文件" in output.getvalue()


def test_font_that_is_not_installed_is_not_replaced_by_another() -> None:
    assert doctoring.installed_font("仿宋_没有这种字体") is None
    assert doctoring.face("仿宋", None, "请安装。").grade is Grade.BAD


def test_readable_key_file_must_be_closed(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_VAR = tmp_path
    file = tmp_path / "keys.json"
    file.write_text("{}")
    file.chmod(0o644)
    assert [each.grade for each in doctoring.keys() if each.subject == "钥匙文件"] == [Grade.BAD]
    file.chmod(0o600)
    assert [each.grade for each in doctoring.keys() if each.subject == "钥匙文件"] == [Grade.GOOD]
