from __future__ import annotations

import pytest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from federation.markup import filled, filled_all

CELLS = ["<b>", SafeString("<b>"), "\"&'", 3, None, gettext_lazy("<i>")]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_escaped_as_django_escapes_it(cell: object) -> None:
    mine, its = filled("<td>{}</td>", cell), format_html("<td>{}</td>", cell)
    assert (mine, type(mine)) == (its, type(its))


@pytest.mark.parametrize("cells", [CELLS, CELLS[::-1]])
def test_trusted_and_typed_texts_of_the_same_letters_are_kept_apart(cells: list[object]) -> None:
    rows = [(cell,) for cell in cells * 2]
    mine, its = filled_all("<td>{}</td>", rows), format_html_join("", "<td>{}</td>", rows)
    assert (mine, type(mine)) == (its, type(its))
    assert mine.count("&lt;b&gt;") == 2
