import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import federation.sealed


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0001_screening_loans_relief_and_sunflower"),
        ("programs", "0003_batch_previews_and_screening_cycles"),
        ("programs", "0005_payments_and_extensions"),
        ("programs", "0007_relief_diagnosis"),
        ("programs", "0012_loan_events_and_follow_ups"),
        ("programs", "0015_loan_events_with_their_amounts"),
        ("programs", "0022_screening_exclusions"),
    ]

    initial = True

    dependencies = [
        ("federation", "0006_moves_and_mergers_that_two_confirm"),
        ("federation", "__first__"),
        ("members", "0006_lists_go_by_the_whole_pinyin"),
        ("outreach", "0007_open_needs"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("application_id", models.BigIntegerField()),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=20)),
                ("source", models.CharField(blank=True, max_length=20)),
                ("target", models.CharField(max_length=20)),
                ("label", models.CharField(max_length=40, verbose_name="办理")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("office", models.CharField(max_length=60, verbose_name="单位")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="原因")),
                ("exception", models.CharField(blank=True, max_length=200, verbose_name="同一人经办的原因")),
                ("days", models.PositiveSmallIntegerField(default=0, verbose_name="在办工作日")),
                ("was_due_on", models.DateField(null=True, verbose_name="期限")),
                ("snapshot", federation.sealed.SealedTextField(editable=True, null=True, verbose_name="决定时的情况")),
                ("place", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("decides", models.BooleanField(default=False, editable=False)),
                ("person", models.UUIDField(editable=False, null=True)),
                ("person_before", models.UUIDField(editable=False, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请办理",
                "verbose_name_plural": "申请办理",
                "indexes": [
                    models.Index(
                        condition=models.Q(("exception", ""), _negated=True),
                        fields=["organization", "at"],
                        name="step_exceptions",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "application_id", "number"),
                        name="one_step_per_number",
                        violation_error_message="这份申请刚刚有人办过，请重新打开再办",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decides", False),
                            ("person_before", None),
                            models.Q(("person", models.F("person_before")), _negated=True),
                            models.Q(("exception", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decided_by_another_person",
                        violation_error_message="上一道决定是您本人办的，这一道请由另一位办理",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("results", "筛查结果"), ("attendance", "参检名单")],
                        max_length=20,
                        verbose_name="种类",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "正在核对"),
                            ("previewed", "待确认"),
                            ("refused", "不能导入"),
                            ("committing", "正在导入"),
                            ("committed", "已导入"),
                            ("cancelled", "已取消"),
                        ],
                        default="reading",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "file",
                    models.FileField(blank=True, max_length=200, upload_to="screening/%Y/%m", verbose_name="文件"),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("file_sha256", models.CharField(max_length=64)),
                (
                    "error_book",
                    models.FileField(
                        blank=True, max_length=200, upload_to="screening/%Y/%m", verbose_name="标错的文件"
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("refusal", models.CharField(blank=True, max_length=300, verbose_name="不能导入的原因")),
                ("sheet_name", models.CharField(blank=True, max_length=60, verbose_name="工作表")),
                ("rows_total", models.PositiveIntegerField(default=0, verbose_name="总行数")),
                ("rows_new", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("rows_changed", models.PositiveIntegerField(default=0, verbose_name="有变化")),
                ("rows_same", models.PositiveIntegerField(default=0, verbose_name="没有变化")),
                ("rows_rejected", models.PositiveIntegerField(default=0, verbose_name="不能导入")),
                ("problems_total", models.PositiveIntegerField(default=0, verbose_name="要改的地方")),
                ("notes_total", models.PositiveIntegerField(default=0, verbose_name="和档案不一致")),
                ("committed_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="federation.job",
                        verbose_name="后台事项",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "上传的名单",
                "verbose_name_plural": "上传的名单",
                "ordering": ["-uploaded_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="BatchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(verbose_name="行")),
                ("woman", models.CharField(max_length=10, verbose_name="姓名")),
                ("place", models.CharField(max_length=60, verbose_name="村（社区）")),
                ("title", models.CharField(max_length=40, verbose_name="改哪一项")),
                ("before", models.CharField(max_length=60, verbose_name="现在")),
                ("after", models.CharField(max_length=60, verbose_name="改为")),
                ("is_note", models.BooleanField(default=False, verbose_name="只提示")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="programs.batch",
                        verbose_name="名单",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "会改动的地方",
                "verbose_name_plural": "会改动的地方",
                "ordering": ["batch", "row", "id"],
            },
        ),
        migrations.CreateModel(
            name="BatchProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(verbose_name="行")),
                ("cell", models.CharField(max_length=12, verbose_name="单元格")),
                ("title", models.CharField(max_length=40, verbose_name="列名")),
                ("value", models.CharField(max_length=60, verbose_name="表里写的")),
                ("reason", models.CharField(max_length=200, verbose_name="为什么不行")),
                ("example", models.CharField(max_length=120, verbose_name="正确写法")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="programs.batch",
                        verbose_name="名单",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "要改的地方",
                "verbose_name_plural": "要改的地方",
                "ordering": ["batch", "row", "id"],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("document_number", models.CharField(blank=True, max_length=40, verbose_name="文号")),
                ("quota", models.PositiveIntegerField(verbose_name="任务数")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="组织单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "筛查批次",
                "verbose_name_plural": "筛查批次",
                "ordering": ["-year", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year", "name"),
                        name="one_campaign_per_year_and_name",
                        violation_error_message="本年度已有同名的筛查",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="campaign_ends_after_it_starts",
                        violation_error_message="结束日期不能早于开始日期",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="batch",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="programs.campaign",
                verbose_name="筛查批次",
            ),
        ),
        migrations.CreateModel(
            name="CareDonation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_on", models.DateField(verbose_name="到账日期")),
                ("donor", models.CharField(max_length=60, verbose_name="捐赠方")),
                (
                    "donor_kind",
                    models.CharField(
                        choices=[
                            ("enterprise", "企业"),
                            ("foundation", "基金会"),
                            ("person", "个人"),
                            ("public_body", "机关单位"),
                        ],
                        max_length=20,
                        verbose_name="捐赠方类型",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("purpose", models.CharField(blank=True, max_length=60, verbose_name="定向用途")),
                ("receipt_number", models.CharField(blank=True, max_length=40, verbose_name="票据号")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "关爱捐赠",
                "verbose_name_plural": "关爱捐赠",
                "indexes": [models.Index(fields=["received_on", "id"], name="donation_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="donation_of_some_money",
                        violation_error_message="金额要大于 0 元",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                ("name", models.CharField(db_collation="C", max_length=40, verbose_name="姓名")),
                (
                    "sex",
                    models.CharField(
                        choices=[("0", "未知"), ("1", "男"), ("2", "女"), ("9", "未说明")],
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                ("birth_on", models.DateField(verbose_name="出生日期")),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("orphan", "孤儿"),
                            ("uncared", "事实无人抚养"),
                            ("extreme_poverty", "特困"),
                            ("ill", "重病"),
                            ("disabled", "重残"),
                            ("minimum_living", "低保家庭"),
                            ("parent_in_custody", "服刑、强戒人员子女"),
                            ("left_behind", "农村留守"),
                            ("harmed", "受侵害、虐待"),
                            ("roaming", "流浪"),
                            ("sudden", "突发困难"),
                        ],
                        max_length=20,
                        verbose_name="主要困难",
                    ),
                ),
                (
                    "other_categories",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("orphan", "孤儿"),
                                ("uncared", "事实无人抚养"),
                                ("extreme_poverty", "特困"),
                                ("ill", "重病"),
                                ("disabled", "重残"),
                                ("minimum_living", "低保家庭"),
                                ("parent_in_custody", "服刑、强戒人员子女"),
                                ("left_behind", "农村留守"),
                                ("harmed", "受侵害、虐待"),
                                ("roaming", "流浪"),
                                ("sudden", "突发困难"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="其他困难",
                    ),
                ),
                ("guardian_name", models.CharField(max_length=40, verbose_name="监护人")),
                ("guardian_relation", models.CharField(max_length=20, verbose_name="与儿童关系")),
                ("guardian_away", models.CharField(blank=True, max_length=40, verbose_name="监护人外出地")),
                (
                    "phone",
                    federation.sealed.SealedTextField(
                        blank=True, editable=True, null=True, verbose_name="监护人手机号"
                    ),
                ),
                ("carer_name", models.CharField(blank=True, max_length=40, verbose_name="实际照料人")),
                ("carer_relation", models.CharField(blank=True, max_length=20, verbose_name="照料人与儿童关系")),
                ("school", models.CharField(blank=True, max_length=40, verbose_name="学校")),
                ("grade", models.CharField(blank=True, max_length=20, verbose_name="年级")),
                (
                    "condition",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="健康状况"),
                ),
                (
                    "benefits",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("minimum_living", "低保"),
                                ("extreme_poverty", "特困供养"),
                                ("orphan", "孤儿基本生活费"),
                                ("uncared", "事实无人抚养儿童补贴"),
                                ("disabled", "残疾人两项补贴"),
                                ("schooling", "助学金、营养餐"),
                                ("medical", "医疗救助"),
                                ("sudden", "临时救助"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="已享受的政策",
                    ),
                ),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[("low", "低"), ("middle", "中"), ("high", "高")],
                        max_length=10,
                        verbose_name="风险等级",
                    ),
                ),
                ("consented_on", models.DateField(blank=True, null=True, verbose_name="监护人同意日期")),
                ("opened_on", models.DateField(verbose_name="建档日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
                ("close_reason", models.CharField(blank=True, max_length=40, verbose_name="退出原因")),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="children",
                        to="members.household",
                        verbose_name="家庭",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "困境儿童",
                "verbose_name_plural": "困境儿童",
                "indexes": [
                    models.Index(fields=["township", "opened_on", "id"], name="child_by_township"),
                    models.Index(fields=["organization", "opened_on", "id"], name="child_by_branch"),
                    models.Index(fields=["opened_on", "id"], name="child_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None), models.Q(("close_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="child_closed_for_a_reason",
                        violation_error_message="请写明退出原因",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("other_categories__contains", [models.F("category")]), _negated=True),
                        name="child_main_category_stands_once",
                        violation_error_message="主要困难不用在其他困难里再选一次",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[("asked", "申请查看"), ("urgent", "紧急查看"), ("maker", "本人建档")],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("visit", "走访关爱"),
                            ("plan", "评估和成长计划"),
                            ("pairing", "结对和联系"),
                            ("aid", "资助"),
                            ("correct", "更正档案"),
                            ("supervise", "督办"),
                            ("audit", "审计检查"),
                        ],
                        max_length=10,
                        verbose_name="用途",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("person", models.UUIDField(editable=False, null=True)),
                ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                ("opens_until", models.DateTimeField(null=True, verbose_name="可看到")),
                ("decider", models.UUIDField(editable=False, null=True)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="批准时间")),
                ("allowed", models.BooleanField(null=True, verbose_name="批准")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="批准意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="申请人单位",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "查看儿童档案",
                "verbose_name_plural": "查看儿童档案",
                "indexes": [
                    models.Index(fields=["child", "person", "opens_until"], name="access_open"),
                    models.Index(fields=["asked_at", "id"], name="access_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider", None), models.Q(("decider", models.F("person")), _negated=True), _connector="OR"
                        ),
                        name="access_allowed_by_another_person",
                        violation_error_message="这是您本人的申请，请由另一位批准",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_until", None),
                            models.Q(("basis", "asked"), _negated=True),
                            ("allowed", True),
                            _connector="OR",
                        ),
                        name="access_opens_when_allowed",
                        violation_error_message="还没有批准，不能打开档案",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "urgent"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="urgent_access_says_why",
                        violation_error_message="紧急查看要写明原因",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("basis", "asked"), ("decided_at", None)),
                        fields=("child", "person"),
                        name="one_access_waits_per_person",
                        violation_error_message="您已申请过查看这份档案，正等批准",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildAid",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_on", models.DateField(verbose_name="发放日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("list_number", models.CharField(max_length=40, verbose_name="审批名单号")),
                ("received_by", models.CharField(blank=True, max_length=40, verbose_name="领取人")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aids",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "儿童资助",
                "verbose_name_plural": "儿童资助",
                "indexes": [
                    models.Index(fields=["township", "given_on", "id"], name="aid_by_township"),
                    models.Index(fields=["organization", "given_on", "id"], name="aid_by_branch"),
                    models.Index(fields=["given_on", "id"], name="aid_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("child", "list_number"),
                        name="one_aid_per_child_and_list",
                        violation_error_message="这个孩子在这份名单里已经登记过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="aid_of_some_money",
                        violation_error_message="金额要大于 0 元",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildAssessment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("assessed_on", models.DateField(verbose_name="评估日期")),
                (
                    "life",
                    models.CharField(
                        choices=[("none", "没有困难"), ("some", "要关注"), ("urgent", "急需帮助")],
                        max_length=10,
                        verbose_name="生活",
                    ),
                ),
                (
                    "study",
                    models.CharField(
                        choices=[("none", "没有困难"), ("some", "要关注"), ("urgent", "急需帮助")],
                        max_length=10,
                        verbose_name="学习",
                    ),
                ),
                (
                    "mind",
                    models.CharField(
                        choices=[("none", "没有困难"), ("some", "要关注"), ("urgent", "急需帮助")],
                        max_length=10,
                        verbose_name="心理",
                    ),
                ),
                (
                    "safety",
                    models.CharField(
                        choices=[("none", "没有困难"), ("some", "要关注"), ("urgent", "急需帮助")],
                        max_length=10,
                        verbose_name="安全",
                    ),
                ),
                (
                    "medical",
                    models.CharField(
                        choices=[("none", "没有困难"), ("some", "要关注"), ("urgent", "急需帮助")],
                        max_length=10,
                        verbose_name="医疗",
                    ),
                ),
                (
                    "risk",
                    models.CharField(
                        choices=[("low", "低"), ("middle", "中"), ("high", "高")],
                        max_length=10,
                        verbose_name="风险等级",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "assessed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估人",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assessments",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "需求评估",
                "verbose_name_plural": "需求评估",
                "indexes": [models.Index(fields=["child", "-assessed_on"], name="assessment_by_day")],
            },
        ),
        migrations.CreateModel(
            name="ChildWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("words", models.CharField(max_length=60, verbose_name="微心愿")),
                ("wished_on", models.DateField(verbose_name="登记日期")),
                ("granted_on", models.DateField(blank=True, null=True, verbose_name="实现日期")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "微心愿",
                "verbose_name_plural": "微心愿",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("child", "year"),
                        name="one_wish_per_child_and_year",
                        violation_error_message="这个孩子今年已登记过一个微心愿",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("granted_on", None), ("granted_on__gte", models.F("wished_on")), _connector="OR"
                        ),
                        name="wish_granted_after_it_is_made",
                        violation_error_message="实现日期不能早于登记日期",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "program",
                    models.CharField(
                        choices=[
                            ("screening", "两癌筛查"),
                            ("relief", "两癌救助"),
                            ("loans", "小额贷款"),
                            ("sunflower", "向日葵关爱"),
                        ],
                        max_length=20,
                        verbose_name="项目",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("document_number", models.CharField(max_length=40, verbose_name="文号")),
                ("opens_on", models.DateField(verbose_name="开始日期")),
                ("closes_on", models.DateField(verbose_name="截止日期")),
                ("cutoff_on", models.DateField(blank=True, null=True, verbose_name="困难身份以哪天为准")),
                ("quota", models.PositiveIntegerField(blank=True, null=True, verbose_name="名额（人）")),
                ("budget_fen", models.BigIntegerField(blank=True, null=True, verbose_name="预算（分）")),
                (
                    "campaign",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cycle",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="组织单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目周期",
                "verbose_name_plural": "项目周期",
                "ordering": ["-opens_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "program", "year", "name"),
                        name="one_cycle_per_year_and_name",
                        violation_error_message="本年度已有同名的一期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                        name="cycle_closes_after_it_opens",
                        violation_error_message="截止日期不能早于开始日期",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComparisonList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "department",
                    models.CharField(
                        choices=[("insurance", "医保"), ("health", "卫健"), ("civil", "民政"), ("rural", "乡村振兴")],
                        max_length=20,
                        verbose_name="部门",
                    ),
                ),
                ("as_of", models.DateField(verbose_name="名单截止日期")),
                ("rows", models.PositiveIntegerField(verbose_name="名单人数")),
                ("unread", models.PositiveIntegerField(verbose_name="身份证号不对的行")),
                ("compared", models.PositiveIntegerField(verbose_name="比对申请")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lists",
                        to="programs.cycle",
                        verbose_name="期次",
                    ),
                ),
            ],
            options={
                "verbose_name": "比对名单",
                "verbose_name_plural": "比对名单",
                "ordering": ["-uploaded_at"],
            },
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("lottery", "中央专项彩票公益金"),
                            ("province", "省级救助资金"),
                            ("city", "市级救助资金"),
                            ("donation", "捐赠款"),
                        ],
                        max_length=20,
                        verbose_name="资金来源",
                    ),
                ),
                (
                    "programme",
                    models.CharField(
                        choices=[("relief", "两癌救助"), ("sunflower", "向日葵关爱")],
                        max_length=20,
                        verbose_name="项目",
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=60, verbose_name="定向用途")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金",
                "verbose_name_plural": "资金",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "source", "programme", "purpose"),
                        name="one_fund_per_source_programme_and_purpose",
                        violation_error_message="这项资金已经有了",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GrowthPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="计划开始日期")),
                ("next_review_on", models.DateField(verbose_name="下次评估期限")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="计划结束日期")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plans",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "成长计划",
                "verbose_name_plural": "成长计划",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on", None)), fields=["next_review_on", "id"], name="plan_by_review"
                    ),
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["township", "next_review_on", "id"],
                        name="plan_by_township",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("child",),
                        name="one_plan_in_force_per_child",
                        violation_error_message="这个孩子已有一份在执行的成长计划",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuardianConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=20, verbose_name="同意书版本")),
                ("signed_by", models.CharField(max_length=40, verbose_name="签字人")),
                ("relation", models.CharField(max_length=20, verbose_name="与儿童关系")),
                ("signed_on", models.DateField(verbose_name="签字日期")),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
                ("withdrawn_on", models.DateField(blank=True, null=True, verbose_name="撤回日期")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "监护人同意",
                "verbose_name_plural": "监护人同意",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_on", None)),
                        fields=("child",),
                        name="one_consent_in_force_per_child",
                        violation_error_message="这个孩子已有一份有效的监护人同意，请先登记撤回",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("signed_on__lte", models.F("recorded_on"))),
                        name="consent_signed_before_it_is_recorded",
                        violation_error_message="签字日期不能晚于今天",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_on", None), ("withdrawn_on__gte", models.F("signed_on")), _connector="OR"
                        ),
                        name="consent_withdrawn_after_it_is_signed",
                        violation_error_message="撤回日期不能早于签字日期",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("submission", models.UUIDField(editable=False, unique=True)),
                (
                    "about",
                    models.CharField(
                        choices=[("child", "未成年人"), ("woman", "妇女")], max_length=10, verbose_name="疑似受侵害的是"
                    ),
                ),
                ("signs", federation.sealed.SealedTextField(editable=True, null=True, verbose_name="哪些情形")),
                ("facts", federation.sealed.SealedTextField(editable=True, verbose_name="看到、听到的情况")),
                ("recorded_at", models.DateTimeField(verbose_name="记下时间")),
                ("due_at", models.DateTimeField(verbose_name="上报时限")),
                (
                    "child",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="programs.child",
                        verbose_name="儿童档案",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.need",
                        verbose_name="诉求",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发现人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.visit",
                        verbose_name="走访",
                    ),
                ),
            ],
            options={
                "verbose_name": "疑似侵害",
                "verbose_name_plural": "疑似侵害",
                "indexes": [models.Index(fields=["recorded_at", "id"], name="incident_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("recorded_at"))), name="incident_clock_runs_forward"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reported_to",
                    models.CharField(
                        choices=[
                            ("police", "公安（110）"),
                            ("civil_affairs", "民政"),
                            ("education", "教育"),
                            ("procuratorate", "检察院"),
                            ("federation", "市妇联权益部（12338）"),
                        ],
                        max_length=20,
                        verbose_name="报告给",
                    ),
                ),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("receipt_number", models.CharField(blank=True, max_length=60, verbose_name="回执号、接警员警号")),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="programs.incident",
                        verbose_name="疑似侵害",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "侵害报告",
                "verbose_name_plural": "侵害报告",
                "ordering": ["reported_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("source", "来源"),
                            ("available", "结余"),
                            ("payable", "已批未付"),
                            ("paid", "已付"),
                            ("returned", "银行退回"),
                        ],
                        max_length=20,
                        verbose_name="科目",
                    ),
                ),
                ("balance_fen", models.BigIntegerField(default=0, editable=False, verbose_name="余额（分）")),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="programs.fund",
                        verbose_name="资金",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "科目",
                "verbose_name_plural": "科目",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fund", "kind"),
                        name="one_account_per_fund_and_kind",
                        violation_error_message="这项资金已有这个科目",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "source"), ("balance_fen__gte", 0), _connector="OR"),
                        name="fund_never_negative",
                        violation_error_message="这项资金的结余不够",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "source"), _negated=True), ("balance_fen__lte", 0), _connector="OR"
                        ),
                        name="source_only_gives",
                        violation_error_message="冲正的收款比收到的还多",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True, verbose_name="凭证键")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "收款"),
                            ("granted", "批准支付"),
                            ("paid", "支付到账"),
                            ("returned", "银行退回"),
                            ("released", "收回结余"),
                            ("reversed", "冲正"),
                        ],
                        max_length=20,
                        verbose_name="事由",
                    ),
                ),
                ("reference", models.CharField(db_index=True, max_length=60, verbose_name="凭据")),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="摘要")),
                ("booked_on", models.DateField(verbose_name="记账日期")),
                ("made_at", models.DateTimeField(verbose_name="记账时间")),
                ("position", models.BigIntegerField(editable=False, null=True, unique=True, verbose_name="链上序号")),
                ("prev_hash", models.CharField(blank=True, editable=False, max_length=64, verbose_name="上一笔摘要")),
                ("hash", models.CharField(blank=True, editable=False, max_length=64, verbose_name="链上摘要")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记账人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="programs.ledgerentry",
                        verbose_name="冲正的凭证",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "凭证",
                "verbose_name_plural": "凭证",
                "indexes": [models.Index(fields=["booked_on", "id"], name="ledger_entry_by_day")],
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fen", models.BigIntegerField(verbose_name="金额（分）")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programs.ledgeraccount",
                        verbose_name="科目",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programs.ledgerentry",
                        verbose_name="凭证",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "分录",
                "verbose_name_plural": "分录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fen", 0), _negated=True),
                        name="ledger_line_of_some_money",
                        violation_error_message="分录金额不能是 0",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arrived_on", models.DateField(blank=True, editable=False, null=True, verbose_name="到本环节的日期")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="本环节期限")),
                ("brought_in", models.BooleanField(default=False, editable=False, verbose_name="历史转入")),
                (
                    "loan_kind",
                    models.CharField(
                        choices=[("individual", "个人"), ("partnership", "合伙"), ("firm", "小微企业")],
                        default="individual",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("firm_name", models.CharField(blank=True, max_length=80, verbose_name="企业名称")),
                (
                    "credit_code",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-HJ-NPQRTUWXY]{18}$", "统一社会信用代码是 18 位，例如 91430100MA4L16JQ9B"
                            )
                        ],
                        verbose_name="统一社会信用代码",
                    ),
                ),
                ("staff_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="现有职工（人）")),
                ("project", models.CharField(max_length=60, verbose_name="项目")),
                ("plan", models.CharField(max_length=500, verbose_name="经营计划")),
                ("use", models.CharField(max_length=300, verbose_name="资金用途")),
                ("amount_fen", models.BigIntegerField(verbose_name="申请金额（分）")),
                ("own_fen", models.BigIntegerField(verbose_name="自筹资金（分）")),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1, "期限至少 1 个月")],
                        verbose_name="申请期限（月）",
                    ),
                ),
                ("jobs_planned", models.PositiveSmallIntegerField(verbose_name="预计带动就业（人）")),
                ("applied_on", models.DateField(verbose_name="申请日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("returned", "退回补正"),
                            ("submitted", "已提交"),
                            ("recommended", "村级已推荐"),
                            ("checked", "乡镇已初审"),
                            ("reviewed", "市妇联已审核"),
                            ("qualified", "人社已认定"),
                            ("guaranteed", "担保已同意"),
                            ("bank_approved", "银行已审批"),
                            ("confirmed", "财政已核定"),
                            ("signed", "已签约"),
                            ("released", "已放款"),
                            ("refused", "未通过"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("person_index", models.BinaryField(null=True)),
                ("home_visit_on", models.DateField(blank=True, null=True, verbose_name="入户日期")),
                ("labour_on", models.DateField(blank=True, null=True, verbose_name="资格认定日期")),
                ("labour_number", models.CharField(blank=True, max_length=40, verbose_name="认定文号")),
                ("guarantee_on", models.DateField(blank=True, null=True, verbose_name="同意担保日期")),
                (
                    "guarantee_way",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fund", "担保基金，反担保人担保"),
                            ("fund_pledged", "担保基金，抵押或质押反担保"),
                            ("none", "信用，免担保"),
                        ],
                        max_length=20,
                        verbose_name="担保方式",
                    ),
                ),
                ("guarantor", models.CharField(blank=True, max_length=60, verbose_name="担保单位")),
                ("bank_on", models.DateField(blank=True, null=True, verbose_name="银行审批日期")),
                ("bank", models.CharField(blank=True, max_length=40, verbose_name="经办银行")),
                ("granted_fen", models.BigIntegerField(blank=True, null=True, verbose_name="核定金额（分）")),
                (
                    "granted_months",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1, "期限至少 1 个月")],
                        verbose_name="核定期限（月）",
                    ),
                ),
                ("treasury_on", models.DateField(blank=True, null=True, verbose_name="财政核定日期")),
                ("treasury_number", models.CharField(blank=True, max_length=40, verbose_name="贴息核定文号")),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="签约日期")),
                ("contract_number", models.CharField(blank=True, max_length=40, verbose_name="合同号")),
                (
                    "rate_percent",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=6, null=True, verbose_name="年利率（%）"
                    ),
                ),
                ("released_on", models.DateField(blank=True, null=True, verbose_name="放款日期")),
                ("matures_on", models.DateField(blank=True, null=True, verbose_name="到期日期")),
                (
                    "refusal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_eligible", "不符合贷款条件"),
                            ("project", "项目不可行"),
                            ("credit", "征信或债务没有通过"),
                            ("ability", "还款能力不足"),
                            ("guarantee", "担保没有落实"),
                            ("papers", "材料不齐，可再报"),
                            ("quota", "本年额度已满，可再报"),
                        ],
                        max_length=20,
                        verbose_name="未通过原因",
                    ),
                ),
                (
                    "corrected_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_applications",
                        to="programs.cycle",
                        verbose_name="期次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_applications",
                        to="members.woman",
                        verbose_name="申请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款申请",
                "verbose_name_plural": "贷款申请",
            },
        ),
        migrations.CreateModel(
            name="LoanPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_on", models.DateField(verbose_name="收件日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "申请表（本人签字）"),
                            ("id_card", "身份证"),
                            ("household", "户口簿"),
                            ("marriage", "婚姻证明"),
                            ("licence", "营业执照，或场地租约、村和乡镇证明"),
                            ("plan", "经营计划"),
                            ("use", "资金使用计划"),
                            ("startup", "就业创业证"),
                            ("guarantor", "反担保人收入证明"),
                            ("agreement", "合伙协议"),
                            ("staff", "职工花名册和劳动合同"),
                        ],
                        max_length=20,
                        verbose_name="材料",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="programs.loanapplication",
                        verbose_name="申请",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款材料",
                "verbose_name_plural": "贷款材料",
                "constraints": [
                    models.UniqueConstraint(fields=("application", "kind"), name="one_loan_paper_of_each_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanPartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("id_number", federation.sealed.SealedTextField(editable=True, verbose_name="身份证号")),
                ("id_index", models.BinaryField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partners",
                        to="programs.loanapplication",
                        verbose_name="申请",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "合伙人",
                "verbose_name_plural": "合伙人",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "id_index"),
                        name="one_partner_per_number",
                        violation_error_message="这位合伙人已经登记过",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mentor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(db_collation="C", max_length=40, verbose_name="姓名")),
                (
                    "sex",
                    models.CharField(
                        choices=[("0", "未知"), ("1", "男"), ("2", "女"), ("9", "未说明")],
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("caring_mother", "爱心妈妈"), ("companion", "成长伙伴")],
                        max_length=20,
                        verbose_name="身份",
                    ),
                ),
                ("work_unit", models.CharField(blank=True, max_length=60, verbose_name="工作单位")),
                (
                    "id_number",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="身份证号"),
                ),
                (
                    "phone",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="手机号"),
                ),
                ("recruited_on", models.DateField(verbose_name="报名日期")),
                ("vetted_on", models.DateField(editable=False, null=True, verbose_name="审核通过日期")),
                ("vetted_until", models.DateField(editable=False, null=True, verbose_name="审核有效期")),
                ("refused_on", models.DateField(editable=False, null=True, verbose_name="审核未通过日期")),
                ("trained_on", models.DateField(blank=True, null=True, verbose_name="培训日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
                ("leave_reason", models.CharField(blank=True, max_length=40, verbose_name="退出原因")),
                (
                    "account",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="平台账号",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "爱心妈妈、成长伙伴",
                "verbose_name_plural": "爱心妈妈、成长伙伴",
                "indexes": [
                    models.Index(fields=["recruited_on", "id"], name="mentor_by_day"),
                    models.Index(fields=["township", "recruited_on", "id"], name="mentor_by_township"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on", None), models.Q(("leave_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="mentor_left_for_a_reason",
                        violation_error_message="请写明退出原因",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MentorVetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_on", models.DateField(verbose_name="违法犯罪记录查询日期")),
                ("check_number", models.CharField(max_length=40, verbose_name="查询回执编号")),
                (
                    "result",
                    models.CharField(
                        choices=[("clear", "没有记录"), ("found", "有记录")], max_length=10, verbose_name="查询结果"
                    ),
                ),
                ("pledged_on", models.DateField(blank=True, null=True, verbose_name="签承诺书日期")),
                ("passed", models.BooleanField(verbose_name="通过")),
                ("valid_until", models.DateField(verbose_name="有效期")),
                (
                    "mentor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vettings",
                        to="programs.mentor",
                        verbose_name="爱心妈妈、成长伙伴",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "结对资格审核",
                "verbose_name_plural": "结对资格审核",
                "indexes": [models.Index(fields=["mentor", "-checked_on", "-id"], name="vetting_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("passed", False),
                            models.Q(("result", "clear"), ("pledged_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="vetting_passed_with_check_and_pledge",
                        violation_error_message="查询没有记录、又签了承诺书，审核才算通过",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pairing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("caring_mother", "爱心妈妈"), ("companion", "成长伙伴")],
                        max_length=20,
                        verbose_name="身份",
                    ),
                ),
                ("mentor_name", models.CharField(max_length=40, verbose_name="结对人")),
                ("vetted_on", models.DateField(blank=True, null=True, verbose_name="审核日期")),
                ("starts_on", models.DateField(verbose_name="结对日期")),
                ("agreed_until", models.DateField(blank=True, null=True, verbose_name="约定到")),
                ("last_contact_on", models.DateField(editable=False, null=True, verbose_name="最近联系")),
                ("last_meeting_on", models.DateField(editable=False, null=True, verbose_name="最近见面")),
                ("contact_due_on", models.DateField(editable=False, null=True, verbose_name="下次联系不晚于")),
                ("meeting_due_on", models.DateField(editable=False, null=True, verbose_name="下次见面不晚于")),
                ("reviewed_on", models.DateField(editable=False, null=True, verbose_name="续结评估日期")),
                ("review_words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="续结评估")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="解除日期")),
                ("end_reason", models.CharField(blank=True, max_length=60, verbose_name="解除原因")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pairings",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairings",
                        to="programs.mentor",
                        verbose_name="结对人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "结对",
                "verbose_name_plural": "结对",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ends_on", None)),
                        fields=["contact_due_on", "id"],
                        name="pairing_by_contact",
                    ),
                    models.Index(
                        condition=models.Q(("ends_on", None)),
                        fields=["township", "contact_due_on", "id"],
                        name="pairing_by_township",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="pairing_ends_after_it_starts",
                        violation_error_message="解除日期不能早于结对日期",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)),
                        fields=("child", "mentor"),
                        name="one_open_pairing_per_child_and_mentor",
                        violation_error_message="她和这个孩子已经结对",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None), models.Q(("end_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="pairing_ended_for_a_reason",
                        violation_error_message="请写明解除原因",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CareContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contacted_on", models.DateField(verbose_name="联系日期")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("phone", "电话"),
                            ("video", "视频"),
                            ("letter", "书信"),
                            ("meeting", "见面"),
                            ("activity", "亲子活动"),
                            ("birthday", "过生日"),
                        ],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="情况")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "pairing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="programs.pairing",
                        verbose_name="结对",
                    ),
                ),
            ],
            options={
                "verbose_name": "结对联系",
                "verbose_name_plural": "结对联系",
                "indexes": [models.Index(fields=["pairing", "-contacted_on"], name="contact_by_day")],
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="批次号")),
                (
                    "state",
                    models.CharField(
                        choices=[("made", "待送银行"), ("sent", "已送银行")],
                        default="made",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="制表时间")),
                ("sent_on", models.DateField(null=True, verbose_name="送银行日期")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="笔数")),
                ("total_fen", models.BigIntegerField(default=0, verbose_name="合计（分）")),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("generations", models.PositiveIntegerField(default=0, verbose_name="生成次数")),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="programs.fund",
                        verbose_name="资金",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制表人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付批次",
                "verbose_name_plural": "支付批次",
                "indexes": [models.Index(fields=["made_at", "id"], name="payment_batch_by_time")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待初审"),
                            ("reviewed", "待复审"),
                            ("approved", "待支付"),
                            ("batched", "已列入批次"),
                            ("sent", "已送银行"),
                            ("paid", "已到账"),
                            ("returned", "银行退回"),
                            ("reversed", "已收回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "programme",
                    models.CharField(
                        choices=[("relief", "两癌救助"), ("sunflower", "向日葵关爱")],
                        max_length=20,
                        verbose_name="项目",
                    ),
                ),
                ("payee_index", models.BinaryField()),
                ("cycle", models.CharField(max_length=40, verbose_name="名单")),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="所属时段")),
                ("payee", federation.sealed.SealedTextField(editable=True, verbose_name="收款人")),
                ("bank_card", federation.sealed.SealedTextField(editable=True, verbose_name="收款账号")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("purpose", models.CharField(max_length=40, verbose_name="用途")),
                ("content_hash", models.CharField(editable=False, max_length=64)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="第几稿")),
                ("line_number", models.PositiveIntegerField(null=True, verbose_name="批次内序号")),
                ("requested_on", models.DateField(verbose_name="提请日期")),
                ("paid_on", models.DateField(null=True, verbose_name="到账日期")),
                ("serial", models.CharField(blank=True, max_length=40, verbose_name="银行流水号")),
                ("return_reason", models.CharField(blank=True, max_length=100, verbose_name="退回原因")),
                (
                    "aid",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="payment",
                        to="programs.childaid",
                        verbose_name="资助",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="programs.child",
                        verbose_name="儿童",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="programs.fund",
                        verbose_name="资金",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="programs.paymentbatch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付",
                "verbose_name_plural": "支付",
                "indexes": [
                    models.Index(fields=["state", "requested_on", "id"], name="payment_by_state"),
                    models.Index(fields=["township", "requested_on", "id"], name="payment_by_township"),
                    models.Index(fields=["requested_on", "id"], name="payment_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="payment_of_some_money",
                        violation_error_message="金额要大于 0 元",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("batch", None),
                                ("state__in", ["draft", "submitted", "reviewed", "approved", "withdrawn"]),
                            ),
                            models.Q(
                                ("batch__isnull", False),
                                ("state__in", ["batched", "sent", "paid", "returned", "reversed"]),
                            ),
                            _connector="OR",
                        ),
                        name="payment_batched_in_a_batch",
                        violation_error_message="列入批次的支付才有批次",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True), ("paid_on__isnull", False), _connector="OR"
                        ),
                        name="payment_paid_on_a_day",
                        violation_error_message="已到账的要有到账日期",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("batch__isnull", False)),
                        fields=("batch", "line_number"),
                        name="one_payment_per_line_of_a_batch",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ["reversed", "withdrawn"]), _negated=True),
                        expressions=[("payee_index", "="), ("programme", "="), ("cycle", "="), ("period", "&&")],
                        name="one_payment_per_person_list_and_period",
                        violation_error_message="这个人在这份名单、这个时段里已有一笔支付",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("bank_reference", models.CharField(max_length=40, verbose_name="业务编号")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("paid", "成功"), ("failed", "失败")], max_length=10, verbose_name="结果"
                    ),
                ),
                ("serial", models.CharField(blank=True, max_length=40, verbose_name="银行流水号")),
                ("reason", models.CharField(blank=True, max_length=100, verbose_name="失败原因")),
                ("happened_on", models.DateField(verbose_name="交易日期")),
                ("taken_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "difference",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "批次里没有这一笔"),
                            ("amount", "金额不一致"),
                            ("contradiction", "与先前的回盘相反"),
                        ],
                        max_length=20,
                        verbose_name="差异",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("follow", "以这次回盘为准"), ("ignore", "不采用这一行")],
                        max_length=10,
                        verbose_name="处理意见",
                    ),
                ),
                ("grounds", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("proposer", models.UUIDField(editable=False, null=True)),
                ("confirmer", models.UUIDField(editable=False, null=True)),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="确认时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_lines",
                        to="programs.payment",
                        verbose_name="支付",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_lines",
                        to="programs.paymentbatch",
                        verbose_name="批次",
                    ),
                ),
            ],
            options={
                "verbose_name": "银行回盘",
                "verbose_name_plural": "银行回盘",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposer", models.F("confirmer")), _negated=True),
                        name="difference_decided_by_two_people",
                        violation_error_message="处理意见是您提出的，请由另一位确认",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", None), ("proposed_by__isnull", False), _connector="OR"),
                        name="difference_proposed_before_confirmed",
                        violation_error_message="要先有人提出处理意见",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("difference", ""), _negated=True), ("payment__isnull", False), _connector="OR"
                        ),
                        name="bank_line_without_payment_is_a_difference",
                        violation_error_message="批次里没有这一笔",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanGoal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "aspect",
                    models.CharField(
                        choices=[
                            ("life", "生活"),
                            ("study", "学习"),
                            ("mind", "心理"),
                            ("safety", "安全"),
                            ("medical", "医疗"),
                        ],
                        max_length=10,
                        verbose_name="方面",
                    ),
                ),
                ("words", models.CharField(max_length=100, verbose_name="目标")),
                (
                    "progress",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "已达到"),
                            ("better", "有进步"),
                            ("same", "没有变化"),
                            ("worse", "变差了"),
                        ],
                        max_length=10,
                        verbose_name="进展",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="goals",
                        to="programs.growthplan",
                        verbose_name="成长计划",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "成长目标",
                "verbose_name_plural": "成长目标",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "aspect"), name="one_goal_per_plan_and_aspect")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="期限")),
                ("reviewed_on", models.DateField(verbose_name="评估日期")),
                ("words", models.CharField(max_length=200, verbose_name="学期小结")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="programs.growthplan",
                        verbose_name="成长计划",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评估人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "学期评估",
                "verbose_name_plural": "学期评估",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "due_on"),
                        name="one_review_per_plan_and_term",
                        violation_error_message="这个学期已经评估过",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReliefFund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "已有同名的资金"}, max_length=60, unique=True, verbose_name="名称"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("lottery", "中央专项彩票公益金"),
                            ("province", "省级救助资金"),
                            ("city", "市级救助资金"),
                        ],
                        max_length=20,
                        verbose_name="资金来源",
                    ),
                ),
                ("line", models.CharField(editable=False, max_length=20)),
                (
                    "predecessor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="programs.relieffund",
                        verbose_name="由哪项资金改名",
                    ),
                ),
            ],
            options={
                "verbose_name": "救助资金",
                "verbose_name_plural": "救助资金",
                "ordering": ["source", "id"],
            },
        ),
        migrations.AddField(
            model_name="cycle",
            name="fund",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cycles",
                to="programs.relieffund",
                verbose_name="救助资金",
            ),
        ),
        migrations.CreateModel(
            name="ReliefGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arrived_on", models.DateField(blank=True, editable=False, null=True, verbose_name="到本环节的日期")),
                ("due_on", models.DateField(blank=True, editable=False, null=True, verbose_name="本环节期限")),
                ("brought_in", models.BooleanField(default=False, editable=False, verbose_name="历史转入")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "fund",
                    models.CharField(
                        choices=[
                            ("lottery", "中央专项彩票公益金"),
                            ("province", "省级救助资金"),
                            ("city", "市级救助资金"),
                        ],
                        default="lottery",
                        max_length=20,
                        verbose_name="资金",
                    ),
                ),
                (
                    "hardship",
                    models.CharField(
                        choices=[
                            ("none", "无"),
                            ("minimum_living", "低保"),
                            ("extreme_poverty", "特困"),
                            ("near_poverty", "易返贫致贫"),
                            ("expense", "支出型困难"),
                            ("other", "其他困难"),
                        ],
                        max_length=20,
                        verbose_name="困难类别",
                    ),
                ),
                (
                    "diagnosis",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="诊断"),
                ),
                (
                    "bank_card",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="银行卡号"),
                ),
                ("person_index", models.BinaryField(null=True)),
                ("fund_line", models.CharField(default="", editable=False, max_length=20)),
                ("diagnosed_on", models.DateField(blank=True, null=True, verbose_name="确诊日期")),
                ("applied_on", models.DateField(verbose_name="申请日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("returned", "退回补正"),
                            ("submitted", "已提交"),
                            ("accepted", "村级已受理"),
                            ("checked", "乡镇已核实"),
                            ("compared", "比对完成"),
                            ("reviewed", "已审定"),
                            ("reported", "已上报"),
                            ("approved", "获批"),
                            ("paying", "拨付待复核"),
                            ("paid", "已拨付"),
                            ("declined", "未获批"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="获批日期")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="拨付日期")),
                ("transfer_number", models.CharField(blank=True, max_length=40, verbose_name="银行流水号")),
                ("review_meeting", models.CharField(blank=True, max_length=60, verbose_name="审定会议")),
                ("report_number", models.CharField(blank=True, max_length=40, verbose_name="上报文号")),
                (
                    "decline_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_eligible", "不符合救助条件"),
                            ("repeated", "已领取过这项资金"),
                            ("papers", "材料不齐，可再报"),
                            ("quota", "本年名额已满，可再报"),
                        ],
                        max_length=20,
                        verbose_name="未获批原因",
                    ),
                ),
                ("return_visit_on", models.DateField(blank=True, null=True, verbose_name="回访日期")),
                (
                    "corrected_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="更正人",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="programs.cycle",
                        verbose_name="期次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "transfer_confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拨付复核",
                    ),
                ),
                (
                    "transfer_recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="拨付经办",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relief_grants",
                        to="members.woman",
                        verbose_name="申请人",
                    ),
                ),
            ],
            options={
                "verbose_name": "两癌救助",
                "verbose_name_plural": "两癌救助",
                "indexes": [
                    models.Index(fields=["township", "applied_on", "id"], name="relief_by_township"),
                    models.Index(fields=["organization", "applied_on", "id"], name="relief_by_branch"),
                    models.Index(fields=["applied_on", "id"], name="relief_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["declined", "withdrawn"]), _negated=True),
                        fields=("woman", "fund_line"),
                        name="one_relief_grant_per_woman_and_line",
                        violation_error_message="她已申请或领取过这项资金的救助，一生只能救助一次",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["declined", "withdrawn"]), _negated=True),
                            ("person_index__isnull", False),
                        ),
                        fields=("person_index", "fund_line"),
                        name="one_relief_grant_per_number_and_line",
                        violation_error_message="这个身份证号已申请或领取过这项资金的救助，一生只能救助一次",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="relief_of_some_money",
                        violation_error_message="救助金额要大于 0 元",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True), ("paid_on__isnull", False), _connector="OR"
                        ),
                        name="relief_paid_on_a_day",
                        violation_error_message="已拨付的要填拨付日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("transfer_recorded_by", models.F("transfer_confirmed_by")), _negated=True),
                        name="relief_transfer_confirmed_by_another",
                        violation_error_message="拨付要由经办以外的人复核",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("decline_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="relief_declined_for_a_reason",
                        violation_error_message="未获批的要选一个原因",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="grant",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="programs.reliefgrant",
                verbose_name="救助申请",
            ),
        ),
        migrations.CreateModel(
            name="ComparisonFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "department",
                    models.CharField(
                        choices=[("insurance", "医保"), ("health", "卫健"), ("civil", "民政"), ("rural", "乡村振兴")],
                        max_length=20,
                        verbose_name="部门",
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("matched", "名单上有，一致"),
                            ("absent", "名单上没有"),
                            ("contradictory", "名单上有，有出入"),
                        ],
                        max_length=20,
                        verbose_name="结果",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="出入")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="programs.comparisonlist",
                        verbose_name="名单",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="programs.reliefgrant",
                        verbose_name="申请",
                    ),
                ),
            ],
            options={
                "verbose_name": "比对结果",
                "verbose_name_plural": "比对结果",
                "ordering": ["department"],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "department"), name="one_finding_per_department")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReliefPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_on", models.DateField(verbose_name="收件日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("form", "申报表（本人签字）"),
                            ("diagnosis", "诊断证明、病理报告和病历"),
                            ("fresh_proof", "近期复查证明（上年底以前确诊的）"),
                            ("id_card", "身份证"),
                            ("household", "户口本（本人页）"),
                            ("hardship", "低保证或困难证明"),
                            ("costs", "费用结算单或报销凭证"),
                            ("bank_card", "本人银行卡"),
                        ],
                        max_length=20,
                        verbose_name="材料",
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="programs.reliefgrant",
                        verbose_name="申请",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "救助材料",
                "verbose_name_plural": "救助材料",
                "constraints": [models.UniqueConstraint(fields=("grant", "kind"), name="one_paper_of_each_kind")],
            },
        ),
        migrations.CreateModel(
            name="RuleStamp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="规则")),
                ("value", models.CharField(max_length=60, verbose_name="取值")),
                ("valid_from", models.DateField(null=True, verbose_name="施行日期")),
                ("source", models.CharField(max_length=200, verbose_name="依据")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stamps",
                        to="programs.applicationstep",
                        verbose_name="办理",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "所依据的规则",
                "verbose_name_plural": "所依据的规则",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=30, verbose_name="编号")),
                ("attended_on", models.DateField(verbose_name="参检日期")),
                ("cervical", models.BooleanField(default=True, verbose_name="宫颈癌筛查")),
                ("breast", models.BooleanField(default=True, verbose_name="乳腺癌筛查")),
                ("cervical_due_on", models.DateField(blank=True, null=True, verbose_name="宫颈癌下次筛查")),
                ("breast_due_on", models.DateField(blank=True, null=True, verbose_name="乳腺癌下次筛查")),
                ("needs_contact", models.BooleanField(default=False, verbose_name="需联系医院")),
                ("needs_help", models.BooleanField(db_default=False, default=False, verbose_name="需协助")),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="programs.batch",
                        verbose_name="来自名单",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recall",
                    models.OneToOneField(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="screening",
                        to="outreach.followup",
                        verbose_name="召回跟进",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
            ],
            options={
                "verbose_name": "参检",
                "verbose_name_plural": "参检",
                "indexes": [
                    models.Index(fields=["township", "attended_on", "id"], name="screening_by_township"),
                    models.Index(fields=["organization", "attended_on", "id"], name="screening_by_branch"),
                    models.Index(fields=["attended_on", "id"], name="screening_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("woman", "campaign"),
                        name="one_screening_per_campaign_and_woman",
                        violation_error_message="该妇女在本次筛查里已有记录",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cervical", True), ("breast", True), _connector="OR"),
                        name="screening_of_something",
                        violation_error_message="宫颈癌和乳腺癌筛查至少有一项",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=60, verbose_name="知情同意书版本")),
                ("signed_on", models.DateField(verbose_name="签字日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
            ],
            options={
                "verbose_name": "知情同意",
                "verbose_name_plural": "知情同意",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "woman", "version"),
                        name="one_consent_per_version",
                        violation_error_message="这一版知情同意书已经登记过",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="日期")),
                ("place", models.CharField(max_length=60, verbose_name="地点")),
                ("quota", models.PositiveSmallIntegerField(verbose_name="当天最多（人）")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "筛查安排",
                "verbose_name_plural": "筛查安排",
                "indexes": [models.Index(fields=["campaign", "day", "id"], name="screening_day_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "organization", "day"),
                        name="one_screening_day_per_branch",
                        violation_error_message="这个村这一天已经安排过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quota__gt", 0)),
                        name="screening_day_for_some",
                        violation_error_message="人数要大于 0",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningAppointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("booked", "已预约"), ("came", "已到"), ("missed", "没到")],
                        default="booked",
                        max_length=10,
                        verbose_name="情况",
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="programs.screeningday",
                        verbose_name="筛查安排",
                    ),
                ),
            ],
            options={
                "verbose_name": "预约",
                "verbose_name_plural": "预约",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "woman"),
                        name="one_appointment_per_day_and_woman",
                        violation_error_message="她已在这一天的名单里",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningExclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("cervical", models.BooleanField(verbose_name="宫颈癌不查")),
                ("breast", models.BooleanField(verbose_name="乳腺癌不查")),
                (
                    "reason",
                    models.CharField(
                        choices=[("medical", "医学原因"), ("declined", "本人不参加"), ("away", "长期在外")],
                        max_length=10,
                        verbose_name="原因",
                    ),
                ),
                (
                    "detail",
                    federation.sealed.SealedTextField(blank=True, editable=True, null=True, verbose_name="具体情况"),
                ),
                ("recorded_on", models.DateField(verbose_name="登记日期")),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="取消日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.campaign",
                        verbose_name="只在本次筛查",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screening_exclusions",
                        to="members.woman",
                        verbose_name="妇女",
                    ),
                ),
            ],
            options={
                "verbose_name": "不查登记",
                "verbose_name_plural": "不查登记",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cervical", True), ("breast", True), _connector="OR"),
                        name="exclusion_from_something",
                        violation_error_message="宫颈癌和乳腺癌至少选一项",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningQuota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quota", models.PositiveIntegerField(verbose_name="任务数")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "筛查任务",
                "verbose_name_plural": "筛查任务",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "organization"), name="one_quota_per_campaign_and_branch"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningRecall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("step", federation.sealed.SealedTextField(editable=True, verbose_name="等哪一步")),
                ("opened_on", models.DateField(verbose_name="提出日期")),
                ("due_on", models.DateField(verbose_name="到期日")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "已做"), ("not_done", "有记录没做"), ("ended", "不再需要")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("declined", "本人拒绝"),
                            ("lost", "失访"),
                            ("postponed", "改期"),
                            ("ill", "身体原因暂缓"),
                            ("died", "死亡"),
                        ],
                        max_length=10,
                        verbose_name="没做的原因",
                    ),
                ),
                ("recorded_on", models.DateField(blank=True, null=True, verbose_name="登记原因日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recalls",
                        to="programs.screening",
                        verbose_name="参检",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "召回",
                "verbose_name_plural": "召回",
                "indexes": [
                    models.Index(fields=["township", "due_on", "id"], name="recall_by_township"),
                    models.Index(fields=["organization", "due_on", "id"], name="recall_by_branch"),
                    models.Index(fields=["campaign", "due_on", "id"], name="recall_by_campaign"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("outcome", "")),
                            models.Q(("closed_on__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="recall_closed_with_an_outcome",
                        violation_error_message="结束召回要有结果",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "not_done"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recall_not_done_for_a_reason",
                        violation_error_message="没做要写明原因",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScreeningResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("health", federation.sealed.SealedTextField(editable=True, verbose_name="检查结果")),
                ("abnormal", models.BooleanField(default=False, verbose_name="需进一步检查")),
                ("reported_on", models.DateField(verbose_name="报告日期")),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="programs.batch",
                        verbose_name="来自名单",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "screening",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="result",
                        to="programs.screening",
                        verbose_name="参检",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "筛查结果",
                "verbose_name_plural": "筛查结果",
                "indexes": [models.Index(fields=["reported_on", "id"], name="result_by_day")],
            },
        ),
        migrations.CreateModel(
            name="ScreeningReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("figures", models.JSONField(verbose_name="数字")),
                ("made_on", models.DateField(verbose_name="填表日期")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="programs.campaign",
                        verbose_name="筛查批次",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填表人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "筛查季报",
                "verbose_name_plural": "筛查季报",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="return_of_a_quarter",
                        violation_error_message="季度写 1 到 4",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[("requested", "提请"), ("reviewed", "初审"), ("approved", "复审"), ("sent", "支付")],
                        max_length=20,
                        verbose_name="环节",
                    ),
                ),
                ("person", models.UUIDField(editable=False, null=True)),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("content_hash", models.CharField(max_length=64)),
                ("exception", models.CharField(blank=True, max_length=200, verbose_name="同一人经办的原因")),
                ("voided_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="签批人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="programs.payment",
                        verbose_name="支付",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付签批",
                "verbose_name_plural": "支付签批",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("voided_at", None)),
                        fields=("payment", "step"),
                        name="one_signature_per_step",
                        violation_error_message="这一步已经有人办了，请重新打开",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exception", ""), ("voided_at", None)),
                        fields=("payment", "person"),
                        name="four_different_persons",
                        violation_error_message="这笔支付的前面一步是您本人办的，请由另一位办理",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("exception", ""), ("step", "reviewed"), _connector="OR"),
                        name="one_person_twice_only_at_review",
                        violation_error_message="只有初审可以因人手不够由同一人办，复审和支付不行",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubsidisedLoan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "个人"), ("partnership", "合伙"), ("firm", "小微企业")],
                        default="individual",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("bank", models.CharField(max_length=40, verbose_name="放款银行")),
                ("contract_number", models.CharField(max_length=40, verbose_name="合同号")),
                ("purpose", models.CharField(max_length=60, verbose_name="项目")),
                ("principal_fen", models.BigIntegerField(verbose_name="金额（分）")),
                (
                    "partners",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="合伙贷款才填，连借款人在内", null=True, verbose_name="合伙人数"
                    ),
                ),
                ("rate_percent", models.DecimalField(decimal_places=4, max_digits=6, verbose_name="年利率（%）")),
                ("released_on", models.DateField(verbose_name="放款日期")),
                ("matures_on", models.DateField(verbose_name="到期日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("settled_early", "提前结清"),
                            ("settled", "到期结清"),
                            ("extended", "展期（停贴）"),
                            ("overdue", "逾期（停贴）"),
                            ("compensated", "已代偿"),
                            ("recovering", "追偿中"),
                            ("written_off", "已核销"),
                        ],
                        default="normal",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("extended_until", models.DateField(blank=True, null=True, verbose_name="展期到")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="结清日期")),
                ("jobs_created", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="带动就业")),
                ("still_trading", models.BooleanField(blank=True, null=True, verbose_name="一年后仍在经营")),
                (
                    "rule_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        editable=False,
                        size=None,
                        verbose_name="登记时施行的规则",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "woman",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="members.woman",
                        verbose_name="借款人",
                    ),
                ),
            ],
            options={
                "verbose_name": "贴息贷款",
                "verbose_name_plural": "贴息贷款",
                "indexes": [
                    models.Index(fields=["township", "released_on", "id"], name="loan_by_township"),
                    models.Index(fields=["organization", "released_on", "id"], name="loan_by_branch"),
                    models.Index(fields=["released_on", "id"], name="loan_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("bank", "contract_number"),
                        name="one_loan_per_bank_contract",
                        violation_error_message="这家银行的这个合同号已经登记过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("principal_fen__gt", 0)),
                        name="loan_of_some_money",
                        violation_error_message="贷款金额要大于 0 元",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("matures_on__gt", models.F("released_on"))),
                        name="loan_matures_after_release",
                        violation_error_message="到期日期要晚于放款日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extended_until", None), ("extended_until__gt", models.F("matures_on")), _connector="OR"
                        ),
                        name="loan_extended_beyond_maturity",
                        violation_error_message="展期后的到期日期要晚于原来的到期日期",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_on", None), ("settled_on__gte", models.F("released_on")), _connector="OR"
                        ),
                        name="loan_settled_after_release",
                        violation_error_message="结清日期不能早于放款日期",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("use", "用途走访"), ("half_year", "满半年问效果"), ("year", "满一年问效果")],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="应办日期")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="办理日期")),
                ("used_as_agreed", models.BooleanField(blank=True, null=True, verbose_name="按约定用途使用")),
                ("jobs", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="带动就业（人）")),
                ("month_income_fen", models.BigIntegerField(blank=True, null=True, verbose_name="月收入（分）")),
                ("still_trading", models.BooleanField(blank=True, null=True, verbose_name="仍在经营")),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="看到的情况")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="programs.subsidisedloan",
                        verbose_name="贷款",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷后走访",
                "verbose_name_plural": "贷后走访",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_on", None)), fields=["due_on", "id"], name="loan_asked_by_day"
                    ),
                    models.Index(
                        condition=models.Q(("done_on", None)),
                        fields=["township", "due_on", "id"],
                        name="loan_asked_by_town",
                    ),
                    models.Index(
                        condition=models.Q(("done_on", None)),
                        fields=["organization", "due_on", "id"],
                        name="loan_asked_by_branch",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "kind"),
                        name="one_follow_up_per_loan_and_kind",
                        violation_error_message="这笔贷款的这一次已经安排过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on", None),
                            models.Q(("kind", "use"), ("used_as_agreed__isnull", False)),
                            models.Q(
                                models.Q(("kind", "use"), _negated=True),
                                ("jobs__isnull", False),
                                ("month_income_fen__gte", 0),
                                ("still_trading__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="loan_follow_up_with_its_answers",
                        violation_error_message="要问的几项都要填",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("repayment", "归还部分本金"),
                            ("rate", "利率调整"),
                            ("misuse", "挪用停贴"),
                            ("compensated", "担保基金代偿"),
                            ("recovered", "追回"),
                            ("written_off", "核销"),
                        ],
                        max_length=20,
                        verbose_name="事项",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("amount_fen", models.BigIntegerField(blank=True, null=True, verbose_name="金额（分）")),
                (
                    "rate_percent",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=6, null=True, verbose_name="年利率（%）"
                    ),
                ),
                ("paper", models.CharField(blank=True, max_length=60, verbose_name="凭证")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="划去时间")),
                ("struck_reason", models.CharField(blank=True, max_length=100, verbose_name="划去原因")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="划去人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="programs.subsidisedloan",
                        verbose_name="贷款",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款变动",
                "verbose_name_plural": "贷款变动",
                "ordering": ["on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen", None), ("kind__in", ["rate", "misuse"])),
                            models.Q(
                                ("amount_fen__gt", 0),
                                ("amount_fen__isnull", False),
                                ("kind__in", ["repayment", "compensated", "recovered", "written_off"]),
                            ),
                            _connector="OR",
                        ),
                        name="loan_event_of_some_money",
                        violation_error_message="金额要大于 0 元",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "rate"), ("rate_percent__gte", 0), ("rate_percent__isnull", False)),
                            models.Q(models.Q(("kind", "rate"), _negated=True), ("rate_percent", None)),
                            _connector="OR",
                        ),
                        name="loan_event_with_its_rate",
                        violation_error_message="年利率不能是负数，例如 4.35",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "rate"), ("struck_at", None)),
                        fields=("loan", "on"),
                        name="one_rate_per_loan_and_day",
                        violation_error_message="这一天的利率已经登记过，写错了请先划去",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "misuse"), ("struck_at", None)),
                        fields=("loan",),
                        name="one_misuse_per_loan",
                        violation_error_message="这笔贷款已经登记过挪用停贴",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "compensated"), ("struck_at", None)),
                        fields=("loan",),
                        name="one_compensation_per_loan",
                        violation_error_message="这笔贷款已经登记过代偿",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="loanapplication",
            name="loan",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="application",
                to="programs.subsidisedloan",
                verbose_name="贷款",
            ),
        ),
        migrations.CreateModel(
            name="SubsidyBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("bank", models.CharField(max_length=40, verbose_name="银行")),
                ("starts_on", models.DateField(verbose_name="计息从")),
                ("ends_on", models.DateField(verbose_name="到（不含）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("declared", "待核对"),
                            ("checked", "待财政审核"),
                            ("treasury", "待拨付"),
                            ("sent_back", "已退回银行"),
                            ("paid", "已拨付"),
                            ("cleared", "已清算"),
                        ],
                        default="declared",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("bank_total_fen", models.BigIntegerField(verbose_name="银行清单合计（分）")),
                ("file_name", models.CharField(max_length=200, verbose_name="清单文件")),
                ("file_sha256", models.CharField(max_length=64)),
                ("declared_on", models.DateField(verbose_name="申报日期")),
                ("declared_person", models.UUIDField(editable=False)),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="核对日期")),
                ("checked_person", models.UUIDField(editable=False, null=True)),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="财政审核日期")),
                ("approval", models.CharField(blank=True, max_length=60, verbose_name="财政审核文号")),
                ("approved_person", models.UUIDField(editable=False, null=True)),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="拨付日期")),
                ("voucher", models.CharField(blank=True, max_length=60, verbose_name="拨付凭证")),
                ("paid_person", models.UUIDField(editable=False, null=True)),
                ("cleared_on", models.DateField(blank=True, null=True, verbose_name="清算日期")),
                ("cleared_person", models.UUIDField(editable=False, null=True)),
                ("sent_back_reason", models.CharField(blank=True, max_length=200, verbose_name="退回原因")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记财政审核的人",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="清算人",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "paid_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记拨付的人",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度贴息",
                "verbose_name_plural": "季度贴息",
                "ordering": ["-ends_on", "bank"],
                "indexes": [models.Index(fields=["ends_on", "id"], name="subsidy_batch_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "year", "quarter", "bank"),
                        name="one_batch_per_quarter_and_bank",
                        violation_error_message="这家银行这一季已经申报过",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gt", models.F("starts_on")), ("quarter__gte", 1), ("quarter__lte", 4)
                        ),
                        name="subsidy_batch_of_a_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checked_person", models.F("declared_person")), _negated=True),
                        name="subsidy_checked_by_another",
                        violation_error_message="录入清单的人不能自己核对",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_person", models.F("declared_person")), _negated=True),
                            models.Q(("approved_person", models.F("checked_person")), _negated=True),
                        ),
                        name="subsidy_approved_by_another",
                        violation_error_message="财政审核结果要由录入和核对以外的人登记",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_person", models.F("declared_person")), _negated=True),
                            models.Q(("paid_person", models.F("checked_person")), _negated=True),
                        ),
                        name="subsidy_paid_by_another",
                        violation_error_message="拨付要由录入和核对以外的人登记",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cleared_person", models.F("paid_person")), _negated=True),
                        name="subsidy_cleared_by_another",
                        violation_error_message="年度清算要由登记拨付以外的人办",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["declared", "sent_back"]),
                            models.Q(("checked_on__isnull", False), ("checked_person__isnull", False)),
                            _connector="OR",
                        ),
                        name="subsidy_checked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["treasury", "paid", "cleared"]), _negated=True),
                            ("approved_person__isnull", False),
                            _connector="OR",
                        ),
                        name="subsidy_approved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["paid", "cleared"]), _negated=True),
                            models.Q(
                                ("paid_on__isnull", False),
                                ("paid_person__isnull", False),
                                models.Q(("voucher", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="subsidy_paid_with_a_voucher",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubsidyLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("contract_number", models.CharField(max_length=40, verbose_name="合同号")),
                ("row", models.PositiveIntegerField(null=True, verbose_name="清单第几行")),
                ("declared_fen", models.BigIntegerField(null=True, verbose_name="清单申报（分）")),
                ("interest_paid_fen", models.BigIntegerField(null=True, verbose_name="实收利息（分）")),
                ("bank_gave_interest", models.BooleanField(default=False, verbose_name="清单写了实收利息")),
                ("computed_fen", models.BigIntegerField(null=True, verbose_name="核算应贴（分）")),
                ("interest_fen", models.BigIntegerField(null=True, verbose_name="核算利息（分）")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("equal", "一致"),
                            ("different", "金额不同"),
                            ("missing", "清单漏报"),
                            ("unknown", "没有登记"),
                            ("above_interest", "超过实收利息"),
                        ],
                        max_length=20,
                        verbose_name="比对",
                    ),
                ),
                ("explanation", models.CharField(max_length=300, verbose_name="说明")),
                ("worked", models.TextField(blank=True, verbose_name="算式")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="programs.subsidybatch",
                        verbose_name="季度贴息",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programs.subsidisedloan",
                        verbose_name="贷款",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属妇联",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federation.organization",
                        verbose_name="所属乡镇",
                    ),
                ),
            ],
            options={
                "verbose_name": "贴息明细",
                "verbose_name_plural": "贴息明细",
                "ordering": ["contract_number", "id"],
                "indexes": [models.Index(fields=["loan"], name="subsidy_line_by_loan")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "contract_number"),
                        name="one_subsidy_line_per_contract",
                        violation_error_message="同一个合同号在清单里有两行",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "equal"), _negated=True),
                            models.Q(
                                ("computed_fen__lte", models.F("interest_paid_fen")),
                                ("declared_fen", models.F("computed_fen")),
                                ("declared_fen__isnull", False),
                                ("interest_paid_fen__isnull", False),
                                ("loan__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="subsidy_line_equal_and_within_interest",
                        violation_error_message="一致的一笔，申报等于核算，且不超过实收利息",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["reading", "previewed", "committing"])),
                fields=("organization", "campaign", "kind", "file_sha256"),
                name="one_open_batch_per_file",
                violation_error_message="同一个文件正在办理",
            ),
        ),
        migrations.AddConstraint(
            model_name="cycle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("program", "relief"), _negated=True), ("fund__isnull", False), _connector="OR"
                ),
                name="relief_cycle_has_a_fund",
                violation_error_message="两癌救助要选资金",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("child__isnull", True), ("grant__isnull", False)),
                    models.Q(("child__isnull", False), ("grant__isnull", True)),
                    _connector="OR",
                ),
                name="payment_for_one_case",
                violation_error_message="一笔支付只对应一件救助或一名儿童",
            ),
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(fields=["township", "applied_on", "id"], name="loan_asked_for_by_township"),
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(fields=["organization", "applied_on", "id"], name="loan_asked_for_by_branch"),
        ),
        migrations.AddIndex(
            model_name="loanapplication",
            index=models.Index(fields=["applied_on", "id"], name="loan_asked_for_by_day"),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["released", "refused", "withdrawn"]), _negated=True),
                fields=("woman",),
                name="one_running_loan_application",
                violation_error_message="她还有一份贷款申请在办，请接着办那一份",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["released", "refused", "withdrawn"]), _negated=True),
                    ("person_index__isnull", False),
                ),
                fields=("person_index",),
                name="one_running_loan_application_per_number",
                violation_error_message="这个身份证号还有一份贷款申请在办，请接着办那一份",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0), ("own_fen__gte", 0)),
                name="loan_application_for_some_money",
                violation_error_message="申请金额要大于 0 元",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_fen", None),
                    models.Q(("granted_fen__gt", 0), ("granted_fen__lte", models.F("amount_fen"))),
                    _connector="OR",
                ),
                name="loan_granted_within_what_was_asked",
                violation_error_message="核定金额要大于 0 元，不超过申请金额",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("refusal_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="loan_refused_for_a_reason",
                violation_error_message="未通过的要选一个原因",
            ),
        ),
        migrations.AddConstraint(
            model_name="loanapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("loan__isnull", False), ("state", "released")),
                    models.Q(models.Q(("state", "released"), _negated=True), ("loan", None)),
                    _connector="OR",
                ),
                name="loan_application_released_as_a_loan",
                violation_error_message="登记放款要同时转入贷款台账",
            ),
        ),
    ]
