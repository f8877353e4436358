"""What the trust page says of a cycle: its custody rule, its key, and the marks of a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cases.ballot_box import package as packages
from cases.ballot_box.trust import custody_rule, key_fingerprint, marks_of
from cases.models import Cycle
from cases.queries.keys import current_keys
from cases.queries.scheme import scheme_of_cycle
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Trusted:
    """The rule in force and what may be compared; ``title`` names the cycle or the meeting."""

    title: str
    custody: Sentence | None
    marks: tuple[tuple[Sentence, str], ...]


def trusted_cycle(conn: sa.Connection) -> Trusted | None:
    """The newest cycle's rule and key; None before there is a cycle."""
    cycle = conn.execute(
        sa.select(Cycle.id, Cycle.title).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    ).first()
    if cycle is None:
        return None
    marks = tuple(
        (
            m("启封公钥指纹(%(group)s)", group=key.group) if key.group else m("启封公钥指纹"),
            key_fingerprint(key.public_key)[:16],
        )
        for key in current_keys(conn, cycle.id)
    )
    return Trusted(cycle.title, _custody(conn, cycle.id), marks)


def trusted_meeting(conn: sa.Connection, row: Any) -> Trusted:
    """A meeting's rule and the marks of its frozen package, if it is frozen."""
    package = packages.from_json(row.package) if row.package else None
    marks = () if package is None else marks_of(package)
    return Trusted(row.title, _custody(conn, row.cycle_id), marks)


def _custody(conn: sa.Connection, cycle_id: int) -> Sentence | None:
    scheme = scheme_of_cycle(conn, cycle_id)
    if scheme is None:
        return None
    return custody_rule(scheme.ballot.raw_ballots, scheme.ballot.raw_years)
