"""Divisions of the fictional 兰河市. The code 439981 belongs to no real place."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from federation import divisions

CITY = "兰河市"
CITY_CODE = "439981"
STREETS = ("城关街道", "兰江街道", "东风街道")
TOWNS = (
    "青石镇", "南塘镇", "白沙镇", "石塘镇", "高桥镇", "双溪镇", "金坪镇", "马迹镇", "大冲镇", "龙潭镇", "枫林镇",
    "沙洲镇", "桃花镇", "横岭镇", "清水镇", "云山镇", "官桥镇", "柳溪镇", "永丰镇",
)  # fmt: skip
RURAL_TOWNSHIPS = ("竹山乡", "茶坪乡")
VILLAGES_AND_COMMUNITIES = 336
_FIRST = "上下东西南北新大小青白红黄金石清双三长高平泉枫柳桃竹松梅兰云"
_SECOND = "塘湾桥坪山溪田井冲坝岭坡河庙店屋洲桥村湖"
# Villages that guides, tests and pictures speak of.
GUIDED_VILLAGE = "杨柳村"
_KNOWN = {"青石镇": [GUIDED_VILLAGE, "石桥村", "青石社区"], "南塘镇": ["上塘村"]}


def lines() -> Iterator[str]:
    """A division file as the statistics bureau gives it: 1 city, 24 townships, 336 villages and communities."""
    yield "区划代码,名称,上级区划代码"
    yield f"{CITY_CODE}000000,{CITY},"
    for township, code in _townships():
        yield f"{code}000,{township},{CITY_CODE}000000"
        for number, village in enumerate(_villages(township), start=1):
            is_community = village.endswith("社区")
            yield f"{code}{number if is_community else 200 + number:03},{village},{code}000"


def read() -> list[divisions.Division]:
    return divisions.read(lines())


def _townships() -> Iterator[tuple[str, str]]:
    kinds = ((STREETS, 1), (TOWNS, 101), (RURAL_TOWNSHIPS, 201))
    for names, first in kinds:
        for number, name in enumerate(names, start=first):
            yield name, f"{CITY_CODE}{number:03}"


def _villages(township: str) -> list[str]:
    """14 each; streets are all communities, towns have one or two of them."""
    each = VILLAGES_AND_COMMUNITIES // (len(STREETS) + len(TOWNS) + len(RURAL_TOWNSHIPS))
    random = Random(township)
    known = _KNOWN.get(township, [])
    names = [first + second for first in _FIRST for second in _SECOND if second != "村"]
    chosen = [name for name in random.sample(names, each + len(known)) if f"{name}村" not in known]
    communities = each if township in STREETS else 1
    made = [f"{name}{'社区' if place < communities else '村'}" for place, name in enumerate(chosen)]
    return sorted(set(known + made[: each - len(known)]), key=lambda name: (not name.endswith("社区"), name))
