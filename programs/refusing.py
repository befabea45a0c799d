"""What the database refuses, said in the words of the constraint: also where scope hides the row it collides with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction


@contextmanager
def in_words(model: type[models.Model]) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        name = getattr(getattr(refused.__cause__, "diag", None), "constraint_name", None)
        for constraint in model._meta.constraints:
            if constraint.name == name:
                raise ValidationError(str(constraint.violation_error_message)) from None
        raise


def tried(form: forms.BaseForm, change: Callable[[], object]) -> bool:
    """Do the change; what is refused is shown on the form, at its field where it has one."""
    try:
        change()
    except ValidationError as refused:
        own = hasattr(refused, "error_dict") and set(refused.error_dict) <= set(form.fields)
        form.add_error(None, refused if own else refused.messages)
        return False
    return True
