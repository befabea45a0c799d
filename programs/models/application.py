"""What every application has, and the steps it took from desk to desk (programs/applications has the engine)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from federation.models import PolicyRule, RoleGrant, User
from federation.models.policy import RULE_NAMES
from federation.permissions import Role
from federation.scoping import ScopedManager, ScopedModel, ScopedQuerySet
from federation.sealed import SealedTextField
from federation.workdays import Calendar
from programs.applications.process import PROCESSES, Desk, Move, Process

_A = TypeVar("_A", bound="Application")


class ApplicationQuerySet(ScopedQuerySet[_A], Generic[_A]):
    def at_desk_of(self, user: User, *, on: date) -> Self:
        """What waits for this person: her own desks; and for a township officer, the villages that nobody works for."""
        process = PROCESSES[self.model.kind]
        mine = Q(state__in=process.states_of(*user.roles))
        if user.has_role(Role.TOWNSHIP_OFFICER):
            director = RoleGrant.objects.in_force(on).filter(
                organization=OuterRef("organization"), role=Role.VILLAGE_DIRECTOR
            )
            mine |= Q(~Exists(director), state__in=process.states_of(Role.VILLAGE_DIRECTOR))
        return self.visible_to(user).filter(mine)

    def late(self, *, on: date) -> Self:
        return self.filter(state__in=list(PROCESSES[self.model.kind].desks), due_on__lt=on)


class Application(ScopedModel):
    """PostgreSQL lets its state change only along the listed pairs and only with a step beside it (GuardStates)."""

    kind: ClassVar[str]
    PaperKind: ClassVar[type[models.TextChoices]]
    EDITABLE: ClassVar[frozenset[str]]
    TAKES_PAPERS: ClassVar[frozenset[str]]
    papers: Any
    state: Any
    woman: Any
    get_state_display: Any
    arrived_on = models.DateField("到本环节的日期", null=True, blank=True, editable=False)
    due_on = models.DateField("本环节期限", null=True, blank=True, editable=False)
    corrected_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="更正人"
    )
    # Taken over from paper or Excel in the state it had there.
    brought_in = models.BooleanField("历史转入", default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def process(self) -> Process:
        return PROCESSES[self.kind]

    @property
    def desk(self) -> Desk | None:
        return self.process.desks.get(self.state)

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    def steps(self) -> ApplicationStepQuerySet:
        return ApplicationStep.objects.within(self.organization).of(self)

    def moves_for(self, user: User) -> list[Move]:
        """What this person may do with it now, as far as roles say."""
        found = self.process.moves_from(self.state)
        return [move for move in found if user.has_role(*self.process.movers(move, self.state))]

    def obstacles_to(self, move: Move, *, on: date) -> list[str]:
        """Sentences on what stands in the way of the move."""
        return [words for name in move.requires for words in getattr(self, name)(on=on)]

    @property
    def rewritten_by(self) -> uuid.UUID | None:
        """The person who last changed what is decided on, after it was sent in."""
        return self.corrected_by.person if self.corrected_by else None

    def note_change(self, *, by: User) -> None:
        """Who changes what was sent in decides on it neither at the township nor in the city."""
        if self.state != self.process.begins:
            self.corrected_by = by

    def can_be_edited(self) -> bool:
        """Until the village has decided on what is written here; later it goes back to her first."""
        return self.state in self.EDITABLE

    def may_take_papers(self) -> bool:
        """The township, too, ticks what it has seen."""
        return self.state in self.TAKES_PAPERS

    def require_editable(self) -> None:
        if not self.can_be_edited():
            raise ValidationError(
                f"这份申请现在是“{self.get_state_display()}”，不能直接更正。要改的，先“退回补正”，改好再重新提交，从村级办起"
            )

    def require_open_papers(self) -> None:
        if not self.may_take_papers():
            raise ValidationError(f"这份申请现在是“{self.get_state_display()}”，材料清单不能再改")

    def on_move(self, move: Move, *, by: User, on: date) -> None:
        """What else a move changes, and what is wrong with its facts; called before the application is saved."""

    def facts_to_begin_with(self, move: Move, *, on: date) -> dict[str, Any]:
        """What the move's page proposes for its facts."""
        return {fact: on for fact in move.facts if fact.endswith("_on")}

    def papers_needed(self, *, on: date) -> list[str]:
        """Kinds of papers, in the order of the checklist."""
        return list(self.PaperKind.values)

    def papers_missing(self, *, on: date) -> list[str]:
        held = set(self.papers.values_list("kind", flat=True)) if self.pk else set()
        return [kind for kind in self.papers_needed(on=on) if kind not in held]

    def paper_gaps(self, *, on: date) -> list[str]:
        missing = [str(self.PaperKind(kind).label) for kind in self.papers_missing(on=on)]
        return [f"还缺：{'、'.join(missing)}"] if missing else []

    def snapshot(self, *, on: date) -> dict[str, str]:
        """What a decision is taken on: label -> words. Kept sealed with the deciding step."""
        raise NotImplementedError

    def rules_used(self, *, on: date) -> list[PolicyRule]:
        """The policy rows that speak on the case."""
        return []

    def is_late(self, *, on: date) -> bool:
        return self.desk is not None and self.due_on is not None and self.due_on < on

    def is_near(self, *, on: date, calendar: Calendar, workdays: int) -> bool:
        """Due within so many working days from today, and not late yet."""
        return self.due_on is not None and on <= self.due_on <= calendar.add(on, workdays) and self.desk is not None


class Paper(ScopedModel):
    """A paper of the checklist that has been seen: the copy is in the folder, signed. No image of it is kept here."""

    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收件人")
    seen_on = models.DateField("收件日期")

    get_kind_display: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.get_kind_display())


class ApplicationStepQuerySet(ScopedQuerySet["ApplicationStep"]):
    def of(self, application: Application) -> Self:
        return self.filter(kind=application.kind, application_id=application.pk).order_by("number")

    def excepted(self) -> Self:
        """Deciding steps that one person took after her own deciding step."""
        return self.exclude(exception="")


class ApplicationStep(ScopedModel):
    """One move by one person: appended, never changed. The trigger fills in the person behind the account, whether the
    move decides, and who decided before; the constraint then compares persons."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    application_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField(max_length=20)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)
    label = models.CharField("办理", max_length=40)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    office = models.CharField("单位", max_length=60)
    opinion = models.CharField("意见", max_length=500, blank=True)
    reason = models.CharField("原因", max_length=300, blank=True)
    exception = models.CharField("同一人经办的原因", max_length=200, blank=True)
    days = models.PositiveSmallIntegerField("在办工作日", default=0)
    was_due_on = models.DateField("期限", null=True)
    snapshot = SealedTextField("决定时的情况", null=True)
    place = models.PositiveSmallIntegerField(default=0, editable=False)
    decides = models.BooleanField(default=False, editable=False)
    person = models.UUIDField(null=True, editable=False)
    person_before = models.UUIDField(null=True, editable=False)

    objects = ScopedManager.from_queryset(ApplicationStepQuerySet)()

    class Meta:
        verbose_name = "申请办理"
        verbose_name_plural = "申请办理"
        indexes = [
            models.Index(fields=["organization", "at"], condition=~Q(exception=""), name="step_exceptions"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "application_id", "number"],
                name="one_step_per_number",
                violation_error_message="这份申请刚刚有人办过，请重新打开再办",
            ),
            models.CheckConstraint(
                condition=Q(decides=False) | Q(person_before=None) | ~Q(person=F("person_before")) | ~Q(exception=""),
                name="decided_by_another_person",
                violation_error_message="上一道决定是您本人办的，这一道请由另一位办理",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def was_late(self) -> bool:
        return self.was_due_on is not None and self.at.date() > self.was_due_on


class RuleStampQuerySet(ScopedQuerySet["RuleStamp"]):
    """Rules as they stood when something was decided."""


class RuleStamp(ScopedModel):
    """A policy rule as it stood when a case was decided; the rule's own row may be corrected later."""

    step = models.ForeignKey(ApplicationStep, models.PROTECT, related_name="stamps", verbose_name="办理")
    code = models.CharField("规则", max_length=60)
    value = models.CharField("取值", max_length=60)
    valid_from = models.DateField("施行日期", null=True)
    source = models.CharField("依据", max_length=200)

    objects = ScopedManager.from_queryset(RuleStampQuerySet)()

    class Meta:
        verbose_name = "所依据的规则"
        verbose_name_plural = "所依据的规则"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"

    @property
    def name(self) -> str:
        return RULE_NAMES.get(self.code, self.code)
