"""Negative ratings (差评): recorded one by one or as a list; the rest are moves of the thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.rights import require_for_cycle
from cases.errors import Invalid
from cases.models import NegativeRating, Unit
from cases.queries.calendar import working_days
from cases.queries.scheme import scheme_of_cycle
from cases.queries.things import rows_of
from workflow.permissions import Actor
from workflow.rules import rule_count
from workflow.timetable import add_working_days
from workflow.vocabulary import NegativeRatingState, Permission, Thing, ThingAction
from workflow.words import Sentence, m

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class RatingEntry:
    """A negative rating as it came: its number at the source, the service, what was said."""

    number: str
    unit_id: int
    service: str
    content: str
    received_on: date


def record_ratings(
    conn: sa.Connection,
    cycle_id: int,
    entries: Sequence[RatingEntry],
    *,
    actor: Actor,
    at: datetime,
) -> list[int]:
    """Write ratings down, all or none; the clock to fix them runs from the day they came.

    Returns the new ids in order. Raises Refused without the right, Invalid by row number.
    """
    require_for_cycle(conn, cycle_id, Permission.SURVEY_MANAGE, actor)
    errors = _faults(conn, cycle_id, entries)
    if errors:
        raise Invalid(errors)
    scheme = scheme_of_cycle(conn, cycle_id)
    days = scheme.surveys.fix_days if scheme else rule_count("rating_fix")
    calendar = working_days(conn)
    made = []
    for entry in entries:
        rating_id = int(
            conn.execute(
                sa.insert(NegativeRating)
                .values(
                    cycle_id=cycle_id,
                    unit_id=entry.unit_id,
                    number=entry.number.strip(),
                    service=entry.service.strip(),
                    content=entry.content.strip(),
                    received_on=entry.received_on,
                    due_on=add_working_days(entry.received_on, days, calendar),
                    state=NegativeRatingState.FIXING,
                    created_by=actor.person_id,
                )
                .returning(NegativeRating.id)
            ).scalar_one()
        )
        beside.created(
            conn, Thing.NEGATIVE_RATING, rating_id, actor=actor, at=at,
            payload={"number": entry.number}, action=ThingAction.RECORD_RATING.value,
        )  # fmt: skip
        made.append(rating_id)
    return made


def confirm_ratings(
    conn: sa.Connection, seen: Mapping[int, int], *, actor: Actor, at: datetime
) -> None:
    """Find several settled, all or none. ``seen``: rating id -> the version that was read.

    Raises what each by itself would: NotVisible, Refused, Stale.
    """
    rows_of(conn, Thing.NEGATIVE_RATING, list(seen), lock=True)  # all, before the journal
    for rating_id, version in sorted(seen.items()):
        beside.move(
            conn, Thing.NEGATIVE_RATING, rating_id, ThingAction.CONFIRM_RATING, actor=actor, at=at,
            expected_version=version,
        )  # fmt: skip


def _faults(
    conn: sa.Connection, cycle_id: int, entries: Sequence[RatingEntry]
) -> dict[str, Sentence]:
    if not entries:
        return {"number": m("没有要登记的差评")}
    known = set(
        conn.execute(
            sa.select(NegativeRating.number).where(NegativeRating.cycle_id == cycle_id)
        ).scalars()
    )
    units = set(
        conn.execute(
            sa.select(Unit.id).where(Unit.id.in_({entry.unit_id for entry in entries}))
        ).scalars()
    )
    errors: dict[str, Sentence] = {}
    for entry in entries:
        number = entry.number.strip()
        if not number or number in known:
            errors.setdefault("number", m("编号“%(number)s”没有填写或已登记过", number=number))
        known.add(number)
        if entry.unit_id not in units:
            errors.setdefault("unit_id", m("请选择责任单位"))
        if not entry.service.strip() or not 0 < len(entry.content.strip()) <= LONGEST:
            errors.setdefault("content", m("请写明事项和差评内容,最多 %(n)s 个字", n=LONGEST))
    return errors
