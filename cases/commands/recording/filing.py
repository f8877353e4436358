"""What filing a volume writes besides the state: number, retention, who, and the check to come."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.commands.recording.moved import MovedThing, ThingRecorder
from cases.models import Case, Cycle, Filing, IssuedDocument, Unit
from cases.queries.scheme import scheme_of_cycle
from cases.scoring.rules import kept_words, shipped_rules
from workflow.permissions import Actor
from workflow.vocabulary import DocumentKind, Outcome, ThingAction
from workflow.words import m

CASE_PAPERS = ("case_papers", "case_papers_low")
WAITING = m("等待装订和四性检测")
"""The title of the row that stands in ``filings.checks`` until a volume is bound and checked."""
_DEFAULTS = {"category": "WS", "office": "KH"}


def file_volume(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """The first volume: its number, how long it is kept, who filed it."""
    case = conn.execute(
        sa.select(Case, Cycle.year, Cycle.settings, Unit.code.label("organ_code"))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.managing_organ_id)
        .where(Case.id == moved.thing_id)
    ).one()
    years = retention_years(conn, case)
    conn.execute(
        sa.update(Filing)
        .where(Filing.case_id == moved.thing_id)
        .values(
            filed_on=date_of(at),
            filed_by=actor.person_id,
            retention=kept_words(years),
            archive_no=_archive_no(conn, case, years),
            checks=[_to_come(1)],
        )
    )


def continue_volume(conn: sa.Connection, moved: MovedThing, actor: Actor, at: datetime) -> None:
    """A continuation under the same number; the case can't be archived before it is checked."""
    checks = conn.execute(sa.select(Filing.checks).where(Filing.case_id == moved.thing_id)).scalar()
    bound = conn.execute(
        sa.select(sa.func.count()).where(
            IssuedDocument.case_id == moved.thing_id,
            IssuedDocument.kind.in_([DocumentKind.DOSSIER, DocumentKind.CONTINUATION]),
        )
    ).scalar_one()
    kept = [row for row in checks or [] if row["volume"] != bound + 1]
    conn.execute(
        sa.update(Filing)
        .where(Filing.case_id == moved.thing_id)
        .values(checks=[*kept, _to_come(bound + 1)])
    )


def _to_come(volume: int) -> dict[str, Any]:
    return {
        "volume": volume, "code": "", "side": "", "title": WAITING.msgid, "ok": False, "memo": None,
    }  # fmt: skip


def retention_years(conn: sa.Connection, case: Any) -> int | None:
    """How long the papers of a result are kept, by the rules in force; None is for ever."""
    scheme = scheme_of_cycle(conn, case.cycle_id)
    rules = scheme.rules if scheme else shipped_rules()
    ungraded = case.outcome == Outcome.UNGRADED
    result = case.decided_grade or ("ungraded" if ungraded else "not_assessed")
    for rule in rules.retention:
        if rule.material in CASE_PAPERS and {result, "*"} & set(rule.results):
            return rule.years
    return None


def _archive_no(conn: sa.Connection, case: Any, years: int | None) -> str:
    """全宗号-门类·年度-保管期限-机构-件号; the parts an archive office sets stand on the cycle.

    The organ's row is locked first, so that two who file at once take two numbers.
    """
    conn.execute(
        sa.select(Unit.id)
        .where(Unit.id == case.managing_organ_id)
        .with_for_update(key_share=True)  # rows that point to the organ don't wait
    ).all()
    own = {**_DEFAULTS, **(case.settings or {}).get("archive", {})}
    fonds = re.sub(r"\W|_", "", str(own.get("fonds") or case.organ_code))
    term = "Y" if years is None else f"D{years}"
    head = f"{fonds}-{own['category']}·{case.year}-{term}-{own['office']}-"
    last = conn.execute(
        sa.select(Filing.archive_no)
        .where(Filing.archive_no.startswith(head, autoescape=True))
        .order_by(sa.func.length(Filing.archive_no).desc(), Filing.archive_no.desc())
        .limit(1)
    ).scalar()
    number = int(last.rsplit("-", 1)[1]) + 1 if last else 1
    return f"{head}{number:05d}"


THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    ThingAction.FILE_VOLUME: file_volume,
    ThingAction.CONTINUE_VOLUME: continue_volume,
}
