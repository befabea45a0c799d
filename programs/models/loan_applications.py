"""Applications for a subsidised loan (妇女创业担保贷款): the federation recommends, what others decide is recorded."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from federation.models import PolicyRule, User
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from members.models import Woman
from programs.applications.process import Move
from programs.loans.process import LOANS, State
from programs.models.application import Application, ApplicationQuerySet, Paper
from programs.models.cycle import Cycle
from programs.models.loans import SubsidisedLoan

# The days of an application in the order in which they come; none lies before the one before it.
DAYS = (
    "home_visit_on", "labour_on", "guarantee_on", "bank_on", "treasury_on", "signed_on", "released_on",
)  # fmt: skip
OVER = (State.RELEASED, State.REFUSED, State.WITHDRAWN)


class PaperKind(models.TextChoices):
    FORM = "form", "申请表（本人签字）"
    ID_CARD = "id_card", "身份证"
    HOUSEHOLD = "household", "户口簿"
    MARRIAGE = "marriage", "婚姻证明"
    LICENCE = "licence", "营业执照，或场地租约、村和乡镇证明"
    PLAN = "plan", "经营计划"
    USE = "use", "资金使用计划"
    STARTUP = "startup", "就业创业证"
    GUARANTOR = "guarantor", "反担保人收入证明"
    AGREEMENT = "agreement", "合伙协议"
    STAFF = "staff", "职工花名册和劳动合同"


class LoanApplicationQuerySet(ApplicationQuerySet["LoanApplication"]):
    def with_people(self) -> Self:
        return self.select_related("organization", "township", "woman")

    def total_fen(self) -> int:
        return self.aggregate(total=Sum("amount_fen"))["total"] or 0

    def running(self) -> Self:
        """On its way: neither released nor refused nor withdrawn."""
        return self.exclude(state__in=OVER)

    def of_person(self, woman: Woman) -> Self:
        """Of this file, or of whichever file held her number when it was applied for."""
        mine = Q(woman=woman)
        return self.filter(mine | Q(person_index=woman.id_index) if woman.id_index else mine)


class LoanApplication(Application):
    kind = LOANS.kind
    PaperKind = PaperKind
    State = State
    EDITABLE = frozenset({State.DRAFT, State.RETURNED, State.SUBMITTED})
    TAKES_PAPERS = EDITABLE | {State.RECOMMENDED}

    class GuaranteeWay(models.TextChoices):
        FUND = "fund", "担保基金，反担保人担保"
        FUND_PLEDGED = "fund_pledged", "担保基金，抵押或质押反担保"
        NONE = "none", "信用，免担保"

    class RefusalReason(models.TextChoices):
        NOT_ELIGIBLE = "not_eligible", "不符合贷款条件"
        PROJECT = "project", "项目不可行"
        CREDIT = "credit", "征信或债务没有通过"
        ABILITY = "ability", "还款能力不足"
        GUARANTEE = "guarantee", "担保没有落实"
        PAPERS = "papers", "材料不齐，可再报"
        QUOTA = "quota", "本年额度已满，可再报"

    woman = models.ForeignKey(Woman, models.PROTECT, related_name="loan_applications", verbose_name="申请人")
    loan_kind = models.CharField(
        "类别", max_length=20, choices=SubsidisedLoan.Kind.choices, default=SubsidisedLoan.Kind.INDIVIDUAL
    )
    firm_name = models.CharField("企业名称", max_length=80, blank=True)
    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$", "统一社会信用代码是 18 位，例如 91430100MA4L16JQ9B")],
    )
    staff_count = models.PositiveIntegerField("现有职工（人）", null=True, blank=True)
    project = models.CharField("项目", max_length=60)
    plan = models.CharField("经营计划", max_length=500)
    use = models.CharField("资金用途", max_length=300)
    amount_fen = models.BigIntegerField("申请金额（分）")
    own_fen = models.BigIntegerField("自筹资金（分）")
    months = models.PositiveSmallIntegerField("申请期限（月）", validators=[MinValueValidator(1, "期限至少 1 个月")])
    jobs_planned = models.PositiveSmallIntegerField("预计带动就业（人）")
    applied_on = models.DateField("申请日期")
    state = models.CharField("状态", max_length=20, choices=State.choices, default=State.DRAFT)
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, null=True, blank=True, editable=False, related_name="loan_applications", verbose_name="期次"
    )  # fmt: skip
    # The number she had when she applied.
    person_index = models.BinaryField(null=True, editable=False)
    home_visit_on = models.DateField("入户日期", null=True, blank=True)
    labour_on = models.DateField("资格认定日期", null=True, blank=True)
    labour_number = models.CharField("认定文号", max_length=40, blank=True)
    guarantee_on = models.DateField("同意担保日期", null=True, blank=True)
    guarantee_way = models.CharField("担保方式", max_length=20, choices=GuaranteeWay.choices, blank=True)
    guarantor = models.CharField("担保单位", max_length=60, blank=True)
    bank_on = models.DateField("银行审批日期", null=True, blank=True)
    bank = models.CharField("经办银行", max_length=40, blank=True)
    granted_fen = models.BigIntegerField("核定金额（分）", null=True, blank=True)
    granted_months = models.PositiveSmallIntegerField(
        "核定期限（月）", null=True, blank=True, validators=[MinValueValidator(1, "期限至少 1 个月")]
    )
    treasury_on = models.DateField("财政核定日期", null=True, blank=True)
    treasury_number = models.CharField("贴息核定文号", max_length=40, blank=True)
    signed_on = models.DateField("签约日期", null=True, blank=True)
    contract_number = models.CharField("合同号", max_length=40, blank=True)
    rate_percent = models.DecimalField("年利率（%）", max_digits=6, decimal_places=4, null=True, blank=True)
    released_on = models.DateField("放款日期", null=True, blank=True)
    matures_on = models.DateField("到期日期", null=True, blank=True)
    refusal_reason = models.CharField("未通过原因", max_length=20, choices=RefusalReason.choices, blank=True)
    loan = models.OneToOneField(
        SubsidisedLoan, models.PROTECT, null=True, blank=True, editable=False, related_name="application", verbose_name="贷款"
    )  # fmt: skip

    objects = ScopedManager.from_queryset(LoanApplicationQuerySet)()

    class Meta:
        verbose_name = "贷款申请"
        verbose_name_plural = "贷款申请"
        indexes = [
            models.Index(fields=["township", "applied_on", "id"], name="loan_asked_for_by_township"),
            models.Index(fields=["organization", "applied_on", "id"], name="loan_asked_for_by_branch"),
            models.Index(fields=["applied_on", "id"], name="loan_asked_for_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["woman"],
                condition=~Q(state__in=["released", "refused", "withdrawn"]),
                name="one_running_loan_application",
                violation_error_message="她还有一份贷款申请在办，请接着办那一份",
            ),
            models.UniqueConstraint(
                fields=["person_index"],
                condition=~Q(state__in=["released", "refused", "withdrawn"]) & Q(person_index__isnull=False),
                name="one_running_loan_application_per_number",
                violation_error_message="这个身份证号还有一份贷款申请在办，请接着办那一份",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, own_fen__gte=0),
                name="loan_application_for_some_money",
                violation_error_message="申请金额要大于 0 元",
            ),
            models.CheckConstraint(
                condition=Q(granted_fen=None) | Q(granted_fen__gt=0, granted_fen__lte=models.F("amount_fen")),
                name="loan_granted_within_what_was_asked",
                violation_error_message="核定金额要大于 0 元，不超过申请金额",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal_reason=""),
                name="loan_refused_for_a_reason",
                violation_error_message="未通过的要选一个原因",
            ),
            # Released here, it has its loan in the book, and it has one only then.
            models.CheckConstraint(
                condition=Q(state="released", loan__isnull=False) | ~Q(state="released") & Q(loan=None),
                name="loan_application_released_as_a_loan",
                violation_error_message="登记放款要同时转入贷款台账",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applied_on:%Y-%m-%d} 申请"

    def get_absolute_url(self) -> str:
        return reverse("programs:loan_application_detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.person_index is None:
            self.person_index = self.woman.id_index
        super().save(*args, **kwargs)

    def is_open(self) -> bool:
        return self.state not in OVER

    @property
    def people(self) -> int:
        """Of a partnership: she and her partners."""
        return 1 + (self.partners.count() if self.pk else 0)

    def as_loan(self, *, on: date) -> SubsidisedLoan:
        """What it would be as a loan released on that day, not saved: the rules of loans speak on it."""
        from programs.loans.terms import months_after

        is_shared = self.loan_kind == SubsidisedLoan.Kind.PARTNERSHIP
        return SubsidisedLoan(
            woman=self.woman, organization=self.organization, kind=self.loan_kind, purpose=self.project,
            partners=self.people if is_shared else None, principal_fen=self.granted_fen or self.amount_fen,
            bank=self.bank, contract_number=self.contract_number, rate_percent=self.rate_percent or Decimal(0),
            released_on=on, matures_on=self.matures_on or months_after(on, self.granted_months or self.months),
        )  # fmt: skip

    # What the moves of the process ask for (programs/loans/process.py).

    def on_move(self, move: Move, *, by: User, on: date) -> None:
        from programs.loans import applying

        self._require_days(move, on)
        applying.CHECKS.get(move.name, applying.nothing)(self)
        if move.target == self.State.SUBMITTED and self.cycle is None:
            self.cycle = self.open_cycle(on)
        if move.target == self.State.RELEASED:
            self.loan = applying.released(self, by=by)

    def facts_to_begin_with(self, move: Move, *, on: date) -> dict[str, Any]:
        from programs.loans.terms import months_after

        proposed = super().facts_to_begin_with(move, on=on)
        if "granted_fen" in move.facts:
            proposed |= {"granted_fen": self.amount_fen, "granted_months": self.months, "bank": self.bank}
        if "matures_on" in move.facts:
            proposed["matures_on"] = months_after(on, self.granted_months or self.months)
        return proposed

    def _require_days(self, move: Move, on: date) -> None:
        """What a move records has happened by now, and not before what was recorded before it."""
        for before, day in pairwise(DAYS):
            value, earlier = getattr(self, day), getattr(self, before)
            if day in move.facts and value > on:
                raise ValidationError({day: "还没有到这一天，办了再登记"})
            if day in move.facts and earlier and value < earlier:
                label = str(getattr(self._meta.get_field(before), "verbose_name", ""))
                raise ValidationError({day: f"不能早于{label} {earlier:%Y-%m-%d}"})
        if "home_visit_on" in move.facts and self.home_visit_on and self.home_visit_on > on:
            raise ValidationError({"home_visit_on": "还没有到这一天，走访了再登记"})

    def obstacles(self, *, on: date) -> list[str]:
        from programs.loans.eligibility import obstacles_of

        return obstacles_of(self, on=on)

    def window_gaps(self, *, on: date) -> list[str]:
        """Sent in while a cycle of loans is open; where none was ever recorded, nothing is open or shut."""
        from programs.loans.eligibility import window_verdict

        shut = self.cycle is None and Cycle.objects.of_loans().exists()
        return [window_verdict(on=on).words] if shut and not self.open_cycle(on) else []

    def open_cycle(self, on: date) -> Cycle | None:
        return Cycle.objects.of_loans().open_on(on).first()

    def papers_needed(self, *, on: date) -> list[str]:
        kinds, kind = self.PaperKind, SubsidisedLoan.Kind
        only = {kinds.AGREEMENT: kind.PARTNERSHIP, kinds.STAFF: kind.FIRM}
        return [value for value in kinds.values if only.get(kinds(value), self.loan_kind) == self.loan_kind]

    def snapshot(self, *, on: date) -> dict[str, str]:
        from programs.loans.eligibility import facts_of

        return facts_of(self, on=on)

    def rules_used(self, *, on: date) -> list[PolicyRule]:
        from programs.loans.eligibility import rules_in_force

        return rules_in_force(on=on)


class LoanPaperQuerySet(ScopedQuerySet["LoanPaper"]):
    """Papers that somebody has seen."""


class LoanPaper(Paper):
    Kind = PaperKind

    application = models.ForeignKey(LoanApplication, models.CASCADE, related_name="papers", verbose_name="申请")
    kind = models.CharField("材料", max_length=20, choices=PaperKind.choices)

    objects = ScopedManager.from_queryset(LoanPaperQuerySet)()

    class Meta:
        verbose_name = "贷款材料"
        verbose_name_plural = "贷款材料"
        constraints = [models.UniqueConstraint(fields=["application", "kind"], name="one_loan_paper_of_each_kind")]


class LoanPartnerQuerySet(ScopedQuerySet["LoanPartner"]):
    """Who borrows together with the applicant."""


class LoanPartner(ScopedModel):
    """A partner of a partnership loan, by number: she may be on nobody's register."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(LoanApplication, models.CASCADE, related_name="partners", verbose_name="申请")
    name = models.CharField("姓名", max_length=40)
    id_number = SealedTextField("身份证号")
    id_index = models.BinaryField(editable=False)

    objects = ScopedManager.from_queryset(LoanPartnerQuerySet)()

    class Meta:
        verbose_name = "合伙人"
        verbose_name_plural = "合伙人"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "id_index"],
                name="one_partner_per_number",
                violation_error_message="这位合伙人已经登记过",
            )
        ]

    def __str__(self) -> str:
        return self.name
