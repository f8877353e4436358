"""Schemes as the arithmetic reads them, cached by digest: a frozen version never changes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.models import Cycle, SchemeVersion
from cases.queries.kept import kept
from cases.scoring import scheme as documents
from cases.scoring.shapes import Scheme

_loaded: dict[str, Scheme] = {}
_OF_CYCLE: Any = (
    sa.select(SchemeVersion.digest)
    .join(Cycle, Cycle.scheme_version_id == SchemeVersion.id)
    .where(Cycle.id == sa.bindparam("cycle", type_=sa.BigInteger))
)


def scheme_version(conn: sa.Connection, version_id: int) -> Scheme:
    """The scheme of a version. Raises LookupError when there is none."""
    digest = conn.execute(
        sa.select(SchemeVersion.digest).where(SchemeVersion.id == version_id)
    ).scalar()
    if digest is None:
        raise LookupError(f"scheme version {version_id}")
    return scheme_by_digest(conn, digest)


def scheme_by_digest(conn: sa.Connection, digest: str) -> Scheme:
    """The scheme with this digest, parsed once per process."""
    if digest not in _loaded:
        content: dict[str, Any] = conn.execute(
            sa.select(SchemeVersion.content).where(SchemeVersion.digest == digest).limit(1)
        ).scalar_one()
        _loaded[digest] = documents.load(content)
    return _loaded[digest]


def scheme_of_cycle(conn: sa.Connection, cycle_id: int) -> Scheme | None:
    """The scheme a cycle runs on, None while it has none."""
    digest = kept(
        conn,
        ("scheme", cycle_id),
        lambda: conn.execute(_OF_CYCLE, {"cycle": cycle_id}).scalar(),
    )
    return None if digest is None else scheme_by_digest(conn, digest)
