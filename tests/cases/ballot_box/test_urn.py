from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cases.ballot_box import urn_tables
from cases.ballot_box.board import PAUSE, Board
from cases.ballot_box.cards import fingerprint, fingerprints_by_group, make_cards
from cases.ballot_box.envelope import seal
from cases.ballot_box.opening import open_urn, result_json
from cases.ballot_box.refusals import UrnRefusal
from cases.ballot_box.root import receipt_of
from cases.ballot_box.urn import Handed, UrnStore, open_urn_store
from tests import postgres

PEPPER = b"pepper of the tests, 32 bytes long"
NOON = datetime(2025, 12, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgresql_urns(tmp_path_factory, worker_id):
    base = tmp_path_factory.getbasetemp()
    return postgres.shared(base.parent if worker_id != "master" else base)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'booth' / 'urn.db'}"
        return
    cluster = request.getfixturevalue("postgresql_urns")
    name = f"u_{uuid.uuid4().hex}"
    admin = sa.create_engine(cluster.url(), isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    yield cluster.url(name)
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def store(url):
    urn_tables.upgrade_urns(url)
    found = open_urn_store(url)
    yield found
    found.dispose()


@pytest.fixture
def sqlite_urns(tmp_path):
    url = f"sqlite:///{tmp_path / 'urn.db'}"
    urn_tables.upgrade_urns(url)
    found = open_urn_store(url)
    yield found
    found.dispose()


@pytest.fixture
def cards(package):
    return make_cards(package, {"A": 6, "B": 8, "C": 10}, "https://booth.example")


def prepared(store: UrnStore, package, cards) -> list[tuple[str, str]]:
    """The urn open; (fingerprint, group) of every card."""
    store.prepare(package, fingerprints_by_group(PEPPER, cards))
    store.open(package.urn)
    return [(fingerprint(PEPPER, c.code), c.group) for c in cards]


def votes(package, held, choose, seed=3):
    rng = random.Random(seed)
    return [
        (print_, group, seal(package, group, print_, choose(package, group, rng)))
        for print_, group in held
    ]


def refused(act) -> str:
    with pytest.raises(UrnRefusal) as found:
        act()
    return str(found.value.reasons[0])


def test_whole_life_of_an_urn(store, package, key, cards, choose):
    held = prepared(store, package, cards)
    cast = votes(package, held[:20], choose)
    receipts = [store.cast(package.urn, print_, box) for print_, _, box in cast]
    assert receipts == [receipt_of(box) for _, _, box in cast]
    closing = store.close(package.urn)
    turnout = store.turnout(package.urn)
    used = Counter(group for _, group in held[:20])
    assert [(t.group, t.printed, t.void, t.used) for t in turnout] == [
        ("A", 6, 0, used["A"]), ("B", 8, 0, used["B"]), ("C", 10, 0, used["C"]),
    ]  # fmt: skip
    export = store.export(package.urn)
    assert (
        (export.root, export.count)
        == (closing.root, closing.envelopes)
        == (export.computed_root(), 20)
    )
    assert list(export.receipts()) == sorted(receipts)
    count = open_urn(export, package, key)
    assert (count.envelopes, count.findings) == (20, ())
    assert result_json(count) == result_json(open_urn(store.export(package.urn), package, key))
    store.mark_opened(package.urn)
    assert "还不到" not in refused(lambda: store.destroy(package.urn))
    store.place_in_custody(package.urn)
    assert store.export(package.urn) == export
    store.destroy(package.urn)
    assert store.state(package.urn) == "destroyed"
    assert store.turnout(package.urn) == turnout
    refused(lambda: store.export(package.urn))


def test_states_move_in_order_only(store, package, cards):
    acts = [store.open, store.close, store.mark_opened, store.place_in_custody, store.destroy]
    store.prepare(package, fingerprints_by_group(PEPPER, cards))
    for step, act in enumerate(acts):
        for other in acts[:step] + acts[step + 1 :]:
            refused(lambda other=other: other(package.urn))
        act(package.urn)
    assert store.state(package.urn) == "destroyed"


def test_scheme_that_destroys_goes_straight_from_opened(store, package, cards):
    early = replace(package, custody="destroy")
    prepared(store, early, cards)
    store.close(early.urn)
    store.mark_opened(early.urn)
    store.destroy(early.urn)
    assert store.state(early.urn) == "destroyed"


def test_prepare_twice_is_the_same_and_other_content_is_refused(store, package, cards):
    prints = fingerprints_by_group(PEPPER, cards)
    store.prepare(package, prints)
    store.prepare(package, prints)
    refused(lambda: store.prepare(replace(package, receipt=True), prints))
    refused(lambda: store.prepare(package, {"A": prints["A"]}))
    refused(lambda: store.prepare(replace(package, urn="u2"), {"X": []}))
    assert store.package(package.urn) == package


def test_same_envelope_again_gives_the_same_receipt_and_one_ballot(store, package, cards, choose):
    held = prepared(store, package, cards)
    ((print_, _, box),) = votes(package, held[:1], choose)
    assert {store.cast(package.urn, print_, box) for _ in range(5)} == {receipt_of(box)}
    store.close(package.urn)
    assert store.cast(package.urn, print_, box) == receipt_of(box)
    assert store.export(package.urn).count == 1


def test_all_unusable_cards_get_the_same_answer(store, package, cards, choose, card):
    held = prepared(store, package, cards)
    (one, other, copied, closed) = votes(package, held[:4], choose)
    store.cast(package.urn, one[0], one[2])
    told = {
        refused(lambda: store.cast(package.urn, card(), one[2])),
        refused(lambda: store.cast(package.urn, one[0], other[2])),
        refused(lambda: store.cast(package.urn, copied[0], one[2])),
        refused(lambda: store.cast("u9", other[0], other[2])),
        refused(lambda: store.cast(package.urn, other[0], other[2][:-1])),
    }
    assert store.admit(held[1][0]).group == held[1][1]
    assert (store.admit(one[0]), store.admit(card())) == (None, None)
    store.close(package.urn)
    told.add(refused(lambda: store.cast(package.urn, closed[0], closed[2])))
    assert told == {"这张测评卡现在不能用"}
    assert store.admit(held[5][0]) is None
    assert store.export(package.urn).count == 1


def test_fifty_cards_with_twenty_rivals_each_count_fifty_times(store, package, key, choose):
    cards = make_cards(package, {"A": 20, "B": 30}, "https://booth.example")
    held = prepared(store, package, cards)
    wins: Counter[str] = Counter()
    marks = {group: choose(package, group, random.Random(3)) for group in ("A", "B")}
    boxes = {
        print_: [seal(package, group, print_, marks[group]) for _ in range(20)]
        for print_, group in held
    }
    jobs = [(print_, box) for print_, mine in boxes.items() for box in mine]
    random.Random(5).shuffle(jobs)
    lock = threading.Lock()

    def rival(mine):
        for print_, box in mine:
            try:
                store.cast(package.urn, print_, box)
            except UrnRefusal:
                continue
            with lock:
                wins[print_] += 1

    threads = [threading.Thread(target=rival, args=(jobs[i::20],)) for i in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (len(wins), sum(wins.values())) == (50, 50)
    store.close(package.urn)
    assert open_urn(store.export(package.urn), package, key).findings == ()


def test_two_booth_processes_share_one_urn_without_a_double(url, store, package, choose):
    cards = make_cards(package, {"A": 15, "C": 15}, "https://booth.example")
    held = prepared(store, package, cards)
    other, wins, lock = open_urn_store(url), [], threading.Lock()

    def rival(one):
        for print_, group in held:
            try:
                one.cast(package.urn, print_, seal(package, group, print_, {}))
            except UrnRefusal:
                continue
            with lock:
                wins.append(print_)

    threads = [
        threading.Thread(target=rival, args=(one,)) for one in (store, other) for _ in range(4)
    ]
    [t.start() for t in threads]
    [t.join() for t in threads]
    other.dispose()
    assert sorted(wins) == sorted(print_ for print_, _ in held)


def test_spoiled_card_is_replaced_once_and_old_one_is_dead(store, package, cards, card):
    held = prepared(store, package, cards)
    old, group = held[0]
    fresh = card()
    store.reissue(package.urn, group, fresh, spoiled=old)
    assert store.admit(old) is None and store.admit(fresh).group == group
    refused(lambda: store.reissue(package.urn, group, card(), spoiled=old))
    refused(lambda: store.reissue(package.urn, group, fresh))
    refused(lambda: store.reissue(package.urn, "X", card()))
    store.reissue(package.urn, group, card())
    (mine,) = [t for t in store.turnout(package.urn) if t.group == group]
    assert (mine.printed, mine.void, mine.used) == (
        len([g for _, g in held if g == group]) + 2,
        1,
        0,
    )
    store.close(package.urn)
    refused(lambda: store.reissue(package.urn, group, card()))


def test_public_turnout_moves_in_steps_of_five(store, package, cards, choose):
    held = prepared(store, package, cards)
    seen = [store.turnout_in_steps(package.urn)]
    for print_, _, box in votes(package, held[:11], choose):
        store.cast(package.urn, print_, box)
        seen.append(store.turnout_in_steps(package.urn))
    assert [n for n, _ in seen] == [0] * 5 + [5] * 5 + [10] * 2
    assert {due for _, due in seen} == {24}


def test_list_of_receipts_grows_in_steps_and_is_whole_after_closing(
    url, store, package, cards, choose
):
    """A booth started again shows the list as it was and waits five minutes anew."""
    held = prepared(store, package, cards)
    cast = votes(package, held[:13], choose)
    for print_, _, box in cast[:7]:
        store.cast(package.urn, print_, box)
    assert store.board(package.urn, NOON) == Board((), whole=False)
    first = store.board(package.urn, NOON + PAUSE)
    assert (len(first.receipts), first.whole) == (5, False)
    for print_, _, box in cast[7:]:
        store.cast(package.urn, print_, box)
    assert store.board(package.urn, NOON + PAUSE + PAUSE / 2) == first
    again = open_urn_store(url)
    assert again.board(package.urn, NOON + PAUSE * 2) == first
    again.dispose()
    second = store.board(package.urn, NOON + PAUSE * 2)
    assert len(second.receipts) == 10 and set(first.receipts) < set(second.receipts)
    store.close(package.urn)
    whole = store.board(package.urn, NOON + PAUSE * 2)
    assert whole == Board(tuple(sorted(receipt_of(box) for _, _, box in cast)), whole=True)
    with store.engine.connect() as conn:
        assert conn.scalars(sa.select(urn_tables.boards.c.receipts)).all() == []


def test_card_alone_finds_its_urn(store, package, cards, choose, card):
    held = prepared(store, package, cards)
    ((print_, _, box),) = votes(package, held[:1], choose)
    assert store.hand_in(print_, box) == Handed(package.urn, receipt_of(box))
    assert store.hand_in(print_, box) == Handed(package.urn, receipt_of(box))
    refused(lambda: store.hand_in(card(), box))


@pytest.mark.postgresql
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_connection_lost_within_a_batch_harms_that_batch_only(url, store, package, cards, choose):
    held = prepared(store, package, cards)
    (print_, _, box), (other, _, earlier) = votes(package, held[:2], choose)
    store.cast(package.urn, other, earlier)
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")

    def cut(conn):
        with admin.connect() as other:
            pid = conn.connection.driver_connection.info.backend_pid
            other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")

    sa.event.listen(store.engine, "begin", cut, once=True)
    with pytest.raises(sa.exc.OperationalError):
        store.cast(package.urn, print_, box)
    assert store.cast(package.urn, print_, box) == receipt_of(box)
    admin.dispose()
    store.close(package.urn)
    assert store.export(package.urn).count == 2


def correlation(xs: list[int], ys: list[int]) -> float:
    n = len(xs)
    rank = {x: i for i, x in enumerate(sorted(xs))}, {y: i for i, y in enumerate(sorted(ys))}
    d = sum((rank[0][x] - rank[1][y]) ** 2 for x, y in zip(xs, ys, strict=True))
    return 1 - 6 * d / (n * (n * n - 1))


def test_order_of_handing_in_is_not_in_the_urn(store, package, choose):
    """200 ballots in known order: what lies in the closed urn follows the hashes, not the order."""
    cards = make_cards(package, {"C": 200}, "https://booth.example")
    held = prepared(store, package, cards)
    cast = votes(package, held, choose)
    for print_, _, box in cast:
        store.cast(package.urn, print_, box)
    store.close(package.urn)
    (group,) = [g for g in store.export(package.urn).groups if g.envelopes]
    order = {box: i for i, (_, _, box) in enumerate(cast)}
    assert abs(correlation(list(range(200)), [order[box] for box in group.envelopes])) < 0.35
    with store.engine.connect() as conn:
        hidden = "1" if conn.dialect.name == "sqlite" else "ctid"
        rows = conn.exec_driver_sql(f"SELECT body, {hidden} FROM envelope").all()
        stored = [order[bytes(body)] for body, _ in rows]
        cards_stored = [x for (x,) in conn.exec_driver_sql("SELECT fingerprint FROM card").all()]
    assert abs(correlation(list(range(200)), stored)) < 0.35
    at = {print_: i for i, (print_, _) in enumerate(held)}
    assert abs(correlation(list(range(200)), [at[x] for x in cards_stored])) < 0.35
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as conn:
            xmins = set(conn.exec_driver_sql("SELECT xmin::text FROM envelope").scalars())
        assert len(xmins) == 1


def test_sqlite_tables_have_no_hidden_row_number(sqlite_urns):
    with sqlite_urns.engine.connect() as conn:
        for table in urn_tables.metadata.tables:
            with pytest.raises(sa.exc.OperationalError):
                conn.exec_driver_sql(f"SELECT rowid FROM {table}").all()


def test_files_hold_no_plain_ballot_and_no_code(sqlite_urns, package, tmp_path):
    cards = make_cards(package, {"B": 40}, "https://booth.example")
    held = prepared(sqlite_urns, package, cards)
    marks = [b'"choices"', b'"p0":"', *(c.code.encode() for c in cards)]
    for print_, group in held:
        box = seal(package, group, print_, {"cadre": {"p0": "c"}, "body": {"bd": "p"}})
        sqlite_urns.cast(package.urn, print_, box)

    def found() -> list[tuple[str, bytes]]:
        files = [p for p in Path(tmp_path).iterdir() if p.is_file()]
        assert {p.suffix for p in files} >= {".db"}
        return [(p.name, mark) for p in files for mark in marks if mark in p.read_bytes()]

    assert (tmp_path / "urn.db-wal").stat().st_size > 0
    assert found() == []
    sqlite_urns.close(package.urn)
    assert found() == []


def test_destroyed_envelopes_are_gone_from_the_files(sqlite_urns, package, tmp_path):
    cards = make_cards(package, {"B": 12}, "https://booth.example")
    held = prepared(sqlite_urns, package, cards)
    boxes = [seal(package, group, print_, {}) for print_, group in held]
    for (print_, _), box in zip(held, boxes, strict=True):
        sqlite_urns.cast(package.urn, print_, box)
    sqlite_urns.close(package.urn)
    for act in (sqlite_urns.mark_opened, sqlite_urns.place_in_custody, sqlite_urns.destroy):
        act(package.urn)
    content = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert [box for box in boxes if box[:32] in content] == []
    assert [print_ for print_, _ in held if print_.encode() in content] == []


def test_sqlite_is_durable_and_wipes(sqlite_urns):
    with sqlite_urns.engine.connect() as conn:
        told = [
            conn.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "synchronous", "secure_delete")
        ]
    assert told == ["wal", 2, 1]


def test_tables_hold_no_time_person_or_address(sqlite_urns):
    inspector = sa.inspect(sqlite_urns.engine)
    columns = {t: [c["name"] for c in inspector.get_columns(t)] for t in urn_tables.metadata.tables}
    assert columns == {
        "urn": ["id", "state", "package", "package_digest", "root"],
        "urn_group": ["urn", "group", "printed", "void", "used"],
        "card": ["fingerprint", "urn", "group", "state"],
        "envelope": ["hash", "urn", "group", "body"],
        "board": ["urn", "receipts"],
        "survey": ["id", "state", "form"],
        "survey_code": ["fingerprint", "survey", "area", "used"],
        "survey_sum": ["survey", "area", "question", "answer", "n"],
    }


def test_migrations_go_down_and_up_with_data_and_agree_with_the_tables(url, store, package, cards):
    prepared(store, package, cards)
    config = urn_tables.migration_config(url)
    command.downgrade(config, "base")
    with store.engine.connect() as conn:
        assert set(sa.inspect(conn).get_table_names()) == {"booth_version"}
    command.upgrade(config, "head")
    with store.engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": "booth_version"})
        assert compare_metadata(context, urn_tables.metadata) == []
        for table in ("urn", "card"):
            (check,) = [c["sqltext"] for c in sa.inspect(conn).get_check_constraints(table)]
            words = urn_tables.STATES if table == "urn" else urn_tables.CARD_STATES
            assert [w for w in words if f"'{w}'" not in check] == []


def test_unknown_urn_is_refused(store):
    for act in (store.state, store.package, store.open, store.export, store.turnout):
        refused(lambda act=act: act("nothing"))
