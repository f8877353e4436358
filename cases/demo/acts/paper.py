"""Act: one batch of paper ballots and one late paper, typed twice, one cell settled, joined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from cases.ballot_box.package import Package
from cases.ballot_box.paper import Form, cells_of
from cases.commands import late_papers, paper_batches, paper_entries
from cases.commands.paper_entries import Settlement
from cases.demo.city.draw import Draw
from cases.demo.city.story import TURNS
from cases.demo.theatre import Theatre, at

ON_PAPER = next(t for t in TURNS if t.kind == "paper_ballots")
LATE = next(t for t in TURNS if t.kind == "late_paper")
AFTERWARDS = timedelta(days=3)
"""From the day a late paper comes to the working day after the last one on which any may."""
PRINTED, COLLECTED = 6, 5
GROUP = "C"


def cards_beside(members: Mapping[str, int]) -> dict[str, int]:
    """Cards of each group: those who get a form on paper get none."""
    return {code: n - (PRINTED if code == GROUP else 0) for code, n in members.items() if n}


def print_batch(theatre: Theatre, row: Any, day: date) -> int:
    """Forms for people who can't use a phone; returns the batch."""
    with theatre.writing() as conn:
        batch = paper_batches.print_batch(
            conn, theatre.urns, row.id, GROUP, PRINTED,
            actor=theatre.actor("office_clerk_a"), at=at(day, 8),
        )  # fmt: skip
    return int(batch.id)


def collect(theatre: Theatre, batch: int, day: date) -> int:
    """Most came back; returns how many."""
    with theatre.writing() as conn:
        paper_batches.collect(
            conn, batch, COLLECTED, actor=theatre.actor("teller_a"), at=at(day, 10, 50)
        )
    return COLLECTED


def type_and_join(theatre: Theatre, batch: int, package: Package, day: date) -> None:
    """Two entries, one slip of the second typist, the third look, the joining."""
    cells = cells_of(package, GROUP)
    forms = [_form(theatre, cells, number) for number in range(COLLECTED)]
    slipped = [*forms[:2], ("", *forms[2][1:]), *forms[3:]]
    _type(theatre, batch, forms, slipped, day)
    with theatre.writing() as conn:
        paper_entries.settle(
            conn, batch, {(3, 1): Settlement(forms[2][0], "第二遍漏录一格")},
            data_key=theatre.settings.data_key, actor=theatre.actor("group1_lead"),
            at=at(day, 15),
        )  # fmt: skip
    _join(theatre, batch, day)


def take_late(theatre: Theatre, row: Any, package: Package) -> None:
    """Somebody who was away brings a sealed paper; it is opened when nobody may come any more."""
    office, group = theatre.actor("office_clerk_a"), theatre.actor("group1_lead")
    with theatre.writing() as conn:
        batch = paper_batches.print_batch(
            conn, theatre.urns, row.id, GROUP, 1, late=True, actor=office, at=at(LATE.day, 8)
        ).id
        taken = late_papers.receive(
            conn, theatre.urns, batch, actor=group, at=at(LATE.day, 10)
        )  # fmt: skip
    day = LATE.day + AFTERWARDS
    with theatre.writing() as conn:
        paper_batches.collect(conn, batch, taken, actor=theatre.actor("teller_a"), at=at(day, 9))
    forms = [_form(theatre, cells_of(package, GROUP), PRINTED)]
    _type(theatre, batch, forms, forms, day)
    _join(theatre, batch, day)


def _type(theatre: Theatre, batch: int, first: list[Form], second: list[Form], day: date) -> None:
    key = theatre.settings.data_key
    for who, entry in (("teller_a", first), ("tally_supervisor_a", second)):
        actor = theatre.actor(who)
        with theatre.writing() as conn:
            for number, form in enumerate(entry, 1):
                paper_entries.save_form(
                    conn, batch, number, form, data_key=key, actor=actor, at=at(day, 14)
                )
            paper_entries.finish(conn, batch, data_key=key, actor=actor, at=at(day, 14, 40))


def _join(theatre: Theatre, batch: int, day: date) -> None:
    with theatre.writing() as conn:
        paper_entries.join_batch(
            conn, theatre.urns, batch, data_key=theatre.settings.data_key,
            pepper=theatre.settings.booth_pepper.encode(), actor=theatre.actor("teller_a"),
            at=at(day, 15, 20),
        )  # fmt: skip


def _form(theatre: Theatre, cells: Any, number: int) -> Form:
    """Mostly the second option, so that no limit is reached."""
    draw = Draw(theatre.city.seed, "paper", number)
    return tuple(cell.sheet.options[1 if draw.chance(90) else 2].key for cell in cells)
