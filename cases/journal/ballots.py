"""Does each meeting still stand as its entries say: forms, closing, cards, papers, totals?

Ballots themselves lie sealed elsewhere; what is read here are the numbers that were told in the
journal and everything that follows from them. The stored counts behind the scores are made again
from the result whose digest was journalled, so that no single one of them can be changed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cases import canonical
from cases.ballot_box.opening import result_from_json
from cases.ballot_box.package import from_json
from cases.ballot_box.refusals import BallotBoxRefusal
from cases.ballot_box.stored import cards_of, counts_of
from cases.clock import date_of
from cases.journal.bases import StrayBase
from cases.models import (
    BallotCount,
    HallKit,
    JournalEntry,
    JournalPayload,
    Meeting,
    PaperBatch,
    Tally,
    VoterGroup,
)
from workflow.vocabulary import ThingAction

SUBJECT = "meeting"
LOCKING = "lock_package"
Part = dict[str, Any]


@dataclass(slots=True)
class Said:
    """What the entries of a meeting tell, part by part, and the last entry of each part."""

    parts: dict[str, Part] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    silent: bool = False

    def tell(self, part: str, seq: int, facts: Part) -> None:
        """Facts of a part replace those told before."""
        self.parts[part] = self.parts.get(part, {}) | facts
        self.seqs[part] = seq

    def forget(self, seq: int, *parts: str) -> None:
        """These parts are empty again."""
        for part in parts:
            if self.parts.pop(part, None) is not None:
                self.seqs[part] = seq


@dataclass(frozen=True, slots=True)
class _Entry:
    seq: int
    at: datetime
    person: int | None
    told: dict[str, Any]


def _lock(said: Said, e: _Entry) -> None:
    form = {"digest": e.told["digest"], "key": e.told["key"], "urn": None}
    said.tell("ballot_form", e.seq, form)


def _print_cards(said: Said, e: _Entry) -> None:
    said.tell("ballot_form", e.seq, {"digest": e.told["digest"], "urn": e.told["urn"]})
    said.forget(e.seq, "cards_made")
    said.tell("cards_made", e.seq, {code: n for code, n in e.told["cards"].items() if n})
    if "hall_kit" in said.parts:
        said.tell("hall_kit", e.seq, {"handed": None})


def _print_paper(said: Said, e: _Entry) -> None:
    mark = e.told["batch"]
    if "urn" in e.told:
        said.tell("ballot_form", e.seq, {"digest": e.told["digest"], "urn": e.told["urn"]})
    said.tell("paper_batch", e.seq, {mark: (e.told["forms"], 0, None, None)})
    if mark.endswith("L"):  # given out after the cards were reconciled: the table is made anew
        said.forget(e.seq, "reconciliation")


def _batch(said: Said, e: _Entry, place: int, value: Any) -> None:
    mark = e.told["batch"]
    kept = list(said.parts.get("paper_batch", {}).get(mark, (0, 0, None, None)))
    kept[place] = value
    said.tell("paper_batch", e.seq, {mark: tuple(kept)})


def _join_paper(said: Said, e: _Entry) -> None:
    _batch(said, e, 3, e.at)
    said.tell("closing", e.seq, {"root": e.told["root"]})


def _no_cards(said: Said, e: _Entry) -> None:
    if "ballot_form" in said.parts:
        said.tell("ballot_form", e.seq, {"urn": None})
    said.forget(e.seq, "cards_made", "hall_kit")


def _choose_kit(said: Said, e: _Entry) -> None:
    _no_cards(said, e)
    kit = {"address": e.told["address"], "handed": None, "returned": None}
    said.tell("hall_kit", e.seq, kit)


def _take_back(said: Said, e: _Entry) -> None:
    said.tell("hall_kit", e.seq, {"returned": e.told["file"]})
    said.tell("urn_open", e.seq, {"at": e.at})


def _repair(said: Said, e: _Entry) -> None:
    if e.told["dead"]:
        said.tell("ballot_form", e.seq, {"urn": None})
        said.forget(e.seq, "cards_made")


def _hold(said: Said, e: _Entry) -> None:
    told = e.told
    people = {"due": int(told["due"]), "present": int(told["present"])}
    said.tell("closing", e.seq, people | {"day": date_of(e.at), "root": told["root"]})


def _open_count(said: Said, e: _Entry) -> None:
    if e.told["first"]:
        found = {"root": e.told["root"], "result": e.told["result"], "at": e.at, "signed": {}}
        said.tell("tally", e.seq, found)


def _sign(said: Said, e: _Entry) -> None:
    signed = said.parts.get("tally", {}).get("signed", {})
    said.tell("tally", e.seq, {"signed": signed | {e.told["role"]: e.person}})


def _confirm(said: Said, e: _Entry) -> None:
    noted = said.parts.get("reconciliation", {}).get("noted_by", [])
    said.tell("reconciliation", e.seq, {"noted_by": [*noted, e.person]})


def _anew(said: Said, e: _Entry) -> None:
    """The forms are unlocked: a later locking begins from nothing."""
    said.forget(e.seq, *list(said.parts))


_ACTS: dict[str, Callable[[Said, _Entry], None]] = {
    LOCKING: _lock,
    "print_cards": _print_cards,
    "print_paper": _print_paper,
    "collect_paper": lambda said, e: _batch(said, e, 2, e.told["forms"]),
    "receive_late": lambda said, e: _batch(said, e, 1, e.told["received"]),
    "join_paper": _join_paper,
    "choose_kit": _choose_kit,
    "drop_kit": _no_cards,
    "hand_out_urn": lambda said, e: said.tell("hall_kit", e.seq, {"handed": e.told["file"]}),
    "take_back_urn": _take_back,
    "open_urn": lambda said, e: said.tell("urn_open", e.seq, {"at": e.at}),
    "repair_urn": _repair,
    "reconcile_cards": lambda said, e: said.tell("reconciliation", e.seq, e.told),
    "confirm_remark": _confirm,
    "open_count": _open_count,
    "sign_tally": _sign,
    ThingAction.HOLD_MEETING.value: _hold,
    ThingAction.UNFREEZE_MEETING.value: _anew,
    ThingAction.RERUN_MEETING.value: _anew,
    ThingAction.RESTORE_MEETING.value: _anew,
}


def stray_ballots(conn: sa.Connection) -> StrayBase | None:
    """The first meeting of which a part differs from its entries; ``kind`` names the part.

    Where the payload of one of its entries was purged, nothing is said of a meeting.
    """
    told = _told(conn)
    beside = _beside(conn)
    for row in conn.execute(sa.select(Meeting).order_by(Meeting.id)):
        said = told.get(row.id, Said())
        for part, stands in () if said.silent else _there(row, beside):
            if stands != said.parts.get(part, {}):
                seq = said.seqs.get("tally" if part == "ballot_counts" else part)
                return StrayBase(part, SUBJECT, row.id, seq, (row.title, row.ref))
    return None


def _told(conn: sa.Connection) -> dict[int, Said]:
    found: dict[int, Said] = defaultdict(Said)
    rows = conn.execute(
        sa.select(
            JournalEntry.seq,
            JournalEntry.subject_id,
            JournalEntry.action,
            JournalEntry.at,
            JournalEntry.actor_person_id,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == SUBJECT, JournalEntry.action.in_(list(_ACTS)))
        .order_by(JournalEntry.seq)
    )
    for seq, meeting, action, at, person, payload in rows:
        said = found[meeting or 0]
        if payload is None:
            said.silent = True
        else:
            _ACTS[action](said, _Entry(seq, at, person, json.loads(payload)))
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """The rows beside the meetings, by meeting."""

    tallies: dict[int, Any]
    cells: dict[int, list[tuple[Any, ...]]]
    papers: dict[int, Part]
    kits: dict[int, Part]
    groups: dict[int, list[Any]]


_CELL = ("urn_id", "root", "case_id", "sheet", "kind", "item", "groups", "option", "count")


def _beside(conn: sa.Connection) -> _Beside:
    cells: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    columns = [getattr(BallotCount, name) for name in _CELL]
    for meeting, *cell in conn.execute(sa.select(BallotCount.meeting_id, *columns)):
        cells[meeting].append(tuple(cell))
    papers: dict[int, Part] = defaultdict(dict)
    for b in conn.execute(sa.select(PaperBatch)):
        mark = b.mark if b.mark.rpartition("-")[0] == b.group else f"{b.mark}/{b.group}"
        papers[b.meeting_id][mark] = (b.printed, b.received, b.collected, b.joined_at)
    kits = {
        k.meeting_id: {
            "address": k.address,
            "handed": k.handed_digest,
            "returned": k.returned_digest,
        }
        for k in conn.execute(sa.select(HallKit))
    }
    groups: dict[int, list[Any]] = defaultdict(list)
    for g in conn.execute(sa.select(VoterGroup)):
        groups[g.meeting_id].append(g)
    tallies = {t.meeting_id: t for t in conn.execute(sa.select(Tally))}
    return _Beside(tallies, cells, papers, kits, groups)


def _there(row: Any, beside: _Beside) -> Iterator[tuple[str, Part]]:
    """Each part of a meeting as it stands, in the words of ``Said``; empty where nothing does."""
    yield "ballot_form", _form(row)
    yield "cards_made", {g.code: g.made for g in beside.groups.get(row.id, []) if g.made}
    yield "hall_kit", beside.kits.get(row.id, {})
    yield "urn_open", {} if row.urn_opened_at is None else {"at": row.urn_opened_at}
    yield "paper_batch", beside.papers.get(row.id, {})
    closing = (row.due_count, row.present_count, row.held_on, row.urn_root)
    blank = closing == (None,) * len(closing)
    yield (
        "closing",
        {} if blank else dict(zip(("due", "present", "day", "root"), closing, strict=True)),
    )
    yield "reconciliation", _table(row, beside.groups.get(row.id, []))
    yield "tally", _tally(row, beside.tallies.get(row.id))
    yield (
        "ballot_counts",
        _counts(row, beside.tallies.get(row.id), beside.cells.get(row.id, [])),
    )


_ALTERED: Part = {"altered": True}
"""Equal to nothing that an entry tells."""


def _form(row: Any) -> Part:
    if (row.package, row.package_digest, row.key_set_id, row.urn_id) == (None,) * 4:
        return {}
    try:
        whole = from_json(row.package or "").digest == row.package_digest
    except BallotBoxRefusal:
        whole = False
    form = {"digest": row.package_digest, "key": row.key_set_id, "urn": row.urn_id}
    return form if whole else _ALTERED


def _table(row: Any, groups: list[Any]) -> Part:
    """The cards on the table; the sums of each group must follow from its lines."""
    table: Part = row.reconciliation or {}
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for code, line in table.get("rows", {}).items():
        mine = sums[code.removesuffix("_late")]
        for place, name in enumerate(("printed", "returned", "missing")):
            mine[place] += line[name]
    kept = {g.code: [g.printed, g.returned, g.missing] for g in groups}
    return table if all(kept.get(code) == mine for code, mine in sums.items()) else _ALTERED


def _tally(row: Any, tally: Any) -> Part:
    if tally is None:
        return {}
    try:
        header = cards_of(tally.by_group, result_from_json(tally.result))
    except (BallotBoxRefusal, KeyError, TypeError, AttributeError):
        return _ALTERED
    follows = (
        canonical.digest(tally.result) == tally.result_digest
        and tally.urn_id == row.urn_id
        and tally.by_group == (row.reconciliation or {}).get("rows")
        and all(getattr(tally, name) == number for name, number in header.items())
    )
    stands = {
        "root": tally.root,
        "result": tally.result_digest,
        "at": tally.counted_at,
        "signed": tally.tellers,
    }
    return stands if follows else _ALTERED


def _counts(row: Any, tally: Any, cells: list[tuple[Any, ...]]) -> Part:
    if tally is None:
        return _ALTERED if cells else {}
    wanted = counts_of(from_json(row.package), result_from_json(tally.result))
    same = sorted(cells) == sorted(tuple(cell[name] for name in _CELL) for cell in wanted)
    return {} if same else _ALTERED
