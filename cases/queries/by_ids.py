"""A select asked by a set of ids, over and over.

An expanding IN is rewritten by SQLAlchemy at every execution; a plain equality is not. One move
through the door is a set of one, so both forms are built once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


class ByIds:
    """``select`` narrowed to the rows whose ``column`` is among the ids given."""

    def __init__(self, column: Any, select: Any) -> None:
        self.select = select
        self._one = select.where(column == sa.bindparam("id", type_=sa.BigInteger))
        self._many = select.where(column.in_(sa.bindparam("ids", expanding=True)))

    def rows(self, conn: sa.Connection, ids: Sequence[int], **more: Any) -> Sequence[Any]:
        """All rows of the ids, in the order the select states; one statement.

        ``more`` are the values of the select's own parameters.
        """
        if not ids:
            return ()
        if len(ids) == 1:
            return conn.execute(self._one, {"id": ids[0], **more}).all()
        return conn.execute(self._many, {"ids": list(ids), **more}).all()
