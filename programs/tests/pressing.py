"""Filling in a page's form as a person does, and going on only when the page took it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse


def press(client: Client, route: str, *keys: object, query: str = "", **typed: Any) -> str:
    """Where the page leads to."""
    answer = client.post(reverse(f"programs:{route}", args=keys) + query, typed)
    assert answer.status_code == 302, (route, _refusals(answer))
    return str(answer["Location"])


def _refusals(answer: Any) -> Any:
    form = answer.context.get("form") if answer.context else None
    return form.errors if form is not None else answer.status_code


def rows_of(client: Client, route: str, *keys: object, query: str = "") -> list[Any]:
    """The rows of a list as this person sees them."""
    rows: list[Any] = client.get(reverse(f"programs:{route}", args=keys) + query).context["page"].rows
    return rows
