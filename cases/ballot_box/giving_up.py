"""Urns that come to nothing: a meeting cancelled, cards printed anew, a hall kit not used.

Such an urn is closed for good: it admits no card any more and is never counted. What lies sealed in
it stays unreadable, and leaves with the originals of its key.
"""

from __future__ import annotations

from collections.abc import Mapping

from cases.ballot_box.package import from_json
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.urn import UrnStore
from cases.ballot_box.urn_rows import (
    all_urns,
    count_cards,
    empty_urn,
    keep_numbers,
    live_urns,
    move,
    rewrite,
    sealed_bodies,
    state_of,
    urn_states,
)
from cases.ballot_box.urn_tables import cards
from workflow.words import m

GIVEN_UP = "given_up"


def give_up(store: UrnStore, meeting_ref: str, keep: str | None = None) -> tuple[str, ...]:
    """Close a meeting's prepared and open urns for good, but ``keep``; returns which.

    Doing it again changes nothing. Raises UrnRefusal when somebody has handed in at one of them:
    that one has to be closed in the ordinary way.
    """
    with store.writing() as conn:
        live = live_urns(conn, f"{meeting_ref}-")
        given = [urn for urn in live if urn != keep]
        for urn in given:
            if sealed_bodies(conn, urn):
                raise UrnRefusal(m("测评箱里已有人交卡,不能作废,请照常封箱"))
            move(conn, urn, live[urn], GIVEN_UP)
            rewrite(conn, cards, urn)
    return tuple(given)


def is_given_up(store: UrnStore, urn: str) -> bool:
    """Whether this urn lies here and was given up."""
    with store.engine.connect() as conn:
        return state_of(conn, urn) == GIVEN_UP


def left_behind(store: UrnStore, kept: Mapping[str, str | None]) -> tuple[str, ...]:
    """Meetings whose urns don't stand as ``kept`` says: meeting -> the urn it uses, if any.

    Either an urn admits cards that its meeting doesn't use, or the one it uses was given up. Urns
    of other meetings are passed over.
    """
    with store.engine.connect() as conn:
        found = urn_states(conn)
    wrong = []
    for urn, state in found.items():
        meeting = urn.rpartition("-")[0]
        if meeting in kept:
            bad = (GIVEN_UP,) if kept[meeting] == urn else ("prepared", "open")
            wrong += [meeting] if state in bad else []
    return tuple(dict.fromkeys(wrong))


def under_key(store: UrnStore, public_key: str) -> dict[str, str]:
    """Every urn whose envelopes this key could open: urn -> state."""
    with store.engine.connect() as conn:
        found = all_urns(conn)
    return {urn: state for urn, state, text in found if from_json(text).public_key == public_key}


def remove(store: UrnStore, urn: str, state: str) -> int:
    """Take envelopes and cards out of an urn that is never counted; returns how many envelopes.
    Its numbers stay.

    ``state``: as ``under_key`` told. Raises UrnRefusal when it stands elsewhere by now.
    """
    with store.writing() as conn:
        move(conn, urn, state, "destroyed")
        found = sum(map(len, sealed_bodies(conn, urn).values()))
        keep_numbers(conn, urn, count_cards(conn, urn))
        empty_urn(conn, urn)
    store.sweep()
    return found
