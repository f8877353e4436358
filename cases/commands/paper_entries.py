"""Typing paper ballots twice, blind, by two people; a third looks at what differs.

Turn 1 and turn 2 belong to different people and neither sees the other. What is typed is sealed
under the installation's data key and leaves with the joining of the batch; the journal knows
numbers, people and reasons, never a mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import canonical, sealing
from cases.ballot_box.arrivals import Arrival
from cases.ballot_box.package import Package, from_json
from cases.ballot_box.paper import (
    Difference,
    Form,
    differences,
    is_form,
    packed,
    read_marks,
    settled,
    unpacked,
)
from cases.ballot_box.urn import UrnStore
from cases.commands.meeting import note
from cases.commands.paper_batches import batch_row, join, meeting_row
from cases.errors import Invalid, Refused
from cases.models import PaperEntry
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Permission
from workflow.words import m

FIRST, SECOND, THIRD = 1, 2, 3
TYPED, FROM_FILE = "typed", "file"
Cellmark = tuple[int, int]
"""(form number, cell number), both from 1."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A batch as the person sees it who types now: his own forms, None for those not typed yet."""

    batch: Any
    package: Package
    turn: int
    forms: tuple[Form | None, ...]

    @property
    def typed(self) -> int:
        """Forms typed already."""
        return sum(form is not None for form in self.forms)

    def next_after(self, number: int = 0) -> int | None:
        """The next form without marks, from 1; None when all are typed."""
        order = [*range(number, len(self.forms)), *range(min(number, len(self.forms)))]
        return next((i + 1 for i in order if self.forms[i] is None), None)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a third person found on the paper for one cell, and why the entries differed."""

    mark: str
    reason: str


def desk_of(
    conn: sa.Connection,
    batch_id: int,
    *,
    data_key: str,
    actor: Actor,
    at: datetime,
    begin: bool = True,
) -> Desk:
    """Sit down to type: the actor's own turn, begun now if he has none and ``begin`` is set.

    Raises Refused: not collected yet, joined, both turns taken, or his turn is finished.
    """
    batch, package = _open_batch(conn, batch_id, actor)
    person = _person(actor)
    turns = {r.turn: r for r in _entries(conn, batch_id)}
    mine = next((r for r in turns.values() if r.person_id == person and r.turn != THIRD), None)
    if mine is not None and mine.done_at is not None:
        raise Refused([m("你已经录过这一批;第二遍须由另一个人录")])
    if mine is None:
        turn = next((t for t in (FIRST, SECOND) if t not in turns), None)
        if not begin:
            raise Refused([m("先在纸质票页面开始录入")])
        if turn is None:
            raise Refused([m("这一批已有两个人录入")])
        forms: list[Form | None] = [None] * int(batch.collected)
        blank = _packed(package, batch.group, forms)
        _put(conn, batch_id, turn, blank, 0, TYPED, person, data_key, at)
        note(conn, batch.meeting_id, "begin_paper", _told(batch, turn), actor, at)
        return Desk(batch, package, turn, tuple(forms))
    return Desk(batch, package, mine.turn, _forms(mine, batch, package, data_key))


def save_form(
    conn: sa.Connection,
    batch_id: int,
    number: int,
    form: Sequence[str],
    *,
    data_key: str,
    actor: Actor,
    at: datetime,
) -> Desk:
    """Keep the marks of one form in the actor's own turn; typing it again replaces them.

    Raises Refused as ``desk_of``, Invalid (form) for marks that are none.
    """
    desk = desk_of(conn, batch_id, data_key=data_key, actor=actor, at=at)
    if not 1 <= number <= len(desk.forms):
        raise Invalid({"form": m("这一批编号是 1 至 %(n)s", n=len(desk.forms))})
    if not is_form(desk.package, desk.batch.group, form):
        raise Invalid({"form": m("有一项不是表上的选项")})
    forms = list(desk.forms)
    forms[number - 1] = tuple(form)
    _rewrite(conn, desk, forms, data_key)
    return Desk(desk.batch, desk.package, desk.turn, tuple(forms))


def finish(conn: sa.Connection, batch_id: int, *, data_key: str, actor: Actor, at: datetime) -> int:
    """The actor's turn is complete; returns which one. Raises Refused while forms are missing."""
    desk = desk_of(conn, batch_id, data_key=data_key, actor=actor, at=at)
    missing = len(desk.forms) - desk.typed
    if missing:
        raise Refused([m("还有 %(n)s 张没有录", n=missing)])
    _close(conn, batch_id, desk.turn, at)
    told = {**_told(desk.batch, desk.turn), "source": TYPED}
    note(conn, desk.batch.meeting_id, "finish_paper", told, actor, at)
    return desk.turn


def take_file(
    conn: sa.Connection,
    batch_id: int,
    content: bytes,
    *,
    data_key: str,
    actor: Actor,
    at: datetime,
) -> int:
    """A file of marks (optical reader, spreadsheet) stands for the actor's whole turn.

    The other turn is still somebody else's. Raises Refused as ``desk_of``; MarksRefused by cell.
    """
    desk = desk_of(conn, batch_id, data_key=data_key, actor=actor, at=at)
    forms = read_marks(content, desk.package, desk.batch.group, len(desk.forms))
    _rewrite(conn, desk, forms, data_key, source=FROM_FILE)
    _close(conn, batch_id, desk.turn, at)
    told = {**_told(desk.batch, desk.turn), "source": FROM_FILE}
    note(conn, desk.batch.meeting_id, "finish_paper", told, actor, at)
    return desk.turn


def open_differences(
    conn: sa.Connection, batch_id: int, *, data_key: str, actor: Actor
) -> tuple[Any, Package, list[Difference]]:
    """Batch, package and what differs, for a third person. Raises Refused until both are done."""
    batch, package = _open_batch(conn, batch_id, actor)
    first, second = _both(conn, batch, package, data_key)
    typists = {r.person_id for r in _entries(conn, batch_id) if r.turn != THIRD}
    found = differences(package, batch.group, first, second)
    if found and _person(actor) in typists:
        raise Refused([m("两遍录入不一致的,由没有录过这一批的人对照原票核定")])
    return batch, package, found


def settle(
    conn: sa.Connection,
    batch_id: int,
    found: Mapping[Cellmark, Settlement],
    *,
    data_key: str,
    actor: Actor,
    at: datetime,
) -> None:
    """The third look: a mark and a reason for every cell that differs.

    Raises Refused as ``open_differences``; Invalid (``mark_<form>_<cell>``, ``reason_...``).
    """
    batch, _, open_ones = open_differences(conn, batch_id, data_key=data_key, actor=actor)
    if not open_ones:
        raise Refused([m("两遍录入一致,没有要核定的")])
    faults = {}
    for d in open_ones:
        at_cell = (d.form, d.cell.number)
        given = found.get(at_cell, Settlement("?", ""))
        place = f"{d.form}_{d.cell.number}"
        if given.mark not in ("", "x") and d.cell.option(given.mark) is None:
            faults[f"mark_{place}"] = m("请对照原票选定")
        if not given.reason.strip():
            faults[f"reason_{place}"] = m("请写明原因")
    if faults:
        raise Invalid(faults)
    wanted = {(d.form, d.cell.number) for d in open_ones}
    final = {f"{f}-{c}": found[f, c].mark for f, c in sorted(wanted)}
    _put(conn, batch_id, THIRD, final, len(wanted), TYPED, _person(actor), data_key, at)
    _close(conn, batch_id, THIRD, at)
    reasons = {f"{f}-{c}": found[f, c].reason.strip() for f, c in sorted(wanted)}
    told = {**_told(batch, THIRD), "cells": len(wanted), "reasons": reasons}
    note(conn, batch.meeting_id, "settle_paper", told, actor, at)


def join_batch(
    conn: sa.Connection,
    urns: UrnStore,
    batch_id: int,
    *,
    data_key: str,
    pepper: bytes,
    actor: Actor,
    at: datetime,
) -> Arrival:
    """Join a batch whose entries agree, or were settled. Raises Refused with what is missing."""
    batch = batch_row(conn, batch_id)
    row = meeting_row(conn, batch.meeting_id, Permission.TALLY, actor)
    if batch.joined_at is not None or batch.collected is None:
        raise Refused([m("这一批还没有登记收回张数,或已经并入计票")])
    forms: list[Form] = []
    if batch.collected:
        package = from_json(row.package)
        first, second = _both(conn, batch, package, data_key)
        apart = differences(package, batch.group, first, second)
        third = next((r for r in _entries(conn, batch_id) if r.turn == THIRD), None)
        if apart and third is None:
            raise Refused([m("两遍录入有 %(n)s 处不一致,还没有核定", n=len(apart))])
        forms = settled(first, _final(third, batch_id, data_key))
    return join(conn, urns, batch, forms, pepper=pepper, actor=actor, at=at)


def _open_batch(conn: sa.Connection, batch_id: int, actor: Actor) -> tuple[Any, Package]:
    batch = batch_row(conn, batch_id)
    row = meeting_row(conn, batch.meeting_id, Permission.PAPER_ENTER, actor)
    if row.state not in (MeetingState.FROZEN, MeetingState.HELD) or batch.joined_at is not None:
        raise Refused([m("这一批已经并入计票,不能再录入")])
    if not batch.collected:
        raise Refused([m("这一批还没有登记收回张数,或一张也没有收回")])
    return batch, from_json(row.package)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise Refused([m("录入纸质票要用本人的账号")])
    return actor.person_id


def _told(batch: Any, turn: int) -> dict[str, Any]:
    return {"batch": batch.mark, "turn": turn, "forms": batch.collected}


def _entries(conn: sa.Connection, batch_id: int) -> list[Any]:
    return list(
        conn.execute(
            sa.select(PaperEntry).where(PaperEntry.batch_id == batch_id).order_by(PaperEntry.turn)
        )
    )


def _place(batch_id: int, turn: int) -> str:
    return f"paper/{batch_id}/{turn}"


def _packed(package: Package, group: str, forms: Sequence[Form | None]) -> list[str]:
    return [packed(package, group, form) for form in forms]


def _put(
    conn: sa.Connection,
    batch_id: int,
    turn: int,
    content: Any,
    number: int,
    source: str,
    person: int,
    data_key: str,
    at: datetime,
) -> None:
    conn.execute(
        sa.delete(PaperEntry).where(PaperEntry.batch_id == batch_id, PaperEntry.turn == turn)
    )
    conn.execute(
        sa.insert(PaperEntry).values(
            batch_id=batch_id,
            turn=turn,
            source=source,
            content=_sealed(content, batch_id, turn, data_key),
            forms=number,
            person_id=person,
            started_at=at,
        )
    )


def _rewrite(
    conn: sa.Connection,
    desk: Desk,
    forms: Sequence[Form | None],
    data_key: str,
    source: str = TYPED,
) -> None:
    content = _packed(desk.package, desk.batch.group, forms)
    conn.execute(
        sa.update(PaperEntry)
        .where(PaperEntry.batch_id == desk.batch.id, PaperEntry.turn == desk.turn)
        .values(
            content=_sealed(content, desk.batch.id, desk.turn, data_key),
            forms=sum(form is not None for form in forms),
            source=source,
        )
    )


def _close(conn: sa.Connection, batch_id: int, turn: int, at: datetime) -> None:
    conn.execute(
        sa.update(PaperEntry)
        .where(PaperEntry.batch_id == batch_id, PaperEntry.turn == turn)
        .values(done_at=at)
    )


def _sealed(content: Any, batch_id: int, turn: int, data_key: str) -> str:
    return sealing.seal(
        data_key, sealing.PAPER, canonical.text(content), place=_place(batch_id, turn)
    )


def _opened(row: Any, batch_id: int, data_key: str) -> Any:
    return json.loads(
        sealing.unseal(data_key, sealing.PAPER, row.content, place=_place(batch_id, row.turn))
    )


def _forms(row: Any, batch: Any, package: Package, data_key: str) -> tuple[Form | None, ...]:
    kept = _opened(row, batch.id, data_key)
    return tuple(unpacked(package, batch.group, letters) for letters in kept)


def _both(
    conn: sa.Connection, batch: Any, package: Package, data_key: str
) -> tuple[list[Form], list[Form]]:
    done = {r.turn: r for r in _entries(conn, batch.id) if r.done_at is not None}
    if FIRST not in done or SECOND not in done:
        raise Refused([m("这一批还没有由两个人各录一遍")])
    one, two = (_forms(done[turn], batch, package, data_key) for turn in (FIRST, SECOND))
    return [form for form in one if form is not None], [form for form in two if form is not None]


def _final(row: Any, batch_id: int, data_key: str) -> dict[Cellmark, str]:
    if row is None:
        return {}
    found = {}
    for place, mark in _opened(row, batch_id, data_key).items():
        form, _, cell = place.partition("-")
        found[int(form), int(cell)] = str(mark)
    return found
