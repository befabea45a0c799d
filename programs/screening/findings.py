"""What the hospital found, as codes: the enumerations of domain.md §2.2, their spellings, and what follows from them.

The codes of one woman are one sealed JSON text. Reasons given here name the rule and never the finding, since the
preview of a hospital's list is seen outside the hospital too.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from federation.cells import Cell

# column -> code -> what is written; the first text is the one shown and offered, the others are understood.
CODES: dict[str, dict[str, tuple[str, ...]]] = {
    "method": {
        "smear": ("巴氏涂片", "巴氏", "宫颈涂片", "传统涂片"),
        "cytology": ("液基细胞学", "TCT", "液基细胞学TCT", "TCT检查", "细胞学", "LCT", "液基"),
        "hpv": ("HPV", "HPV检测", "HPV分型", "HPV初筛", "HPV不分型"),
        "hpv_cytology": ("HPV+TCT", "HPV+TCT联合", "联合筛查", "HPV+细胞学", "TCT+HPV", "HPV联合TCT"),
        "via": ("VIA/VILI", "VIA", "VILI", "醋酸染色", "醋酸碘染色", "肉眼观察"),
    },
    "hpv": {
        "negative": ("阴性", "HPV阴性", "-", "(-)", "未检出", "正常"),
        "hpv16_18": (
            "16/18阳性",
            "16阳性",
            "18阳性",
            "16型阳性",
            "18型阳性",
            "16、18阳性",
            "16,18阳性",
            "HPV16/18阳性",
        ),
        "other_12": ("其他12型阳性", "其他型阳性", "其他高危阳性", "其他12种阳性", "12型阳性", "其他高危型阳性"),
        "positive": ("阳性(不分型)", "阳性", "+", "(+)", "HPV阳性"),
        "invalid": ("无效", "结果无效", "检测失败"),
    },
    "tbs": {
        "nilm": (
            "NILM",
            "未见上皮内病变",
            "未见上皮内病变或恶性",
            "未见上皮内病变/恶性",
            "未见异常",
            "正常",
            "阴性",
            "无上皮内病变",
        ),
        "asc_us": ("ASC-US", "ASCUS", "意义不明的非典型鳞状细胞"),
        "asc_h": ("ASC-H", "ASCH"),
        "lsil": ("LSIL", "低级别鳞状上皮内病变", "低度鳞状上皮内病变", "低级别病变"),
        "hsil": ("HSIL", "高级别鳞状上皮内病变", "高度鳞状上皮内病变", "高级别病变"),
        "scc": ("SCC", "鳞癌", "鳞状细胞癌"),
        "agc": ("AGC", "非典型腺细胞", "AGC倾向瘤变", "AGC-FN", "AGUS"),
        "ais": ("AIS", "原位腺癌"),
        "adenocarcinoma": ("腺癌",),
        "unsatisfactory": ("标本不满意", "不满意", "标本不合格"),
    },
    "via": {
        "normal": ("未见异常", "阴性", "正常"),
        "abnormal": ("异常/可疑", "异常", "可疑", "阳性"),
        "cancer": ("可疑癌", "疑癌"),
    },
    "colposcopy": {
        "normal": ("未见异常", "正常", "阴性"),
        "low": ("低级别", "低级别病变", "LSIL"),
        "high": ("高级别", "高级别病变", "HSIL"),
        "cancer": ("可疑癌", "疑癌", "可疑浸润癌"),
        "unsatisfactory": ("不满意/转化区III型", "不满意", "转化区III型", "不满意/转化区Ⅲ型"),
        "declined": ("拒绝", "本人拒绝"),
        "lost": ("失访",),
    },
    "cervical_pathology": {
        "normal": ("未见异常/炎症", "未见异常", "炎症", "慢性炎症", "慢性宫颈炎", "正常"),
        "cin1": ("CIN1(LSIL)", "CIN1", "CINI", "LSIL", "CIN1级"),
        "cin2": ("CIN2", "CINII", "CIN2级"),
        "cin3": ("CIN3(HSIL)", "CIN3", "CINIII", "HSIL", "CIN3级", "CIN2-3"),
        "ais": ("AIS", "原位腺癌"),
        "microinvasive": ("微小浸润癌(IA)", "微小浸润癌", "微浸润癌"),
        "invasive": ("浸润癌", "宫颈浸润癌"),
        "other": ("其他恶性", "其他恶性肿瘤"),
    },
    "breast_exam": {
        "normal": ("未见异常", "正常", "阴性", "无异常"),
        "lump": ("肿块", "乳腺肿块"),
        "discharge": ("乳头溢液", "溢液"),
        "skin": ("皮肤/乳头改变", "皮肤改变", "乳头改变"),
        "nodes": ("腋淋巴结", "腋窝淋巴结肿大", "腋淋巴结肿大"),
        "other": ("其他",),
    },
    "ultrasound": {},
    "mammogram": {},
    "breast_pathology": {
        "benign": ("良性", "良性病变", "正常"),
        "atypical": ("不典型增生", "非典型增生"),
        "dcis": ("导管原位癌(DCIS)", "导管原位癌", "DCIS"),
        "lobular": ("小叶原位癌", "LCIS"),
        "invasive": ("浸润癌", "乳腺浸润癌"),
        "other": ("其他恶性", "其他恶性肿瘤"),
    },
    # Entered on the case page only; the hospital's list has no such columns.
    "figo": {stage: (stage,) for stage in ("IA", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IVA", "IVB")},
    "cervical_treatment": {
        "treated": ("已治疗",),
        "referred": ("已转上级医院治疗",),
        "declined": ("拒绝治疗",),
        "lost": ("失访",),
    },
    "cervical_follow_up": {
        "clear": ("未见异常，结案",),
        "again": ("继续随访",),
        "died": ("死亡，结案",),
        "lost": ("失访",),
    },
    "tnm": {stage: (f"{stage}期",) for stage in ("0", "I", "IIA", "IIB", "III", "IV")},
    "breast_treatment": {},
    "breast_follow_up": {},
    "further": {"yes": ("是", "需要", "需", "有", "Y", "√"), "no": ("否", "不需要", "不需", "无", "N")},
}
_GRADES = ("0", "1", "2", "3", "4A", "4B", "4C", "4", "5", "6")
_SCALE: dict[str, tuple[str, ...]] = {
    grade.lower(): (f"{grade}类", grade, f"BI-RADS{grade}", f"BIRADS{grade}", f"{grade}级") for grade in _GRADES
}
CODES["ultrasound"] = CODES["mammogram"] = _SCALE
CODES["breast_treatment"], CODES["breast_follow_up"] = CODES["cervical_treatment"], CODES["cervical_follow_up"]
CERVICAL = ("method", "hpv", "tbs", "via", "colposcopy", "cervical_pathology")
BREAST = ("breast_exam", "ultrasound", "mammogram", "breast_pathology")
CODED = (*CERVICAL, *BREAST, "further")
LABELS = {column: {code: texts[0] for code, texts in codes.items()} for column, codes in CODES.items()}

# What each method must at least have reported.
_REQUIRED = {
    "smear": ("tbs",),
    "cytology": ("tbs",),
    "hpv": ("hpv",),
    "hpv_cytology": ("hpv", "tbs"),
    "via": ("via",),
}
ENDED = frozenset({"clear", "died"})
HPV_CYCLE = frozenset({"hpv", "hpv_cytology"})
_NOISE = re.compile(r"[\s:：类\-_]+")
_NOT_DONE = frozenset({"", "/", "无", "未做", "未查", "未检", "未检查", "没做", "—", "--", "不详", "n/a"})


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _spellings(codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {_plain(text): code for code, texts in codes.items() for text in texts if _plain(text)}


_BY_TEXT = {column: _spellings(codes) for column, codes in CODES.items()}
_BY_TEXT["hpv"]["-"] = _BY_TEXT["hpv"]["(-)"] = "negative"


class UnknownFinding(ValueError):
    """The text is none of the column's names."""


def code_of(column: str, cell: Cell) -> str:
    """The code, or "" where nothing was done."""
    if cell is None or isinstance(cell, bool):
        return ""
    text = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    known = _BY_TEXT[column]
    code = known.get(text) or known.get(_plain(text))
    if code:
        return code
    if text.casefold() in _NOT_DONE and column != "further":
        return ""
    if not text:
        return ""
    raise UnknownFinding(text)


@dataclass(frozen=True)
class Fault:
    """Why the findings of one row do not go in. `column` is the cell to look at."""

    column: str
    reason: str
    example: str


@dataclass(frozen=True)
class Findings:
    """The codes of one examination, by column; columns without a result are left out. Rows with equal cells share it."""

    codes: Mapping[str, str]

    @cached_property
    def cervical(self) -> bool:
        return any(column in self.codes for column in CERVICAL)

    @cached_property
    def breast(self) -> bool:
        return any(column in self.codes for column in BREAST)

    @cached_property
    def abnormal(self) -> bool:
        """The hospital must see her again: what it says itself, or what follows from the latest stage of each path."""
        return self.codes.get("further") == "yes" or self._cervix_is_abnormal() or self._breast_is_abnormal()

    def _cervix_is_abnormal(self) -> bool:
        """A normal stage ends the path (domain.md §2.2): pathology decides, else colposcopy, else the first screen."""
        codes = self.codes
        if codes.get("cervical_follow_up") in ENDED:
            return False
        if "cervical_pathology" in codes:
            return codes["cervical_pathology"] != "normal"
        if "colposcopy" in codes:
            return codes["colposcopy"] != "normal"
        return self._first_screen_is_abnormal()

    def _first_screen_is_abnormal(self) -> bool:
        """TBS of ASC-US and above, 16/18 at once, other high-risk types after cytology, VIA (domain.md §2.2)."""
        hpv, tbs = self.codes.get("hpv", "negative"), self.codes.get("tbs")
        if hpv in ("hpv16_18", "invalid") or self.codes.get("via", "normal") != "normal":
            return True
        if tbs is None:
            return hpv != "negative"
        return tbs != "nilm"

    def _breast_is_abnormal(self) -> bool:
        codes = self.codes
        if codes.get("breast_follow_up") in ENDED:
            return False
        if "breast_pathology" in codes:
            return codes["breast_pathology"] != "benign"
        ultrasound, mammogram = codes.get("ultrasound"), codes.get("mammogram")
        if ultrasound is not None and ultrasound[0] in "456":
            return True
        if mammogram is not None:
            return mammogram not in ("1", "2")
        if ultrasound is not None:
            return ultrasound not in ("1", "2")
        return codes.get("breast_exam", "normal") != "normal"

    def faults(self) -> list[Fault]:
        found = []
        if self.cervical and "method" not in self.codes:
            found.append(Fault("method", "有宫颈结果，没有写筛查方法", LABELS["method"]["cytology"]))
        missing = [column for column in _REQUIRED.get(self.codes.get("method", ""), ()) if column not in self.codes]
        found += [
            Fault(column, "按所写的筛查方法，这一栏要填", next(iter(LABELS[column].values()))) for column in missing
        ]
        if not self.cervical and not self.breast:
            found.append(Fault("method", "宫颈和乳腺都没有结果", "至少填一项筛查的结果"))
        if not missing and self.codes.get("further") == "no" and self._contradicts():
            found.append(Fault("further", "和其他结果栏对不上", "按结果填“是”或“否”，或留空由平台判断"))
        return found

    def _contradicts(self) -> bool:
        return self._cervix_is_abnormal() or self._breast_is_abnormal()


def read(cells: Sequence[Cell]) -> tuple[Findings, list[Fault]]:
    """The coded columns of one row, in the order of CODED."""
    codes: dict[str, str] = {}
    faults = []
    for column, cell in zip(CODED, cells, strict=True):
        if cell == "" or cell is None:
            continue
        try:
            code = code_of(column, cell)
        except UnknownFinding:
            names = "、".join(list(LABELS[column].values())[:6])
            faults.append(Fault(column, "不是规定的名目", f"从下拉里选：{names}"))
            continue
        if code:
            codes[column] = code
    findings = Findings(codes)
    return findings, faults or findings.faults()


def as_text(findings: Findings, *, institution: str, remark: str) -> str:
    """What is sealed: always the same text for the same findings, so that a second import sees no change."""
    held = dict(findings.codes)
    held.update({key: value for key, value in (("institution", institution), ("remark", remark)) if value})
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


TITLES = {
    "method": "宫颈筛查方法",
    "hpv": "HPV",
    "tbs": "TBS",
    "via": "VIA",
    "colposcopy": "阴道镜",
    "cervical_pathology": "宫颈病理",
    "figo": "FIGO 分期",
    "cervical_treatment": "宫颈治疗",
    "cervical_follow_up": "宫颈随访",
    "breast_exam": "乳腺触诊",
    "ultrasound": "超声BI-RADS",
    "mammogram": "钼靶BI-RADS",
    "breast_pathology": "乳腺病理",
    "tnm": "TNM 分期",
    "breast_treatment": "乳腺治疗",
    "breast_follow_up": "乳腺随访",
    "further": "需进一步检查",
    "institution": "诊断机构",
    "remark": "备注",
}


def in_words(text: str) -> list[tuple[str, str]]:
    """An opened text as (column, words) in the order of the list; for the hospital's own pages only."""
    held: dict[str, str] = json.loads(text)
    return [(title, LABELS.get(key, {}).get(held[key], held[key])) for key, title in TITLES.items() if key in held]


def in_short(text: str) -> list[str]:
    """Only what is not normal, for a cell of the hospital's list."""
    held: dict[str, str] = json.loads(text)
    plain = {"normal", "negative", "nilm", "benign", "1", "2", "clear"}
    return [
        f"{title}：{LABELS[key].get(held[key], held[key])}"
        for key, title in TITLES.items()
        if key in held and key in LABELS and key not in ("method", "further") and held[key] not in plain
    ]
