"""The conditions of a list: what its query bar asks, and which rows answer. The page and the export share them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from federation import scoping, searching
from federation.access import key_asked
from federation.models import Organization, User
from federation.permissions import searches_people
from federation.statements import kept, statement_of


class BranchField(forms.ChoiceField):
    """One branch below the person's own: the next level down, and the villages of the township that is chosen. What has
    closed keeps its records, so it can be chosen too.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(label="组织", required=False, **options)
        self.visible = Organization.objects.none()

    def offer(self, user: User, chosen: str) -> bool:
        """Whether there is any branch to choose. Only the chosen one is read whole."""
        self.visible = Organization.objects.visible_to(user)
        standing = scoping.standing(user, on=timezone.localdate())
        offered = kept(
            ("branches", standing, key_asked(chosen)), lambda: statement_of(self._below(user, chosen))
        ).rows()
        shallowest = min((len(path) for _, path, *_ in offered), default=0)
        self.choices = [
            ("", "全部"),
            *(
                (str(pk), f"{'　' * ((len(path) - shallowest) // 5)}{name}{'（已撤并）' if closed_on else ''}")
                for pk, path, name, closed_on in offered
            ),
        ]
        return bool(offered)

    def _below(self, user: User, chosen: str) -> QuerySet[Any, Any]:
        parents = {grant.organization_id for grant in user.current_grants if grant.opens_branch}
        if (key := key_asked(chosen)) is not None:
            above = self.visible.filter(pk=key).values_list("pk", "parent_id").first()
            parents |= {pk for pk in above or () if pk is not None}
        return (
            self.visible.filter(parent__in=parents).in_tree_order().values_list("pk", "path", "short_name", "closed_on")
        )

    def clean(self, value: Any) -> Organization | None:
        key = super().clean(value)
        return self.visible.get(pk=key) if key else None


class ListFilter(forms.Form):
    """Subclasses say in `rows` which rows the person may see that meet the conditions; wrong conditions find none."""

    branch = BranchField()
    # What `q` asks for is a served person's name, unless a list says otherwise.
    asks_for_people: ClassVar[bool] = True

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(searching.opened(data, user))
        self.user = user
        if self.asks_for_people and not searches_people(user):
            self.fields.pop(searching.FIELD, None)
        branch = self.fields["branch"]
        assert isinstance(branch, BranchField)
        if not branch.offer(user, self.data.get("branch", "")):
            del self.fields["branch"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given.setdefault(searching.FIELD, "")
        return given

    def rows(self, *, on: date) -> QuerySet[Any]:
        raise NotImplementedError

    def asked(self) -> QueryDict:
        """The conditions as they can be read without this sitting: the name itself in place of its key."""
        asked = QueryDict(mutable=True)
        for name in self.data:
            if name != searching.KEY:
                asked.setlist(name, self.data.getlist(name) if isinstance(self.data, QueryDict) else [self.data[name]])
        return asked

    def conditions(self) -> list[tuple[str, str]]:
        """What was asked for, in words: (label, value)."""
        if not self.is_valid():
            return []
        given = [(field, self.cleaned_data.get(field.name)) for field in self.visible_fields()]
        return [(str(field.label), _in_words(field, value)) for field, value in given if value not in (None, "", False)]


def _in_words(field: forms.BoundField, value: Any) -> str:
    if value is True:
        return "是"
    if isinstance(field.field, forms.ChoiceField) and not isinstance(value, Organization):
        return str(dict(_flat(field.field.choices)).get(value, value))
    return str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    return [(key, label) for key, label in choices if not isinstance(label, (list, tuple))]
