"""Act: reports are written, checked, returned where the story says so, and accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from cases.commands.self_report import Entry, keep_scan, save_draft, submit
from cases.commands.transition import perform, perform_many
from cases.demo.city.reports import body_report_of, report_of
from cases.demo.city.story import DAYS, TURNS
from cases.demo.theatre import Theatre, at
from cases.files.store import FileStore
from cases.models import Case, SelfReport
from workflow.vocabulary import Action, CaseKind, EntryBasis, State

RETURNS = {
    "report_returned": Action.RETURN_ON_CONTENT,
    "report_returned_form": Action.RETURN_FOR_FORM,
}


def play(theatre: Theatre) -> None:
    """Everybody writes between the first and the last day of the window."""
    rows = _drafting(theatre)
    first, last = DAYS["report_first"], DAYS["report_last"]
    span = (last - first).days
    dated = [
        (first + timedelta(days=span * number // max(1, len(rows) - 1)), row)
        for number, row in enumerate(rows)
    ]
    for day, some in groupby(theatre.bars.over(dated, "述职报告"), itemgetter(0)):
        with theatre.writing() as conn:
            for _, row in some:
                _write(theatre, conn, row, day)
    for turn in TURNS:
        if turn.kind in RETURNS:
            _returned(theatre, turn)
    _accept(theatre)


def _drafting(theatre: Theatre) -> list[Any]:
    with theatre.store.reading() as conn:
        return list(
            conn.execute(
                sa.select(Case)
                .where(Case.cycle_id == theatre.cycle_id, Case.state == State.DRAFTING)
                .order_by(Case.sort_key, Case.id)
            )
        )


def _texts(theatre: Theatre, row: Any) -> Mapping[str, str]:
    if row.kind == CaseKind.BODY:
        code = {i: c for c, i in theatre.units.items()}[row.unit_id]
        place = next(p for p in theatre.city.places if p.code == code)
        return body_report_of(theatre.city.seed, place)
    key = {i: k for k, i in theatre.people.items()}[row.person_id]
    return report_of(theatre.city.seed, theatre.city.person(key))


def _on_behalf(theatre: Theatre, row: Any) -> bool:
    return any(
        t.kind == "report_on_behalf" and row.person_id == theatre.person_id(t.role) for t in TURNS
    )


def _contact(theatre: Theatre, unit_id: int) -> Any:
    code = {i: c for c, i in theatre.units.items()}[unit_id]
    key = "contact_environment" if code == "YZ-C01" else f"contact/{code}"
    return theatre.actor(key)


def _write(theatre: Theatre, conn: sa.Connection, row: Any, day: date) -> None:
    texts = _texts(theatre, row)
    entry: Entry | None = None
    if row.kind == CaseKind.BODY:
        actor = _contact(theatre, row.unit_id)
    elif _on_behalf(theatre, row):
        actor = _contact(theatre, row.unit_id)
        files = FileStore(theatre.settings.files)
        scan = keep_scan(conn, files, row.id, SCAN, name="签字件.pdf", actor=actor, at=at(day, 9))
        entry = Entry(EntryBasis.SIGNED_PAPER, scan.id)
    else:
        actor = theatre.actor_of_person(row.person_id)
    version = save_draft(
        conn, row.id, texts, actor=actor, at=at(day, 10), version=_version(conn, row.id),
        entry=entry,
    )  # fmt: skip
    submit(conn, row.id, texts, actor=actor, at=at(day, 15), version=version, entry=entry)


def _version(conn: sa.Connection, case_id: int) -> int:
    found = conn.execute(
        sa.select(SelfReport.draft_version).where(SelfReport.case_id == case_id)
    ).scalar()
    return int(found or 1)


def _returned(theatre: Theatre, turn: Any) -> None:
    case_id = theatre.case_of(turn.role)
    with theatre.store.reading() as conn:
        row = conn.execute(sa.select(Case).where(Case.id == case_id)).one()
    again = date.fromisoformat(turn.details["resubmitted"])
    action = RETURNS[turn.kind]
    content = action is Action.RETURN_ON_CONTENT
    actor = theatre.actor("group1_lead") if content else _contact(theatre, row.unit_id)
    section = turn.details["section"]
    with theatre.writing() as conn:
        perform(
            conn, case_id, action, actor=actor, at=at(turn.day, 14),
            payload={"reason": turn.what, "sections": {section: turn.what}},
        )  # fmt: skip
    texts = dict(_texts(theatre, row))
    texts[section] = texts[section] + "以上按退回意见补充。"
    writer = theatre.actor_of_person(row.person_id)
    with theatre.writing() as conn:
        version = save_draft(
            conn, case_id, texts, actor=writer, at=at(again, 10), version=_version(conn, case_id)
        )
        submit(conn, case_id, texts, actor=writer, at=at(again, 11), version=version)


def _accept(theatre: Theatre) -> None:
    office = theatre.actor("office_clerk_a")
    when = at(DAYS["report_last"], 16)
    with theatre.writing() as conn:
        outcomes = perform_many(
            conn, theatre.cases(State.SUBMITTED), Action.ACCEPT, actor=office, at=when
        )
    theatre.refused(outcomes, "受理述职报告")


SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n"
    b"0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n165\n%%EOF\n"
)
"""A blank page that stands for the signed sheet of paper."""
