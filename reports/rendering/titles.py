"""Break a title into centred lines: no word is cut, and the lines form a trapezium or a lozenge (梯形、菱形)."""

from __future__ import annotations

from itertools import combinations
from math import ceil

from reports.rendering.lines import NO_END, NO_START, in_word

LONGEST = 18.5
# Words of titles that a line must not cut; longer ones are found first.
WORDS = frozenset(
    """
    妇女联合会 联合会 妇联 妇联组织 组织 妇女 群众 妇女群众 广大 听党话跟党走 年度总结 工作总结 情况报告 儿童 家庭 干部 工作 总结 报告 年度 全年 半年 上半年 下半年 季度 情况 汇报
    思考 启示 引领 引导 服务 开展 实施 推进 加强 关于 意见 方案 通知 决定 计划 要点 安排 部署 建设 发展 改革 创新
    听党话 跟党走 贯彻 落实 学习 精神 会议 讲话 主题 教育 活动 调研 调查 专题 项目 惠民 完成 筛查 两癌 免费 救助
    贫困 母亲 困境 关爱 培养 行动 向日葵 女性 大讲堂 小额 担保 财政 贴息 贷款 创业 就业 维权 信访 权益 保护 法律
    最美 文明 平安 美丽 家风 家教 家长 学校 巾帼 建功 志愿 志愿者 三八 红旗手 先进 集体 个人 表彰 评选 表扬
    乡村 振兴 农村 社区 街道 乡镇 基层 阵地 之家 换届 执委 会员 团体 社会 经济 城乡 居民 委员会 人民 政府 办公室
    统计 一览表 明细表 情况表 汇总表 名册 名单 附件 数据 指标 任务 目标 考核 评价 责任 履行 凝聚 提升 能力 队伍
    """.split()
)
LONGEST_WORD = max(map(len, WORDS))
# A line reads on from these, so it does not end with them; nor does one start with the particles.
READS_ON = frozenset("和与及暨在对为把被将")
PARTICLES = frozenset("的了着之等")
TAILS = frozenset("市县区州盟旗乡镇村组年月日第一二三四五六七八九十")


def break_title(title: str) -> list[str]:
    if "\n" in title:
        return [line.strip() for line in title.split("\n") if line.strip()]
    words = split_words(title)
    for count in range(max(1, ceil(cells(title) / LONGEST)), len(words) + 1):
        best = best_lines(words, count)
        if best:
            return best
    return words


def split_words(title: str) -> list[str]:
    """Pieces that no line cuts: known words, numbers with what they count, marks with their neighbours."""
    words: list[str] = []
    place = 0
    while place < len(title):
        length = next((n for n in range(LONGEST_WORD, 1, -1) if title[place : place + n] in WORDS), 1)
        word = title[place : place + length]
        place += length
        if words and sticks(words[-1], word):
            words[-1] += word
        else:
            words.append(word)
    return words


def sticks(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    return (
        first in NO_START
        or first in PARTICLES
        or last in NO_END
        or (in_word(last) and in_word(first))
        or (last.isdigit() and len(after) == 1)
        or (len(after) == 1 and after in TAILS)
        # Two characters that are in no word of ours are likely one of their own.
        or (len(before) == 1 and len(after) == 1)
    )


def best_lines(words: list[str], count: int) -> list[str] | None:
    choices = [lines for lines in all_lines(words, count) if max(map(cells, lines)) <= LONGEST]
    return min(choices, key=ugliness, default=None)


def all_lines(words: list[str], count: int) -> list[list[str]]:
    if count > 4 or len(words) > 60:
        return [greedy(words)]
    found = []
    for cuts in combinations(range(1, len(words)), count - 1):
        edges = [0, *cuts, len(words)]
        found.append(["".join(words[start:end]) for start, end in zip(edges, edges[1:], strict=False)])
    return found


def greedy(words: list[str]) -> list[str]:
    lines = [""]
    for word in words:
        if lines[-1] and cells(lines[-1] + word) > LONGEST:
            lines.append("")
        lines[-1] += word
    return lines


def ugliness(lines: list[str]) -> float:
    """Shape first, then evenness, then lines that end where the sense pauses."""
    lengths = [cells(line) for line in lines]
    mean = sum(lengths) / len(lengths)
    uneven = sum(abs(length - mean) for length in lengths)
    pauses = sum((line[-1] in READS_ON) * 6 + (line.startswith(("的", "和", "与", "及"))) * 3 for line in lines[:-1])
    return uneven + pauses + 12 * (not is_shapely(lengths))


def is_shapely(lengths: list[float]) -> bool:
    """Growing, shrinking, or widest in the middle; a block of equal lines is none of these."""
    steps = [after - before for before, after in zip(lengths, lengths[1:], strict=False)]
    if not steps:
        return True
    if any(step == 0 for step in steps) and (len(set(lengths)) == 1 or len(lengths) < 4):
        return False
    turned = [step for step in steps if step]
    falls = [step < 0 for step in turned]
    # Once it narrows it does not widen again.
    return falls == sorted(falls)


def cells(text: str) -> float:
    return sum(0.5 if character.isascii() else 1 for character in text)
