"""A character without a glyph stops the document and is named, with its place."""

import pytest

from reports.rendering.document import Chapter, Item, OfficialDocument
from reports.rendering.fonts import find_fonts
from reports.rendering.glyphs import MissingGlyph
from reports.rendering.official import compose
from reports.tests.documents import projects_annex, sample_document

NOWHERE = "\ue000"


def problem(document: OfficialDocument) -> MissingGlyph:
    with pytest.raises(MissingGlyph) as caught:
        compose(document, find_fonts())
    return caught.value


def test_rare_names_are_printed() -> None:
    names = "𠮷田龑、𰻝䶮、阿依古丽·买买提、瑢樭喆堃玥珺昇韡翀犇骉"
    document = sample_document(byline=names, opening=(names,), title=f"走访{names}的报告")
    assert names in compose(document, find_fonts()).html.replace("</span>", "").replace('<span class="song">', "")


def test_a_character_no_font_has_is_named_with_its_place() -> None:
    chapter = Chapter("一、主要做法", items=(Item("1.走访。", "到家。"), Item("2.回访。", f"看望王{NOWHERE}。")))
    caught = problem(sample_document(chapters=(chapter,)))
    assert (caught.character, caught.code_point, caught.place) == (NOWHERE, "U+E000", "一、主要做法 第2条")
    assert str(caught).startswith(f"字体里没有这些字，PDF 没有生成：一、主要做法 第2条的“{NOWHERE}”（U+E000）。")


def test_all_lacks_are_named_at_once() -> None:
    rows = (("王\ue001", "人", "1", "1", "1", "", ""),)
    caught = problem(sample_document(title=f"思考{NOWHERE}", annexes=(projects_annex(0, rows=rows),)))
    assert [(lack.code_point, lack.place) for lack in caught.lacks] == [
        ("U+E000", "标题"),
        ("U+E001", "附件第1行第1列"),
    ]


def test_invisible_marks_from_a_web_page_do_not_stop_a_document() -> None:
    html = compose(sample_document(opening=("走访\u200b妇女\ufeff群众\t到家。",)), find_fonts()).html
    assert "走访妇女群众 到家。" in html
