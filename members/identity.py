"""The 18-digit citizen ID number (GB 11643-1999): normal form, check digit, birth date, sex, age on a day."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError

from members.codes import Sex

# The standard's own example; it belongs to nobody.
EXAMPLE = "11010519491231002X"
# The standard's weights 7, 9, 10, 5, 8, 4, 2, 1 and so on are the powers of two modulo 11, the last digit's being 2: the
# digits are read like a binary number, four at a time.
_FOURS = {
    f"{number:04}": 8 * (number // 1000) + 4 * (number // 100 % 10) + 2 * (number // 10 % 10) + number % 10
    for number in range(10_000)
}
_CHECK_DIGITS = "10X98765432"
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65".split()
)
# Residence permits for people of Hong Kong, Macau and Taiwan carry these in place of a county.
_PERMIT_REGIONS = {
    "810000": "香港居民居住证",
    "820000": "澳门居民居住证",
    "830000": "台湾居民居住证",
}
_FOREIGN_RESIDENT = "9"
_IGNORED = dict.fromkeys(map(ord, " \t\r\n'’‘\u00a0\u200b\u200c\u200d\u2060\ufeff-"))
_LOST_PRECISION = re.compile(r"\d(\.\d+)?E\+?\d+")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_OLD_NUMBER = re.compile(r"[0-9]{15}")
_NOTHING = frozenset({"", "无", "没有", "暂无", "不详", "/", "N/A", "0"})
_NUMBER_SEEN_BY_EXCEL = 10**15
_FIRST_BIRTH_YEAR = 1850
OLDEST_AGE = 120


class InvalidNationalID(ValidationError):
    """Why a text is not an ID number, in words, with a correct example."""

    def __init__(self, reason: str, *, rule: str) -> None:
        super().__init__(f"{reason}。正确写法：18 位，如 {EXAMPLE}", code=rule)
        self.reason, self.rule, self.example = reason, rule, f"18 位，如 {EXAMPLE}"


class NationalID:
    """A valid 18-digit number in normal form. Making one from a wrong text raises `InvalidNationalID`."""

    __slots__ = ("text",)

    def __init__(self, text: object) -> None:
        number = normalized(text)
        if not is_valid(number):
            rule, reason = fault(number)
            raise InvalidNationalID(reason, rule=rule)
        self.text = number

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NationalID) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def birth_on(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.FEMALE if int(self.text[16]) % 2 == 0 else Sex.MALE

    @property
    def is_female(self) -> bool:
        return self.sex == Sex.FEMALE

    @property
    def region_code(self) -> str:
        return self.text[:6]

    @property
    def document(self) -> str:
        """Which paper carries the number."""
        if self.text[0] == _FOREIGN_RESIDENT:
            return "外国人永久居留身份证"
        return _PERMIT_REGIONS.get(self.region_code, "居民身份证")

    def age_on(self, on: date) -> int:
        """Completed years: the birthday itself counts."""
        born = self.birth_on
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    def require_born_by(self, on: date) -> None:
        """Refuse a person not yet born that day, or older than anybody living."""
        age = self.age_on(on)
        if age < 0:
            raise InvalidNationalID(f"出生日期是 {self.birth_on:%Y-%m-%d}，还没有到", rule="future_birth")
        if age > OLDEST_AGE:
            raise InvalidNationalID(f"按号码今年 {age} 岁，请核对出生年份", rule="too_old")


def normalized(text: object) -> str:
    """Full-width forms, spaces, a leading apostrophe and a lower-case x all become the one normal form."""
    if text is None:
        return ""
    if isinstance(text, float) and text.is_integer():
        return f"{text:.0f}" if text < _NUMBER_SEEN_BY_EXCEL else f"{text:.5E}"
    if isinstance(text, str) and text.isascii() and text.isalnum():
        return text.upper()
    return unicodedata.normalize("NFKC", str(text)).translate(_IGNORED).upper()


def is_valid(number: str) -> bool:
    """For a number already in normal form."""
    return (
        _SHAPE.fullmatch(number) is not None
        and _is_region(number)
        and number[17] == check_digit(number)
        and _is_birth_date(number[6:14])
    )


def check_digit(number: str) -> str:
    """For the first 17 digits."""
    read = 0
    for first in (0, 4, 8, 12):
        read = 16 * read + _FOURS[number[first : first + 4]]
    return _CHECK_DIGITS[2 * (2 * read + int(number[16])) % 11]


def upgraded(old_number: str) -> str:
    """The 18-digit form of a 15-digit number of the first generation, to find a person by her old paper."""
    body = f"{old_number[:6]}19{old_number[6:]}"
    return body + check_digit(body)


def _is_region(number: str) -> bool:
    if number[0] == _FOREIGN_RESIDENT:
        return number[1:3] in _PROVINCES
    return number[:2] in _PROVINCES or number[:6] in _PERMIT_REGIONS


def fault(number: str) -> tuple[str, str]:
    """Rule and words for the first thing wrong with a number in normal form that is not valid."""
    return next((rule, say(number)) for rule, applies, say in _RULES if applies(number))


def _birth_parts(number: str) -> tuple[int, int, int]:
    return int(number[6:10]), int(number[10:12]), int(number[12:14])


def _has_real_date(number: str) -> bool:
    return _is_birth_date(number[6:14])


@lru_cache(maxsize=40_000)
def _is_birth_date(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    return year >= _FIRST_BIRTH_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _say_date(number: str) -> str:
    year, month, day = _birth_parts(number)
    if year < _FIRST_BIRTH_YEAR:
        return f"第 7 至 10 位是 {year:04d}，不像出生年份"
    place = f"第 11 至 14 位是 {number[10:14]}"
    return f"{place}，月份只有 1 到 12" if not 1 <= month <= 12 else f"{place}，{month}月没有 {day}日"


# Tried in this order: the first that applies is the fault that is told.
_RULES: tuple[tuple[str, Callable[[str], bool], Callable[[str], str]], ...] = (
    ("empty", lambda n: n in _NOTHING, lambda n: "没有填身份证号"),
    (
        "lost_precision",
        lambda n: _LOST_PRECISION.fullmatch(n) is not None,
        lambda n: "Excel 把号码当成了数字，末几位已经丢失，请先把这一列设为“文本”再照原件重填",
    ),
    (
        "old_number",
        lambda n: _OLD_NUMBER.fullmatch(n) is not None,
        lambda n: "这是 15 位的旧号码，已经停用，请照现在的身份证填 18 位",
    ),
    ("length", lambda n: len(n) != 18, lambda n: f"应为 18 位，现在是 {len(n)} 位"),
    (
        "characters",
        lambda n: _SHAPE.fullmatch(n) is None,
        lambda n: "前 17 位只能是数字，最后一位是数字或 X",
    ),
    ("region", lambda n: not _is_region(n), lambda n: f"开头的地区码 {n[:6]} 不存在"),
    ("date", lambda n: not _has_real_date(n), _say_date),
    (
        "lost_precision",
        lambda n: n.endswith("000"),
        lambda n: "末三位都是 0，像是被 Excel 当成数字改写过，请先把这一列设为“文本”再照原件重填",
    ),
    (
        "check_digit",
        lambda n: True,
        lambda n: "最后一位校验码对不上，有一位抄错了，请逐位核对原件",
    ),
)
