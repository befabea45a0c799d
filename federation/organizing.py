"""Changes to the tree: open, rename, move, merge, close, open again. Each is one transaction, dated and audited."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from federation import audit, scoping
from federation.models import Level, Organization, OrganizationName, Placement, RoleGrant, User

# Ids of what a closing ended and a merger handed over: kept with the change, so that a mistake can be taken back.
Effects = dict[str, Any]
_PARENT_LEVEL = {Level.TOWNSHIP: Level.CITY, Level.VILLAGE: Level.TOWNSHIP, Level.COMMUNITY: Level.TOWNSHIP}


def next_path(parent: Organization | None) -> str:
    """The first free segment below a parent; segments are never used again."""
    siblings = Organization.objects.filter(parent=parent).values_list("path", flat=True)
    prefix = parent.path if parent else ""
    taken = [int(path[len(prefix) : len(prefix) + 4]) for path in siblings if path.startswith(prefix)]
    return f"{prefix}{max(taken, default=0) + 1:04}."


def township_of(level: str, parent: Organization | None) -> Organization | None:
    """The township a branch's facts are filed under when it hangs below this parent."""
    if level not in (Level.VILLAGE, Level.COMMUNITY) or parent is None:
        return None
    return parent if parent.level == Level.TOWNSHIP else parent.township


@transaction.atomic
def open_branch(*, by: User | None, parent: Organization | None, opened_on: date | None, **fields: Any) -> Organization:
    if parent is not None:
        parent = Organization.objects.select_for_update().get(pk=parent.pk)
    branch = Organization(parent=parent, path=next_path(parent), opened_on=opened_on, **fields)
    branch.township = township_of(branch.level, parent)
    branch.full_clean(exclude=["path"])
    branch.save()
    OrganizationName.objects.create(organization=branch, name=branch.name, valid_from=opened_on)
    Placement.objects.create(organization=branch, parent=parent, valid_from=opened_on)
    audit.record("federation.organization.opened", branch, by=by)
    return branch


@transaction.atomic
def edit(branch: Organization, *, by: User, **fields: Any) -> None:
    """Facts without history of their own: code, division, kind, opening day."""
    branch = Organization.objects.select_for_update().get(pk=branch.pk)
    changed = [name for name, value in fields.items() if getattr(branch, name) != value]
    for name in changed:
        setattr(branch, name, fields[name])
    branch.full_clean()
    branch.save()
    labels = "、".join(str(field.verbose_name) for field in Organization._meta.fields if field.name in changed)
    if changed:
        audit.record("federation.organization.edited", branch, by=by, fields=labels)


@transaction.atomic
def rename(branch: Organization, *, name: str, short_name: str, on: date, by: User) -> None:
    branch = Organization.objects.select_for_update().get(pk=branch.pk)
    old = branch.name
    if name == old:
        raise ValidationError({"name": "新名称和现在的名称相同。"})
    branch.names.filter(valid_to=None).update(valid_to=on)
    OrganizationName.objects.create(organization=branch, name=name, valid_from=on)
    branch.name, branch.short_name = name, short_name
    branch.full_clean()
    branch.save()
    audit.record("federation.organization.renamed", branch, by=by, old=old, new=name, on=str(on))


@transaction.atomic
def move(branch: Organization, *, parent: Organization, on: date, by: User) -> None:
    """Hang a branch with all below it under another parent. Its facts follow; figures of earlier years do not."""
    branch, parent = _locked(branch, parent)
    former = branch.parent
    if parent.path.startswith(branch.path):
        raise ValidationError({"parent": "不能划转到自己或自己的下级。"})
    if branch.level in _PARENT_LEVEL and parent.level != _PARENT_LEVEL[Level(branch.level)]:
        raise ValidationError(
            {"parent": f"{branch.get_level_display()}的上级应是{_PARENT_LEVEL[Level(branch.level)].label}。"}
        )
    if not parent.is_open(on=on):
        raise ValidationError({"parent": "新的上级在这一天还没有成立或已撤销。"})
    if branch.placements.filter(valid_to=None, valid_from__gt=on).exists():
        raise ValidationError({"on": "这一天早于上一次调整，先后会颠倒。"})
    _rehang(branch, parent)
    branch.placements.filter(valid_to=None).update(valid_to=on)
    Placement.objects.create(organization=branch, parent=parent, valid_from=on)
    audit.record("federation.organization.moved", branch, by=by, parent=parent.short_name, on=str(on))
    audit.record("federation.organization.joined", parent, by=by, branch=branch.short_name, on=str(on))
    if former is not None:
        audit.record(
            "federation.organization.left",
            former,
            by=by,
            branch=branch.short_name,
            parent=parent.short_name,
            on=str(on),
        )


@transaction.atomic
def merge(branch: Organization, *, into: Organization, on: date, by: User) -> Effects:
    """Close a branch into another of its level.

    People, open work and accounts go to the other one. What was done stays filed under the branch, so that its years
    keep their figures, and is seen from the other one.
    """
    branch, into = _locked(branch, into)
    if branch.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"})
    if not {branch.level, into.level} <= {Level.VILLAGE, Level.COMMUNITY} and branch.level != into.level:
        raise ValidationError({"into": "只能并入同一层级的组织。"})
    if not into.is_open(on=on):
        raise ValidationError({"into": "要并入的组织在这一天还没有成立或已撤销。"})
    effects: Effects = {"parent": branch.parent_id, "children": []}
    for child in Organization.objects.filter(parent=branch).open_on(on):
        move(child, parent=into, on=on, by=by)
        effects["children"].append(child.pk)
    branch.refresh_from_db()
    former = branch.parent
    if into.parent is not None and branch.parent_id != into.parent_id and branch.is_village:
        _rehang(branch, Organization.objects.get(pk=into.parent.pk))
    effects |= _close(branch, on=on)
    branch.merged_into = into
    branch.save()
    effects["handed"] = _hand_over(branch, into, on=on)
    effects["grants_given"] = _pass_grants(effects["grants_ended"], into, on=on, by=by)
    rows = sum(len(ids) for ids in effects["handed"].values())
    audit.record("federation.organization.merged", branch, by=by, into=into.short_name, on=str(on))
    audit.record(
        "federation.organization.received", into, by=by, branch=branch.short_name, rows=rows,
        accounts=len(effects["grants_given"]), on=str(on),
    )  # fmt: skip
    if former is not None:
        audit.record(
            "federation.organization.gone", former, by=by, branch=branch.short_name, into=into.short_name, on=str(on)
        )
    return effects


@transaction.atomic
def close(branch: Organization, *, on: date, by: User) -> Effects:
    branch = Organization.objects.select_for_update().get(pk=branch.pk)
    below = Organization.objects.below(branch).open_on(on).count()
    if below:
        raise ValidationError(f"下面还有 {below} 个在用的组织，请先划转、合并或撤销它们。")
    if held := rows_needing_a_branch(branch):
        words = "、".join(f"{label} {count} 条" for label, count in held)
        raise ValidationError(
            f"这里还有人和没办完的事（{words}），撤销后就没有人管了。请改用“并入其他组织”，人和事一起转过去。"
        )
    effects = _close(branch, on=on)
    branch.save()
    audit.record("federation.organization.closed", branch, by=by, on=str(on))
    return effects


@transaction.atomic
def reopen(branch: Organization, *, effects: Effects, on: date, by: User) -> None:
    """Take back a closing or a merger that was a mistake: what went over and is still there comes back."""
    branch = Organization.objects.select_for_update().get(pk=branch.pk)
    if branch.closed_on is None:
        raise ValidationError("这个组织没有撤销，不用恢复。")
    into, closed_on = branch.merged_into, branch.closed_on
    former: int | None = effects.get("parent") or branch.parent_id
    parent = Organization.objects.get(pk=former) if former else None
    if parent is not None and not parent.is_open(on=on):
        raise ValidationError("上级组织已经撤销，请先恢复上级。")
    branch.closed_on = branch.merged_into = None
    branch.full_clean()
    branch.save()
    if parent is not None and branch.parent_id != parent.pk:
        _rehang(branch, parent)
    for dated in (branch.placements, branch.names):
        latest = dated.filter(valid_to=closed_on).last()
        if latest is not None:
            dated.filter(pk=latest.pk).update(valid_to=None)
    if into is not None:
        _hand_back(branch, into, effects.get("handed", {}))
    for child in Organization.objects.filter(pk__in=effects.get("children", []), parent=into):
        move(child, parent=branch, on=on, by=by)
    _resume(branch, effects, on=on)
    audit.record("federation.organization.reopened", branch, by=by, on=str(on))


def _locked(*branches: Organization) -> list[Organization]:
    """Fresh copies under row locks, taken in id order so that two changes at once cannot deadlock."""
    ids = sorted({branch.pk for branch in branches})
    found = {branch.pk: branch for branch in Organization.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    return [found[branch.pk] for branch in branches]


def _close(branch: Organization, *, on: date) -> Effects:
    if branch.closed_on is not None:
        raise ValidationError("这个组织已经撤销。")
    branch.closed_on = on
    branch.full_clean()
    branch.placements.filter(valid_to=None).update(valid_to=on)
    branch.names.filter(valid_to=None).update(valid_to=on)
    ended = list(branch.grants.filter(ends_on=None).values_list("pk", flat=True))
    branch.grants.filter(ends_on=None, starts_on__lte=on).update(ends_on=on)
    branch.grants.filter(ends_on=None).update(ends_on=F("starts_on"))
    return {"grants_ended": ended, "ended": _end_posts(branch, on=on)}


def _end_posts(branch: Organization, *, on: date) -> dict[str, list[int]]:
    with scoping.everything("posts end with their branch"):
        ended = {
            model._meta.label_lower: _rows(model).filter(organization=branch).end_with_branch(on=on)
            for model in scoping.scoped_models()
        }
    return {label: ids for label, ids in ended.items() if ids}


def _hand_over(branch: Organization, into: Organization, *, on: date) -> dict[str, list[int]]:
    handed = {}
    with scoping.everything("a branch merges and its people and open work go with it"):
        for model in scoping.scoped_models():
            rows = _rows(model).filter(organization=branch).handed_over(on=on)
            handed[model._meta.label_lower] = list(rows.values_list("pk", flat=True))
        for model in scoping.scoped_models():
            rows = _rows(model).filter(pk__in=handed[model._meta.label_lower])
            rows.update(organization=into, township=into.filed_under_id)
    return {label: ids for label, ids in handed.items() if ids}


def _hand_back(branch: Organization, into: Organization, handed: dict[str, list[int]]) -> None:
    with scoping.everything("a branch opens again and takes back what it gave"):
        for model in scoping.scoped_models():
            rows = model._default_manager.filter(organization=into, pk__in=handed.get(model._meta.label_lower, []))
            rows.update(organization=branch, township=branch.filed_under_id)


def _pass_grants(ended: list[int], into: Organization, *, on: date, by: User) -> list[int]:
    """Whoever worked at the branch works at the other one from that day."""
    given = []
    for grant in RoleGrant.objects.filter(pk__in=ended):
        same = {"user": grant.user, "organization": into, "role": grant.role, "ends_on": None}
        if not RoleGrant.objects.filter(**same).exists():
            given.append(RoleGrant.objects.create(**same, starts_on=max(on, grant.starts_on), granted_by=by).pk)
    return given


def _resume(branch: Organization, effects: Effects, *, on: date) -> None:
    with scoping.everything("posts of a branch that opens again"):
        for model in scoping.scoped_models():
            _rows(model).filter(organization=branch).resume(effects.get("ended", {}).get(model._meta.label_lower, []))
    for grant in RoleGrant.objects.filter(pk__in=effects.get("grants_ended", [])):
        if not branch.grants.filter(user=grant.user_id, role=grant.role, ends_on=None).exists():
            RoleGrant.objects.filter(pk=grant.pk).update(ends_on=None)
    for grant in RoleGrant.objects.filter(pk__in=effects.get("grants_given", []), ends_on=None):
        RoleGrant.objects.filter(pk=grant.pk).update(ends_on=max(on, grant.starts_on))


def _rows(model: type[scoping.ScopedModel]) -> scoping.ScopedQuerySet[Any]:
    rows: Any = model._default_manager
    return rows.all()


def _rehang(branch: Organization, parent: Organization) -> None:
    old_path, new_path = branch.path, next_path(parent)
    Organization.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(new_path), Substr("path", len(old_path) + 1))
    )
    township = township_of(branch.level, parent)
    Organization.objects.filter(pk=branch.pk).update(parent=parent, township=township)
    branch.refresh_from_db()
    if branch.is_village:
        _refile_facts(branch)


def _refile_facts(branch: Organization) -> None:
    with scoping.everything("a branch moves and all its facts with it"):
        for model in scoping.scoped_models():
            model._default_manager.filter(organization=branch).update(township=branch.township)


def facts_of(branch: Organization) -> list[tuple[str, int]]:
    """How many rows of each kind a move or merge touches: (label, count), for the preview."""
    with scoping.everything("count what a change of the tree touches"):
        counts = [
            (str(model._meta.verbose_name), model._default_manager.filter(branch.facts_condition()).count())
            for model in scoping.scoped_models()
            if not model.is_derived
        ]
    return [(label, count) for label, count in counts if count]


def rows_needing_a_branch(branch: Organization) -> list[tuple[str, int]]:
    """What would have nobody any more if the branch closed: (label, count)."""
    with scoping.everything("see whether a branch can close"):
        counts = [
            (
                str(model._meta.verbose_name),
                _rows(model).filter(organization=branch).needing_a_branch().count(),
            )
            for model in scoping.scoped_models()
        ]
    return [(label, count) for label, count in counts if count]


def federation_name(division: str, level: str) -> tuple[str, str]:
    """(name, short name) of the federation of a division: 某某村委会 -> 某某村妇女联合会, 某某村妇联."""
    base = division
    for ending, kept in (
        ("村民委员会", "村"),
        ("社区居民委员会", "社区"),
        ("居民委员会", "社区"),
        ("村委会", "村"),
        ("居委会", "社区"),
    ):
        if base.endswith(ending):
            base = base.removesuffix(ending)
            base = base if base.endswith(kept) else base + kept
            break
    if level == Level.CITY:
        base = base if base.endswith("市") else base + "市"
    return f"{base}妇女联合会", f"{base}妇联"
