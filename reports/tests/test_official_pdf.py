"""The printed page, measured: GB/T 9704 as domain.md §11 has it."""

import datetime as dt
import io
from collections import Counter, defaultdict
from collections.abc import Iterator

import pdfplumber
import pikepdf
import pydyf
import pytest
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from reports.rendering import pdf as pdf_module
from reports.rendering.document import OfficialDocument
from reports.rendering.fonts import find_fonts
from reports.rendering.pdf import render_pdf
from reports.tests.documents import bar_chart, projects_annex, sample_document, village_document

MM = 72 / 25.4
SHORT = OfficialDocument(title="关于开展走访的通知", opening=("走访妇女群众。",))


def printed(document: OfficialDocument) -> PDF:
    return pdfplumber.open(io.BytesIO(render_pdf(document, fonts=find_fonts())))


@pytest.fixture(scope="module")
def sample_bytes() -> bytes:
    document = sample_document(
        signature="兰河市妇女联合会",
        date=dt.date(2016, 2, 5),
        annexes=(projects_annex(charts=(bar_chart(),)), projects_annex(60, title="各乡镇街道惠民项目完成情况表")),
    )
    return render_pdf(document, fonts=find_fonts())


@pytest.fixture(scope="module")
def sample(sample_bytes: bytes) -> Iterator[PDF]:
    with pdfplumber.open(io.BytesIO(sample_bytes)) as pdf:
        yield pdf


def rows(page: Page) -> list[list[dict]]:
    """The lines of the type area by their grid row; the page number is not one of them."""
    found = defaultdict(list)
    for char in page.chars:
        found[round((char["bottom"] - 37 * MM) / (225 / 22 * MM))].append(char)
    return [sorted(found[row], key=lambda char: char["x0"]) for row in sorted(found) if row <= 22]


def texts(page: Page) -> list[str]:
    return ["".join(char["text"] for char in row) for row in rows(page)]


def folio(page: Page) -> list[dict]:
    return [char for char in page.chars if char["top"] > (297 - 35) * MM]


def fonts_of(page: Page, words: str) -> set[str]:
    return {char["fontname"].partition("+")[2] for row in rows(page) for char in row if char["text"] in words}


def test_every_page_is_a4(sample: PDF) -> None:
    assert {(round(page.width / MM), round(page.height / MM)) for page in sample.pages} == {(210, 297)}


def test_text_fills_the_type_area_to_a_millimetre(sample: PDF) -> None:
    for page in sample.pages[1:6]:
        lines = rows(page)
        assert min(row[0]["x0"] for row in lines) == pytest.approx(28 * MM, abs=0.2)
        assert max(row[-1]["x1"] for row in lines) == pytest.approx((210 - 26) * MM, abs=1 * MM)


def test_ink_stays_in_22_rows_between_the_margins(sample: PDF) -> None:
    for page in sample.pages[1:6]:
        top, bottom = ink_rows(page)
        # A 16 pt character stands in the middle of a row of 28.99 pt: 2.3 mm of white on either side.
        assert top == pytest.approx(37 + 2.3, abs=1)
        assert bottom == pytest.approx(297 - 35 - 2.3, abs=1)


def ink_rows(page: Page) -> tuple[float, float]:
    """The first and the last row of pixels with text in them, in millimetres; without the page number."""
    image = page.to_image(resolution=150).original.convert("L")
    area = image.crop((0, 0, image.width, int(264 / 25.4 * 150))).point(lambda value: value < 128 and 255)
    _, top, _, bottom = area.getbbox()
    return top / 150 * 25.4, bottom / 150 * 25.4


def test_a_page_of_prose_has_22_lines(sample: PDF) -> None:
    assert [len(rows(page)) for page in sample.pages[1:6]] == [22] * 5


def test_lines_are_a_28th_of_the_type_area_apart(sample: PDF) -> None:
    bottoms = [row[0]["bottom"] for row in rows(sample.pages[4])]
    steps = {round(below - above, 1) for above, below in zip(bottoms, bottoms[1:], strict=False)}
    assert steps <= {28.9, 29.0, 29.1}


def test_a_full_line_has_28_characters_on_the_grid(sample: PDF) -> None:
    lines = [row for page in sample.pages[1:6] for row in rows(page)]
    assert Counter(map(len, lines)).most_common(1)[0][0] == 28
    full = [row for row in lines if len(row) == 28 and all(ord(char["text"]) > 0xFF for char in row)]
    assert len(full) > 40
    for row in full:
        pitches = {round(after["x0"] - before["x0"], 2) for before, after in zip(row, row[1:], strict=False)}
        assert max(pitches) - min(pitches) < 0.1
        assert min(pitches) == pytest.approx(156 / 28 * MM, abs=0.05)


def test_paragraphs_begin_two_characters_in(sample: PDF) -> None:
    opening = next(row for row in rows(sample.pages[0]) if row[0]["text"] == "近")
    assert opening[0]["x0"] == pytest.approx(28 * MM + 2 * 156 / 28 * MM, abs=0.2)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(sample: PDF) -> None:
    lines = [text for page in sample.pages[:7] for text in texts(page)]
    assert {text[0] for text in lines} & set("，。、；：”》）！？") == set()
    assert {text[-1] for text in lines} & set("“《（") == set()
    assert "".join(lines).count("，") > 50


def test_page_number_is_outside_right_on_odd_and_left_on_even_pages(sample: PDF) -> None:
    for page in sample.pages:
        number = folio(page)
        assert "".join(char["text"] for char in number) == f"— {page.page_number} —"
        assert {round(char["size"], 1) for char in number} == {14}
        if page.page_number % 2:
            assert number[-1]["x1"] == pytest.approx((210 - 26) * MM - 14, abs=0.5)
        else:
            assert number[0]["x0"] == pytest.approx(28 * MM + 14, abs=0.5)


def test_page_number_dash_is_7_mm_below_the_type_area(sample: PDF) -> None:
    ink = sample.pages[0].to_image(resolution=300).original.convert("L")
    dash = int(folio(sample.pages[0])[0]["x0"] / 72 * 300) + 20
    dark = [y for y in range(int(262 / 25.4 * 300), ink.height) if ink.getpixel((dash, y)) < 128]
    assert dark[0] / 300 * 25.4 - 262 == pytest.approx(7, abs=0.3)


def test_parts_have_their_fonts(sample: PDF) -> None:
    first = sample.pages[0]
    assert fonts_of(first, "关于引领") >= {"Noto-Serif-CJK-SC-Bold"}
    assert {round(char["size"], 1) for char in first.chars if char["fontname"].endswith("Bold")} == {22}
    assert heading_fonts(first, "一、主要做法") == {"Noto-Sans-CJK-SC"}
    assert "LXGW-WenKai" in heading_fonts(first, "（一）履行")
    assert heading_fonts(first, "1.坚持") == {"Noto-Serif-CJK-SC"}


def heading_fonts(page: Page, start: str) -> set[str]:
    row = next(row for row in rows(page) if "".join(char["text"] for char in row).startswith(start))
    return {char["fontname"].partition("+")[2] for char in row}


def test_fonts_are_embedded_subsets(sample_bytes: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_bytes)) as pdf:
        fonts = [thing for thing in pdf.objects if is_dictionary(thing, "/FontDescriptor")]
        assert len(fonts) == 4
        assert all(str(font.FontName)[7] == "+" for font in fonts)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert len(sample_bytes) < 1_000_000


def is_dictionary(thing: object, kind: str) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == kind


def test_headings_are_bookmarks(sample_bytes: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_bytes)) as pdf, pdf.open_outline() as outline:
        (title,) = outline.root
        assert title.title == "关于妇联组织引领妇女群众听党话跟党走的思考"
        assert [child.title for child in title.children] == [
            "一、主要做法",
            "二、存在问题",
            "三、几点启示",
            "附件1 2016年惠民项目完成情况表",
            "附件2 各乡镇街道惠民项目完成情况表",
        ]
        assert len(title.children[0].children) == 3


def test_structure_is_tagged_in_chinese(sample_bytes: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample_bytes)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert str(pdf.docinfo.Title) == "关于妇联组织引领妇女群众听党话跟党走的思考"
        assert pdf.Root.MarkInfo.Marked is True
        tags = Counter(str(thing.S) for thing in pdf.objects if is_dictionary(thing, "/StructElem"))
        figures = [thing for thing in pdf.objects if is_dictionary(thing, "/StructElem") and thing.S == "/Figure"]
        assert str(figures[0].Alt) == "各季度两癌筛查人数，第三季度最多"
    assert (tags["/H1"], tags["/H2"] >= 5, tags["/H3"] >= 3, tags["/Table"] >= 2) == (1, True, True, True)


def test_signature_and_date_stand_as_on_a_paper_without_a_seal(sample: PDF) -> None:
    lines = rows(sample.pages[6])
    signature, date = lines[-2:]
    cell = 156 / 28 * MM
    assert "".join(char["text"] for char in date) == "2016年2月5日"
    assert signature[-1]["x1"] == pytest.approx((210 - 26) * MM - 2 * cell, abs=1)
    assert date[0]["x0"] - signature[0]["x0"] == pytest.approx(2 * cell, abs=0.5)


def test_a_date_longer_than_the_signature_stands_two_from_the_right() -> None:
    with printed(sample_document(signature="县妇联", date=dt.date(2016, 12, 20))) as pdf:
        signature, date = rows(pdf.pages[-1])[-2:]
    cell = 156 / 28 * MM
    assert date[-1]["x1"] == pytest.approx((210 - 26) * MM - 2 * cell, abs=1)
    assert date[0]["x0"] - signature[0]["x0"] == pytest.approx(2 * cell, abs=0.5)


def test_a_long_table_repeats_its_head_and_loses_no_row(sample: PDF) -> None:
    pages = [page.extract_text() for page in sample.pages[8:]]
    assert len(pages) == 3
    assert all("项 目" in page.replace("\u3000", " ") for page in pages)
    assert [number for number in range(1000, 1060) if f"{number} {number + 1}" not in "\n".join(pages)] == []


def test_a_table_caption_has_rows_below_it(sample: PDF) -> None:
    text = sample.pages[8].extract_text()
    assert text.index("附件2") < text.index("各乡镇街道惠民项目完成情况表") < text.index("1000 1001")


def test_table_heads_are_not_bold(sample: PDF) -> None:
    bold = [char for char in sample.pages[8].chars if "Bold" in char["fontname"] and char["size"] < 21]
    assert bold == []


def test_the_same_words_make_the_same_bytes() -> None:
    assert render_pdf(village_document(), fonts=find_fonts()) == render_pdf(village_document(), fonts=find_fonts())
    assert render_pdf(SHORT, fonts=find_fonts()) != render_pdf(village_document(), fonts=find_fonts())


def test_packing_streams_once_changes_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = render_pdf(SHORT, fonts=find_fonts())
    monkeypatch.setattr(pdf_module, "pack_once", None)
    assert render_pdf(SHORT, fonts=find_fonts()) == packed


def test_a_stream_is_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[int] = Counter()
    pack = pydyf.Stream.data.fget
    counted = property(lambda stream: asked.update([stream.number]) or pack(stream))
    monkeypatch.setattr(pydyf.Stream, "data", counted)
    render_pdf(SHORT, fonts=find_fonts())
    content = [times for number, times in asked.items() if number <= max(asked) - 2]
    assert set(content) == {1}
    assert len(content) > 3


def test_a_short_paper_is_page_1_of_1() -> None:
    with printed(SHORT) as pdf:
        assert [page.page_number for page in pdf.pages] == [1]
        assert "".join(char["text"] for char in folio(pdf.pages[0])) == "— 1 —"


@pytest.mark.parametrize("lines", [1, 4])
def test_text_keeps_to_the_grid_under_any_title(lines: int) -> None:
    title = "\n".join(["关于兰河市妇女工作的思考"] * lines)
    with printed(sample_document(title=title)) as pdf:
        bottoms = [char["bottom"] for char in pdf.pages[1].chars if round(char["size"]) == 16]
        first = next(char for char in pdf.pages[0].chars if char["text"] == "近")
    row = 225 / 22 * MM
    offset = (first["bottom"] - min(bottoms)) / row
    assert offset == pytest.approx(round(offset), abs=0.05)
