"""Urns brought back and paper ballots joined: once, whole, in sorted order, or refused."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from cases.ballot_box import hall_file
from cases.ballot_box.arrivals import carrier_of, join_sealed, prepared_cards, receive
from cases.ballot_box.cards import fingerprints_by_group, make_cards
from cases.ballot_box.carrier import read
from cases.ballot_box.envelope import seal
from cases.ballot_box.opening import open_urn
from cases.ballot_box.refusals import OpeningRefusal, UrnRefusal
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from tests.cases.ballot_box.test_urn import postgresql_urns, url  # noqa: F401

PEPPER = b"pepper of the tests, 32 bytes long"


def new_store(address):
    upgrade_urns(address)
    return open_urn_store(address)


@pytest.fixture
def office(url):  # noqa: F811
    found = new_store(url)
    yield found
    found.dispose()


@pytest.fixture
def laptop(tmp_path):
    found = new_store(f"sqlite:///{tmp_path / 'hall.db'}")
    yield found
    found.dispose()


@pytest.fixture
def prepared(package, office):
    """Fingerprints by group of an urn prepared at the office."""
    made = fingerprints_by_group(PEPPER, make_cards(package, {"A": 6, "B": 7, "C": 8}, "http://h"))
    office.prepare(package, made)
    return made


def hold(package, laptop, cards, ballot, leave: int = 1) -> None:
    """The meeting on the laptop; in each group ``leave`` people hand in nothing."""
    laptop.prepare(package, cards)
    laptop.open(package.urn)
    for group, marks in cards.items():
        for mark in marks[leave:]:
            laptop.cast(package.urn, mark, seal(package, group, mark, ballot(group)))


@pytest.fixture
def ballot(package, choose):
    import random

    rng = random.Random(5)
    return lambda group: choose(package, group, rng)


@pytest.fixture
def brought(package, office, laptop, prepared, ballot):
    hold(package, laptop, prepared, ballot)
    lost = secrets.token_hex(32)
    laptop.reissue(package.urn, "A", lost, spoiled=prepared["A"][0])
    laptop.close(package.urn)
    return read(carrier_of(laptop, package.urn).to_bytes())


def test_urn_prepared_here_is_opened_after_its_meeting_elsewhere(package, key, office, brought):
    arrival = receive(office, brought)
    assert (arrival.fresh, arrival.envelopes, office.state("u1")) == (True, 18, "closed")
    assert [(g.group, g.printed, g.void, g.used) for g in office.turnout("u1")] == [
        ("A", 7, 1, 5), ("B", 7, 0, 6), ("C", 8, 0, 7),
    ]  # fmt: skip
    assert open_urn(office.export("u1"), package, key) == open_urn(brought.export, package, key)


def test_second_import_is_recognised_and_changes_nothing(office, brought):
    first = receive(office, brought)
    before = carrier_of(office, "u1").to_bytes()
    second = receive(office, brought)
    assert (second.fresh, second.root) == (False, first.root)
    assert carrier_of(office, "u1").to_bytes() == before


def test_other_urn_under_the_same_number_is_refused_after_the_first(office, brought, laptop):
    receive(office, brought)
    first = brought.export.groups[0]
    fewer = replace(first, envelopes=first.envelopes[1:], cards=first.cards[1:], printed=6)
    export = replace(brought.export, groups=(fewer, *brought.export.groups[1:]))
    other = replace(brought, export=replace(export, root=export.computed_root()))
    with pytest.raises(UrnRefusal, match="内容和导入的不同"):
        receive(office, other)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda g: replace(g, cards=(*g.cards[1:], "f" * 64)), UrnRefusal),
        (lambda g: replace(g, envelopes=g.envelopes[1:]), OpeningRefusal),
        (lambda g: replace(g, printed=g.printed + 1), OpeningRefusal),
        (lambda g: replace(g, envelopes=(b"short", *g.envelopes[1:])), OpeningRefusal),
    ],
)
def test_altered_numbers_and_cards_are_refused(office, brought, change, error):
    groups = tuple(change(g) if g.group == "B" else g for g in brought.export.groups)
    export = replace(brought.export, groups=groups)
    with pytest.raises(error):
        receive(office, replace(brought, export=replace(export, root=export.computed_root())))
    assert office.state("u1") == "prepared"


def test_urn_opened_here_takes_none_from_elsewhere(office, brought):
    office.open("u1")
    with pytest.raises(UrnRefusal, match="已经用过"):
        receive(office, brought)


def test_frozen_form_of_another_day_is_refused(office, brought, package):
    other = replace(brought, package=replace(package, k=7))
    with pytest.raises(UrnRefusal, match="锁定的表样不一致"):
        receive(office, other)


def test_paper_ballots_are_envelopes_like_all_others(package, key, office, brought, ballot):
    first = receive(office, brought)
    marks = [secrets.token_hex(32) for _ in range(5)]
    sealed = {mark: seal(package, "C", mark, ballot("C")) for mark in marks[:4]}
    joined = join_sealed(office, "u1", "C", sealed, marks[4:])
    assert (joined.fresh, joined.envelopes) == (True, 22)
    assert joined.root != first.root
    assert [(g.group, g.printed, g.void, g.used) for g in office.turnout("u1")][2] == (
        "C", 13, 0, 11,
    )  # fmt: skip
    count = open_urn(office.export("u1"), package, key)
    assert (count.envelopes, count.findings) == (22, ())
    lengths = {len(e) for g in office.export("u1").groups for e in g.envelopes}
    assert len(lengths) == 1


def test_paper_joined_again_changes_nothing(package, office, brought, ballot):
    receive(office, brought)
    marks = [secrets.token_hex(32) for _ in range(3)]
    once = join_sealed(
        office, "u1", "B", {m: seal(package, "B", m, ballot("B")) for m in marks[:2]}, marks[2:]
    )
    again = join_sealed(
        office, "u1", "B", {m: seal(package, "B", m, ballot("B")) for m in marks[:2]}, marks[2:]
    )
    assert (again.fresh, again.root, again.envelopes) == (False, once.root, once.envelopes)


def test_paper_waits_until_the_urn_is_closed(package, office, prepared, ballot):
    mark = secrets.token_hex(32)
    sealed = {mark: seal(package, "A", mark, ballot("A"))}
    for step in (lambda: None, lambda: office.open("u1")):
        step()
        with pytest.raises(UrnRefusal, match="封箱以后"):
            join_sealed(office, "u1", "A", sealed, [])


def test_prepared_urn_travels_in_a_file_with_a_pepper_of_its_own(package, office, prepared):
    pepper = hall_file.hall_pepper(PEPPER, "M-1")
    file = hall_file.HallUrn(package, prepared_cards(office, "u1"), pepper, "http://kaoji.hall")
    content = file.to_bytes()
    assert hall_file.read(content) == file
    assert hall_file.read(content).cards == {g: tuple(c) for g, c in prepared.items()}
    assert PEPPER not in content
    assert hall_file.hall_pepper(PEPPER, "M-2") != pepper
    damaged = content.replace(prepared["A"][0].encode(), b"0" * 64)
    with pytest.raises(UrnRefusal, match="可能已损坏"):
        hall_file.read(damaged)


def test_urn_in_use_is_not_handed_out(office, prepared):
    office.open("u1")
    with pytest.raises(UrnRefusal, match="不能再交给现场"):
        prepared_cards(office, "u1")
