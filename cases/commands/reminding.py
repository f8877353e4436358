"""The office reminds those who see to what is missing: a message each, noted in the journal.

At most once a day for each missing item, and the message says only what waits and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.outbox import OutboxRow, post_many
from cases.commands.rights import require
from cases.errors import Refused
from cases.journal import Draft, append_many
from cases.queries.reminding import ACT, Errand, Missing, missing_of
from workflow.permissions import Actor
from workflow.vocabulary import NoticeKind, Permission, Thing
from workflow.words import m


def remind(
    conn: sa.Connection, cases: Sequence[Any], *, guard: str = "", actor: Actor, at: datetime
) -> int:
    """Remind of what others have to see to on these cases; returns how many items.

    Raises Refused without the right, where nothing is missing any more, where nobody holds the
    roles awaited, and where all was reminded of today.
    """
    for case in cases:
        require(conn, case, Permission.REMIND, actor)
    today = date_of(at)
    found = missing_of(conn, cases, on=today, guard=guard)
    ref = cases[0].ref if len(cases) == 1 else None
    if not found:
        raise Refused([m("已经没有要别人办理的事项,不用提醒")], ref)
    held = [one for one in found if one.people]
    if not held:
        raise Refused([m("还没有人担任办理这一项的岗位,没有可以提醒的人")], ref)
    fresh = [one for one in held if today not in one.reminded]
    if not fresh:
        raise Refused([m("今天已经提醒过,明天起可以再提醒")], ref)
    errands = dict.fromkeys(errand for one in fresh for errand in one.errands)
    post_many(conn, [_row(errand, fresh, at) for errand in errands])
    append_many(conn, [_draft(one, at).by(actor) for one in fresh])
    return len(fresh)


def _row(errand: Errand, fresh: Sequence[Missing], at: datetime) -> OutboxRow:
    case_id = next(one.case.id for one in fresh if errand in one.errands)
    # the roles too: two items of one case may wait for different people on one day
    roles = "+".join(sorted(role.value for role in errand.roles))
    return OutboxRow(
        key=f"{errand.thing.value}:{errand.thing_id}:{date_of(at)}:{ACT}:{roles}",
        kind="notice",
        topic=NoticeKind.REMINDED.value,
        case_id=None if errand.thing in (Thing.DATA_SHEET, Thing.OPINION_REQUEST) else case_id,
        payload={
            "thing": errand.thing.value,
            "id": errand.thing_id,
            "to": [role.value for role in errand.roles],
        },
        at=at,
    )


def _draft(one: Missing, at: datetime) -> Draft:
    return Draft(
        subject="case",
        subject_id=one.case.id,
        case_id=one.case.id,
        action=ACT,
        at=at,
        payload={"guard": one.guard, "told": len(one.people)},
    )
