"""Where the urns of the burst lie: files of SQLite, or a PostgreSQL of their own that fsyncs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests import postgres


@dataclass(frozen=True, slots=True)
class Place:
    """A folder and, for PostgreSQL, a running server beside it; durable as in production."""

    folder: Path
    cluster: postgres.Cluster | None = None

    def url(self, side: str) -> str:
        """The address of a side's database, which exists from now on."""
        if self.cluster is None:
            return f"sqlite:///{(self.folder / side).as_posix()}.db"
        server = sa.create_engine(self.cluster.url(), isolation_level="AUTOCOMMIT")
        with server.connect() as conn:
            conn.exec_driver_sql(f"CREATE DATABASE {side}")
        server.dispose()
        return self.cluster.url(side)

    @property
    def syncing(self) -> list[str]:
        """Processes beside the booth's own whose fsyncs make an acknowledgement durable."""
        if self.cluster is None:
            return []
        note = self.cluster.folder / "data" / "postmaster.pid"
        return [note.read_text().split()[0]]


@contextmanager
def place(database: str) -> Iterator[Place]:
    """``sqlite`` or ``postgresql``: an empty place that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kaoji-bench-") as name:
        if database == "sqlite":
            yield Place(Path(name))
            return
        cluster = postgres.start(durable=True)
        try:
            yield Place(Path(name), cluster)
        finally:
            cluster.stop()
