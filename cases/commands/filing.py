"""Filing volumes in batches, late signatures, and printing again what could not be printed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cases.commands import beside
from cases.commands.outbox import document, post_many
from cases.errors import NotVisible, Refused, Stale
from cases.journal import Draft, append
from cases.models import Case, Filing, IssuedDocument, Outbox
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import DocumentKind, Permission, Thing, ThingAction
from workflow.words import Sentence


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one case's volume: filed, or refused with every reason."""

    case_id: int
    done: bool
    reasons: tuple[Sentence, ...] = ()


def file_volumes(
    conn: sa.Connection, case_ids: Collection[int], *, actor: Actor, at: datetime
) -> list[Filed]:
    """File the first volumes of these cases, in official order; the refused say why.

    The volumes themselves are bound and checked from the outbox. Raises NotVisible for a case that
    has no filing.
    """
    return _each(conn, case_ids, ThingAction.FILE_VOLUME, actor, at)


def continue_volumes(
    conn: sa.Connection, case_ids: Collection[int], *, actor: Actor, at: datetime
) -> list[Filed]:
    """File continuations: measures with their proof, late signatures, corrections."""
    return _each(conn, case_ids, ThingAction.CONTINUE_VOLUME, actor, at)


def _each(
    conn: sa.Connection,
    case_ids: Collection[int],
    action: ThingAction,
    actor: Actor,
    at: datetime,
) -> list[Filed]:
    # All at once and in one order: a rival that holds a later one would wait for what we hold.
    conn.execute(
        sa.select(Filing.case_id)
        .where(Filing.case_id.in_(case_ids))
        .order_by(Filing.case_id)
        .with_for_update()
    ).all()
    ordered = conn.execute(
        sa.select(Case.id).where(Case.id.in_(case_ids)).order_by(Case.sort_key, Case.id)
    ).scalars()
    done = []
    for case_id in ordered:
        try:  # a refusal comes before the first write, so nothing has to be undone
            beside.move(conn, Thing.FILING, case_id, action, actor=actor, at=at)
        except Refused as refused:
            done.append(Filed(case_id, False, refused.reasons))
        except Stale:
            done.append(Filed(case_id, False))
        else:
            done.append(Filed(case_id, True))
    return done


def order_addendum(conn: sa.Connection, case_id: int, *, at: datetime) -> bool:
    """Have a late signature printed on a page of its own, where the form is issued already (M3)."""
    issued = conn.execute(
        sa.select(IssuedDocument.kind, sa.func.count())
        .where(IssuedDocument.case_id == case_id, IssuedDocument.void_at.is_(None))
        .group_by(IssuedDocument.kind)
    )
    counts: dict[str, int] = {kind: n for kind, n in issued}
    if DocumentKind.REGISTRATION_FORM.value not in counts:
        return False
    number = counts.get(DocumentKind.SIGNATURE_ADDENDUM.value, 0) + 1
    row = document(DocumentKind.SIGNATURE_ADDENDUM, Thing.CASE, case_id, version=number, at=at)
    post_many(conn, [row])
    return True


def print_again(
    conn: sa.Connection, outbox_ids: Sequence[int], *, actor: Actor, at: datetime
) -> int:
    """Put papers that could not be printed back into the queue; returns how many. Journaled.

    Only papers of cases whose dossier the actor may file. Raises NotVisible when none is.
    """
    mine = sa.select(Case.id).where(visible(conn, actor, Permission.FILE_DOSSIER))
    changed = conn.execute(
        sa.update(Outbox)
        .where(
            Outbox.id.in_(outbox_ids),
            Outbox.kind == "document",
            Outbox.done_at.is_(None),
            Outbox.error.is_not(None),
            Outbox.case_id.in_(mine),
        )
        .values(available_at=at, attempts=0, claimed_until=None, error=None)
    ).rowcount
    if not changed:
        raise NotVisible
    append(
        conn,
        Draft(
            subject="outbox",
            action="requeue",
            at=at,
            payload={"rows": changed},
        ).by(actor),
    )
    return int(changed)
