"""Lists shown in public, and the objections to them."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import federation.sealed
from federation.migration_operations import AddRules, RowLevelSecurity

# What hangs in public stands; an objection is decided once, and the persons behind the accounts are filled in.
KEPT = """
CREATE FUNCTION outreach_notice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '公示过的不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'notices_are_kept';
END $$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON outreach_publicnotice FOR EACH ROW EXECUTE FUNCTION outreach_notice_guard();
CREATE FUNCTION outreach_objection_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open text[] := ARRAY['organization_id', 'township_id', 'decided_on', 'upheld', 'finding', 'decided_by_id', 'decider'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT person INTO NEW.receiver FROM federation_user WHERE id = NEW.received_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - open = to_jsonb(OLD) - open AND OLD.decided_on IS NULL AND NEW.decided_on IS NOT NULL THEN
        SELECT person INTO NEW.decider FROM federation_user WHERE id = NEW.decided_by_id;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organization_id' - 'township_id' = to_jsonb(OLD) - 'organization_id' - 'township_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '异议只能核查一次，不能修改或删除' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'objections_are_kept';
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON outreach_noticeobjection FOR EACH ROW EXECUTE FUNCTION outreach_objection_guard();
"""
NOT_KEPT = """
DROP TRIGGER guard ON outreach_noticeobjection; DROP FUNCTION outreach_objection_guard();
DROP TRIGGER guard ON outreach_publicnotice; DROP FUNCTION outreach_notice_guard();
"""
_NORM = "评选表彰公示的通行做法：5 个工作日；其他公示是平台暂定，请市妇联核定后修改"


def _key(to: str, title: str, related: str = "+", **options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, verbose_name=title, **options
    )


def _scoped() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("organization", _key("federation.organization", "所属妇联")),
        ("township", _key("federation.organization", "所属乡镇", editable=False, null=True)),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0007_leave_to_export"),
        ("outreach", "0008_counts_of_open_needs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PublicNotice",
            fields=[
                *_scoped(),
                ("title", models.CharField(max_length=80, verbose_name="公示名称")),
                ("coverage", models.CharField(max_length=120, verbose_name="公示范围")),
                ("columns", models.JSONField(verbose_name="栏目")),
                ("rows", models.JSONField(verbose_name="名单")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("phone", models.CharField(max_length=30, verbose_name="受理电话")),
                ("address", models.CharField(max_length=120, verbose_name="受理地址")),
                ("hours", models.CharField(max_length=60, verbose_name="受理时间")),
                ("email", models.CharField(blank=True, max_length=80, verbose_name="受理邮箱")),
                ("posted_at", models.DateTimeField(verbose_name="发布时间")),
                ("posted_by", _key(settings.AUTH_USER_MODEL, "发布人")),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "indexes": [models.Index(fields=["starts_on", "id"], name="notice_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(ends_on__gte=F("starts_on")),
                        name="notice_ends_after_it_starts",
                        violation_error_message="结束日期不能早于开始日期",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeObjection",
            fields=[
                *_scoped(),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.UUIDField(editable=False, unique=True)),
                ("received_on", models.DateField(verbose_name="收到日期")),
                ("objector", federation.sealed.SealedTextField(verbose_name="提出人姓名")),
                ("contact", federation.sealed.SealedTextField(verbose_name="联系方式")),
                ("words", federation.sealed.SealedTextField(verbose_name="异议内容")),
                ("receiver", models.UUIDField(editable=False, null=True)),
                ("decided_on", models.DateField(null=True, verbose_name="核查完成日期")),
                ("upheld", models.BooleanField(null=True, verbose_name="异议成立")),
                ("finding", models.CharField(blank=True, max_length=300, verbose_name="核查结论")),
                ("decider", models.UUIDField(editable=False, null=True)),
                ("notice", _key("outreach.publicnotice", "公示", "objections")),
                ("received_by", _key(settings.AUTH_USER_MODEL, "受理人")),
                ("decided_by", _key(settings.AUTH_USER_MODEL, "核查人", null=True)),
            ],
            options={
                "verbose_name": "公示异议",
                "verbose_name_plural": "公示异议",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(decider=None) | ~Q(decider=F("receiver")),
                        name="objection_decided_by_another",
                        violation_error_message="这件异议是您受理的，请由另一位核查",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_on=None, upheld=None, finding="", decided_by=None)
                        | Q(decided_on__isnull=False, upheld__isnull=False, decided_by__isnull=False) & ~Q(finding=""),
                        name="objection_decided_whole",
                        violation_error_message="核查要写日期、结论和是否成立",
                    ),
                ],
            },
        ),
        RowLevelSecurity("outreach_publicnotice"),
        RowLevelSecurity("outreach_noticeobjection"),
        migrations.RunSQL(KEPT, NOT_KEPT),
        AddRules([("notice.workdays", "5", None, None, _NORM, False)]),
    ]
