"""Finding people by a piece of their name, in official order, through the table of grams.

One or two characters are one look-up of the primary key; a longer piece starts from its first pair
and asks the same index for the others. Nothing is sorted and nothing is scanned.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cases.models import NameGram, Person
from cases.names import DOT, normal_form

LONGEST = 20
After = tuple[int, int]


def named_like(text: str, after: After | None = None) -> sa.Select[Any] | None:
    """(order_key, person_id) of the people with this piece in their names, in official order.

    ``after`` is the last row seen. None when the text holds no character of a name.
    """
    piece = searched(text)
    if not piece:
        return None
    pairs = [piece[i : i + 2] for i in range(len(piece) - 1)] or [piece]
    query: Any = sa.select(NameGram.order_key, NameGram.person_id).where(NameGram.gram == pairs[0])
    for pair in dict.fromkeys(pairs[1:]):
        query = query.where(_also(pair))
    if len(piece) > 2:
        query = query.where(_whole(piece))
    if after is not None:
        query = query.where(sa.tuple_(NameGram.order_key, NameGram.person_id) > after)
    found: sa.Select[Any] = query.order_by(NameGram.order_key, NameGram.person_id)
    return found


def searched(text: str) -> str:
    """What is looked for: the normal form without dots and spaces, cut at ``LONGEST``."""
    return normal_form(text).replace(DOT, "").replace(" ", "")[:LONGEST]


def _also(pair: str) -> sa.ColumnElement[bool]:
    other = aliased(NameGram)
    return (
        sa.select(other.gram)
        .where(
            other.gram == pair,
            other.order_key == NameGram.order_key,
            other.person_id == NameGram.person_id,
        )
        .exists()
    )


def _whole(piece: str) -> sa.ColumnElement[bool]:
    """The pairs may stand apart in a name; the text decides."""
    bare = sa.func.replace(sa.func.replace(Person.name_key, DOT, ""), " ", "")
    return (
        sa.select(Person.id)
        .where(Person.id == NameGram.person_id, bare.contains(piece, autoescape=True))
        .exists()
    )
