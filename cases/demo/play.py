"""The order of the acts."""

from __future__ import annotations

from collections.abc import Callable

from cases.demo.acts import (
    analysing,
    applying,
    collecting,
    earlier,
    evaluating,
    founding,
    judging,
    leading,
    listening,
    opening,
    reporting,
)
from cases.demo.theatre import Theatre

ACTS: tuple[tuple[str, Callable[[Theatre], None]], ...] = (
    ("系统建立、名册、账号", founding.play),
    ("上一年度的数据", earlier.play),
    ("方案、年度、考核对象审核", opening.play),
    ("暂缓事项", judging.holds),
    ("述职", reporting.play),
    ("群众评价", listening.play),
    ("实绩数据核报", collecting.play),
    ("实绩分析", analysing.play),
    ("民主测评", evaluating.play),
    ("分管领导具名评价", leading.opinions),
    ("征求意见", judging.opinions),
    ("年末以后的情况", opening.later_facts),
    ("了解核实", judging.inquiries),
    ("综合研判", judging.synthesis),
    ("考核组别", judging.propose),
    ("会议审定", judging.decide),
    ("公示与告知", judging.tell),
    ("后到数据", collecting.late_figure),
    ("本人意见", applying.statements),
    ("通知与公文", applying.printing("公文", "filing", 8)),
    ("首卷归档", applying.filing),
    ("装订考核卷", applying.printing("考核卷", "filing", 18)),
    ("复核", applying.reviews),
    ("补签与补定", applying.late_signature),
    ("补定等次", applying.hold_lifted),
    ("结果运用", applying.measures),
    ("变更后的公文", applying.printing("公文", "archive", 8)),
    ("办结与归档", applying.close),
)
