"""What stands in one cell or one form field: dates, whole numbers, money, names, short texts.

Each function returns the value or raises `CellProblem` with the reason and a correct example, in Chinese. Full-width
forms are folded only in code-like fields (dates, numbers, money); a name is never rewritten that way.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

Cell = str | int | float | bool | None
DATE_EXAMPLE = "2026-11-04"
_BASE_1900, _BASE_1904 = date(1899, 12, 30), date(1904, 1, 1)
# Serials below these are the 1900-01-01 defaults and half-typed numbers that Excel leaves behind; above, far futures.
_FIRST_SERIAL, _LAST_SERIAL = 3654, 73051
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YMD = re.compile(r"(\d{4})\s*[-./、]\s*(\d{1,2})\s*[-./、]\s*(\d{1,2})[.。]?")
_CHINESE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"[T\s]\s*(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?$")
_WEEKDAY = re.compile(r"\s*[(（]?(星期|周)[一二三四五六日天][)）]?$")


class CellProblem(ValueError):
    def __init__(self, reason: str, example: str) -> None:
        super().__init__(f"{reason}。正确写法：{example}")
        self.reason, self.example = reason, example


def folded(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip().lstrip("'’‘").strip()


# --- dates -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def parse_date(
    value: Cell,
    *,
    earliest: date = date(1900, 1, 2),
    latest: date = date(2100, 1, 1),
    base_1904: bool = False,
) -> date:
    """A day, however an office writes it. Whatever could be read two ways is refused."""
    if isinstance(value, bool) or value is None:
        raise CellProblem("没有填日期" if value is None else "看不出是哪一天", DATE_EXAMPLE)
    day = _from_serial(value, base_1904=base_1904) if isinstance(value, (int, float)) else _from_text(folded(value))
    if day < earliest:
        raise CellProblem(f"早于 {earliest:%Y-%m-%d}，像是没有填的默认日期", DATE_EXAMPLE)
    if day > latest:
        raise CellProblem(f"晚于 {latest:%Y-%m-%d}", DATE_EXAMPLE)
    return day


def _from_serial(number: float, *, base_1904: bool) -> date:
    if 10_000_000 <= number <= 99_999_999 and float(number).is_integer():
        return _from_text(str(int(number)))
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        raise CellProblem("看不出是哪一天", DATE_EXAMPLE)
    return (_BASE_1904 if base_1904 else _BASE_1900) + timedelta(days=int(number))


def _from_text(text: str) -> date:
    match = _ISO.fullmatch(text)
    if match is None:
        text = _without_time(_WEEKDAY.sub("", text))
        match = _YMD.fullmatch(text) or _CHINESE.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        raise CellProblem(_unreadable(text), DATE_EXAMPLE)
    return _real_day(*(int(part) for part in match.groups()))


def _without_time(text: str) -> str:
    time = _TIME.search(text)
    if time is None:
        return text
    if int(time[1]) > 23 or int(time[2]) > 59:
        raise CellProblem("钟点写错，24:00 分不清算哪一天", DATE_EXAMPLE)
    return text[: time.start()].strip()


def _real_day(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise CellProblem("月份只有 1 到 12", DATE_EXAMPLE)
    try:
        return date(year, month, day)
    except ValueError:
        raise CellProblem(f"{year}年{month}月没有 {day}日", DATE_EXAMPLE) from None


# Why a text is no day, most telling first.
_UNREADABLE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^$|^(无|没有|不详|/|N/A)$"), "没有填日期"),
    (
        re.compile(r"农历|阴历|正月|腊月|冬月|初[一二三四五六七八九十]|廿"),
        "是农历，请换成公历",
    ),
    (
        re.compile(r"\d.*[~～至到—].*\d|\d{1,2}\s*-\s*\d{1,2}[./月]|^\d{4}\.\d{1,2}\.\d{1,2}\s*-"),
        "写了一段时间，这里只填一天",
    ),
    (re.compile(r"^\d{4}年?$"), "只有年份，缺月和日"),
    (re.compile(r"^\d{4}[-./年]\d{1,2}月?$|^\d{6}$"), "只有年和月，缺日"),
    (re.compile(r"^\d{5}(\.\d+)?$"), "像是 Excel 的日期序号，请把这一列设为日期格式"),
    (re.compile(r"^\d{1,2}[-./年]\d{1,2}[-./月]\d{1,2}日?$"), "年份要写四位"),
    (
        re.compile(r"^\d{1,2}[-./]\d{1,2}[-./]\d{4}$"),
        "分不清哪个是月、哪个是日，请把年份写在前面",
    ),
    (re.compile(r"^\d{1,2}月\d{1,2}[日号]?$"), "缺年份"),
)


def _unreadable(text: str) -> str:
    return next(
        (reason for pattern, reason in _UNREADABLE if pattern.search(text)),
        "看不出是哪一天",
    )


# --- numbers and money -----------------------------------------------------------------------------------------------

_GROUPED = re.compile(r"\d{1,3}([, ]\d{3})+(\.\d*)?|\d+(\.\d*)?|\.\d+")
_MONEY = re.compile(r"(人民币|RMB|CNY|[¥￥])?\s*(?P<number>[\d,. ]+?)\s*(?P<unit>亿元|万元|千元|元|亿|万)?(整)?")
_UNITS = {
    None: 1,
    "元": 1,
    "千元": 1000,
    "万": 10_000,
    "万元": 10_000,
    "亿": 10**8,
    "亿元": 10**8,
}
MONEY_EXAMPLE = "1234.50"
MOST_FEN = 10**13


def parse_whole(value: Cell, *, least: int = 0, most: int = 10**9, example: str = "12") -> int:
    number = _number(value, example)
    if number != number.to_integral_value():
        raise CellProblem("要填整数", example)
    if not least <= number <= most:
        raise CellProblem(f"要在 {least} 到 {most} 之间", example)
    return int(number)


def _number(value: Cell, example: str) -> Decimal:
    if isinstance(value, bool) or value is None:
        raise CellProblem("没有填数" if value is None else "要填数字", example)
    text = folded(repr(value) if isinstance(value, float) else value)
    if not text:
        raise CellProblem("没有填数", example)
    negative = text.startswith("-")
    if not isinstance(value, float) and not _GROUPED.fullmatch(text.lstrip("-")):
        raise CellProblem("要用阿拉伯数字写，不带别的字", example)
    try:
        number = Decimal(text.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        raise CellProblem("要用阿拉伯数字写，不带别的字", example) from None
    if not number.is_finite():
        raise CellProblem("不是一个数", example)
    if negative and number == 0:
        return Decimal(0)
    return number


def parse_money(value: Cell, *, unit: str = "元", allow_negative: bool = False) -> int:
    """Fen. The column's unit holds unless the cell names its own."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        amount = _number(value, MONEY_EXAMPLE) * _UNITS[unit]
    else:
        amount = _money_text(folded(value if value is not None else ""), unit)
    fen = (amount * 100).quantize(Decimal("0.000001")) if abs(amount) < 10**15 else amount * 100
    if fen != fen.to_integral_value():
        raise CellProblem("最多写到分（两位小数）", MONEY_EXAMPLE)
    if fen < 0 and not allow_negative:
        raise CellProblem("金额不能是负数", MONEY_EXAMPLE)
    if abs(fen) > MOST_FEN:
        raise CellProblem("金额太大，请核对单位是元还是万元", MONEY_EXAMPLE)
    return int(fen)


def _money_text(text: str, unit: str) -> Decimal:
    if not text or text in {"无", "/"}:
        raise CellProblem("没有填金额；没有钱款请写 0", MONEY_EXAMPLE)
    if re.search("[壹贰叁肆伍陆柒捌玖拾佰仟零〇一二三四五六七八九十百千]", text):
        raise CellProblem("请用阿拉伯数字写金额", MONEY_EXAMPLE)
    match = _MONEY.fullmatch(text.removeprefix("-").strip())
    number = match["number"].strip() if match else ""
    if match is None or not _GROUPED.fullmatch(number):
        raise CellProblem("看不出是多少钱", MONEY_EXAMPLE)
    sign = -1 if text.startswith("-") else 1
    return sign * Decimal(number.replace(",", "").replace(" ", "")) * _UNITS[match["unit"] or unit]


# --- texts -----------------------------------------------------------------------------------------------------------

NAME_EXAMPLE = "张小兰"
_DOTS = dict.fromkeys(map(ord, "•．・‧∙●"), "·")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_NAME = re.compile(
    r"[^\W\d_]([^\W\d_\U000e0100-\U000e01ef\ufe00-\ufe0f]|[·.\-' ]|[\U000e0100-\U000e01ef\ufe00-\ufe0f])*",
    re.UNICODE,
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
LONGEST_NAME = 30
# Nearly all names: nothing in them to put right or to refuse.
_HAN_NAME = re.compile(f"[\u3400-\u4dbf\u4e00-\u9fff]{{1,{LONGEST_NAME}}}")


def parse_name(value: Cell) -> str:
    """A person's name: characters of any plane are kept as they are, only the dot and stray spaces are put right."""
    if isinstance(value, str) and _HAN_NAME.fullmatch(value):
        return value
    if value is None or isinstance(value, (bool, int, float)):
        raise CellProblem("没有填姓名" if value is None else "姓名不能是数字", NAME_EXAMPLE)
    name = _HAN_GAPS.sub("", value.translate(_INVISIBLE).translate(_DOTS).strip())
    if not name:
        raise CellProblem("没有填姓名", NAME_EXAMPLE)
    if len(name) > LONGEST_NAME:
        raise CellProblem(f"姓名最多 {LONGEST_NAME} 个字，这里有 {len(name)} 个", NAME_EXAMPLE)
    if _BIDI.search(name) or not _NAME.fullmatch(name):
        raise CellProblem("姓名里有不能用的符号", NAME_EXAMPLE)
    return name


# Spaces that offices put between two characters to line names up: "张　兰".
_HAN_GAPS = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000\u00a0]+(?=[\u3400-\u9fff])")


def parse_text(value: Cell, *, longest: int) -> str:
    """Any short text on one line, blank allowed; what cannot be stored or printed is refused."""
    if value is None:
        return ""
    text = (f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)).strip()
    if len(text) > longest:
        raise CellProblem(f"最多 {longest} 个字，这里有 {len(text)} 个", "写得短一些")
    if not text.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs"} or _BIDI.match(c) for c in text):
        raise CellProblem("有看不见的控制符或换行", "在一行里写完")
    return text


PHONE_EXAMPLE = "13812345678"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def parse_phone(value: Cell) -> str:
    """A mobile number of 11 digits or a landline with its area code; blank is allowed."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and _MOBILE.fullmatch(value):
        return value
    text = re.sub(r"[\s\-()]", "", folded(f"{value:.0f}" if isinstance(value, float) else value)).removeprefix("+86")
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", text, re.ASCII):
        return text
    raise CellProblem("手机号是 1 开头的 11 位数字，固定电话要带区号", PHONE_EXAMPLE)


CARD_EXAMPLE = "6217 0000 0000 0000 004"
_UNION_PAY = re.compile(r"62[0-9]{14,17}")


def parse_card(value: Cell) -> str:
    """A bank card or account number; blank is allowed. UnionPay cards carry a check digit (ISO/IEC 7812-1), old
    account books do not."""
    if value is None or value == "":
        return ""
    number = re.sub(r"[\s-]", "", folded(value))
    if not re.fullmatch(r"\d{12,23}", number, re.ASCII):
        raise CellProblem("银行卡号是 12 至 23 位数字，请照卡面逐位核对", CARD_EXAMPLE)
    if _UNION_PAY.fullmatch(number) and not has_check_digit(number):
        raise CellProblem(f"尾号 {number[-4:]} 的卡号校验码对不上，有一位抄错了，请照卡面逐位核对", CARD_EXAMPLE)
    return number


def has_check_digit(number: str) -> bool:
    """Luhn: from the right, every second digit doubled, its own digits added."""
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(digit - 9 if digit > 9 else digit for digit in doubled)) % 10 == 0
