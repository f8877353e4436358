"""Who cast which ballot? An attacker with the databases' files in hand (B1–B7, B18, B23).

1,000 ballots in known order, in an open urn, a closed one, and one for each test that moves it on.
That the urn's write-ahead log links a card to its envelope is conceded (B3); so the envelope must
say nothing without two shares.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box import envelope as e
from cases.ballot_box.board import PAUSE
from cases.ballot_box.cards import ALPHABET
from cases.ballot_box.export import Export, GroupExport, root_over
from cases.ballot_box.opening import open_urn, result_json
from cases.ballot_box.refusals import EnvelopeRefusal, OpeningRefusal
from cases.ballot_box.root import receipt_of
from cases.ballot_box.urn_tables import envelopes, metadata, urns
from tests.attacks.voting import (  # noqa: F401
    LINKS,
    VOTERS,
    Meeting,
    closed_meeting,
    files_under,
    meeting,
    own_meeting,
    spearman,
)

pytestmark = pytest.mark.slow

NOON = datetime(2025, 12, 20, 4, 0, tzinfo=UTC)
_CODE = re.compile(rb"(?=([%s]{24}))" % ALPHABET.encode())
_PLAIN = (b'"choices":', b'"salt":', b'"card":')


def files(meeting: Meeting) -> dict[Path, bytes]:  # noqa: F811
    """Every file of the database: tables, write-ahead log, shared memory, server's log."""
    return files_under(meeting.folder)


def readable(meeting: Meeting) -> tuple[list[str], list[str]]:  # noqa: F811
    """(files with a ballot in the clear, codes found in any file)."""
    codes = {v.code.encode() for v in meeting.voters}
    content = files(meeting)
    plain = [p.name for p, data in content.items() if any(word in data for word in _PLAIN)]
    found = {hit for data in content.values() for hit in _CODE.findall(data) if hit in codes}
    return plain, sorted(code.decode() for code in found)


def stored(meeting: Meeting) -> dict[str, list[int]]:  # noqa: F811
    """For each table: the voters' numbers in the order in which the rows physically lie."""
    by_card = {v.card: i for i, v in enumerate(meeting.voters)}
    by_box = {v.envelope: i for i, v in enumerate(meeting.voters)}
    hidden = "" if meeting.store.engine.dialect.name == "sqlite" else " ORDER BY ctid"
    with meeting.store.engine.connect() as conn:
        cards = conn.exec_driver_sql(f"SELECT fingerprint FROM card{hidden}").scalars().all()
        boxes = conn.exec_driver_sql(f"SELECT body FROM envelope{hidden}").scalars().all()
    return {
        "card": [by_card[c] for c in cards if c in by_card],
        "envelope": [by_box[bytes(b)] for b in boxes],
    }


def test_open_urn_shows_no_ballot_and_no_code_in_any_file(meeting: Meeting) -> None:  # noqa: F811
    """B3, B6: database, write-ahead log and shared memory while people still hand in."""
    assert len(files(meeting)) >= 3
    assert readable(meeting) == ([], [])


def test_no_envelope_opens_without_the_key(meeting: Meeting) -> None:  # noqa: F811
    """B3: another key, or the wrong group, opens 0 of 1,000."""
    other, opened = X25519PrivateKey.generate(), 0
    for voter in meeting.voters:
        for group, key in (("C", other), ("A", meeting.key)):
            try:
                e.open_envelope(meeting.package, group, voter.envelope, key)
            except EnvelopeRefusal:
                continue
            opened += 1
    assert opened == 0


def test_backups_that_differ_by_one_ballot_give_nothing_away(meeting: Meeting) -> None:  # noqa: F811
    """B4: the differing envelope is unreadable, and the published list is the same at both."""
    store, urn = meeting.store, meeting.package.urn

    def backup() -> set[bytes]:
        with store.engine.connect() as conn:
            return {bytes(b) for b in conn.scalars(sa.select(envelopes.c.body))}

    store.board(urn, NOON)
    listed, before = store.board(urn, NOON + PAUSE), backup()
    with store.writing() as conn:
        conn.execute(
            sa.delete(envelopes).where(
                envelopes.c.hash.in_(sa.select(sa.func.min(envelopes.c.hash)))
            )
        )
        (gone,) = before - {bytes(b) for b in conn.scalars(sa.select(envelopes.c.body))}
        assert gone in {v.envelope for v in meeting.voters}
        conn.rollback()
    assert backup() == before
    assert len(listed.receipts) == VOTERS
    assert store.board(urn, NOON + PAUSE * 3) == listed
    with pytest.raises(EnvelopeRefusal):
        e.open_envelope(meeting.package, "C", gone, X25519PrivateKey.generate())


def test_all_envelopes_have_one_length(meeting: Meeting) -> None:  # noqa: F811
    """B7."""
    assert len({len(v.envelope) for v in meeting.voters}) == 1


def test_receipt_tells_nothing_of_the_marks(meeting: Meeting) -> None:  # noqa: F811
    """B23: no bit of the 核对码 goes with a mark; the same marks never give the same code."""
    marked = [v.choices["cadre"]["p0"] == "b" for v in meeting.voters]
    bits = [int(receipt_of(v.envelope), 16) for v in meeting.voters]
    share = sum(marked) / VOTERS
    for bit in range(64):
        ones = [m for m, b in zip(marked, bits, strict=True) if b >> bit & 1]
        assert abs(sum(ones) / len(ones) - share) < 0.12
    card = meeting.voters[0].card
    boxes = {e.seal(meeting.package, "C", card, meeting.voters[0].choices) for _ in range(100)}
    assert len({receipt_of(box) for box in boxes}) == 100


def test_no_column_keeps_time_person_address_or_order(meeting: Meeting) -> None:  # noqa: F811
    """B1, B2: texts and numbers only, no counter, no sequence, no version-1 or -7 identifiers."""
    inspector = sa.inspect(meeting.store.engine)
    for table in metadata.tables:
        kinds = {type(c["type"].as_generic()).__name__ for c in inspector.get_columns(table)}
        assert kinds <= {"Text", "Integer", "LargeBinary"}
    with meeting.store.engine.connect() as conn:
        if conn.dialect.name == "sqlite":
            names = set(conn.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
            assert "sqlite_sequence" not in names
            for table in metadata.tables:  # a hidden row number would keep the order of handing in
                with pytest.raises(sa.exc.OperationalError, match="no such column: rowid"):
                    conn.exec_driver_sql(f"SELECT rowid FROM {table}")
            assert [t for t, ranks in stored(meeting).items() if abs(spearman(ranks)) >= 0.10] == []
        else:
            counters = "SELECT count(*) FROM pg_class WHERE relkind = 'S'"
            assert conn.exec_driver_sql(counters).scalar() == 0


def test_closed_urn_keeps_no_order(own_meeting: Meeting) -> None:  # noqa: F811
    """B1, B5: rows in physical order against the order of handing in; one transaction wrote all."""
    meeting = own_meeting  # noqa: F811
    closing = meeting.store.close(meeting.package.urn)
    assert closing.envelopes == VOTERS
    for table, ranks in stored(meeting).items():
        assert (table, sorted(ranks)) == (table, list(range(VOTERS)))
        assert abs(spearman(ranks)) < 0.10
        assert sum(i == r for i, r in enumerate(ranks)) <= LINKS
    with meeting.store.engine.connect() as conn:
        if conn.dialect.name == "postgresql":
            for table in ("card", "envelope"):
                writers = conn.exec_driver_sql(f"SELECT DISTINCT xmin::text FROM {table}")
                assert len(writers.all()) == 1


def test_closed_tables_join_to_nothing(closed_meeting: Meeting) -> None:  # noqa: F811
    """B5: the best join of used cards with envelopes, by any order the closed urn still has."""
    meeting = closed_meeting  # noqa: F811
    (group,) = [g for g in meeting.store.export(meeting.package.urn).groups if g.envelopes]
    owner = {v.envelope: v.card for v in meeting.voters}
    ranks = stored(meeting)
    guesses = (
        zip(group.envelopes, group.cards, strict=True),
        zip(reversed(group.envelopes), group.cards, strict=True),
        (
            (meeting.voters[b].envelope, meeting.voters[c].card)
            for b, c in zip(ranks["envelope"], ranks["card"], strict=True)
        ),
    )
    for guess in guesses:
        assert sum(owner[box] == card for box, card in guess) <= LINKS


def test_result_is_the_same_whoever_cast_what(closed_meeting: Meeting) -> None:  # noqa: F811
    """B5, B16: give every ballot to another card and the published figures don't move."""
    meeting = closed_meeting  # noqa: F811
    export = meeting.store.export(meeting.package.urn)
    choices = [v.choices for v in meeting.voters]
    random.Random(3).shuffle(choices)
    boxes = sorted(
        e.seal(meeting.package, "C", v.card, c)
        for v, c in zip(meeting.voters, choices, strict=True)
    )
    groups = tuple(
        GroupExport(g.group, g.printed, g.void, g.cards, tuple(boxes) if g.envelopes else ())
        for g in export.groups
    )
    other = Export(
        export.urn, export.package_digest, root_over((g.group, g.envelopes) for g in groups), groups
    )
    first = open_urn(export, meeting.package, meeting.key)
    second = open_urn(other, meeting.package, meeting.key)
    assert first.sheets == second.sheets and first.envelopes == VOTERS
    text = result_json(first)
    assert [v.card for v in meeting.voters if v.card in text] == []
    told = dict(first.sheets[0].lines[0].rows[0].options)
    assert told == {
        o.key: Counter(v.choices["cadre"]["p0"] for v in meeting.voters)[o.key]
        for o in meeting.package.sheets[0].options
    }


@pytest.mark.parametrize("deed", ["delete", "alter", "add", "swap"])
def test_administrator_who_touches_envelopes_is_noticed(closed_meeting: Meeting, deed: str) -> None:  # noqa: F811
    """B18: on the closed urn; a root made to fit again differs from the one on paper, and a forged
    ballot is told by its card."""
    meeting = closed_meeting  # noqa: F811
    store, package = meeting.store, meeting.package
    printed = store.export(package.urn).root
    victim = min(v.envelope for v in meeting.voters)
    forged = e.seal(package, "C", "f" * 64, meeting.voters[0].choices)
    with store.engine.connect() as conn, conn.begin() as deal:
        row = envelopes.c.body == victim
        fresh = {"hash": "0" * 64, "urn": package.urn, "group": "C", "body": forged}
        if deed in ("delete", "swap"):
            conn.execute(sa.delete(envelopes).where(row))
        if deed in ("add", "swap"):
            conn.execute(sa.insert(envelopes).values(**fresh))
        if deed == "alter":
            conn.execute(sa.update(envelopes).where(row).values(body=victim[:-1] + b"\0"))
        bodies = [bytes(b) for b in conn.scalars(sa.select(envelopes.c.body))]
        deal.rollback()
    export = store.export(package.urn)
    groups = tuple(
        GroupExport(
            g.group, g.printed, g.void, g.cards, tuple(sorted(bodies)) if g.envelopes else ()
        )
        for g in export.groups
    )
    touched = Export(export.urn, export.package_digest, export.root, groups)
    with pytest.raises(OpeningRefusal, match="总指纹"):
        open_urn(touched, package, meeting.key)
    fitted = Export(export.urn, export.package_digest, touched.computed_root(), groups)
    assert fitted.root != printed
    assert (receipt_of(victim) in fitted.receipts()) == (deed == "add")
    count = open_urn(fitted, package, meeting.key, surplus_noted=True)
    found = dict(count.findings)
    assert found.get("foreign_card", 0) == (deed in ("add", "swap"))
    assert found.get("unreadable", 0) == (deed == "alter")


def test_destroyed_urn_leaves_nothing_readable(own_meeting: Meeting) -> None:  # noqa: F811
    """B6: no plain ballot and no code in any file, before and after envelopes were removed."""
    meeting = own_meeting  # noqa: F811
    meeting.store.close(meeting.package.urn)
    open_urn(meeting.store.export(meeting.package.urn), meeting.package, meeting.key)
    assert readable(meeting) == ([], [])
    for act in (meeting.store.mark_opened, meeting.store.place_in_custody, meeting.store.destroy):
        act(meeting.package.urn)
    assert readable(meeting) == ([], [])
    if meeting.store.engine.dialect.name == "sqlite":  # PostgreSQL's log keeps sealed envelopes
        content = b"".join(files(meeting).values())
        assert [v for v in meeting.voters if v.envelope[:32] in content] == []
    with meeting.store.engine.connect() as conn:
        assert conn.scalar(sa.select(urns.c.state)) == "destroyed"
