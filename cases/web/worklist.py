"""The first page: what waits for the reader, by what is done and by when; and his messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue

from cases.commands import inbox as commands
from cases.queries import inbox
from cases.queries.calendar import working_days
from cases.queries.sent_on import Act, Elsewhere, beside
from cases.queries.worklist import Group, Named, Row, named, worklist
from cases.web.access import signed_in
from cases.web.installation import at, counted, on, reading
from cases.web.move_pages import has_own_page
from cases.web.presentation import render
from cases.web.session import current_actor
from cases.web.ways import group_way, opens, row_url
from cases.web.writing import write
from workflow.permissions import Actor
from workflow.process import PROCESS
from workflow.timetable import add_working_days, is_working, working_days_between
from workflow.vocabulary import Word
from workflow.words import Sentence, m

blueprint = Blueprint("worklist", __name__)
SHOWN = 10
ASIDE = 5
SOON = 3
DAYS = 7
CONSOLES: tuple[tuple[str, Sentence, Sentence], ...] = (
    ("administration.accounts", m("账号"), m("新建、停用账号，重设密码和动态口令")),
    ("grants.proposals", m("提出授权"), m("提出岗位授权，由安全管理员批准")),
    ("grants.approvals", m("批准授权"), m("批准、撤销岗位授权")),
    ("administration.tokens", m("动态口令"), m("登记和收回动态口令")),
    ("journal_browser.entries", m("审计日志"), m("谁、什么时候、办了什么")),
    ("journal_browser.reads", m("查阅记录"), m("谁打开过哪些材料")),
    ("journal_browser.verification", m("校验"), m("核对审计日志是否完整")),
    ("administration.policy", m("权限规则"), m("每项权限由哪些岗位行使")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: its name, address and working days left."""

    row: Row
    name: Named
    url: str
    left: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """One group as shown: its verbs, the rows that fit the filter, the first lines.

    ``state`` tells it from another group with the same verbs; None where there is none.
    """

    group: Group
    total: int
    lines: tuple[Line, ...]
    way: tuple[str, Sentence] | None
    state: Word | None = None


@dataclass(frozen=True, slots=True)
class Lent:
    """What others have now, in one line: named when it is one thing, counted when there are more.

    ``left`` are the working days until the nearest last day.
    """

    group: Elsewhere
    name: Named | None
    url: str
    left: int | None
    state: Word


@dataclass(frozen=True, slots=True)
class Done:
    """A move the reader made: what it moved, where it stands, and the way back while it is open."""

    act: Act
    name: Named | None
    url: str
    back_url: str


Fits = Callable[[date | None], bool]


def _filters(today: date, soon: date) -> dict[str, Fits]:
    """Name of a filter -> whether what is due on a day belongs there."""
    return {
        "all": lambda day: True,
        "late": lambda day: day is not None and day < today,
        "today": lambda day: day == today,
        "soon": lambda day: day is not None and today < day <= soon,
        "later": lambda day: day is None or day > soon,
    }


@blueprint.get("/worklist")
@signed_in
def home() -> ResponseReturnValue:
    """Everything that waits, late first; administrators find the way to their consoles."""
    actor, today = current_actor(), on()
    if actor.admin is not None:
        open_ones = [c for c in CONSOLES if opens(actor, c[0])]
        return render("pages/worklist_admin.html", consoles=open_ones)
    with reading() as conn:
        groups = worklist(conn, actor, today)
        calendar = working_days(conn)
        filters = _filters(today, add_working_days(today, SOON, calendar))
        only = request.args.get("due", "all")
        only = only if only in filters else "all"
        blocks = _blocks(conn, actor, groups, filters[only], calendar)
        lent, done = _beside(conn, actor, groups, calendar)
        letters = inbox.unread(conn, actor.person_id)
        waiting = inbox.unread_count(conn, actor.person_id) if letters else 0
    by_day = Counter(r.due_on for g in groups for r in g.rows)
    counted("worklist.home", by_day.total())
    return render(
        "pages/worklist.html",
        blocks=blocks,
        unit=_one_unit(blocks),
        only=only,
        soon=SOON,
        shown=request.args.get("group", ""),
        counts={
            name: sum(n for day, n in by_day.items() if fits(day)) for name, fits in filters.items()
        },
        more=any(g.more for g in groups),
        days=_days(by_day, today, calendar),
        lent=lent[:ASIDE],
        lent_more=max(0, len(lent) - ASIDE),
        done=done,
        letters=letters,
        unread=waiting,
        built=current_app.view_functions,
        search=url_for("cases.index") if opens(actor, "cases.index") else "",
        mine=url_for("results.mine") if opens(actor, "results.mine") else "",
    )


def _blocks(
    conn: sa.Connection, actor: Actor, groups: tuple[Group, ...], fits: Fits, calendar: Any
) -> list[Block]:
    """The groups with rows that fit; names are read for what is shown."""
    wide = request.args.get("group", "")
    kept = [(g, [r for r in g.rows if fits(r.due_on)]) for g in groups]
    first = {g.key: rows if g.key == wide else rows[:SHOWN] for g, rows in kept}
    names = named(conn, (r for rows in first.values() for r in rows))
    verbs = Counter(g.verbs for g, rows in kept if rows)
    return [
        Block(
            g,
            len(rows),
            tuple(
                Line(r, names[r.key], row_url(actor, g, r, names[r.key]), _left(r, calendar))
                for r in first[g.key]
                if r.key in names
            ),
            group_way(actor, g),
            PROCESS.state_word(g.thing, g.state) if verbs[g.verbs] > 1 and g.state else None,
        )
        for g, rows in kept
        if rows
    ]


def _one_unit(blocks: list[Block]) -> str:
    """The unit of all that is shown, said once where several lines would repeat it; else blank."""
    units = [line.name.matter.unit_name for block in blocks for line in block.lines]
    return units[0] or "" if len(units) > 1 and len(set(units)) == 1 else ""


def _beside(
    conn: sa.Connection, actor: Actor, groups: tuple[Group, ...], calendar: Any
) -> tuple[list[Lent], list[Done]]:
    """What others have of what he sent on, and his own last moves; names are read once for both."""
    lent, acts = beside(conn, actor, [(g.thing, g.state) for g in groups])
    single = [g.rows[0] for g in lent if len(g.rows) == 1]
    names = named(conn, [*single, *(act.row for act in acts)])
    return [_lent(actor, g, names, calendar) for g in lent], [_done(actor, a, names) for a in acts]


def _lent(actor: Actor, group: Elsewhere, names: Any, calendar: Any) -> Lent:
    first = group.rows[0]
    state = PROCESS.state_word(group.thing, group.state)
    left = _left(first, calendar)
    listed = Group(
        f"{group.thing}-{group.state}", group.thing, group.state, group.verbs, (), group.rows
    )
    if len(group.rows) > 1:
        way = group_way(actor, listed)
        return Lent(group, None, way[0] if way else "", left, state)
    name = names.get(first.key)
    return Lent(group, name, row_url(actor, listed, first, name) if name else "", left, state)


def _done(actor: Actor, act: Act, names: Any) -> Done:
    name = names.get(act.row.key)
    if name is None:
        return Done(act, None, "", "")
    group = Group(f"{act.thing}-{act.state}", act.thing, act.state, (), (), (act.row,))
    url = row_url(actor, group, act.row, name) if len(act.ids) == 1 else ""
    back = (
        url_for("actions.case_move", ref=name.ref, action=act.back.value)
        if act.back is not None and not has_own_page(act.back)
        else ""
    )
    return Done(act, name, url, back)


def _left(row: Row, calendar: Any) -> int | None:
    """Working days until the row's last day; many rows share a day, so each is counted once."""
    if row.due_on is None:
        return None
    known: dict[date, int] = g.setdefault("days_left", {})
    if row.due_on not in known:
        known[row.due_on] = working_days_between(on(), row.due_on, calendar)
    return known[row.due_on]


def _days(
    by_day: Mapping[date | None, int], today: date, calendar: Any
) -> list[tuple[date, int, bool]]:
    """(day, rows due, worked) of the next days."""
    week = [today + timedelta(days=n) for n in range(DAYS)]
    return [(d, by_day.get(d, 0), is_working(d, calendar)) for d in week]


@blueprint.get("/messages")
@signed_in
def messages() -> ResponseReturnValue:
    """All messages of the reader, the newest first."""
    actor = current_actor()
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    with reading() as conn:
        letters, following = inbox.everything(conn, actor.person_id, before)
        waiting = inbox.unread_count(conn, actor.person_id)
    return render(
        "pages/messages.html",
        letters=letters,
        unread=waiting,
        built=current_app.view_functions,
        newest=max((x.id for x in letters if x.read_at is None), default=0),
        next_url=url_for(".messages", before=following) if following else "",
    )


@blueprint.post("/messages/read")
@signed_in
def mark_read() -> ResponseReturnValue:
    """Mark what the reader was shown, and what is older, as read."""
    text = request.form.get("up_to", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        abort(400)

    def work(conn: sa.Connection) -> str:
        commands.mark_read(conn, int(text), actor=current_actor(), at=at())
        return url_for(".home")

    return write(work)
