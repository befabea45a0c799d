"""Tokens, sentences that drop out, and the shells."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from federation.models import Level
from reports.indicators import INDICATORS
from reports.rendering.document import FigureMark, plain
from reports.writing import shells, tokens
from reports.writing.prose import Known, Words, fill


def words(**figures: int | Fraction | None) -> Words:
    known = {code: Known(value, None, INDICATORS[code].unit) for code, value in figures.items()}
    return Words(known, {"year": "2016", "branch": "兰河市妇联", "area": "全市"})


SAMPLE = words(
    screened_women=25312, loans_released_fen=1_800_000_000, relief_women=15, relief_fen=15_000_000, children_aided=1000,
    donations_fen=49_632_000, children_in_care=5218, lecture_hall_sessions=10,
)  # fmt: skip


def text_of(level: str, figures: Words) -> str:
    drafts = shells.drafts(level, lambda code: figures.figures[code].value if code in figures.figures else None)
    return "\n".join(draft.heading + plain(fill(draft.text, figures)) for draft in drafts)


@pytest.mark.parametrize(
    "sentence",
    [
        "开展农村妇女“两癌”免费筛查工作，每年筛查妇女2.5万名。",
        "实施妇女小贷贴息政策，发放贴息贷款1800万元。",
        "争取“贫困母亲两癌救助”项目资金支持，为15名患病贫困妇女提供救助资金15万元。",
        "每年从经济上帮扶1000名困境儿童，筹措资金近50万元，让全市5000余名困境儿童在爱心妈妈、成长伙伴以及全社会的关爱下健康成长。",
        "制定了2016年全市妇联干部教育培训方案，举办女性大讲堂10期，",
    ],
)
def test_city_shell_says_the_sample_sentences(sentence: str) -> None:
    assert sentence in text_of(Level.CITY, SAMPLE)


def test_no_shell_has_a_figure_as_text() -> None:
    for level in Level.values:
        for piece in shells.shell_of(level):
            outside = tokens.TOKEN.sub("", piece.text + piece.heading)
            assert not any(character.isdigit() for character in outside), outside


def test_every_token_of_every_shell_is_a_figure() -> None:
    for level in Level.values:
        assert shells.codes_of(level) <= set(INDICATORS)


def test_sentence_without_its_figure_drops_out() -> None:
    text = "全年走访{visits}。收集诉求{needs_raised}。"
    assert plain(fill(text, words(visits=None, needs_raised=3))) == "收集诉求3件。"
    assert plain(fill(text, words(visits=0, needs_raised=3))) == "收集诉求3件。"
    assert fill(text, words()) == ()


def test_clause_without_its_figure_drops_out_alone() -> None:
    text = "全年走访{visits}[，走到家庭{visited_households}]。"
    assert plain(fill(text, words(visits=1, visited_households=0))) == "全年走访1次。"
    assert plain(fill(text, words(visits=1, visited_households=2))) == "全年走访1次，走到家庭2户。"
    assert fill(text, words(visits=None, visited_households=2)) == ()


def test_figures_are_marked_with_their_code() -> None:
    assert fill("{branch}走访{visits}。", words(visits=7)) == ("兰河市妇联走访", FigureMark("7次", "visits"), "。")


def test_small_figure_in_wan_is_written_out() -> None:
    assert plain(fill("筛查{screened_women|about_wan}。", words(screened_women=3))) == "筛查3名。"
    assert plain(fill("放款{loans_released_fen|money_wan}。", words(loans_released_fen=500_000))) == "放款5000元。"


def test_comparison_needs_last_year() -> None:
    text = "诉求解决率{solved_rate}[，{solved_rate|compare}]。"
    bare = Words({"solved_rate": Known(Fraction(905, 10), None, "%")})
    assert plain(fill(text, bare)) == "诉求解决率90.5%。"
    both = Words({"solved_rate": Known(Fraction(905, 10), Decimal(88), "%")})
    assert plain(fill(text, both)) == "诉求解决率90.5%，比上年提高2.5个百分点。"


def test_problem_is_drafted_only_where_the_figures_say_so() -> None:
    low = text_of(Level.TOWNSHIP, words(recall_rate=Fraction(79), recalls=100, recalled_done=79))
    assert "需复查的100名妇女中到医院复查的79名，召回率79.0%" in low
    assert "召回还有差距" not in text_of(Level.TOWNSHIP, words(recall_rate=Fraction(96), recalls=100, recalled_done=96))
    assert "召回还有差距" not in text_of(Level.TOWNSHIP, words())


def test_editing_shows_labels_and_stores_codes() -> None:
    stored = "筛查{screened_women|about_wan}，走访{visits}，{area}{year}年。"
    shown = "筛查{两癌筛查人数：以万计}，走访{走访次数}，{辖区}{年度}年。"
    assert tokens.for_editing(stored) == shown
    assert tokens.for_storing(shown) == stored


def test_unknown_names_are_told_all_at_once() -> None:
    with pytest.raises(tokens.UnknownTokens) as refused:
        tokens.for_storing("{走访人数}和{走访次数：以亩计}和{走访次数}")
    assert refused.value.names == ["走访人数", "走访次数：以亩计"]
