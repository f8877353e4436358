"""What the case page shows of the ballot (``stages/public_evaluation/case_section.html``).

Office and deciders see merged groups; the person sees his own rates after notice, where the scheme
lets him (M18); everybody else sees where the meeting stands and no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.ballot_box import package
from cases.ballot_box.disclosure import Disclosure, Scope, counted_from
from cases.models import Meeting, MeetingSheet, MeetingUnit, SheetRow, Tally
from cases.queries.ballot_package import smallest
from cases.queries.facts_lanes import TALKS_FOR_BALLOT
from cases.queries.meeting import signed_talks
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from cases.queries.tally import GRADING, Line, disclosures, line_of
from cases.queries.visibility import assignments_of, context_of, resource_of
from cases.scoring.shapes import Scheme
from workflow.permissions import AFTER_NOTICE, Actor, permits
from workflow.vocabulary import CaseKind, FeedbackScope, MeetingState, Permission
from workflow.words import Sentence

OWN_FIGURES = (FeedbackScope.OWN_RATES, FeedbackScope.ITEMS)


_MEETING = (
    sa.select(Meeting)
    .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
    .where(
        Meeting.cycle_id == sa.bindparam("cycle", type_=sa.BigInteger),
        MeetingUnit.unit_id == sa.bindparam("unit", type_=sa.BigInteger),
        MeetingUnit.rates.is_(None),
        Meeting.state != MeetingState.CANCELLED,
    )
    .order_by(Meeting.id.desc())
    .limit(1)
)


_OTHERS = (
    sa.select(Meeting, Tally.result)
    .outerjoin(Tally, Tally.meeting_id == Meeting.id)
    .where(
        Meeting.id.in_(
            sa.select(MeetingSheet.meeting_id)
            .join(SheetRow, SheetRow.sheet_id == MeetingSheet.id)
            .where(SheetRow.case_id == sa.bindparam("case", type_=sa.BigInteger))
        ),
        Meeting.id != sa.bindparam("main", type_=sa.BigInteger),
        Meeting.state != MeetingState.CANCELLED,
    )
    .order_by(Meeting.id)
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another meeting at which the case is rated: an assembly of peers or of leaders above.

    ``total`` is given to the office and deciders once it is counted; ``withheld`` says why not.
    """

    meeting: Any
    state: MeetingState
    total: Line | None
    withheld: Sentence | None


def own_meeting(conn: sa.Connection, case: Any) -> Any:
    """The meeting, or joint session, of the case's unit; None where there is none."""
    return conn.execute(_MEETING, {"cycle": case.cycle_id, "unit": case.unit_id}).first()


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """The meeting of the case's unit, others it is rated at, and what this reader may see."""
    row = own_meeting(conn, case)
    scheme = scheme_of_cycle(conn, case.cycle_id)
    scope = scope_for(conn, case, actor, scheme)
    found: dict[str, Any] = {
        "case": case,
        "meeting": row,
        "state": MeetingState(row.state) if row is not None else None,
        "k": smallest(scheme),
        "score": None,
        "disclosure": None,
        "total": None,
        "lines": (),
        "scope": scope,
        "talks": signed_talks(conn, [case.id]).get(case.id, 0),
        "talks_needed": TALKS_FOR_BALLOT,
        "others": _elsewhere(conn, case, row.id if row is not None else 0, scheme, scope),
    }
    if row is None or scheme is None or scope is None or row.state != MeetingState.COUNTED:
        return found
    return found | _figures(conn, row, case, scheme, scope)


def _elsewhere(
    conn: sa.Connection, case: Any, main: int, scheme: Scheme | None, scope: Scope | None
) -> list[Elsewhere]:
    """The person sees where other meetings stand, and of figures those of his own unit's meeting
    alone: fewer figures, less to subtract."""
    found = []
    for row in conn.execute(_OTHERS, {"case": case.id, "main": main}):
        state = MeetingState(row.state)
        told = None
        if scope is Scope.OFFICE and scheme is not None and row.result and row.package:
            told = _shown(row, case.id)
        pack = package.from_json(row.package) if told is not None else None
        line = None
        if told is not None and told.total and pack is not None and scheme is not None:
            line = line_of(pack, told.total, scheme, CaseKind(case.kind))
        found.append(Elsewhere(row, state, line, told.withheld if told is not None else None))
    return found


def _shown(row: Any, case_id: int) -> Disclosure | None:
    sheets = counted_from(row.package, row.result).shown(Scope.OFFICE)
    rows = (r for s in sheets if s.kind in GRADING and not s.item for r in s.rows)
    return next((r for r in rows if r.subject == str(case_id)), None)


def scope_for(conn: sa.Connection, case: Any, actor: Actor, scheme: Scheme | None) -> Scope | None:
    """How much of a case's figures this reader may see; None for nothing."""
    own = case.person_id is not None and case.person_id == actor.person_id
    if own:
        told = scheme is not None and FeedbackScope(scheme.feedback.scope) in OWN_FIGURES
        return Scope.SUBJECT if told and case.state in AFTER_NOTICE else None
    assigned = assignments_of(conn, actor.person_id, [case.id]).get(case.id, frozenset())
    resource = resource_of(case, assigned)
    if permits(actor, Permission.TALLY_READ, resource, context_of(conn, actor, case)):
        return Scope.OFFICE
    return None


def _figures(
    conn: sa.Connection, row: Any, case: Any, scheme: Scheme, scope: Scope
) -> dict[str, Any]:
    shown = disclosures(conn, row, scope).get(case.id)
    if shown is None:
        return {}
    kind, disclosure = shown
    pack = package.from_json(row.package)
    scores = ballot_scores(conn, [case], scheme) if scope is Scope.OFFICE else {}
    return {
        "score": scores.get(case.id),
        "disclosure": disclosure,
        "total": line_of(pack, disclosure.total, scheme, kind) if disclosure.total else None,
        "lines": _lines(pack, disclosure, scheme, kind),
        "options": [(o.key, o.title.word) for s in pack.sheets if s.key == kind for o in s.options],
    }


def _lines(
    pack: package.Package, disclosure: Disclosure, scheme: Scheme, kind: CaseKind
) -> tuple[Line, ...]:
    return tuple(line_of(pack, figure, scheme, kind) for figure in disclosure.lines)
