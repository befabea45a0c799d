"""Which font sets which part."""

import io
from pathlib import Path

import pdfplumber
import pytest
from fontTools.ttLib import TTFont

from reports.rendering import fonts as fonts_module
from reports.rendering.cuts import gb2312, renamed, with_cuts
from reports.rendering.fonts import FontsMissing, Role, find_fonts
from reports.rendering.pdf import render_pdf
from reports.tests.documents import village_document


def fonts_used(document: bytes) -> set[str]:
    with pdfplumber.open(io.BytesIO(document)) as pdf:
        return {char["fontname"].partition("+")[2] for page in pdf.pages for char in page.chars}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


def test_free_fonts_stand_in_where_the_office_has_none() -> None:
    first = {role: (faces[0].family, faces[0].weight) for role, faces in find_fonts().faces.items()}
    assert first == {
        Role.TITLE: ("Noto Serif CJK SC", 700),
        Role.BODY: ("Noto Serif CJK SC", 400),
        Role.HEI: ("Noto Sans CJK SC", 400),
        Role.KAI: ("LXGW WenKai", 400),
        Role.SONG: ("Noto Serif CJK SC", 400),
    }


def test_a_licensed_font_in_the_folder_comes_first_and_is_printed(tmp_path: Path, store: Path) -> None:
    stand_in = with_cuts(find_fonts(), store).cuts[Role.KAI]
    (tmp_path / "simfang.ttf").write_bytes(renamed(stand_in.file.read_bytes(), "FangSong_GB2312"))
    (tmp_path / "readme.txt").write_text("licensed")
    fonts = find_fonts(str(tmp_path))
    assert [face.family for face in fonts.faces[Role.BODY]][:2] == ["FangSong_GB2312", "Noto Serif CJK SC"]
    assert "FangSong_GB2312" in fonts_used(render_pdf(village_document(), fonts=fonts))


def test_a_licensed_title_font_is_not_emboldened(tmp_path: Path, store: Path) -> None:
    stand_in = with_cuts(find_fonts(), store).cuts[Role.KAI]
    (tmp_path / "title.ttf").write_bytes(renamed(stand_in.file.read_bytes(), "FZXiaoBiaoSong-B05S"))
    fonts = find_fonts(str(tmp_path))
    assert [(face.family, face.weight) for face in fonts.faces[Role.TITLE]][:2] == [
        ("FZXiaoBiaoSong-B05S", 400),
        ("Noto Serif CJK SC", 400),
    ]
    assert not any("Bold" in name for name in fonts_used(render_pdf(village_document(), fonts=fonts)))


def test_without_fonts_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FontsMissing, match="apt-get install -y fonts-noto-cjk fonts-lxgw-wenkai.*PORTAL_FONTS"):
        fonts_module.find_fonts.__wrapped__("")


def test_cuts_hold_all_of_gb2312_under_a_name_of_their_own(store: Path) -> None:
    cuts = with_cuts(find_fonts(), store).cuts
    assert set(cuts) == set(Role)
    for cut in cuts.values():
        with TTFont(cut.file, lazy=True) as font:
            assert font["name"].getBestFamilyName() == cut.family
            assert {*gb2312()} - {chr(code) for code in font.getBestCmap()} == set()


def test_fonts_are_cut_once(store: Path) -> None:
    first = {cut.file: cut.file.stat().st_mtime_ns for cut in with_cuts(find_fonts(), store).cuts.values()}
    again = {cut.file: cut.file.stat().st_mtime_ns for cut in with_cuts(find_fonts(), store).cuts.values()}
    assert first == again
    assert sorted(store.iterdir()) == sorted(first)


def test_a_rare_character_comes_from_the_whole_font_beside_the_cut(store: Path) -> None:
    document = village_document()
    plain = fonts_used(render_pdf(document, fonts=with_cuts(find_fonts(), store)))
    assert {name.removesuffix("-Bold") for name in plain} == {
        "Noto-Serif-CJK-SC-GB2312",
        "Noto-Sans-CJK-SC-GB2312",
        "LXGW-WenKai-GB2312",
    }
    rare = village_document(text="走访龑𠮷。")
    assert fonts_used(render_pdf(rare, fonts=with_cuts(find_fonts(), store))) - plain == {"Noto-Serif-CJK-SC"}
