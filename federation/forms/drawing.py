"""The controls of a query bar, drawn without templates: every list page has half a dozen, with a hundred options in all.

The markup is that of templates/django/forms/widgets, which still draws every other form; a test compares the two.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from federation.markup import filled, filled_all

INPUTS = (forms.TextInput, forms.DateInput, forms.NumberInput, forms.HiddenInput)
NOT_CHOSEN = "---------"


def control(field: BoundField) -> SafeString:
    """As `{{ field }}` draws it. Kinds that query bars seldom have are left to Django."""
    widget = field.field.widget
    if type(widget) in INPUTS:
        return _input(field, widget)
    if type(widget) is forms.Select and not any(isinstance(label, list | tuple) for _, label in widget.choices):
        return _select(field, widget)
    return filled("{}", field)


def _input(field: BoundField, widget: Any) -> SafeString:
    value = widget.format_value(field.value())
    return filled(
        '<input type="{}" name="{}"{}{}{}>',
        widget.input_type,
        field.html_name,
        "" if widget.is_hidden else _class("input", widget),
        "" if value is None else filled(' value="{}"', value),
        _attributes(field, widget),
    )


def _select(field: BoundField, widget: forms.Select) -> SafeString:
    chosen = field.value()
    choices = tuple((str(value), str(label)) for value, label in widget.choices)
    return filled(
        '<select name="{}"{}{}>{}\n</select>',
        field.html_name,
        _class("select", widget),
        _attributes(field, widget),
        _options(choices, "" if chosen is None else str(chosen)),
    )


@lru_cache(maxsize=512)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Lists of choices hardly ever differ from one page to the next."""
    return filled_all(
        '\n  <option value="{}"{}>{}</option>',
        (
            (value, " selected" if value == chosen else "", "请选择" if label == NOT_CHOSEN else label)
            for value, label in choices
        ),
    )


def _class(kind: str, widget: forms.Widget) -> SafeString:
    more = widget.attrs.get("class")
    return filled(' class="{} {}"', kind, more) if more else filled(' class="{}"', kind)


def _attributes(field: BoundField, widget: forms.Widget) -> SafeString:
    given = field.build_widget_attrs({}, widget)
    if field.auto_id and "id" not in widget.attrs:
        given.setdefault("id", field.auto_id)
    shown = (
        (name, value) for name, value in {**widget.attrs, **given}.items() if value is not False and name != "class"
    )
    return filled_all("{}", ((_attribute(name, value),) for name, value in shown))


def _attribute(name: str, value: Any) -> SafeString:
    return filled(" {}", name) if value is True else filled(' {}="{}"', name, str(value))
