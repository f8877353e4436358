"""The named opinion of the leader in charge (M9): one person, signed, by design.

It stands for the scheme's named electorate in the ballot score and is shown as signed wherever it
is shown; the person assessed never sees it. Given once, and changed by its author until the grade
is proposed; every writing of it is in the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from cases.errors import Invalid, NotVisible, Refused
from cases.journal import Draft, append
from cases.models import NamedOpinion
from cases.queries.named_opinions import OPEN_STATES, cases_in_charge
from cases.queries.scheme import scheme_of_cycle
from workflow.permissions import Actor
from workflow.vocabulary import CaseKind
from workflow.words import Sentence, m


def give_opinions(
    conn: sa.Connection,
    cycle_id: int,
    marks: Mapping[int, str],
    *,
    actor: Actor,
    at: datetime,
) -> int:
    """Write the actor's opinions, case id -> option; returns how many are new or changed.

    Raises NotVisible for a case he is not in charge of, Refused where the scheme asks for none or
    the grade was proposed already, Invalid (``mark_<case>``) for an option that is not one.
    """
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None or not scheme.ballot.named:
        raise Refused([m("本年度方案没有分管领导具名评价")])
    rows = {row.case.id: row for row in cases_in_charge(conn, actor, cycle_id)}
    if not set(marks) <= set(rows):
        raise NotVisible("case")
    faults: dict[str, Sentence] = {}
    changed = []
    for case_id, option in marks.items():
        row = rows[case_id]
        options = scheme.ballot.sheets[CaseKind(row.case.kind)].options
        if option not in {o.code for o in options if not o.abstain}:
            faults[f"mark_{case_id}"] = m("请选择等次")
        elif row.option != option:
            changed.append(row)
    if faults:
        raise Invalid(faults)
    late = [row.case.subject_name for row in changed if row.case.state not in OPEN_STATES]
    if late:
        raise Refused([m("%(name)s已提出等次建议,具名评价不能再改", name=name) for name in late])
    for row in changed:
        _write(conn, row.case, scheme.ballot.named[0], marks[row.case.id], actor, at)
    return len(changed)


def _write(
    conn: sa.Connection,
    case: sa.Row[tuple[object, ...]],
    electorate: str,
    option: str,
    actor: Actor,
    at: datetime,
) -> None:
    mine = sa.and_(NamedOpinion.case_id == case.id, NamedOpinion.person_id == actor.person_id)
    values = {"electorate": electorate, "option": option, "given_at": at}
    done = conn.execute(sa.update(NamedOpinion).where(mine).values(**values))
    if not done.rowcount:
        conn.execute(
            sa.insert(NamedOpinion).values(case_id=case.id, person_id=actor.person_id, **values)
        )
    append(
        conn,
        Draft(
            subject="case", subject_id=case.id, case_id=case.id, action="give_named_opinion",
            at=at, payload={"electorate": electorate, "option": option},
        ).by(actor),
    )  # fmt: skip
