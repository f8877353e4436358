"""The order of the acts."""

from __future__ import annotations

from collections.abc import Callable

from cases.demo.acts import collecting, evaluating, founding, judging, opening, reporting
from cases.demo.theatre import Theatre

ACTS: tuple[tuple[str, Callable[[Theatre], None]], ...] = (
    ("系统建立、名册、账号", founding.play),
    ("方案、年度、考核对象审核", opening.play),
    ("暂缓事项", judging.holds),
    ("述职", reporting.play),
    ("实绩数据核报", collecting.play),
    ("民主测评", evaluating.play),
    ("征求意见", judging.opinions),
    ("了解核实", judging.inquiries),
    ("综合研判", judging.synthesis),
    ("考核组别", judging.propose),
    ("会议审定", judging.decide),
    ("公示与告知", judging.tell),
)
