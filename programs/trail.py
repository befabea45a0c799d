"""Words for the trail."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


def field_names(record: models.Model, names: Iterable[str]) -> str:
    """The changed columns by their labels."""
    return "、".join(str(record._meta.get_field(name).verbose_name).removesuffix("（分）") for name in names)  # type: ignore[union-attr]
