"""Act: one batch of paper ballots, typed twice, one cell settled, joined to the urn."""

from __future__ import annotations

from datetime import date
from typing import Any

from cases.ballot_box.package import from_json
from cases.ballot_box.paper import Form, cells_of
from cases.commands import paper_batches, paper_entries
from cases.commands.paper_entries import Settlement
from cases.demo.city.draw import Draw
from cases.demo.theatre import Theatre, at

PRINTED, COLLECTED = 6, 5
GROUP = "C"


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


def type_and_join(theatre: Theatre, batch: int, package_text: str, day: date) -> None:
    """Two entries, one slip of the second typist, the third look, the joining."""
    package, key = from_json(package_text), theatre.settings.data_key
    cells = cells_of(package, GROUP)
    forms = [_form(theatre, cells, number) for number in range(COLLECTED)]
    slipped = [*forms[:2], ("", *forms[2][1:]), *forms[3:]]
    for who, entry in (("teller_a", forms), ("tally_supervisor_a", slipped)):
        actor = theatre.actor(who)
        with theatre.writing() as conn:
            for number, form in enumerate(entry, 1):
                paper_entries.save_form(
                    conn, batch, number, form, data_key=key, actor=actor, at=at(day, 14)
                )
            paper_entries.finish(conn, batch, data_key=key, actor=actor, at=at(day, 14, 40))
    with theatre.writing() as conn:
        paper_entries.settle(
            conn, batch, {(3, 1): Settlement(forms[2][0], "第二遍漏录一格")}, data_key=key,
            actor=theatre.actor("group1_lead"), at=at(day, 15),
        )  # fmt: skip
    with theatre.writing() as conn:
        paper_entries.join_batch(
            conn, theatre.urns, batch, data_key=key,
            pepper=theatre.settings.booth_pepper.encode(), actor=theatre.actor("teller_a"),
            at=at(day, 15, 20),
        )  # fmt: skip


def _form(theatre: Theatre, cells: Any, number: int) -> Form:
    """Mostly the second option, so that no limit is reached."""
    draw = Draw(theatre.city.seed, "paper", number)
    return tuple(cell.sheet.options[1 if draw.chance(90) else 2].key for cell in cells)
