"""The scope: which branches' rows the present request, job or command may touch.

Two walls stand on it. Scoped querysets refuse to run while no scope is active, and PostgreSQL's forced row-level
security shows no row whose branch is not in the scope of the transaction (design.md §4).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.sql import Query
from django.utils import timezone

from federation.permissions import CLINICAL_ROLES

if TYPE_CHECKING:
    from federation.models import Organization, RoleGrant, User

_M = TypeVar("_M", bound=models.Model)


class ScopeError(RuntimeError):
    """A scoped table was about to be read while nobody's scope was active."""


@dataclass(frozen=True)
class Scope:
    """Branches in reach: all of them, whole townships, and single branches (ids)."""

    everything: bool = False
    townships: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()
    clinical: bool = False

    def condition(self) -> Q:
        """The same scope as a filter on a scoped table, narrow enough for one index where there is one branch."""
        if self.everything:
            return Q()
        parts = []
        if self.townships:
            parts.append(_in("township_id", self.townships))
        if self.organizations:
            parts.append(_in("organization_id", self.organizations))
        if not parts:
            return Q(pk__in=[])
        return parts[0] if len(parts) == 1 else parts[0] | parts[1]

    def covers(self, organization: Organization) -> bool:
        return (
            self.everything
            or organization.pk in self.organizations
            or (organization.township_id in self.townships and organization.township_id is not None)
            or organization.pk in self.townships
        )

    def settings(self) -> dict[str, str]:
        return {
            "app.scope": "all" if self.everything else "some",
            "app.townships": _array(self.townships),
            "app.organizations": _array(self.organizations),
            "app.clinical": "on" if self.clinical else "off",
        }


def _in(field: str, ids: frozenset[int]) -> Q:
    return Q(**{field: next(iter(ids))}) if len(ids) == 1 else Q(**{f"{field}__in": sorted(ids)})


def _array(ids: frozenset[int]) -> str:
    return "{" + ",".join(str(pk) for pk in sorted(ids)) + "}"


NOTHING = Scope()
EVERYTHING = Scope(everything=True, clinical=True)
_NO_ROWS = {"app.scope": "none", "app.townships": "{}", "app.organizations": "{}", "app.clinical": "off"}
_active: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    scope = _active.get()
    if scope is None:
        raise ScopeError("no scope is active: enter scoping.of_user(...) or scoping.everything(...) first")
    return scope


def is_active() -> bool:
    """Pages for requests that never came as far as a scope (a bad address) ask before they count anything."""
    return _active.get() is not None


@contextmanager
def activate(scope: Scope) -> Iterator[Scope]:
    """Open a transaction in which Python and PostgreSQL both see this scope and nothing beyond it."""
    nested = connection.in_atomic_block
    before = _active.get()
    with transaction.atomic():
        _tell_postgresql(scope.settings())
        token = _active.set(scope)
        try:
            yield scope
        finally:
            _active.reset(token)
    if nested:
        _tell_postgresql(before.settings() if before else _NO_ROWS)


def _tell_postgresql(settings: dict[str, str]) -> None:
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    values = [part for pair in settings.items() for part in pair]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", values)


@contextmanager
def of_user(user: User, *, on: date | None = None) -> Iterator[Scope]:
    with activate(scope_of(user, on=on or timezone.localdate())) as scope:
        yield scope


@contextmanager
def everything(why: str) -> Iterator[Scope]:
    """The whole tree, for work that no single person does; `why` is for the reader of the code."""
    if not why:
        raise ValueError("say why the whole tree is opened")
    with activate(EVERYTHING) as scope:
        yield scope


def scope_of(user: User, *, on: date) -> Scope:
    """What the user's grants in force on that day open, predecessors of merged branches included."""
    if on not in user.scopes:
        user.scopes[on] = opened_by(user.grants_on(on))
    return user.scopes[on]


def standing(user: User, *, on: date) -> tuple[Hashable, ...]:
    """All that a person's own lists depend on: who she is, as what she works that day, and what that opens to her."""
    posts = tuple((grant.role, grant.organization_id) for grant in user.grants_on(on))
    return user.pk, user.person, posts, scope_of(user, on=on), on


def opened_by(grants: list[RoleGrant]) -> Scope:
    """The scope of some of a person's grants; a sponsor's opens no branch."""
    grants = [grant for grant in grants if grant.opens_branch]
    townships: set[int] = set()
    organizations: set[int] = set()
    clinical = any(grant.role in CLINICAL_ROLES for grant in grants)
    for grant in grants:
        branch = grant.organization
        if branch.parent_id is None:
            return Scope(everything=True, clinical=clinical)
        ids = {branch.pk, *(branch.predecessor_ids() if grant.took_over else ())}
        if branch.is_village:
            organizations |= ids
        else:
            townships |= ids
    return Scope(townships=frozenset(townships), organizations=frozenset(organizations), clinical=clinical)


class ScopedQuery(Query):
    """A query that will not be compiled while no scope is active."""

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        current()
        return super().get_compiler(*args, **kwargs)


class ScopedQuerySet(models.QuerySet[_M], Generic[_M]):
    """`visible_to` gives a person's rows, `within` a branch's rows for figures. Nothing runs without a scope."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        if query is None and model is not None:
            query = ScopedQuery(model)
        super().__init__(model, query, using, hints)

    def visible_to(self, user: User) -> Self:
        return self.filter(scope_of(user, on=timezone.localdate()).condition())

    def within(self, organization: Organization, *, on: date | None = None) -> Self:
        """Rows of the branch and all below it. With `on`, by the tree as it stood that day (figures of a past year)."""
        return self.filter(organization.facts_condition(on=on))

    def handed_over(self, *, on: date) -> Self:
        """Rows that go to the branch that theirs merges into. Dated facts of other years stay: their figures do too."""
        return self.none()

    def needing_a_branch(self) -> Self:
        """Rows that somebody must go on working with: a branch that holds such does not simply close."""
        return self.none()

    def end_with_branch(self, *, on: date) -> list[int]:
        """End what does not outlast its branch; the ids, for `resume` if the branch was closed by mistake."""
        return []

    def resume(self, ids: list[int]) -> None:
        """Take back `end_with_branch`."""

    def update(self, **values: Any) -> int:
        current()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        current()
        return super().delete()


class ScopedManager(models.Manager[_M], Generic[_M]):
    """Built with `ScopedManager.from_queryset(SomeScopedQuerySet)()`."""


class ScopedModel(models.Model):
    """A row that belongs to a branch. It carries its township's id too, so that a township's list is one index."""

    organization = models.ForeignKey(
        "federation.Organization", models.PROTECT, related_name="+", verbose_name="所属妇联"
    )
    township = models.ForeignKey(
        "federation.Organization", models.PROTECT, related_name="+", null=True, editable=False, verbose_name="所属乡镇"
    )

    # Rows worked out from others; nobody asks how many of them a change of the tree touches.
    is_derived: ClassVar[bool] = False

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.township_id = self.organization.filed_under_id
        super().save(*args, **kwargs)

    def shows_field(self, field: str) -> bool:
        """Whether a sensitive field may be read at all as the row stands now, by those who have the right."""
        return True

    def is_open_to(self, user: User, *, at: datetime) -> bool:
        """Whether this person may read what is sealed in the row at that moment; some files want leave first."""
        return True


class ScopedBulkModel(ScopedModel):
    """Scoped rows that come in by the ten thousand.

    Their references are checked once a statement instead of once a row, by `StatementForeignKeys` in a migration; lists
    find a branch's rows by the indexes that each model names itself.
    """

    organization = models.ForeignKey(
        "federation.Organization", models.PROTECT, related_name="+", verbose_name="所属妇联",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    township = models.ForeignKey(
        "federation.Organization", models.PROTECT, related_name="+", null=True, editable=False,
        verbose_name="所属乡镇", db_constraint=False, db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True


def scoped_models() -> list[type[ScopedModel]]:
    """Every concrete scoped model, for verbs that rewrite township ids and for the tests of the second wall."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, ScopedModel)]
