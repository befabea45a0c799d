"""Terms, contacts, vetting and clocks of the sunflower care, and for how long a child's file opens (domain.md §5)."""

from django.db import migrations

from federation.migration_operations import AddRules

_TERMS = "平台暂定，请市妇联按本地学期和同意书文本核定后修改"
_OWN = "平台暂定，请市妇联核定后修改"
_LAW = "未成年人保护法第六十二条：密切接触未成年人的单位招聘前查询、每年查询；结对人参照"
_NORM = "各地爱心妈妈结对办法的通行做法：每月联系，每季度见面，每年一个微心愿"
_ACCESS = "未成年人网络保护条例第三十六条：访问未成年人个人信息要经负责人审批并记录；天数是平台暂定，请市妇联核定"
# code, value, from, to, source, verified
RULES = (
    ("care.consent_version", "2026-1", None, None, _TERMS, False),
    ("care.spring_review_by", "7-15", None, None, _TERMS, False),
    ("care.autumn_review_by", "1-31", None, None, _TERMS, False),
    ("care.vetting_months", "12", None, None, _LAW, False),
    ("care.contact_days", "31", None, None, _NORM, False),
    ("care.meeting_days", "92", None, None, _NORM, False),
    ("care.most_children", "5", None, None, _OWN, False),
    ("care.pairing_months", "12", None, None, _OWN, False),
    ("care.birthday_notice_days", "14", None, None, _OWN, False),
    (
        "care.incident_minutes",
        "60",
        None,
        None,
        "未成年人保护法第十一条：发现侵害应当立即报告；一小时是平台的内部时限",
        False,
    ),
    ("care.access_days", "7", None, None, _ACCESS, False),
    ("care.urgent_hours", "24", None, None, _ACCESS, False),
)


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0030_leave_to_open_a_childs_file"),
        ("programs", "0031_situations_that_must_be_reported"),
    ]
    dependencies = [("programs", "0009_rules_of_loans")]
    operations = [AddRules(RULES)]
