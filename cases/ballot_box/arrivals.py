"""What comes into an urn from outside the booth: an urn brought back from a hall, paper ballots.

Both leave a closed urn whose rows are written in sorted order. Doing either again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.ballot_box.carrier import Carrier, Spare
from cases.ballot_box.envelope import sealed_size
from cases.ballot_box.export import root_over
from cases.ballot_box.giving_up import GIVEN_UP
from cases.ballot_box.package import Package
from cases.ballot_box.refusals import OpeningRefusal, UrnRefusal
from cases.ballot_box.root import envelope_hash
from cases.ballot_box.urn import UrnStore
from cases.ballot_box.urn_rows import (
    Ask,
    CardState,
    add_cards,
    add_envelopes,
    card_row,
    card_rows,
    count_cards,
    keep_numbers,
    replace_cards,
    rewrite,
    sealed_bodies,
    set_root,
    taken_elsewhere,
    urn_row,
)
from cases.ballot_box.urn_tables import cards, envelopes
from workflow.words import m

_CLOSED = ("closed", "opened", "in_custody")
_HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the urn stands after something arrived; ``fresh`` is False when it was there before."""

    fresh: bool
    root: str
    envelopes: int


def carrier_of(store: UrnStore, urn: str, *, surplus_noted: bool = False) -> Carrier:
    """A closed urn as a file for removable media. Raises UrnRefusal before it is closed."""
    export = store.export(urn)
    package = store.package(urn)
    with store.writing() as conn:
        known = card_rows(conn, urn)
    spare = {
        group: Spare(_with(known, group, "unused"), _with(known, group, "void"))
        for group in package.group_keys
    }
    return Carrier(package, export, spare, surplus_noted)


def _with(known: Mapping[str, CardState], group: str, state: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            print_ for print_, card in known.items() if (card.group, card.state) == (group, state)
        )
    )


def holds(store: UrnStore, package: Package) -> bool:
    """Whether this very urn lies here, at any state. Raises UrnRefusal for another one."""
    try:
        kept = store.package(package.urn)
    except UrnRefusal:
        return False
    if kept.digest != package.digest:
        raise UrnRefusal(m("这里已有同号的另一个测评箱"))
    return True


def prepared_cards(store: UrnStore, urn: str) -> dict[str, tuple[str, ...]]:
    """Fingerprints by group of an urn nobody used yet, sorted. Raises UrnRefusal."""
    if store.state(urn) != "prepared":
        raise UrnRefusal(m("这个测评箱已经开始使用,不能再交给现场"))
    with store.writing() as conn:
        known = card_rows(conn, urn)
    return {
        key: tuple(sorted(mark for mark, card in known.items() if card.group == key))
        for key in store.package(urn).group_keys
    }


def receive(store: UrnStore, carrier: Carrier) -> Arrival:
    """Take in an urn that was prepared here and closed in a hall.

    Raises UrnRefusal: another package, already in use here, cards that were never made here;
    OpeningRefusal: numbers in the file that don't agree.
    """
    export, urn = carrier.export, carrier.package.urn
    _check(carrier)
    with store.writing() as conn:
        here = urn_row(conn, urn)
        if here.package_digest != carrier.package.digest:
            raise UrnRefusal(m("导入的测评箱和本系统锁定的表样不一致"))
        if here.state in _CLOSED and here.root == export.root:
            return Arrival(False, export.root, export.count)
        if here.state == GIVEN_UP:
            raise UrnRefusal(m("这个测评箱已经作废,没有导入;请保全文件"))
        if here.state != "prepared":
            raise UrnRefusal(m("这个测评箱在本系统里已经用过,内容和导入的不同,没有导入"))
        rows = _card_rows(carrier)
        issued = card_rows(conn, urn)
        brought = {row["fingerprint"]: row["group"] for row in rows}
        if any(brought.get(mark) != card.group for mark, card in issued.items()):
            raise UrnRefusal(m("导入的测评箱里少了本系统发出的测评卡"))
        if taken_elsewhere(conn, urn, brought):
            raise UrnRefusal(m("导入的测评箱里有别的测评会的测评卡"))
        replace_cards(conn, urn, rows)
        add_envelopes(
            conn,
            [
                Ask(urn, "", body, envelope_hash(body), group.group)
                for group in export.groups
                for body in group.envelopes
            ],
        )
        keep_numbers(conn, urn, count_cards(conn, urn))
        set_root(conn, urn, export.root)
    store.sweep_later()
    return Arrival(True, export.root, export.count)


def _check(carrier: Carrier) -> None:
    size = sealed_size(carrier.package)
    for group in carrier.export.groups:
        spare = carrier.spare.get(group.group, Spare())
        marks = [*group.cards, *spare.unused, *spare.void]
        whole = len(set(marks)) == len(marks) and all(_HEX64.fullmatch(mark) for mark in marks)
        fits = (group.printed, group.void) == (len(marks), len(spare.void))
        if not whole or not fits or len(group.envelopes) != len(group.cards):
            raise OpeningRefusal(m("测评箱文件里的卡数和密封件数对不上"))
        if any(len(body) != size for body in group.envelopes):
            raise OpeningRefusal(m("密封件长度不对"))


def _card_rows(carrier: Carrier) -> list[dict[str, str]]:
    urn, rows = carrier.package.urn, []
    for group in carrier.export.groups:
        spare = carrier.spare.get(group.group, Spare())
        for state, marks in (("used", group.cards), ("unused", spare.unused), ("void", spare.void)):
            rows += [card_row(mark, urn, group.group, state) for mark in marks]
    return rows


def join_sealed(
    store: UrnStore, urn: str, group: str, used: Mapping[str, bytes], unused: Sequence[str]
) -> Arrival:
    """Add paper ballots of one group to a closed urn: fingerprint -> envelope, and forms not used.

    They become cards and envelopes like all others; the root is made anew over everything, after
    the old one was checked. Raises UrnRefusal.
    """
    with store.writing() as conn:
        here = urn_row(conn, urn)
        if here.state != "closed":
            raise UrnRefusal(m("封箱以后、启封以前才能并入纸质票"))
        sealed = sealed_bodies(conn, urn)
        if root_over(sealed.items()) != here.root:
            raise UrnRefusal(m("密封件的总指纹与封箱时不符,有增减或改动"))
        known = card_rows(conn, urn)
        if {*used, *unused} <= set(known) and (used or unused):
            return Arrival(False, str(here.root), sum(map(len, sealed.values())))
        size = sealed_size(store.package(urn))
        if any(len(body) != size for body in used.values()):
            raise UrnRefusal(m("密封件长度不对"))
        rows = [card_row(mark, urn, group, "used") for mark in used]
        add_cards(conn, rows + [card_row(mark, urn, group) for mark in unused])
        add_envelopes(
            conn,
            [Ask(urn, mark, body, envelope_hash(body), group) for mark, body in used.items()],
        )
        rewrite(conn, cards, urn)
        rewrite(conn, envelopes, urn)
        keep_numbers(conn, urn, count_cards(conn, urn))
        sealed = sealed_bodies(conn, urn)
        root = root_over(sealed.items())
        set_root(conn, urn, root)
    store.sweep_later()
    return Arrival(True, root, sum(map(len, sealed.values())))
