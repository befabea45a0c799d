from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from federation.periods import Period
from federation.statements import planned


class Level(models.TextChoices):
    CITY = "city", "市"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class Kind(models.TextChoices):
    FEDERATION = "federation", "妇女联合会"
    WOMENS_COMMITTEE = "womens_committee", "妇女委员会"
    OTHER = "other", "其他"


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def within(self, organization: Organization) -> Self:
        """The branch itself and all below it."""
        return self.filter(path__startswith=organization.path)

    def below(self, organization: Organization) -> Self:
        return self.within(organization).exclude(pk=organization.pk)

    def above(self, organization: Organization) -> Self:
        return self.filter(path__in=organization.paths_above())

    def open_on(self, on: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on)).filter(Q(opened_on=None) | Q(opened_on__lte=on))

    def villages(self) -> Self:
        return self.filter(level__in=[Level.VILLAGE, Level.COMMUNITY])

    def townships(self) -> Self:
        return self.filter(level=Level.TOWNSHIP)

    def visible_to(self, user: Any) -> Self:
        """The branches of a person's grants with all below them; the line above is shown by name only."""
        branches = [grant.organization for grant in user.current_grants]
        if not branches:
            return self.none()
        condition = Q()
        for branch in branches:
            condition |= Q(path__startswith=branch.path)
        return self.filter(condition)

    def in_tree_order(self) -> Self:
        return self.order_by("path")


class Organization(models.Model):
    """One branch of the federation. The path has one four-digit segment a level, each ending in a dot."""

    code = models.CharField("区划代码", max_length=12, help_text="12 位统计用区划代码")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=40)
    division_name = models.CharField("所在区划", max_length=60)
    level = models.CharField("层级", max_length=20, choices=Level.choices)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices, default=Kind.FEDERATION)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    township = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="predecessors")
    path = models.CharField(max_length=60, unique=True, editable=False, db_collation="C")
    opened_on = models.DateField("成立日期", null=True, blank=True)
    closed_on = models.DateField("撤销日期", null=True, blank=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "妇联组织"
        verbose_name_plural = "妇联组织"
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "kind"],
                condition=Q(closed_on=None),
                name="one_open_branch_per_division_code",
                violation_error_message="这个区划代码下已有一个在用的组织",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="branch_closes_after_it_opens",
                violation_error_message="撤销日期不能早于成立日期",
            ),
            models.CheckConstraint(condition=Q(path__regex=r"^(\d{4}\.)+$"), name="path_is_segments_ending_in_a_dot"),
        ]

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("organization", args=[self.pk])

    @property
    def filed_under_id(self) -> int | None:
        """The township id that this branch's facts carry; a city branch has none."""
        return self.pk if self.level == Level.TOWNSHIP else self.township_id

    @property
    def is_village(self) -> bool:
        return self.level in (Level.VILLAGE, Level.COMMUNITY)

    def is_open(self, *, on: date) -> bool:
        return (self.opened_on is None or self.opened_on <= on) and (self.closed_on is None or self.closed_on > on)

    def paths_above(self) -> list[str]:
        """Paths of the line above, the top first."""
        segments = self.path.split(".")[:-2]
        return [".".join(segments[: i + 1]) + "." for i in range(len(segments))]

    def predecessor_ids(self) -> list[int]:
        """Branches merged into this one, however many steps back; their facts stay filed under them."""
        found: list[int] = []
        layer = [self.pk]
        while layer:
            layer = list(Organization.objects.filter(merged_into__in=layer).values_list("pk", flat=True))
            found += layer
        return found

    def facts_condition(self, *, on: date | None = None) -> Q:
        """Which scoped rows belong to this branch, now or by the tree as it stood on a day."""
        if self.parent_id is None:
            return Q()
        if on is not None and Placement.objects.changed_after(on).exists():
            return Q(organization_id__in=Placement.objects.branches_below(self, on=on))
        if self.level == Level.TOWNSHIP:
            return _any_of("township_id", [self.pk, *self.predecessor_ids()])
        if self.is_village:
            return _any_of("organization_id", [self.pk, *self.predecessor_ids()])
        return Q(organization_id__in=Organization.objects.within(self).values("pk"))

    def units_below(self, *, on: date) -> OrganizationQuerySet:
        """Direct federation branches below, open that day, in code order."""
        return Organization.objects.filter(parent=self, kind=Kind.FEDERATION).open_on(on).order_by("code")

    def units_in(self, period: Period) -> OrganizationQuerySet:
        """Direct federation branches below by the tree of that time, in code order.

        One that closed within the period keeps its line; one that merged counts with its successor.
        """
        stood = Placement.objects.tree_on(period.last_day)
        children = [branch for branch, parent in stood.items() if parent == self.pk]
        found = Organization.objects.filter(pk__in=children, kind=Kind.FEDERATION)
        found = found.filter(Q(opened_on=None) | Q(opened_on__lt=period.end))
        return found.filter(Q(closed_on=None) | Q(closed_on__gt=period.start)).order_by("code")


def _any_of(field: str, ids: list[int]) -> Q:
    return Q(**{field: ids[0]}) if len(ids) == 1 else Q(**{f"{field}__in": ids})


class OrganizationName(models.Model):
    """A name a branch bore, with the days it bore it; the present one has no last day."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=60)
    valid_from = models.DateField("启用日期", null=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "曾用名称"
        verbose_name_plural = "曾用名称"
        ordering = ["organization", F("valid_from").asc(nulls_first=True)]

    def __str__(self) -> str:
        return self.name


class PlacementQuerySet(models.QuerySet["Placement"]):
    def changed_after(self, day: date) -> Self:
        return self.filter(Q(valid_from__gt=day) | Q(valid_to__gt=day))

    def has_history(self) -> bool:
        """Something was once moved, merged or closed; until then today's tree is every year's."""
        return bool(planned(self.exclude(valid_to=None).order_by().values_list("pk")[:1]))

    def tree_on(self, day: date) -> dict[int, int | None]:
        """Branch -> what it stood below on that day.

        A branch closed by then stays where it stood last, and one merged by then stands below its successor: what was
        done there earlier in the year still counts.
        """
        begun = self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).order_by(F("valid_from").asc(nulls_first=True))
        stood: dict[int, int | None] = dict(begun.values_list("organization_id", "parent_id"))
        merged = Organization.objects.filter(merged_into__isnull=False, closed_on__lte=day)
        stood.update(merged.values_list("pk", "merged_into_id"))
        return stood

    def branches_below(self, organization: Organization, *, on: date) -> list[int]:
        """Ids of the branch and all that stood below it on that day."""
        placed: dict[int | None, list[int]] = {}
        for branch_id, parent_id in self.tree_on(on).items():
            placed.setdefault(parent_id, []).append(branch_id)
        found, layer = [organization.pk], [organization.pk]
        while layer:
            layer = [child for branch in layer for child in placed.get(branch, [])]
            found += layer
        return found

    def lines_of(self, organization: Organization, *, on: date) -> dict[int, int]:
        """Each branch that stood below -> the one right below `organization` in whose line it counts."""
        stood = self.tree_on(on)
        found = {}
        for branch in stood:
            line: int | None = branch
            while line is not None and stood.get(line) != organization.pk:
                line = stood.get(line)
            if line is not None:
                found[branch] = line
        return found


class Placement(models.Model):
    """Where a branch stood in the tree and when, so that a past year's figures use that year's tree."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="placements")
    parent = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "隶属关系"
        verbose_name_plural = "隶属关系"
        indexes = [models.Index(fields=["valid_from"], name="placement_by_start")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(valid_to=None), name="one_present_placement_per_branch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} < {self.parent_id}"
