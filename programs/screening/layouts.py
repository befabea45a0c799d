"""The two lists: the hospital's results, and the federation's attendance without a single result column."""

from __future__ import annotations

from federation.spreadsheets.columns import Column, Header, Layout, plain
from federation.spreadsheets.refusal import BadFile
from programs.models import Batch
from programs.screening.findings import CODED, LABELS, TITLES

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "method": ("筛查方法", "初筛方法", "宫颈检查方法"),
    "hpv": ("HPV结果", "HPV检测结果", "人乳头瘤病毒", "HPV检测"),
    "tbs": ("TBS分类", "TCT", "TCT结果", "细胞学", "细胞学结果", "TBS结果", "宫颈细胞学", "TBS报告"),
    "via": ("VIA/VILI", "醋酸染色", "VIA结果", "醋酸碘染色"),
    "colposcopy": ("阴道镜结果", "阴道镜检查"),
    "cervical_pathology": ("宫颈病理结果", "病理", "组织病理", "宫颈组织病理", "病理结果"),
    "breast_exam": ("乳腺临床检查", "临床触诊", "触诊", "乳腺检查"),
    "ultrasound": ("乳腺超声", "超声", "彩超", "乳腺彩超", "超声分类", "超声BIRADS"),
    "mammogram": ("钼靶", "乳腺钼靶", "X线", "乳腺X线", "钼靶BIRADS"),
    "breast_pathology": ("乳腺病理结果", "乳腺组织病理"),
    "further": ("是否需进一步检查", "需要进一步检查", "进一步检查", "是否异常", "结论"),
}
_PERSON = (
    Column("code", "编号", ("序号", "档案编号", "筛查编号", "个案编号"), example="QS-0001", width=12),
    Column("name", "姓名", ("妇女姓名", "受检者姓名", "受检人", "名字"), required=True, example="张小兰", width=12),
    Column(
        "id_number", "身份证号", ("身份证", "身份证号码", "公民身份号码", "证件号", "证件号码", "居民身份证号"),
        required=True, sensitive="id_number", example="11010519491231002X", width=22,
    ),
    Column("phone", "手机号", ("电话", "联系电话", "手机", "手机号码", "联系方式"), sensitive="phone", example="13812345678", width=15),
    Column("township", "乡镇（街道）", ("乡镇", "街道", "镇", "所在乡镇", "镇街"), example="青石镇", hint="村名在全市不重名时可以不填"),
    Column(
        "village", "村（社区）", ("村", "社区", "居住村", "现住村", "村社区", "村居", "所在村", "居住地", "户籍/居住村"),
        required=True, example="杨柳村", hint="填现在居住的村或社区，也可以填 12 位区划代码",
    ),
    Column("attended_on", "参检日期", ("筛查日期", "检查日期", "体检日期"), required=True, example="2026-11-04"),
)  # fmt: skip
_CLINICAL = tuple(
    Column(
        key,
        TITLES[key],
        _SYNONYMS.get(key, ()),
        sensitive="clinical",
        choices=tuple(LABELS[key].values()),
        example=next(iter(LABELS[key].values())),
    )
    for key in CODED
)
RESULTS = Layout(
    "两癌筛查结果表",
    (
        *_PERSON,
        *_CLINICAL[:-1],
        Column("reported_on", "报告日期", ("出报告日期", "结果日期"), required=True, example="2026-11-10"),
        Column("institution", "诊断机构", ("检查机构", "筛查机构", "医院"), sensitive="clinical", example="市妇幼保健院", width=18),
        _CLINICAL[-1],
        Column("remark", "备注", ("说明", "其他说明"), sensitive="clinical", hint="最多 200 字", width=24),
    ),
)  # fmt: skip
KINDS = {"both": "宫颈癌和乳腺癌", "cervical": "宫颈癌", "breast": "乳腺癌"}
ATTENDANCE = Layout(
    "两癌筛查参检名单",
    (
        *_PERSON,
        Column(
            "kinds",
            "参检项目",
            ("筛查项目", "检查项目", "项目"),
            choices=tuple(KINDS.values()),
            hint="不填就是两项都做",
        ),
    ),
)
BY_KIND = {Batch.Kind.RESULTS.value: RESULTS, Batch.Kind.ATTENDANCE.value: ATTENDANCE}
_CLINICAL_TITLES = {
    plain(title)
    for column in RESULTS.columns
    if column.sensitive == "clinical" and column.key not in ("remark", "institution")
    for title in (column.title, *column.synonyms)
}
_CLINICAL_WORDS = ("hpv", "tbs", "tct", "via", "birads", "病理", "阴道镜", "超声", "钼靶", "彩超", "细胞学", "诊断", "结果", "触诊", "异常")  # fmt: skip


def refuse_results(header: Header) -> None:
    """A federation's list must not carry a result column, whether or not anything stands in it."""
    clinical = [title for title in header.unknown if _is_clinical(title)]
    if clinical:
        raise BadFile(
            f"表里有检查结果栏：{'、'.join(clinical[:6])}",
            "检查结果只由筛查医院上传，妇联只传参检名单；请删去这些列再传，平台没有留下这个文件",
            rule="clinical_columns",
        )


def _is_clinical(title: str) -> bool:
    text = plain(title)
    return text in _CLINICAL_TITLES or any(word in text for word in _CLINICAL_WORDS)
