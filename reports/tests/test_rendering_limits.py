"""A document reads nothing from outside, and a rendering that runs away is stopped."""

import gc
import resource
import signal
import time
from pathlib import Path

import pytest
from weasyprint.formatting_structure.boxes import Box

from reports.rendering.document import Chart
from reports.rendering.fonts import find_fonts
from reports.rendering.glyphs import MissingGlyph
from reports.rendering.limits import limited
from reports.rendering.official import Composed
from reports.rendering.pdf import render_html, render_pdf
from reports.rendering.problems import NotDrawn, OutsideAsset, TooLarge, TooLong
from reports.tests.documents import sample_document


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.svg", "asset:other.svg", "data:,x"])
def test_nothing_outside_the_document_is_read(address: str) -> None:
    with pytest.raises(OutsideAsset, match="没有生成"):
        render_html(Composed(f'<html lang="zh-CN"><img alt="" src="{address}">', {}), find_fonts())


def test_a_chart_cannot_read_a_file(tmp_path: Path) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    link = f'<image href="{picture.as_uri()}" width="9" height="9"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{link}</svg>'
    with pytest.raises(OutsideAsset):
        render_pdf(sample_document(charts=(Chart("图1", svg, "图"),)), fonts=find_fonts())


def test_a_chart_that_cannot_be_drawn_is_not_left_out_in_silence() -> None:
    page = Composed('<html lang="zh-CN"><img alt="" src="asset:chart-1.svg">', {"asset:chart-1.svg": b"no picture"})
    with pytest.raises(NotDrawn, match="画不出来"):
        render_html(page, find_fonts())


def test_markup_in_words_is_words() -> None:
    document = sample_document(title="<img src=x>总结", opening=("<script>&amp;",))
    assert render_pdf(document, fonts=find_fonts())[:5] == b"%PDF-"


def test_a_rendering_is_stopped_when_its_time_is_up() -> None:
    with pytest.raises(TooLong, match="时间太长"), limited(seconds=0.05):
        time.sleep(60)


def test_a_rendering_is_stopped_when_it_takes_too_much_memory() -> None:
    with pytest.raises(TooLarge, match="内存"), limited(memory=1 << 26):
        bytearray(1 << 28)


def test_limits_end_with_the_rendering() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)
    with limited():
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 100
    assert (resource.getrlimit(resource.RLIMIT_AS), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def boxes() -> int:
    return sum(issubclass(type(thing), Box) for thing in gc.get_objects())


def test_a_rendering_sweeps_up_after_itself_alone() -> None:
    gc.collect()
    before, walks = boxes(), gc.get_stats()[2]["collections"]
    render_pdf(sample_document(), fonts=find_fonts())
    assert gc.get_stats()[2]["collections"] == walks
    assert boxes() == before
    assert gc.isenabled()


def test_garbage_is_collected_again_after_a_refused_document() -> None:
    with pytest.raises(MissingGlyph):
        render_pdf(sample_document(title="\ue000"), fonts=find_fonts())
    assert gc.isenabled()
