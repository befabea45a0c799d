"""Whether the money came: the sample of a batch and what each payee says, only added to, asked by somebody who did not sign."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import federation.sealed
from federation.migration_operations import AddRules, RowLevelSecurity

_TABLES = ("programs_arrivalcheck", "programs_arrivalsample", "programs_arrivalcall")
GUARD = """
CREATE FUNCTION programs_arrival_call_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM programs_signature AS s JOIN programs_arrivalsample AS a ON a.payment_id = s.payment_id
            JOIN federation_user AS u ON u.id = NEW.called_by_id
            WHERE a.id = NEW.sample_id AND s.voided_at IS NULL AND s.person = u.person) THEN
        RAISE EXCEPTION '经手的人不能自己回访' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'arrival_asked_by_another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON programs_arrivalcall FOR EACH ROW EXECUTE FUNCTION programs_arrival_call_guard();
"""
NO_GUARD = "DROP TRIGGER guard ON programs_arrivalcall; DROP FUNCTION programs_arrival_call_guard();"
_OWN = "平台暂定，请市妇联核定后修改"
_OUTCOMES = [("whole", "足额收到"), ("differs", "收到，金额不对"), ("missing", "没有收到"), ("unreached", "没有联系上")]


def _key(to: str, title: str, related: str = "+", **options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, verbose_name=title, **options
    )


def _once(to: str, title: str, related: str) -> models.OneToOneField:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, verbose_name=title
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
        ("programs", "0012_incidents_followed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ArrivalCheck",
            fields=[
                *_scoped(),
                ("seed", models.CharField(max_length=32, verbose_name="抽样种子")),
                ("paid", models.PositiveIntegerField(verbose_name="已到账笔数")),
                ("size", models.PositiveIntegerField(verbose_name="抽查笔数")),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
                ("batch", _once("programs.paymentbatch", "批次", "arrival_check")),
                ("drawn_by", _key(settings.AUTH_USER_MODEL, "抽取人")),
            ],
            options={
                "verbose_name": "到账抽查",
                "verbose_name_plural": "到账抽查",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(size__gte=1, size__lte=F("paid")),
                        name="sample_within_what_was_paid",
                        violation_error_message="抽查笔数不能多于已到账笔数",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArrivalSample",
            fields=[
                *_scoped(),
                ("draw", _key("programs.arrivalcheck", "抽查", "samples")),
                ("payment", _once("programs.payment", "支付", "arrival_sample")),
                ("batch_number", models.CharField(max_length=30, verbose_name="批次号")),
                ("drawn_on", models.DateField(verbose_name="抽中日期")),
            ],
            options={"verbose_name": "抽中的支付", "verbose_name_plural": "抽中的支付"},
        ),
        migrations.CreateModel(
            name="ArrivalCall",
            fields=[
                *_scoped(),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.UUIDField(editable=False, unique=True)),
                ("called_on", models.DateField(verbose_name="哪天问的")),
                ("outcome", models.CharField(choices=_OUTCOMES, max_length=10, verbose_name="她怎么说")),
                ("told_fen", models.BigIntegerField(null=True, verbose_name="她说收到（分）")),
                ("words", federation.sealed.SealedTextField(null=True, verbose_name="情况")),
                ("called_at", models.DateTimeField(verbose_name="登记时间")),
                ("called_by", _key(settings.AUTH_USER_MODEL, "回访人")),
                ("sample", _key("programs.arrivalsample", "抽中的支付", "calls")),
            ],
            options={
                "verbose_name": "到账回访",
                "verbose_name_plural": "到账回访",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(outcome="differs", told_fen__gte=0) | ~Q(outcome="differs") & Q(told_fen=None),
                        name="differing_sum_is_named",
                        violation_error_message="金额不对的要写她说收到多少",
                    )
                ],
            },
        ),
        *(RowLevelSecurity(table) for table in _TABLES),
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER appended_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION programs_appended_only()"
                for table in _TABLES
            ],
            [f"DROP TRIGGER appended_only ON {table}" for table in _TABLES],
        ),
        AddRules(
            [
                ("payment.sample_percent", "10", None, None, _OWN, False),
                ("payment.sample_least", "5", None, None, _OWN, False),
            ]
        ),
    ]
