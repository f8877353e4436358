"""What an opened urn writes: the tally with its invariants checked, and the counts behind scores.

Counts are written as the disclosure rule gives them to the office, so that the table can never hold
more than may be shown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import canonical
from cases.ballot_box.counting import SheetCount
from cases.ballot_box.disclosure import repeated
from cases.ballot_box.opening import Count
from cases.ballot_box.package import Package, Sheet
from cases.ballot_box.stored import GRADING, cards_of, counts_of
from cases.errors import Refused
from cases.models import BallotCount, Tally
from cases.queries.ballot_counts import counted_before
from cases.scoring.ballots import CardCount, check_count
from cases.scoring.ballots import Tally as GroupTally
from workflow.words import Sentence, m


def write_tally(
    conn: sa.Connection, row: Any, package: Package, count: Count, text: str, at: datetime
) -> None:
    """The tally of a meeting's urn and its counts, in sorted order and in this one transaction.

    Raises Refused when figures don't add up, or when some of the same people were counted before.
    """
    head = _head(row, count)
    faults = [*_faults(package, count, head), *repeats(conn, package)]
    if faults:
        raise Refused(faults)
    rows = sorted(
        counts_of(package, count),
        key=lambda r: (r["sheet"], r["case_id"], r["groups"], r["option"]),
    )
    if rows:
        conn.execute(sa.insert(BallotCount), [r | {"meeting_id": row.id} for r in rows])
    conn.execute(
        sa.insert(Tally).values(
            meeting_id=row.id,
            urn_id=row.urn_id,
            root=count.root,
            issued=head.issued,
            returned=head.returned,
            valid=head.valid,
            invalid=head.invalid,
            by_group=row.reconciliation["rows"],
            result=text,
            result_digest=canonical.digest(text),
            counted_at=at,
            tellers={},
        )
    )


def repeats(conn: sa.Connection, package: Package) -> list[Sentence]:
    """Why this ballot may not be held or counted: its people were counted on a subject already."""
    cases = {
        int(row.subject) for sheet in package.sheets if sheet.kind in GRADING for row in sheet.rows
    }
    return repeated(package, counted_before(conn, cases, package.urn))


def _head(row: Any, count: Count) -> CardCount:
    """Cards handed out, handed in, readable and not, beside people due and present."""
    return CardCount(
        **cards_of(row.reconciliation["rows"], count),
        due=row.due_count or 0,
        present=row.present_count or 0,
    )


def _faults(package: Package, count: Count, head: CardCount) -> list[Sentence]:
    """The invariants of a count, on the header and on every row of every sheet."""
    found = list(check_count(head, ()))
    for sheet, counted in zip(package.sheets, count.sheets, strict=True):
        if not found:
            found += _sheet_faults(sheet, counted, head)
    return found


def _sheet_faults(sheet: Sheet, counted: SheetCount, head: CardCount) -> list[Sentence]:
    found: list[Sentence] = []
    for line in counted.lines:
        if not line.withheld and line.returned != line.valid + line.invalid:
            found.append(
                m("收回 %(a)s 张应等于有效 %(b)s 张加无效 %(c)s 张",
                  a=line.returned, b=line.valid, c=line.invalid)
            )  # fmt: skip
    for row in sheet.rows:
        tallies = [
            GroupTally(
                "+".join(line.groups),
                dict(r.options),
                r.blank,
                r.ballots if sheet.barred else line.valid,
            )
            for line in counted.lines
            for r in line.rows
            if r.subject == row.subject
        ]
        found += check_count(head, tallies)
    return found
