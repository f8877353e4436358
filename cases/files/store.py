"""The content-addressed store for uploads and papers.

A file is written to a temporary name, synced, renamed to its digest, and then its row is inserted
in the caller's transaction: a crash leaves at most an orphan file, which :meth:`FileStore.sweep`
removes after a grace time, never a row without its file. Names people give never touch the disk.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from cases.errors import KaojiError, NotVisible, Refused
from cases.files import content
from cases.files.content import STANDARD, Limits
from cases.models import StoredFile
from workflow.words import m

ALGORITHM = "sha256"
GRACE = timedelta(hours=24)
_CHUNK = 1 << 20


class Damaged(KaojiError):
    """The bytes on disk are not those that were stored, or are gone."""

    def __init__(self, file_id: int, digest: str) -> None:
        super().__init__(f"file {file_id}: {digest}")
        self.file_id = file_id
        self.digest = digest


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store. ``digest`` carries its algorithm: ``sha256:<hex>``. Size in bytes."""

    id: int
    digest: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file read back and checked against its digest."""

    id: int
    digest: str
    size: int
    media_type: str
    content: bytes


class FileStore:
    """The store in one folder (``settings.files``)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path_of(self, digest: str) -> Path:
        """Where the bytes of a digest lie."""
        algorithm, _, value = digest.partition(":")
        return self.root / algorithm / value[:2] / value

    def put(
        self,
        conn: sa.Connection,
        data: BinaryIO | bytes,
        *,
        name: str,
        media_type: str = "",
        at: datetime,
        limits: Limits = STANDARD,
    ) -> Stored:
        """Store bytes and their row; the same bytes are kept once.

        The media type is told by the content, ``media_type`` only confirms it. Raises Invalid
        (field ``file``) for a name or content the house does not take, Refused when the disk does
        not take it; nothing is left behind then.
        """
        shown = content.check_name(name, limits)
        temporary = self.root / "incoming" / secrets.token_hex(16)
        try:
            self._make_folders()
            digest, size = self._write(temporary, data, limits)
            with temporary.open("rb") as stream:
                kind = content.judge(stream, shown, limits)
            if media_type and media_type != kind.media_type:
                raise content.untrue()
            self._place(temporary, digest)
        except OSError as e:
            raise Refused([m("存储空间不足或不可写,文件没有保存")]) from e
        finally:
            with suppress(OSError):  # what stays behind is swept
                temporary.unlink()
        return self._row(conn, digest, size, kind.media_type, at)

    def open_file(self, conn: sa.Connection, file_id: int) -> Opened:
        """Read a file back. Raises NotVisible for an unknown id, Damaged for changed bytes."""
        row = conn.execute(sa.select(StoredFile).where(StoredFile.id == file_id)).first()
        if row is None:
            raise NotVisible
        try:
            data = self.path_of(row.digest).read_bytes()
        except OSError as e:
            raise Damaged(file_id, row.digest) from e
        if _digest(data) != row.digest:
            raise Damaged(file_id, row.digest)
        return Opened(row.id, row.digest, row.size, row.media_type, data)

    def verify(self, conn: sa.Connection) -> Iterator[Damaged]:
        """Every stored file whose bytes are missing or changed."""
        rows = conn.execute(sa.select(StoredFile.id, StoredFile.digest).order_by(StoredFile.id))
        for row in rows:
            path = self.path_of(row.digest)
            if not path.is_file() or _digest_of(path) != row.digest:
                yield Damaged(row.id, row.digest)

    def sweep(self, conn: sa.Connection, *, at: datetime, grace: timedelta = GRACE) -> int:
        """Remove files without a row that are older than the grace time; returns how many."""
        if not self.root.is_dir():
            return 0
        before = (at - grace).timestamp()
        kept = set(conn.execute(sa.select(StoredFile.digest)).scalars())
        removed = 0
        for path in [p for p in self.root.glob("*/*/*") if p.is_file()]:
            if f"{path.parent.parent.name}:{path.name}" not in kept:
                removed += self._remove_if_old(path, before)
        for path in list((self.root / "incoming").glob("*")):
            removed += self._remove_if_old(path, before)
        return removed

    # -- the disk

    def _make_folders(self) -> None:
        for name in ("incoming", ALGORITHM):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def _write(self, path: Path, data: BinaryIO | bytes, limits: Limits) -> tuple[str, int]:
        source = io.BytesIO(data) if isinstance(data, bytes) else data
        running, size = hashlib.new(ALGORITHM), 0
        with path.open("xb") as target:
            path.chmod(0o600)
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > limits.file_bytes:
                    raise content.too_large(limits)
                running.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        return f"{ALGORITHM}:{running.hexdigest()}", size

    def _place(self, temporary: Path, digest: str) -> None:
        """Rename onto the digest, even over an older copy: a fresh file is safe from the sweep."""
        final = self.path_of(digest)
        final.parent.mkdir(parents=True, exist_ok=True)
        with self._lock(fcntl.LOCK_SH):
            temporary.replace(final)
        _sync_folder(final.parent)
        _sync_folder(final.parent.parent)

    def _remove_if_old(self, path: Path, before: float) -> int:
        # Looked at and removed under the lock that writers share: a file just renamed onto this
        # name is young, so a row about to be inserted never loses its bytes.
        with self._lock(fcntl.LOCK_EX):
            try:
                if path.stat().st_mtime >= before:
                    return 0
                path.unlink()
            except FileNotFoundError:
                return 0
        return 1

    @contextmanager
    def _lock(self, how: int) -> Iterator[None]:
        with (self.root / "lock").open("a") as handle:
            fcntl.flock(handle, how)
            yield

    def _row(
        self, conn: sa.Connection, digest: str, size: int, media_type: str, at: datetime
    ) -> Stored:
        make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        conn.execute(
            make(StoredFile)
            .values(digest=digest, size=size, media_type=media_type, stored_at=at)
            .on_conflict_do_nothing(index_elements=["digest"])
        )
        row = conn.execute(sa.select(StoredFile).where(StoredFile.digest == digest)).one()
        return Stored(row.id, row.digest, row.size, row.media_type)


def _digest(data: bytes) -> str:
    return f"{ALGORITHM}:{hashlib.new(ALGORITHM, data).hexdigest()}"


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return f"{ALGORITHM}:{hashlib.file_digest(stream, ALGORITHM).hexdigest()}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
