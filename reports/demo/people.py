"""Names, ID numbers and telephone numbers that belong to nobody."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from reports.demo.places import CITY_CODE

_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
_GIVEN = "秀英桂兰玉珍凤霞丽华春梅小燕红艳爱莲金花淑芳美云雪琴素敏月娥翠香惠琼彩萍冬菊腊银佩婷晓静海燕建群友元满仕"
_MALE = "建国志强伟明军勇斌超杰涛辉德胜光荣福贵新平文武海波"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_MOBILE_HEADS = ("138", "139", "151", "158", "177", "187", "199")


def surname(random: Random) -> str:
    return random.choice(_SURNAMES[:40]) if random.random() < 0.8 else random.choice(_SURNAMES)


def woman_name(random: Random) -> str:
    return surname(random) + "".join(random.sample(_GIVEN, 2 if random.random() < 0.85 else 1))


def man_name(random: Random) -> str:
    return surname(random) + "".join(random.sample(_MALE, 2 if random.random() < 0.7 else 1))


def born_between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randrange((last - first).days + 1))


class IdNumbers:
    """Valid, distinct ID numbers: the running sequence of a birthday, even for women and odd for men."""

    def __init__(self, *, first: int = 0) -> None:
        """`first` skips that many numbers of every birthday, so that two series never meet."""
        self._first = first
        self._used: dict[tuple[date, bool], int] = {}

    def of(self, birth_on: date, *, female: bool = True) -> str:
        place = self._used.get((birth_on, female), self._first)
        self._used[birth_on, female] = place + 1
        body = f"{CITY_CODE}{birth_on:%Y%m%d}{2 * place + (0 if female else 1):03}"
        total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
        return body + _CHECK[total % 11]


def phone(random: Random) -> str:
    return random.choice(_MOBILE_HEADS) + f"{random.randrange(10**8):08}"
