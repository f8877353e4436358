"""Writing a self-report: drafts under an optimistic version, handing in, entry for somebody else.

Moves go through the door; what they write stands in ``recording/self_report.py``. Drafts are not
journaled; what was read from uploaded documents is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

import sqlalchemy as sa

from cases.commands.recording.self_report import new_report
from cases.commands.transition import Outcome, perform
from cases.errors import Invalid, NotVisible, Refused, Stale
from cases.files.store import FileStore, Stored
from cases.journal import Draft, append
from cases.models import Attachment, Case, ReportSection, SelfReport
from cases.queries.self_report import EDITABLE, document_digest, documents_of, scheme_of_case
from cases.queries.visibility import visible
from forms.self_report import draft_fault
from forms.validators import line_breaks
from workflow.permissions import Actor
from workflow.vocabulary import (
    Action,
    CaseKind,
    EntryBasis,
    Permission,
    ReportSectionState,
    State,
)
from workflow.words import Sentence, m

BASIS_ATTACHMENT = "report_basis"


@dataclass(frozen=True, slots=True)
class Entry:
    """How a report was typed for somebody else. ``basis`` may still be open in a draft."""

    basis: EntryBasis | None = None
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A report read from a document, for one draft, as the preview showed it."""

    case_id: int
    version: int
    file_name: str
    texts: Mapping[str, str]
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one uploaded report: its new draft version, or why it was left."""

    case_id: int
    version: int | None
    reason: Sentence | None = None


def save_draft(
    conn: sa.Connection,
    case_id: int,
    texts: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
    version: int,
    entry: Entry | None = None,
) -> int:
    """Store the texts (by section code); returns the draft's version afterwards.

    ``version`` is the draft the writer saw: Stale when another was stored since, unless it holds
    the same texts. ``entry`` is given by those who write for somebody else. Raises NotVisible,
    Refused (not open for writing), Invalid (section code -> sentence).
    """
    case = _writable(conn, case_id, actor, entered=entry is not None)
    specs = scheme_of_case(conn, case).sections[CaseKind(case.kind)]
    clean = {spec.code: line_breaks(texts.get(spec.code, "")) for spec in specs}
    faults = {s.code: f for s in specs if (f := draft_fault(clean[s.code], s.limit)) is not None}
    if faults:
        raise Invalid(faults)
    head = _head(conn, case_id)
    rows = {
        r.key: r
        for r in conn.execute(sa.select(ReportSection).where(ReportSection.case_id == case_id))
    }
    changed = {c: t for c, t in clean.items() if t != (rows[c].text if c in rows else "")}
    origin = _origin(head, case, actor, entry)
    if not changed and (head.saved_at is None or _same(head, origin)):
        return int(head.draft_version)
    if head.draft_version != version:
        raise Stale("self_report", case.state, head.draft_version)
    _advance(conn, case_id, version, {**origin, "saved_at": at})
    _write_sections(conn, case_id, changed, rows)
    return version + 1


def submit(
    conn: sa.Connection,
    case_id: int,
    texts: Mapping[str, str],
    *,
    actor: Actor,
    at: datetime,
    version: int,
    entry: Entry | None = None,
) -> Outcome:
    """Store the texts and hand the report in, both or neither.

    Raises what ``save_draft`` and the door raise; Invalid (``basis``, ``scan``) when an entry for
    somebody else doesn't say what it rests on.
    """
    payload: dict[str, Any] = {}
    if entry is not None:
        head = _head(conn, case_id)
        payload = _basis(entry, head.basis_file_id)
    save_draft(conn, case_id, texts, actor=actor, at=at, version=version, entry=entry)
    document = documents_of(conn, [case_id])[case_id]
    document["basis"] = str(payload.get("basis") or EntryBasis.SELF)
    payload["digest"] = document_digest(document)
    behalf = None
    if entry is not None:
        behalf = conn.execute(sa.select(Case.person_id).where(Case.id == case_id)).scalar()
    return perform(
        conn, case_id, Action.SUBMIT, actor=actor, at=at, payload=payload, on_behalf_of=behalf
    )


def _basis(entry: Entry, stored_file: int | None) -> dict[str, Any]:
    if entry.basis is None or entry.basis is EntryBasis.SELF:
        raise Invalid({"basis": m("请注明代录依据")})
    file_id = entry.file_id or stored_file
    if entry.basis is EntryBasis.SIGNED_PAPER and file_id is None:
        raise Invalid({"scan": m("请上传签字纸质件的扫描件")})
    return {"basis": entry.basis.value, "basis_file_id": file_id}


def keep_scan(
    conn: sa.Connection,
    files: FileStore,
    case_id: int,
    data: BinaryIO | bytes,
    *,
    name: str,
    actor: Actor,
    at: datetime,
) -> Stored:
    """Store the scan an entry rests on, hang it on the case and journal it at once: the report
    may never be handed in. Raises Invalid (``file``)."""
    stored = files.put(conn, data, name=name, at=at)
    conn.execute(
        sa.insert(Attachment).values(
            case_id=case_id,
            file_id=stored.id,
            kind=BASIS_ATTACHMENT,
            title=str(m("签字纸质件的扫描件")),
            file_name=name,
            added_by=actor.person_id,
            added_at=at,
        )
    )
    append(
        conn,
        Draft(
            subject="case",
            subject_id=case_id,
            case_id=case_id,
            action="keep_scan",
            at=at,
            payload={"file": stored.id, "digest": stored.digest},
        ).by(actor),
    )
    return stored


def take_uploaded(
    conn: sa.Connection,
    uploads: Sequence[Uploaded],
    *,
    actor: Actor,
    at: datetime,
    entry: Entry | None = None,
) -> list[Taken]:
    """Put reports read from documents into their drafts, each by itself; journal those taken.

    A draft changed since the preview is left, and so is one with text unless ``replace`` is set.
    """
    return [_take(conn, one, actor=actor, at=at, entry=entry) for one in uploads]


def _take(
    conn: sa.Connection, one: Uploaded, *, actor: Actor, at: datetime, entry: Entry | None
) -> Taken:
    try:
        case = _writable(conn, one.case_id, actor, entered=entry is not None)
        kept, there = _merged(conn, case, one)
        if there and not one.replace:
            return Taken(one.case_id, None, m("已有草稿,没有选择覆盖"))
        version = save_draft(
            conn, one.case_id, kept, actor=actor, at=at, version=one.version, entry=entry
        )
    except Stale:
        return Taken(one.case_id, None, m("预览以后草稿又改动过,没有覆盖"))
    except Refused as refused:
        return Taken(one.case_id, None, refused.reasons[0])
    except Invalid as invalid:
        return Taken(one.case_id, None, next(iter(invalid.errors.values())))
    except NotVisible:
        return Taken(one.case_id, None, m("没有为其录入的权限"))
    append(
        conn,
        Draft(
            subject="case",
            subject_id=one.case_id,
            case_id=one.case_id,
            action="upload_report",
            at=at,
            behalf_id=case.person_id if entry is not None else None,
            payload={"file_name": one.file_name, "sections": sorted(one.texts)},
        ).by(actor),
    )
    return Taken(one.case_id, version)


def _merged(conn: sa.Connection, case: Any, one: Uploaded) -> tuple[dict[str, str], bool]:
    """The draft with the uploaded sections put in, and whether they replace written text."""
    rows = conn.execute(
        sa.select(ReportSection.key, ReportSection.text).where(ReportSection.case_id == case.id)
    )
    present = {key: text for key, text in rows}
    there = any(present.get(c, "").strip() not in ("", t.strip()) for c, t in one.texts.items())
    return {**present, **one.texts}, there


def _writable(conn: sa.Connection, case_id: int, actor: Actor, *, entered: bool) -> Any:
    permission = Permission.REPORT_ENTER if entered else Permission.REPORT_WRITE
    case = conn.execute(
        sa.select(Case).where(Case.id == case_id, visible(conn, actor, permission))
    ).first()
    if case is None:
        raise NotVisible(str(case_id))
    if case.state not in EDITABLE:
        raise Refused([m("述职报告%(state)s,现在不能改写", state=State(case.state))], case.ref)
    return case


def _head(conn: sa.Connection, case_id: int) -> Any:
    """The row of the report, made where the stage began before there was one."""
    query = sa.select(SelfReport).where(SelfReport.case_id == case_id)
    row = conn.execute(query).first()
    if row is None:
        conn.execute(sa.insert(SelfReport).values(**new_report(case_id)))
        row = conn.execute(query).one()
    return row


def _origin(head: Any, case: Any, actor: Actor, entry: Entry | None) -> dict[str, Any]:
    """Who typed it, for whom and on what basis."""
    found: dict[str, Any] = {"typed_by": actor.person_id}
    if entry is None:
        found |= {"basis": EntryBasis.SELF.value, "on_behalf_of": None, "basis_file_id": None}
    else:
        basis = entry.basis or EntryBasis(head.basis)
        file_id = entry.file_id or head.basis_file_id
        found |= {"basis": basis.value, "on_behalf_of": case.person_id, "basis_file_id": file_id}
    return found


def _same(head: Any, origin: Mapping[str, Any]) -> bool:
    return all(getattr(head, name) == value for name, value in origin.items())


def _advance(conn: sa.Connection, case_id: int, version: int, values: dict[str, Any]) -> None:
    written = conn.execute(
        sa.update(SelfReport)
        .where(SelfReport.case_id == case_id, SelfReport.draft_version == version)
        .values(draft_version=version + 1, **values)
    )
    if written.rowcount != 1:  # a rival between our reading and this (PostgreSQL)
        raise Stale("self_report")


def _write_sections(
    conn: sa.Connection, case_id: int, changed: Mapping[str, str], rows: Mapping[str, Any]
) -> None:
    added = [
        {"case_id": case_id, "key": code, "text": text, "state": _state(text, None)}
        for code, text in changed.items()
        if code not in rows
    ]
    if added:
        conn.execute(sa.insert(ReportSection), added)
    edited = [
        {"b_key": code, "b_text": text, "b_state": _state(text, rows[code].state)}
        for code, text in changed.items()
        if code in rows
    ]
    if edited:
        conn.execute(
            sa.update(ReportSection)
            .where(ReportSection.case_id == case_id, ReportSection.key == sa.bindparam("b_key"))
            .values(text=sa.bindparam("b_text"), state=sa.bindparam("b_state")),
            edited,
        )


def _state(text: str, before: str | None) -> str:
    """A returned section stays returned until it is handed in again."""
    if before == ReportSectionState.RETURNED:
        return ReportSectionState.RETURNED.value
    return (ReportSectionState.WRITTEN if text.strip() else ReportSectionState.EMPTY).value
