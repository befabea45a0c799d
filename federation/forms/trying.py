"""A change that a form asks for, and what the rules say against it."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError


def tried(form: forms.BaseForm, change: Callable[[], object]) -> bool:
    """Do the change; what a verb refuses is shown on the form, at its field where it has one."""
    try:
        change()
    except ValidationError as refused:
        own = hasattr(refused, "error_dict") and set(refused.error_dict) <= set(form.fields)
        form.add_error(None, refused if own else refused.messages)
        return False
    return True
