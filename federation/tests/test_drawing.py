"""The query bar's own drawing is Django's, element by element."""

from __future__ import annotations

import pytest
from django import forms
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.test.html import parse_html

from federation.forms.drawing import control
from federation.forms.organizations import day_field

CHOICES = [("", "全部"), ("a", "<甲>"), ("b", "乙"), (3, "丙")]


class Conditions(forms.Form):
    view = forms.CharField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(
        max_length=40, required=False, widget=forms.TextInput(attrs={"placeholder": "姓名", "class": "w"})
    )
    since = day_field("起", required=False)
    count = forms.IntegerField(min_value=1, required=False)
    kind = forms.ChoiceField(choices=CHOICES)
    unchosen = forms.ChoiceField(choices=[("", "---------"), ("a", "甲")], required=False, disabled=True)
    grouped = forms.ChoiceField(choices=[("组", [("a", "甲")])], required=False)
    mine = forms.BooleanField(required=False, help_text="本人")
    words = forms.CharField(required=False, help_text="原话", widget=forms.Textarea)


GIVEN = [
    None,
    {},
    {"q": '"王"&<b>', "kind": "b", "view": "open", "since": "2026-11-24", "count": "3"},
    {"kind": "3", "since": "昨天", "count": "0", "q": "王" * 41, "unchosen": "a", "mine": "on", "grouped": "a"},
]


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("name", Conditions.base_fields)
def test_a_control_is_drawn_as_django_draws_it(given: dict[str, str] | None, name: str) -> None:
    field = Conditions(given)[name]
    assert parse_html(control(field)) == parse_html(str(field))


def test_what_was_typed_stays_text() -> None:
    request = RequestFactory().get("/desk/visits/", {"size": '50"><script>', "order": "-id"})
    context = RequestContext(request, {"form": Conditions({"q": '"><script>'})})
    bar = Template('{% query_bar form "#rows" %}').render(context)
    assert "<script" not in bar
    assert 'value="&quot;&gt;&lt;script&gt;"' in bar
    assert 'name="size" value="50&quot;&gt;&lt;script&gt;"' in bar
