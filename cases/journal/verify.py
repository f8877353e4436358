"""Reading the journal again: does every entry still say what was hashed?

Checked per entry: number without a gap, previous digest, own digest, columns equal to the body,
payload (where it still exists) equal to its salted digest. Then: the head, the checkpoints given,
the read log as each checkpoint found it, that each case and each thing beside it stands where its
last entry left it, that each case bears the result last decided and takes part as was last settled
and for that reason, and that verified figures, deductions and bonuses, imported observations and
contradictions among them, schemes and their changes, units, their own results and changes, years,
leaders' charges, data sheets, objections, suggestions, syntheses, second looks, findings of fraud,
analyses, opening keys and their destruction, meetings with all that was counted there, opinions
given by name, and issued papers are the ones their entries speak of.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import sqlalchemy as sa

from cases.journal import merkle
from cases.journal.ballots import stray_ballots
from cases.journal.bases import stray_choice, stray_scheme, stray_unit_result
from cases.journal.checkpoint import NOTHING_READ, readings
from cases.journal.cycles import stray_cycle
from cases.journal.entry import ALGORITHMS, GENESIS, digest_of, instant_text, payload_digest
from cases.journal.figures import stray_figure
from cases.journal.items import stray_entry
from cases.journal.kept import stray_kept, stray_pass, stray_suggestion
from cases.journal.observations import stray_conflict, stray_observations
from cases.journal.opening_keys import stray_destruction, stray_key, stray_opinion
from cases.journal.papers import stray_paper
from cases.journal.participation import stray_participation
from cases.journal.portfolios import stray_portfolio
from cases.journal.results import stray_result
from cases.journal.sheets import stray_sheet
from cases.journal.states import stray_case, stray_thing
from cases.journal.unit_changes import stray_unit_change
from cases.journal.units import stray_unit
from cases.models import Checkpoint, JournalEntry, JournalHead, JournalPayload

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Report:
    """``ok`` or the first thing that is wrong: its kind, seq and case.

    ``subject`` and ``subject_id`` name a thing beside the case; ``place`` says of a figure, an
    entry or a paper which one it is (unit and indicator, item or list, title and check code). For
    kind ``read_log`` seq is the first checkpoint that found another read log, and ``subject_id``
    the last row of it that an earlier checkpoint still vouches for.
    """

    ok: bool
    entries: int
    kind: str = ""
    seq: int | None = None
    case_id: int | None = None
    last_good_checkpoint: int | None = None
    subject: str = ""
    subject_id: int | None = None
    place: tuple[str, str] = ("", "")


@dataclass(slots=True)
class _Walk:
    previous: str
    expected: int


def verify(
    conn: sa.Connection, *, since: int = 0, outside: Mapping[int, str] | None = None
) -> Report:
    """Verify entries after ``since`` (0: all), then checkpoints, read log, cases and things.

    ``outside`` maps seq -> root as copied out earlier; a difference is kind ``checkpoint``.
    """
    read = _chain(conn, since)
    return read if not read.ok else _standing(conn, read.entries, since, outside or {})


def verify_recent(conn: sa.Connection) -> Report:
    """Verify the chain since the last checkpoint, and the head: cheap enough for every start.

    What older entries say, and where cases and things stand, is left to the nightly reading.
    """
    last = conn.execute(
        sa.select(Checkpoint.seq, Checkpoint.chain_digest).order_by(Checkpoint.seq.desc()).limit(1)
    ).first()
    if last is None:
        return _chain(conn, 0)
    if _digest_at(conn, last.seq) != last.chain_digest:
        return _bad(conn, 0, "checkpoint", last.seq, None)
    return _chain(conn, last.seq)


def _chain(conn: sa.Connection, since: int) -> Report:
    start = GENESIS if since == 0 else _digest_at(conn, since)
    walk, seen = _Walk(start, since + 1), 0
    for entry, payload in _rows(conn, since):
        kind = _fault(entry, payload, walk)
        if kind:
            return _bad(conn, seen, kind, entry.seq, entry.case_id)
        walk.previous, walk.expected = entry.digest, entry.seq + 1
        seen += 1
    head = conn.execute(sa.select(JournalHead.seq, JournalHead.digest)).first()
    if head is None or tuple(head) != (walk.expected - 1, walk.previous):
        return _bad(conn, seen, "head", walk.expected - 1, None)
    return Report(True, seen, last_good_checkpoint=_last_checkpoint(conn))


def _standing(conn: sa.Connection, seen: int, since: int, outside: Mapping[int, str]) -> Report:
    found = _stray(conn, seen)
    if found is not None:
        return found
    wrong = _wrong_checkpoint(conn, since, outside)
    if wrong is not None:
        return _bad(conn, seen, "checkpoint", wrong, None)
    other = _other_readings(conn)
    if other is not None:
        bad = _bad(conn, seen, "read_log", other[0], None)
        return replace(bad, subject="read_log", subject_id=other[1])
    return Report(True, seen, last_good_checkpoint=_last_checkpoint(conn))


def _stray(conn: sa.Connection, seen: int) -> Report | None:
    """The first row that its entries contradict: case, result, participation, thing, figure,
    entry, paper."""
    stray = stray_case(conn)
    if stray:
        return _bad(conn, seen, "case", stray[1], stray[0])
    result = stray_result(conn)
    if result:
        return _bad(conn, seen, result[0], result[2], result[1])
    taking = stray_participation(conn)
    if taking:
        return _bad(conn, seen, "participation", taking[1], taking[0])
    thing = stray_thing(conn)
    if thing is not None:
        kind = "thing" if thing.seq is not None else "unrecorded"
        found = _bad(conn, seen, kind, thing.seq, None)
        return replace(found, subject=thing.subject, subject_id=thing.subject_id)
    return _stray_beside(conn, seen)


_OF_SHEETS = {
    "figure": stray_figure,
    "item": stray_entry,
    "observations": stray_observations,
    "conflict": stray_conflict,
}
_BASES = (
    stray_scheme, stray_choice, stray_unit_result, stray_unit_change, stray_portfolio, stray_sheet,
    stray_suggestion, stray_pass, stray_kept, stray_key, stray_destruction, stray_opinion,
    stray_ballots, stray_unit, stray_cycle,
)  # fmt: skip


def _stray_beside(conn: sa.Connection, seen: int) -> Report | None:
    for kind, stray in _OF_SHEETS.items():
        one = stray(conn)
        if one is not None:
            found = _bad(conn, seen, kind, one.seq, None)
            place = (one.unit, one.indicator)
            return replace(found, subject="data_sheet", subject_id=one.sheet_id, place=place)
    base = next(filter(None, (stray(conn) for stray in _BASES)), None)
    if base is not None:
        found = _bad(conn, seen, base.kind, base.seq, None)
        return replace(found, subject=base.subject, subject_id=base.subject_id, place=base.place)
    paper = stray_paper(conn)
    if paper is not None:
        found = _bad(conn, seen, "paper", paper.seq, None)
        place = (paper.title, paper.code)
        return replace(found, subject="document", subject_id=paper.paper_id, place=place)
    return None


def _rows(conn: sa.Connection, since: int) -> Any:
    after = since
    while True:
        entries = conn.execute(
            sa.select(JournalEntry)
            .where(JournalEntry.seq > after)
            .order_by(JournalEntry.seq)
            .limit(_BATCH)
        ).all()
        if not entries:
            return
        found = conn.execute(
            sa.select(JournalPayload).where(
                JournalPayload.seq.between(entries[0].seq, entries[-1].seq)
            )
        )
        payloads = {p.seq: p for p in found}
        for entry in entries:
            yield entry, payloads.get(entry.seq)
        after = entries[-1].seq


def _fault(entry: Any, payload: Any, walk: _Walk) -> str:
    if entry.seq != walk.expected:
        return "gap"
    if entry.previous != walk.previous:
        return "previous"
    if entry.algorithm not in ALGORITHMS:
        return "algorithm"
    if digest_of(entry.algorithm, entry.previous, entry.body) != entry.digest:
        return "digest"
    body = json.loads(entry.body)
    if _columns(entry) != _said(body):
        return "columns"
    if payload is not None and body["payload"] != _sealed(entry, payload):
        return "payload"
    return ""


def _sealed(entry: Any, payload: Any) -> str:
    """The digest the payload has now; empty for a salt that is no longer hex."""
    try:
        return payload_digest(entry.algorithm, payload.salt, payload.payload)
    except ValueError:
        return ""


def _columns(e: Any) -> tuple[object, ...]:
    return (
        e.seq, instant_text(e.at), e.subject, e.subject_id, e.case_id, e.case_version,
        e.actor_account_id, e.actor_person_id, e.action, e.state_from, e.state_to,
    )  # fmt: skip


def _said(b: dict[str, Any]) -> tuple[object, ...]:
    return (
        b["seq"], b["at"], b["subject"], b["subject_id"], b["case"], b["version"],
        b["account"], b["person"], b["action"], b["from"], b["to"],
    )  # fmt: skip


def _digest_at(conn: sa.Connection, seq: int) -> str:
    found = conn.execute(sa.select(JournalEntry.digest).where(JournalEntry.seq == seq)).scalar()
    return found or GENESIS


def _wrong_checkpoint(conn: sa.Connection, since: int, outside: Mapping[int, str]) -> int | None:
    stored = conn.execute(
        sa.select(Checkpoint.seq, Checkpoint.root, Checkpoint.chain_digest)
        .where(Checkpoint.seq > since)
        .order_by(Checkpoint.seq)
    ).all()
    wanted = [(row.seq, row.root) for row in stored] + sorted(outside.items())
    if not wanted:
        return None
    leaves = list(conn.execute(sa.select(JournalEntry.digest).order_by(JournalEntry.seq)).scalars())
    for row in stored:
        if row.seq > len(leaves) or leaves[row.seq - 1] != row.chain_digest:
            return int(row.seq)
    for seq, root in wanted:
        if seq > len(leaves) or merkle.root(leaves[:seq]) != root:
            return int(seq)
    return None


def _other_readings(conn: sa.Connection) -> tuple[int, int] | None:
    """The first checkpoint that found another read log, and the last row still vouched for.

    The log only grows, so what each checkpoint found must be a beginning of what stands now.
    """
    found = conn.execute(
        sa.select(Checkpoint.seq, Checkpoint.read_log_digest).order_by(Checkpoint.seq)
    ).all()
    waiting = deque(found)
    good = 0
    for row_id, digest in chain([(0, NOTHING_READ)], readings(conn)):
        while waiting and waiting[0].read_log_digest == digest:
            waiting.popleft()
            good = row_id
        if not waiting:
            return None
    return int(waiting[0].seq), good


def _last_checkpoint(conn: sa.Connection, before: int | None = None) -> int | None:
    query = sa.select(sa.func.max(Checkpoint.seq))
    if before is not None:
        query = query.where(Checkpoint.seq < before)
    found: int | None = conn.execute(query).scalar()
    return found


def _bad(conn: sa.Connection, seen: int, kind: str, seq: int | None, case_id: int | None) -> Report:
    return Report(False, seen, kind, seq, case_id, _last_checkpoint(conn, seq))
