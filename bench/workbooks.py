"""Fictional lists of any length: the hospital's results and the federation's attendance. The same arguments, the same file."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from rustpy_xlsxwriter import FastExcel

from members.identity import check_digit

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "秀兰英梅芳丽霞燕玲桂香玉珍凤娟敏静红艳春菊云莲萍华金银翠芝淑惠琴美娥爱青月荣"
# No county has this code, so no list of the demo city holds these numbers.
_REGION = "439902"
_METHODS = ("液基细胞学", "HPV", "HPV+TCT")
# About what domain.md §2.3 reports: 3.5 in a hundred cytologies abnormal, few beyond.
_TBS = ("NILM",) * 965 + ("ASC-US",) * 17 + ("ASC-H",) * 3 + ("LSIL",) * 10 + ("HSIL",) * 5
_HPV = ("阴性",) * 920 + ("其他12型阳性",) * 60 + ("16/18阳性",) * 20
_ULTRASOUND = ("1类",) * 620 + ("2类",) * 330 + ("3类",) * 40 + ("4A类",) * 8 + ("4B类", "0类")
_INSTITUTION = "兰河市妇幼保健院"

Villages = Sequence[tuple[str, str]]  # (township, village)


def id_number(index: int, born_on: date) -> str:
    """A valid woman's number; distinct for distinct pairs of birth date and index modulo 499."""
    body = f"{_REGION}{born_on:%Y%m%d}{2 * (index % 499) + 2:03d}"
    return body + check_digit(body)


def persons(count: int, villages: Villages, *, first: date, last: date, seed: int = 2016) -> Iterator[dict[str, Any]]:
    """Women of 36 to 58 on any day of the campaign, spread over the villages, all with numbers of their own."""
    chance = random.Random(seed)
    days = (last - first).days + 1
    youngest = date(first.year - 37, 1, 1)
    for index in range(count):
        born_on = youngest - timedelta(days=index // 499 * 150 + index % 97)
        township, village = villages[index % len(villages)]
        name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(("", *_GIVEN))
        yield {
            "编号": f"LH{first.year}-{index + 1:05d}",
            "姓名": name,
            "身份证号": id_number(index, born_on),
            "手机号": f"1{chance.choice('3578')}{chance.randrange(10**9):09d}",
            "乡镇（街道）": township,
            "村（社区）": village,
            "参检日期": (first + timedelta(days=chance.randrange(days))).isoformat(),
        }


def results(count: int, villages: Villages, *, first: date, last: date, seed: int = 2016) -> Iterator[dict[str, Any]]:
    """20 columns, as a county hospital sends them."""
    chance = random.Random(seed + 1)
    for person in persons(count, villages, first=first, last=last, seed=seed):
        method = chance.choice(_METHODS)
        tbs = chance.choice(_TBS) if method != "HPV" else ""
        attended_on = date.fromisoformat(person["参检日期"])
        seen = tbs not in ("", "NILM") and chance.random() < 0.7
        yield {
            **person,
            "宫颈筛查方法": method,
            "HPV": chance.choice(_HPV) if "HPV" in method else "",
            "TBS": tbs,
            "VIA": "",
            "阴道镜": chance.choice(("未见异常", "低级别", "高级别")) if seen else "",
            "宫颈病理": "",
            "乳腺触诊": "未见异常" if chance.random() < 0.97 else "肿块",
            "超声BI-RADS": chance.choice(_ULTRASOUND),
            "钼靶BI-RADS": "",
            "乳腺病理": "",
            "报告日期": (attended_on + timedelta(days=chance.randrange(3, 10))).isoformat(),
            "诊断机构": _INSTITUTION,
            "备注": f"第{chance.randrange(1, 60)}批" if chance.random() < 0.2 else "",
        }


def workbook(title: str, rows: Iterable[dict[str, Any]]) -> bytes:
    """The header in the first row, texts as texts, as a hospital's own system writes it."""
    out = io.BytesIO()
    FastExcel(out).sheet(title, rows).save()
    return out.getvalue()


def results_workbook(count: int, villages: Villages, *, first: date, last: date, seed: int = 2016) -> bytes:
    return workbook("筛查结果", results(count, villages, first=first, last=last, seed=seed))


def attendance_workbook(count: int, villages: Villages, *, first: date, last: date, seed: int = 2016) -> bytes:
    return workbook("参检名单", persons(count, villages, first=first, last=last, seed=seed))


def spoiled_workbook(count: int, villages: Villages, *, first: date, last: date, seed: int = 2016) -> bytes:
    """The same list with a wrong check digit in every number."""

    def spoil(row: dict[str, Any]) -> dict[str, Any]:
        number = row["身份证号"]
        return {**row, "身份证号": number[:17] + ("1" if number[17] != "1" else "2")}

    rows = results(count, villages, first=first, last=last, seed=seed)
    return workbook("筛查结果", map(spoil, rows))
