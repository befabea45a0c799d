from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from federation import divisions
from federation.models import Level, Organization

REAL = Path(__file__).parent / "data" / "divisions_430281.csv"
HEAD = "区划代码,名称,上级区划代码"
CITY = "430281000000,醴陵市,"


@pytest.mark.django_db
def test_real_city_is_loaded_once() -> None:
    call_command("load_divisions", REAL)
    counts = {level: Organization.objects.filter(level=level).count() for level in Level}
    assert counts == {Level.CITY: 1, Level.TOWNSHIP: 25, Level.VILLAGE: 213, Level.COMMUNITY: 59}
    paths = set(Organization.objects.values_list("path", flat=True))
    call_command("load_divisions", REAL)
    assert set(Organization.objects.values_list("path", flat=True)) == paths


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([CITY, "43028110100,短码镇,430281000000"], "第 3 行：区划代码“43028110100”应是 12 位数字"),
        (
            [CITY, "430281101000,某镇,430281000000", "430281101000,某镇,430281000000"],
            "第 4 行：区划代码 430281101000 与第 3 行重复",
        ),
        ([CITY, "430281101201,某村,430281101000"], "第 3 行：上级区划代码“430281101000”在本文件里找不到"),
        ([CITY, "430281101000,,430281000000"], "第 3 行：名称是空的"),
        (
            [CITY, "430281101000,某镇,430281000000", "430281101999,某村,430281101000"],
            "第 4 行：区划代码 430281101999 末三位",
        ),
    ],
)
def test_bad_line_is_named_and_nothing_is_written(tmp_path: Path, lines: list[str], problem: str) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    with pytest.raises(CommandError, match="没有写入任何组织") as refused:
        call_command("load_divisions", file)
    assert problem in str(refused.value)
    assert Organization.objects.count() == 0


def test_levels_come_from_the_code() -> None:
    codes = ["430281000000", "430281101000", "430281101001", "430281101201", "430281400498", "430281101601"]
    levels = [divisions.level_of(code) for code in codes]
    assert levels == [Level.CITY, Level.TOWNSHIP, Level.COMMUNITY, Level.VILLAGE, Level.COMMUNITY, None]
