"""Are the opening keys, their destruction and opinions given by name the ones their entries tell?

A public key exchanged in SQL would have the next ballots sealed for somebody else; a holder's name
exchanged would hand a share to another person.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.trust import key_fingerprint
from cases.journal.bases import StrayBase
from cases.models import (
    Case,
    Destruction,
    JournalEntry,
    JournalPayload,
    KeyHolder,
    KeySet,
    KeySetUnit,
    NamedOpinion,
    Person,
)
from cases.names import normal_form

SUBJECT = "key_set"
MAKING, TESTING, DESTROYING = "make_key_set", "test_key_set", "destroy_originals"
GIVING = "give_named_opinion"
Told = tuple[int | None, Any, Any]
"""An entry: its number, its instant, what it tells (None once purged)."""


def destruction_said(row: Any) -> dict[str, Any]:
    """A destruction as its entry carries it."""
    return {
        "urns": row.urns,
        "envelopes": row.envelopes,
        "witnesses": row.witnesses,
        "place": row.place,
        "basis": row.basis,
    }


def stray_key(conn: sa.Connection) -> StrayBase | None:
    """The first key that isn't what was registered: public half, holders, units, its test; one
    without an entry, or one that is gone."""
    made = _entries(conn, MAKING)
    tested = _entries(conn, TESTING)
    holders: dict[int, list[tuple[str, str]]] = defaultdict(list)
    named = sa.select(KeyHolder.key_set_id, KeyHolder.name, KeyHolder.name_key)
    for key, name, compared in conn.execute(named.order_by(KeyHolder.number)):
        holders[key].append((name, compared))
    units: dict[int, list[int]] = defaultdict(list)
    for key, unit in conn.execute(sa.select(KeySetUnit.key_set_id, KeySetUnit.unit_id)):
        units[key].append(unit)
    rows = {row.id: row for row in conn.execute(sa.select(KeySet).order_by(KeySet.id))}
    for key, row in rows.items():
        seq, at, told = made.get(key, (None, None, {}))
        test = tested.get(key)
        there = {
            "fingerprint": key_fingerprint(row.public_key),
            "holders": [name for name, _ in holders[key]],
        } | ({"group": row.group, "units": sorted(units[key])} if row.group else {})
        whole = (
            row.fingerprint == there["fingerprint"]
            and row.made_at == at
            and row.tested_at == (test[1] if test else None)
            and all(normal_form(name) == compared for name, compared in holders[key])
            and bool(row.group) == bool(units[key])
        )
        if told is not None and not (whole and told == there):
            return StrayBase("opening_key", SUBJECT, key, seq, (row.title, row.fingerprint[:16]))
    for key in sorted(made.keys() - rows.keys()):
        return StrayBase("opening_key", SUBJECT, key, made[key][0], ("", ""))
    return None


def stray_destruction(conn: sa.Connection) -> StrayBase | None:
    """The first record of destroyed originals that no entry tells so, or that is gone."""
    told = _entries(conn, DESTROYING)
    rows = {row.key_set_id: row for row in conn.execute(sa.select(Destruction))}
    for key in sorted(rows.keys() | told.keys()):
        seq, at, said = told.get(key, (None, None, {}))
        row = rows.get(key)
        same = row is not None and row.destroyed_at == at
        if said is not None and not (same and destruction_said(row) == said):
            place = (row.place if row is not None else "", "")
            return StrayBase("destruction", SUBJECT, key, seq, place)
    return None


def stray_opinion(conn: sa.Connection) -> StrayBase | None:
    """The first opinion given by name that differs from its author's last entry, or is gone."""
    said: dict[tuple[int | None, int | None], Told] = {}
    for number, one, person, day, payload in conn.execute(
        sa.select(
            JournalEntry.seq, JournalEntry.case_id, JournalEntry.actor_person_id, JournalEntry.at,
            JournalPayload.payload,
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == "case", JournalEntry.action == GIVING)
        .order_by(JournalEntry.seq)
    ):  # fmt: skip
        said[one, person] = (number, day, None if payload is None else json.loads(payload))
    rows = conn.execute(
        sa.select(NamedOpinion, Person.name, Case.ref)
        .join(Person, Person.id == NamedOpinion.person_id)
        .join(Case, Case.id == NamedOpinion.case_id)
        .order_by(NamedOpinion.id)
    )
    for row in rows:
        nothing: Told = (None, None, {})
        seq, at, told = said.pop((row.case_id, row.person_id), nothing)
        there = {"electorate": row.electorate, "option": row.option}
        if told is not None and (told, at) != (there, row.given_at):
            return StrayBase("named_opinion", "case", row.case_id, seq, (row.name, row.ref))
    if not said:
        return None
    (case, _), (seq, _, _) = next(iter(said.items()))
    return StrayBase("named_opinion", "case", case or 0, seq, ("", ""))


def _entries(conn: sa.Connection, action: str) -> dict[int, Told]:
    """Key -> its last entry of this act."""
    rows = conn.execute(
        sa.select(
            JournalEntry.seq, JournalEntry.subject_id, JournalEntry.at, JournalPayload.payload
        )
        .outerjoin(JournalPayload, JournalPayload.seq == JournalEntry.seq)
        .where(JournalEntry.subject == SUBJECT, JournalEntry.action == action)
        .order_by(JournalEntry.seq)
    )
    return {
        key: (seq, at, None if payload is None else json.loads(payload))
        for seq, key, at, payload in rows
        if key is not None
    }
