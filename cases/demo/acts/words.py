"""What the demonstration's drafters and leaders write: plain sentences, drawn by case."""

from __future__ import annotations

from typing import Any

from cases.demo.city.draw import Draw
from workflow.vocabulary import CaseKind

_STRENGTHS = (
    "政治立场坚定,贯彻落实市委、市政府部署有力",
    "熟悉分管领域,年度重点任务完成较好",
    "统筹协调能力较强,推动跨部门事项落地",
    "经常到基层一线,群众反映的问题办理及时",
    "带队伍严格,班子内部团结",
    "注重调查研究,改革举措有成效",
)
_GAPS = (
    "抓重点项目后续管理还不够细",
    "与兄弟单位沟通的主动性可以再强一些",
    "对新业务的研究还不够深入",
    "培养年轻干部的办法不多",
    "数字化手段运用还不充分",
)
_BODY = (
    "班子整体运行平稳,民主集中制执行较好",
    "年度目标任务完成情况较好,主要指标稳中有进",
    "党风廉政建设责任落实,作风建设常抓不懈",
)
_COMMENTS = (
    "该同志政治素质好,履职尽责,工作实绩较为突出,廉洁自律。",
    "该同志工作扎实,作风务实,较好完成了年度任务。",
    "该同志业务熟悉,勇于担当,群众评价较好。",
)


def synthesis_of(seed: int, case: Any) -> tuple[str, str]:
    """Main performance and main shortcomings of a case, the same for the same seed."""
    draw = Draw(seed, "synthesis", case.ref)
    pool = _BODY if case.kind == CaseKind.BODY else _STRENGTHS
    performance = ";".join(draw.some(pool, 3)) + "。"
    shortcomings = ";".join(draw.some(_GAPS, draw.between(1, 2))) + "。"
    return performance, shortcomings


def comment_of(seed: int, case: Any) -> str:
    """The leader's comment on a cadre."""
    return Draw(seed, "comment", case.ref).pick(_COMMENTS)
