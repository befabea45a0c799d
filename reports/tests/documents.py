"""Official documents to print in tests and benches; the long one is the federation's own summary of 2016."""

import datetime as dt
import re
from pathlib import Path

from reports.rendering.document import Annex, Chapter, Chart, Column, Item, OfficialDocument, Section

SAMPLE = Path(__file__).parent / "data" / "annual_summary_2016.txt"
FULL_WIDTH = str.maketrans({",": "，", "(": "（", ")": "）", ";": "；"})


def sample_document(**fields: object) -> OfficialDocument:
    """The summary of 2016 in full prose, its half-width marks written as official papers write them."""
    text = SAMPLE.read_text().replace("争取\n", "争取").replace("**", "××").translate(FULL_WIDTH)
    title, byline, opening, *rest = (line.strip().replace(" ", "") for line in text.splitlines())
    chapters: list[tuple[str, list[str], list[tuple[str, list[Item]]]]] = []
    for line in rest:
        if re.match("[一二三]、", line):
            chapters.append((line.rstrip("：:"), [], []))
        elif line.startswith("（"):
            chapters[-1][2].append((line, []))
        elif re.match(r"\d\.", line):
            lead, _, words = line.partition("。")
            chapters[-1][2][-1][1].append(Item(f"{lead}。", words))
        else:
            chapters[-1][1].append(line)
    parts = {
        "title": title,
        "byline": byline,
        "opening": (opening,),
        "chapters": tuple(
            Chapter(
                heading, tuple(texts), sections=tuple(Section(name, items=tuple(items)) for name, items in sections)
            )
            for heading, texts, sections in chapters
        ),
    }
    return OfficialDocument(**(parts | fields))  # type: ignore[arg-type]


def projects_annex(count: int = 7, **fields: object) -> Annex:
    """The annex of the drawn page, with a grouped head; as many rows as asked."""
    projects = (
        "农村妇女“两癌”免费筛查",
        "妇女小额担保财政贴息贷款",
        "贫困母亲两癌救助",
        "向日葵关爱培养行动",
        "女性大讲堂",
    )
    parts = {
        "title": "2016年惠民项目完成情况表",
        "columns": (
            Column("项　目", 36.5, "start"),
            Column("单位", 8),
            Column("任务", 9, "end", "数　量"),
            Column("完成", 9, "end", "数　量"),
            Column("完成率", 12, "end", "数　量"),
            Column("指标", 15.5, group="成　效"),
            Column("结果", 10, "end", "成　效"),
        ),
        "rows": tuple(
            (projects[n % len(projects)], "人", str(1000 + n), str(1001 + n), "100.1%", "满意率", "94.6%")
            for n in range(count)
        ),
        "reported_by": "填报单位：兰河市妇联",
        "as_of": "截至2016年12月20日",
        "notes": ("注：完成率为完成数除以任务数。",),
    }
    return Annex(**(parts | fields))  # type: ignore[arg-type]


def bar_chart() -> Chart:
    bars = "".join(
        f'<rect x="{60 + 120 * n}" y="{150 - height}" width="40" height="{height}" fill="#444"/>'
        f'<text x="{80 + 120 * n}" y="176" text-anchor="middle">{name}</text>'
        for n, (name, height) in enumerate({"一季度": 40, "二季度": 125, "三季度": 127, "四季度": 80}.items())
    )
    return Chart(
        "图1　各季度两癌筛查人数（单位：人）",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 190" font-size="12">{bars}</svg>',
        "各季度两癌筛查人数，第三季度最多",
    )


def village_document(number: int = 1, text: str = "") -> OfficialDocument:
    """A two-page report of a village federation."""
    sample = sample_document()
    village = f"第{number}村"
    return OfficialDocument(
        title=f"{village}妇联2016年度工作总结",
        byline=f"{village}妇联",
        opening=sample.opening,
        chapters=(
            Chapter("一、主要做法", items=sample.chapters[0].sections[1].items),
            Chapter("二、存在问题", paragraphs=(*sample.chapters[1].paragraphs[:2], text)),
        ),
        signature=f"{village}妇女联合会",
        date=dt.date(2016, 12, 20),
    )
