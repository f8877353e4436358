"""Act: negative ratings of a bureau's windows: one fixed in time, one late, one nobody answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.commands import beside
from cases.commands.ratings import RatingEntry, record_ratings
from cases.demo.theatre import Theatre, at
from workflow.vocabulary import Thing, ThingAction

BUREAU = "YZ-C01"
RECORDED = date(2026, 1, 6)
RATINGS = (
    ("HCP-20260105-017", "排污许可变更", "窗口让跑了三趟,每次缺的材料都不一样。", date(2026, 1, 5)),
    ("HCP-20260106-002", "建设项目环评", "约好上午办理,到了说经办人外出。", date(2026, 1, 6)),
    ("HCP-20260106-006", "环境信访答复", "答复只有一句话,没有说什么时候解决。", date(2026, 1, 6)),
)
"""Number, service, words, day it came; the last one stays open and is overdue."""
FIXES = (
    ("一次性告知清单已上墙并印成单页,窗口人员重新培训。", "窗口照片 2 张",
     "第二次办理一趟办成,认可整改。",
     (date(2026, 1, 9), date(2026, 1, 13), date(2026, 1, 14))),
    ("实行 AB 岗,经办人外出由另一人接办;逾期系人员轮换,已说明。", "岗位安排表", "已办结,认可整改。",
     (date(2026, 1, 29), date(2026, 2, 2), date(2026, 2, 3))),
)  # fmt: skip
"""What was done, its proof, what the person said; the days of fixing, calling back, confirming."""


def play(theatre: Theatre) -> None:
    """All are recorded; the first two are settled."""
    office = theatre.actor("office_clerk_a")
    bureau = theatre.units[BUREAU]
    entries = [
        RatingEntry(number, bureau, service, words, day) for number, service, words, day in RATINGS
    ]
    with theatre.writing() as conn:
        made = record_ratings(conn, theatre.cycle_id, entries, actor=office, at=at(RECORDED, 17))
        for rating, fix in zip(made, FIXES, strict=False):
            _settle(theatre, conn, rating, *fix)


def _settle(
    theatre: Theatre, conn: Any, rating: int, result: str, proof: str, said: str, days: Any
) -> None:
    unit, lead = theatre.actor("contact_environment"), theatre.actor("office_lead")
    steps: tuple[tuple[ThingAction, Any, dict[str, str]], ...] = (
        (ThingAction.FIX_RATING, unit, {"result": result, "proof": proof}),
        (ThingAction.CALL_BACK, unit, {"answer": "content", "note": said}),
        (ThingAction.CONFIRM_RATING, lead, {}),
    )
    for (action, actor, payload), day in zip(steps, days, strict=True):
        beside.move(
            conn, Thing.NEGATIVE_RATING, rating, action, actor=actor, at=at(day, 14),
            payload=payload,
        )  # fmt: skip
