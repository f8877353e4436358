"""All rule rows as ``docs/rules.md``: what each says, its source, its date, how certain it is.

Write it anew with ``python -m cases.scoring.rules.page > docs/rules.md``.
"""

import sys
from collections.abc import Iterator

from cases.scoring.rules import shipped_rules
from cases.scoring.rules.listed import CERTAINTY, FACTS, Listed, ListedSection, listed

INTRO = """# 依据与期限 Rules and their sources

本页由规则数据生成。状态 published 的已在公布的文本中读到;
assumed 的上线前须由组织人事部门核对确认。
改数据:`workflow/rules/`(期限和人数)、`cases/scoring/rules/*.yaml`(定等规则);年度方案写明的以方案为准。
系统里的“依据与期限”一页列的是同样的各行,并注明年度方案另定的。

Generated from the rule data: `python -m cases.scoring.rules.page > docs/rules.md`."""
HEADS = "| 规则 | | 值 | 依据 | 条文 | 日期 | 状态 | 把握 |"
RULE = "|---|---|---|---|---|---|---|---|"


def markdown() -> str:
    """The page."""
    sections = (line for section in listed(shipped_rules()) for line in _section(section))
    return "\n".join([INTRO, "", *sections])


def _section(section: ListedSection) -> Iterator[str]:
    spans = section.key == FACTS  # only these name their place in a scheme
    yield f"## {section.title.zh} {section.title.en}"
    yield ""
    yield HEADS + " 方案可改 |" if spans else HEADS
    yield RULE + "---|" if spans else RULE
    for row in section.rows:
        yield _line(row) + (f" {f'`{row.scheme}`' if row.scheme else ''} |" if spans else "")
    yield ""


def _line(row: Listed) -> str:
    said = ";".join(str(one) for one in row.says)
    return (
        f"| {row.title} | {row.title.en} | {said} | {row.source} | {row.article} | "
        f"{row.effective or ''} | {row.status.value} | {CERTAINTY[row.tag]} |"
    )


if __name__ == "__main__":
    sys.stdout.write(markdown())
