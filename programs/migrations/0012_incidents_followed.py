"""What happens after an incident was reported, up to its closing by another person."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import federation.sealed
from federation.migration_operations import RowLevelSecurity

# Whoever writes may see the incident and its reports; the persons are compared, not the accounts.
GUARD = """
CREATE FUNCTION programs_incident_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM programs_incidententry AS e WHERE e.incident_id = NEW.incident_id AND e.kind = 'close') THEN
        RAISE EXCEPTION '这一件已经办结' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'incident_ends_with_its_closing';
    END IF;
    IF NEW.kind <> 'close' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM programs_incidentreport AS r WHERE r.incident_id = NEW.incident_id
            AND r.reported_to IN ('police', 'civil_affairs', 'education', 'procuratorate')) THEN
        RAISE EXCEPTION '还没有报告，不能办结' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'incident_closes_after_its_report';
    END IF;
    IF (SELECT w.person FROM federation_user AS w WHERE w.id = NEW.written_by_id)
        = (SELECT f.person FROM programs_incident AS i JOIN federation_user AS f ON f.id = i.reporter_id WHERE i.id = NEW.incident_id) THEN
        RAISE EXCEPTION '写下的人不能自己办结' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'incident_closed_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON programs_incidententry FOR EACH ROW EXECUTE FUNCTION programs_incident_entry_guard();
CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON programs_incidententry FOR EACH ROW EXECUTE FUNCTION programs_appended_only();
"""
NO_GUARD = """
DROP TRIGGER appended_only ON programs_incidententry;
DROP TRIGGER guard ON programs_incidententry;
DROP FUNCTION programs_incident_entry_guard();
"""
KINDS = [("answer", "有关部门的答复"), ("measure", "妇联做了什么"), ("check", "去看了、问了情况"), ("close", "办结")]
OUTCOMES = [
    ("dealt_with", "有关部门已依法处理"),
    ("in_care", "监护和照料已落实，转入日常关爱"),
    ("no_harm", "有关部门查明没有侵害"),
    ("handed_on", "已移交外地办理，有回执"),
]
_PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("federation", "0007_leave_to_export"),
        ("programs", "0011_quotas_by_issue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="IncidentEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.UUIDField(editable=False, unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=10, verbose_name="记什么")),
                ("happened_on", models.DateField(verbose_name="哪一天")),
                ("words", federation.sealed.SealedTextField(verbose_name="情况")),
                ("outcome", models.CharField(blank=True, choices=OUTCOMES, max_length=12, verbose_name="结果")),
                ("check_on", models.DateField(null=True, verbose_name="下次哪天过问")),
                ("written_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=_PROTECT, related_name="entries", to="programs.incident", verbose_name="疑似侵害"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=_PROTECT, related_name="+", to="federation.organization", verbose_name="所属妇联"
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=_PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=_PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="登记人"
                    ),
                ),
            ],
            options={
                "verbose_name": "侵害跟进",
                "verbose_name_plural": "侵害跟进",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(kind="close"),
                        fields=("incident",),
                        name="incident_closes_once",
                        violation_error_message="这一件已经办结",
                    ),
                    models.CheckConstraint(
                        condition=Q(kind="close", check_on=None) & ~Q(outcome="")
                        | ~Q(kind="close") & Q(outcome="", check_on__isnull=False),
                        name="incident_followed_until_its_outcome",
                        violation_error_message="办结要选结果；没有办结要写下次哪天过问",
                    ),
                ],
            },
        ),
        RowLevelSecurity("programs_incidententry"),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
