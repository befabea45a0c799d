"""National codes of domain.md §13 as choices. The stored value is the standard's code."""

from django.db import models


class Sex(models.TextChoices):
    """GB/T 2261.1"""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    NOT_STATED = "9", "未说明"


class Education(models.TextChoices):
    """GB/T 4658-2006, the level codes"""

    POSTGRADUATE = "10", "研究生"
    UNDERGRADUATE = "20", "大学本科"
    COLLEGE = "30", "大学专科"
    SECONDARY_VOCATIONAL = "40", "中等职业"
    SENIOR_HIGH = "60", "普通高中"
    JUNIOR_HIGH = "70", "初中"
    PRIMARY = "80", "小学"
    OTHER = "90", "其他"


class Political(models.TextChoices):
    """GB/T 4762"""

    PARTY_MEMBER = "01", "中共党员"
    PROBATIONARY = "02", "中共预备党员"
    LEAGUE_MEMBER = "03", "共青团员"
    DEMOCRATIC_PARTY = "04", "民主党派"
    INDEPENDENT = "12", "无党派人士"
    MASSES = "13", "群众"


class Marriage(models.TextChoices):
    """GB/T 2261.2"""

    SINGLE = "10", "未婚"
    MARRIED = "20", "已婚"
    WIDOWED = "30", "丧偶"
    DIVORCED = "40", "离婚"
    NOT_STATED = "90", "未说明"


# GB/T 3304, in code order 01 to 56, then 97 and 98.
_PEOPLES = (
    "汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 "
    "东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 "
    "保安族 裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族"
).split()
ETHNIC_CHOICES = [(f"{number:02}", name) for number, name in enumerate(_PEOPLES, start=1)] + [
    ("97", "其他"),
    ("98", "外国血统中国籍人士"),
]


class NoIDReason(models.TextChoices):
    """Why a person stands in the register without an ID number."""

    NOT_ISSUED = "not_issued", "尚未办证"
    LOST = "lost", "证件遗失待补"
    FOREIGN = "foreign", "境外证件"
    REFUSED = "refused", "本人暂不提供"
    PENDING = "pending", "待补录"


class Hardship(models.TextChoices):
    """Hardship kinds that relief and care ask for (domain.md §3)."""

    NONE = "none", "无"
    MINIMUM_LIVING = "minimum_living", "低保"
    EXTREME_POVERTY = "extreme_poverty", "特困"
    NEAR_POVERTY = "near_poverty", "易返贫致贫"
    EXPENSE = "expense", "支出型困难"
    OTHER = "other", "其他困难"


class Departure(models.TextChoices):
    """Why a woman is no longer a resident of the register."""

    MOVED_AWAY = "moved_away", "迁出本市"
    MARRIED_AWAY = "married_away", "婚嫁外地"
    DIED = "died", "去世"
    DUPLICATE = "duplicate", "重复建档"
    OTHER = "other", "其他"


class EndReason(models.TextChoices):
    """Why a cadre no longer holds a post."""

    TERM = "term", "届满换届"
    TRANSFER = "transfer", "工作调动"
    RETIRED = "retired", "退休"
    RESIGNED = "resigned", "本人辞任"
    REMOVED = "removed", "免职"
    DIED = "died", "去世"
    BRANCH = "branch", "组织撤并"
    OTHER = "other", "其他"
