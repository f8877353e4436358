"""Drafts of a scheme: every save is a revision, checks or no checks; publishing needs them clean.

A draft is edited part by part (``cases.scoring.drafting``), brought in whole from a file, or copied
from an earlier version; what it becomes is a scheme version like any uploaded one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.commands.scheme import SchemeFaults, keep_version, may_edit
from cases.errors import NotVisible, Refused, Stale
from cases.journal import Draft, append
from cases.models import Scheme, SchemeDraft, SchemeRevision, SchemeVersion
from cases.queries.sentences import packed
from cases.scoring import samples
from cases.scoring import scheme as documents
from cases.scoring.drafting import departments
from cases.scoring.drafting.difference import OWN
from cases.scoring.drafting.values import value_at
from workflow.permissions import Actor
from workflow.words import Sentence, m

Document = dict[str, Any]
Edit = Callable[[Document], Document]
MOST_REVISIONS = 2_000


def start(
    conn: sa.Connection,
    document: Mapping[str, Any],
    *,
    organ_id: int,
    actor: Actor,
    at: datetime,
    based_on: int | None = None,
    said: Sentence | None = None,
) -> int:
    """Begin a draft with a document; returns its id. Raises Refused without the right."""
    may_edit(actor, organ_id)
    made = sa.insert(SchemeDraft).values(
        managing_organ_id=organ_id,
        title=_title(document),
        based_on=based_on,
        revision=1,
        created_at=at,
        created_by=actor.person_id,
    )
    draft_id = int(conn.execute(made.returning(SchemeDraft.id)).scalar_one())
    _keep(conn, draft_id, 1, document, said or m("建立草稿"), actor, at)
    _tell(conn, draft_id, "start_scheme_draft", actor, at, {"based_on": based_on})
    return draft_id


def start_from(
    conn: sa.Connection,
    version_id: int,
    *,
    actor: Actor,
    at: datetime,
    renewed: Mapping[str, Any] | None = None,
) -> int:
    """Begin a draft with a version's document; ``renewed`` code, title and year make it another
    year's scheme, which has no issue date yet."""
    row = conn.execute(
        sa.select(SchemeVersion.content, Scheme.managing_organ_id)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(SchemeVersion.id == version_id)
    ).first()
    if row is None:
        raise NotVisible(f"scheme version {version_id}")
    document: Document = deepcopy(row.content)
    if renewed is not None:
        document.pop("issued_on", None)
        document |= {**renewed, "version": 1}
    organ_id = row.managing_organ_id
    return start(conn, document, organ_id=organ_id, actor=actor, at=at, based_on=version_id)


def start_sample(
    conn: sa.Connection,
    code: str,
    *,
    organ_id: int,
    renewed: Mapping[str, Any],
    instead: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> int:
    """Begin a draft with a sample that ships: own code, title and year, and own departments
    ``instead`` of the sample's. Raises KeyError for no sample, Refused without the right."""
    document = {**departments.renamed(samples.document(code), instead), **renewed}
    title = samples.SAMPLES[code].title
    said = m("从示例方案“%(title)s”建立草稿", title=title)
    return start(conn, document, organ_id=organ_id, actor=actor, at=at, said=said)


def save(
    conn: sa.Connection,
    draft_id: int,
    edit: Edit,
    *,
    part: Sentence,
    expected_version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Store what ``edit`` makes of the newest revision as the next; returns its number.

    Nothing is stored when nothing changed. Raises Stale when somebody saved in between, Refused
    for a draft that became a version.
    """
    draft = _open(conn, draft_id, actor)
    if draft.revision != expected_version:
        raise Stale("scheme_draft", None, draft.revision)
    before = content(conn, draft_id, draft.revision)
    after = edit(before)
    if after == before and documents.canonical(after) == documents.canonical(before):
        return int(draft.revision)
    return _next(conn, draft, after, part, actor, at)


def go_back(
    conn: sa.Connection,
    draft_id: int,
    number: int,
    *,
    expected_version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Take an earlier revision up again, as the newest. Raises NotVisible, Stale, Refused."""
    draft = _open(conn, draft_id, actor)
    if draft.revision != expected_version:
        raise Stale("scheme_draft", None, draft.revision)
    said = m("退回第 %(n)s 次保存的内容", n=number)
    return _next(conn, draft, content(conn, draft_id, number), said, actor, at)


def take_half(document: Document, half: Mapping[str, Any]) -> Document:
    """The document with another quantitative half, the rest as it is."""
    rest = {key: value for key, value in document.items() if key not in OWN}
    return {**deepcopy(dict(half)), **rest}


def publish(
    conn: sa.Connection,
    draft_id: int,
    *,
    note: str,
    expected_version: int,
    actor: Actor,
    at: datetime,
) -> int:
    """Make the draft the next version of its scheme; returns the version's id.

    Raises SchemeFaults while any check fails, Invalid for what equals the newest version, Stale
    and Refused as ``save``.
    """
    draft = _open(conn, draft_id, actor)
    if draft.revision != expected_version:
        raise Stale("scheme_draft", None, draft.revision)
    document = content(conn, draft_id, draft.revision)
    version_id = keep_version(
        conn, document, organ_id=draft.managing_organ_id, actor=actor, at=at, note=note
    )
    settle(conn, draft_id, version_id)
    return version_id


def settle(conn: sa.Connection, draft_id: int, version_id: int) -> None:
    """The draft has become a version and isn't worked on any more."""
    conn.execute(
        sa.update(SchemeDraft).where(SchemeDraft.id == draft_id).values(version_id=version_id)
    )


def content(conn: sa.Connection, draft_id: int, number: int) -> Document:
    """The document of a revision. Raises NotVisible."""
    found = conn.execute(
        sa.select(SchemeRevision.content).where(
            SchemeRevision.draft_id == draft_id, SchemeRevision.number == number
        )
    ).scalar()
    if found is None:
        raise NotVisible(f"revision {number}")
    return dict(found)


def _open(conn: sa.Connection, draft_id: int, actor: Actor) -> Any:
    draft = conn.execute(
        sa.select(SchemeDraft).where(SchemeDraft.id == draft_id).with_for_update()
    ).first()
    if draft is None:
        raise NotVisible(f"draft {draft_id}")
    may_edit(actor, draft.managing_organ_id)
    if draft.version_id is not None:
        raise Refused([m("这份草稿已存为正式版本,请另建草稿")])
    if draft.revision >= MOST_REVISIONS:
        raise Refused([m("这份草稿保存次数过多,请存为正式版本后另建草稿")])
    return draft


def _next(
    conn: sa.Connection,
    draft: Any,
    document: Mapping[str, Any],
    part: Sentence,
    actor: Actor,
    at: datetime,
) -> int:
    number = int(draft.revision) + 1
    moved = conn.execute(
        sa.update(SchemeDraft)
        .where(SchemeDraft.id == draft.id, SchemeDraft.revision == draft.revision)
        .values(revision=number, title=_title(document))
    )
    if moved.rowcount != 1:
        raise Stale("scheme_draft", None, number)
    _keep(conn, draft.id, number, document, part, actor, at)
    _tell(
        conn, draft.id, "save_scheme_draft", actor, at, {"revision": number, "part": packed(part)}
    )
    return number


def _keep(
    conn: sa.Connection,
    draft_id: int,
    number: int,
    document: Mapping[str, Any],
    part: Sentence,
    actor: Actor,
    at: datetime,
) -> None:
    try:
        documents.canonical(document)
    except ValueError as wrong:
        raise SchemeFaults((("", m("方案含有不能存储的值")),)) from wrong
    conn.execute(
        sa.insert(SchemeRevision).values(
            draft_id=draft_id,
            number=number,
            content=document,
            part=packed(part),
            problems=len(documents.check(document)[1]),
            saved_at=at,
            saved_by=actor.person_id,
        )
    )


def _tell(
    conn: sa.Connection,
    draft_id: int,
    action: str,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, Any],
) -> None:
    append(
        conn,
        Draft(
            subject="scheme_draft",
            subject_id=draft_id,
            action=action,
            at=at,
            payload=payload,
        ).by(actor),
    )


def _title(document: Mapping[str, Any]) -> str:
    return str(value_at(document, "title.zh") or document.get("code") or m("未命名方案"))[:200]
