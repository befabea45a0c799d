from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.functions import RandomUUID
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.functional import cached_property

from federation.models.organization import Organization
from federation.permissions import BRANCH_ROLES, SECOND_FACTOR_ROLES, Role
from federation.statements import Statement, given_in, kept, statement_of

if TYPE_CHECKING:
    from federation.scoping import Scope

INVITATION_LIFETIME = timedelta(days=7)
PASSWORD_LIFETIME = timedelta(days=90)
_TOOK_OVER = "EXISTS (SELECT FROM federation_organization AS m WHERE m.merged_into_id = federation_organization.id)"
_CITY_NAME = (
    "(SELECT c.short_name FROM federation_organization AS c WHERE c.path = left(federation_organization.path, 5))"
)


_SECOND_FACTOR = "EXISTS (SELECT FROM mfa_authenticator AS a WHERE a.user_id = federation_rolegrant.user_id)"


@cache
def _names_of(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    username = models.CharField("账号", max_length=40, unique=True, error_messages={"unique": "这个账号已有人使用"})
    display_name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进系统管理", default=False)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    # Accounts of one human share it: whoever made something never approves it, whichever account is used (four eyes).
    person = models.UUIDField("本人编号", default=uuid.uuid4, db_default=RandomUUID(), editable=False, db_index=True)
    joined_at = models.DateTimeField("开通时间", default=timezone.now)
    password_changed_at = models.DateTimeField("密码更换时间", null=True, blank=True)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)

    # Kept in the session (views.pages.unit_choose).
    chosen_grant_id: int | None = None
    # Names searched for in this sitting, sealed, by their keys (searching.py). Read, never changed in place.
    searches: Mapping[str, str] = {}

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def grants_on(self, on: date) -> list[RoleGrant]:
        """In force that day, and of the branch where she works: what one post may do never reaches what another opens."""
        home = self.home_grant
        branch_id = home.organization_id if home else None
        return [g for g in self._all_grants if g.is_in_force(on=on) and g.organization_id == branch_id]

    @cached_property
    def held_grants(self) -> list[RoleGrant]:
        """All in force today, of every post. They are read once for each user object."""
        return [grant for grant in self._all_grants if grant.is_in_force(on=timezone.localdate())]

    @cached_property
    def _all_grants(self) -> list[RoleGrant]:
        """One query a request, its side questions as SQL: building them anew each time took longer than asking."""
        rows = kept("grants", RoleGrant.statement).rows([self.pk])
        grants = [RoleGrant.of_row(row, user=self) for row in rows]
        return sorted(grants, key=lambda grant: (grant.organization.path, grant.role))

    @property
    def has_set_up_second_factor(self) -> bool:
        return any(grant.second_factor for grant in self._all_grants)

    @cached_property
    def scopes(self) -> dict[date, Scope]:
        """Worked out by `scoping.scope_of`, kept while this object lives: one request or one job."""
        return {}

    @cached_property
    def current_grants(self) -> list[RoleGrant]:
        return self.grants_on(timezone.localdate())

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(grant.role) for grant in self.current_grants)

    @property
    def home_grant(self) -> RoleGrant | None:
        """The post at which she works: the one she chose for this sitting, else the highest one."""
        chosen = (grant for grant in self.held_grants if grant.pk == self.chosen_grant_id)
        return next(chosen, None) or min(self.held_grants, key=lambda grant: len(grant.organization.path), default=None)

    def work_at(self, grant_id: int | None) -> None:
        """Take up one of her posts; any other key leaves her at the highest one."""
        self.chosen_grant_id = grant_id
        for name in ("current_grants", "roles", "scopes"):
            self.__dict__.pop(name, None)

    def work_for(self, branch: Organization) -> None:
        """Take up the post nearest above a branch, as a job does that she left behind when she changed her post."""
        reaching = [grant for grant in self.held_grants if branch.path.startswith(grant.organization.path)]
        nearest = max(reaching, key=lambda grant: len(grant.organization.path), default=None)
        self.work_at(nearest.pk if nearest else None)

    @property
    def organization(self) -> Organization | None:
        return self.home_grant.organization if self.home_grant else None

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def password_is_stale(self, *, at: datetime) -> bool:
        """Administrators change theirs every 90 days (domain.md §12.2)."""
        changed_at = self.password_changed_at or self.joined_at
        return self._ever_acts_as(Role.SYSTEM_ADMINISTRATOR) and at - changed_at >= PASSWORD_LIFETIME

    def needs_second_factor(self) -> bool:
        return self._ever_acts_as(*SECOND_FACTOR_ROLES)

    def _ever_acts_as(self, *roles: Role) -> bool:
        """At any of her posts: how she signs in does not change with the one she works at."""
        return any(grant.role in roles for grant in self.held_grants)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, on: date) -> Self:
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gt=on))


class RoleGrant(models.Model):
    """A role of an account at a branch, from a day and until one (the last day is not included)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name="账号")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants", verbose_name="组织")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("终止日期", null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="授权人")
    # Only on the grants that a User object read for itself.
    took_over: bool
    city_name: str

    second_factor: bool

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "角色授权"
        verbose_name_plural = "角色授权"
        ordering = ["organization__path", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(ends_on=None),
                name="one_open_grant_per_user_branch_and_role",
                violation_error_message="该账号在这个组织已有这个角色",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="grant_ends_after_it_starts",
                violation_error_message="终止日期不能早于起始日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_role_display()}"

    @classmethod
    def statement(cls) -> Statement:
        asked = {
            "took_over": RawSQL(_TOOK_OVER, [], output_field=models.BooleanField()),
            "city_name": RawSQL(_CITY_NAME, [], output_field=models.CharField()),
            "second_factor": RawSQL(_SECOND_FACTOR, [], output_field=models.BooleanField()),
        }
        branch = (f"organization__{name}" for name in _names_of(Organization))
        grants = cls.objects.order_by().filter(given_in(cls, "user")).annotate(**asked)
        return statement_of(grants.values_list(*_names_of(cls), *branch, *asked))

    @classmethod
    def of_row(cls, row: tuple[Any, ...], *, user: User) -> RoleGrant:
        names, branch = _names_of(cls), _names_of(Organization)
        grant = cls.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)])
        grant.user = user
        grant.organization = Organization.from_db(DEFAULT_DB_ALIAS, branch, row[len(names) : -3])
        grant.took_over, grant.city_name, grant.second_factor = row[-3:]
        return grant

    @property
    def opens_branch(self) -> bool:
        return self.role in BRANCH_ROLES

    def is_in_force(self, *, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or self.ends_on > on)


class PastPassword(models.Model):
    """Hashes of passwords once used, so that the last five are refused (domain.md §12.2)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "用过的密码"
        verbose_name_plural = "用过的密码"
        ordering = ["-replaced_at"]

    def __str__(self) -> str:
        return str(self.replaced_at)


class Invitation(models.Model):
    """A one-time link by which the branch above opens an account. Only the hash of the token is kept."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    display_name = models.CharField("姓名", max_length=40)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="组织")
    role = models.CharField("角色", max_length=30, choices=Role.choices)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="邀请人")
    invited_at = models.DateTimeField("邀请时间")
    accepted_by = models.OneToOneField(User, models.PROTECT, null=True, related_name="+", verbose_name="开通账号")
    accepted_at = models.DateTimeField("开通时间", null=True)

    class Meta:
        verbose_name = "邀请"
        verbose_name_plural = "邀请"
        ordering = ["-invited_at"]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_role_display()}"

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(24)

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def is_open(self, *, at: datetime) -> bool:
        return self.accepted_at is None and at < self.invited_at + INVITATION_LIFETIME
