"""All rule rows as ``docs/rules.md``: what each says, its source, its date, how certain it is.

Write it anew with ``python -m cases.scoring.rules.page > docs/rules.md``.
"""

import sys
from collections.abc import Iterator
from typing import Any

from cases.scoring.exact import plain
from cases.scoring.rule_rows import NAMES
from cases.scoring.rule_shapes import QuotaRule, RetentionRule, TriggerRule
from cases.scoring.rules import kept_words, shipped_rules
from cases.scoring.surveys.scales import scales
from workflow.rules import PUBLISHED, facts

HEADINGS = {
    "bars": "不得确定为优秀的情形 Bars",
    "sanctions": "处分与等次 Sanctions",
    "participation": "参加方式 Participation",
    "quotas": "优秀比例 Quotas",
    "triggers": "了解核实的触发线 Triggers",
    "effects": "结果运用 Effects",
    "retention": "保管期限 Retention",
}
TAG_WORDS = {
    "source": "已读条文",
    "published_practice": "已公布的做法",
    "secondary": "二手摘要",
    "assumed_strong": "通行,条文未核对",
    "assumed": "推定,条文未核对",
    "design": "本系统拟定",
}
INTRO = """# 依据与期限 Rules and their sources

本页由规则数据生成。状态 published 的已在公布的文本中读到;
assumed 的上线前须由组织人事部门核对确认。
改数据:`workflow/rules/`(期限和人数)、`cases/scoring/rules/*.yaml`(定等规则);年度方案写明的以方案为准。

Generated from the rule data: `python -m cases.scoring.rules.page > docs/rules.md`."""


def markdown() -> str:
    """The page."""
    return "\n".join([INTRO, "", *_facts(), *_rules(), *_scales()])


def _facts() -> Iterator[str]:
    yield "## 期限和人数 Spans and numbers"
    yield ""
    yield "| 事项 | | 值 | 依据 | 条文 | 日期 | 状态 | 把握 | 方案可改 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for one in facts().values():
        scheme = f"`{one.scheme}`" if one.scheme else ""
        yield (
            f"| {one.zh} | {one.en} | {one.amount()} | {one.source} | {one.article} | "
            f"{one.effective} | {one.status.value} | {TAG_WORDS[one.tag]} | {scheme} |"
        )
    yield ""


def _rules() -> Iterator[str]:
    book = shipped_rules()
    for name in NAMES:
        yield f"## {HEADINGS[name]}"
        yield ""
        yield "| 规则 | | 值 | 依据 | 条文 | 日期 | 状态 | 把握 |"
        yield "|---|---|---|---|---|---|---|---|"
        for row in getattr(book, name):
            yield _line(row)
        yield ""


def _scales() -> Iterator[str]:
    yield "## 群众评价的量表 Scales of public surveys"
    yield ""
    yield "| 量表 | | 值 | 依据 | 条文 | 日期 | 状态 | 把握 |"
    yield "|---|---|---|---|---|---|---|---|"
    for scale in scales().values():
        points = [f"{o.title} {'不计' if o.abstain else plain(o.points)}" for o in scale.options]
        said, tag = scale.source, scale.source.tag
        status = "published" if tag in PUBLISHED else "assumed"
        yield (
            f"| {scale.title} | {scale.title.en} | {'、'.join(points)} | {said.text} | "
            f"{said.article} | {said.effective} | {status} | {TAG_WORDS[tag]} |"
        )
    yield ""


def _line(row: Any) -> str:
    said = row.source
    status = "published" if said.tag in PUBLISHED else "assumed"
    return (
        f"| {row.title} | {row.title.en} | {_value(row)} | {said.text} | {said.article} | "
        f"{said.effective or ''} | {status} | {TAG_WORDS[said.tag]} |"
    )


def _value(row: Any) -> str:
    if isinstance(row, QuotaRule):
        return f"{row.share}"
    if isinstance(row, TriggerRule):
        return f"{row.threshold}"
    if isinstance(row, RetentionRule):
        return kept_words(row.years)
    months = getattr(row, "due_months", None) or getattr(row, "period_months", None)
    return f"{months} 个月" if months else ""


if __name__ == "__main__":
    sys.stdout.write(markdown())
