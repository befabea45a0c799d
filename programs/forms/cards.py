from __future__ import annotations

from typing import Any

from django import forms

from federation.cells import CellProblem, parse_card


class CardField(forms.CharField):
    """A payee's card: the digits alone, with the check digit right."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> str:
        try:
            return parse_card(super().clean(value))
        except CellProblem as problem:
            raise forms.ValidationError(f"{problem}。") from None
