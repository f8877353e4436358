"""The file store: what is true is kept once, what is not leaves nothing behind."""

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.errors import Invalid, NotVisible, Refused
from cases.files.content import Limits
from cases.files.store import Damaged, FileStore
from cases.models import StoredFile
from cases.store import Store

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def on_disk(files: FileStore) -> list[Path]:
    return [p for p in files.root.rglob("*") if p.is_file() and p.name != "lock"]


def rows(store: Store) -> int:
    with store.reading() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(StoredFile)).scalar_one()


class Torn(io.RawIOBase):
    """An upload that breaks off after its first bytes."""

    def __init__(self) -> None:
        self.parts: Iterator[bytes] = iter([PDF])

    def read(self, size: int = -1) -> bytes:
        for part in self.parts:
            return part
        raise ConnectionResetError


def test_put_and_open_gives_the_bytes_back(store: Store, files: FileStore) -> None:
    with store.transaction() as conn:
        made = files.put(conn, PDF, name="述职报告.pdf", media_type="application/pdf", at=AT)
    with store.reading() as conn:
        seen = files.open_file(conn, made.id)
    assert (seen.content, seen.digest, seen.media_type) == (PDF, made.digest, "application/pdf")
    assert [p.name for p in on_disk(files)] == [made.digest.partition(":")[2]]


def test_put_keeps_the_same_bytes_once(store: Store, files: FileStore) -> None:
    with store.transaction() as conn:
        first = files.put(conn, PDF, name="a.pdf", at=AT)
    with store.transaction() as conn:
        second = files.put(conn, io.BytesIO(PDF), name="别名.pdf", at=AT)
    assert first == second
    assert (rows(store), len(on_disk(files))) == (1, 1)


def test_torn_upload_leaves_neither_row_nor_file(sqlite_store: Store, files: FileStore) -> None:
    with pytest.raises(Refused), sqlite_store.transaction() as conn:
        files.put(conn, Torn(), name="a.pdf", at=AT)  # type: ignore[arg-type]
    assert (rows(sqlite_store), on_disk(files)) == (0, [])


def test_full_disk_refuses_and_leaves_nothing(
    sqlite_store: Store, files: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused), sqlite_store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", at=AT)
    monkeypatch.undo()
    files.root.parent.joinpath("file").touch()  # nothing can be made below a file, by root either
    with pytest.raises(Refused), sqlite_store.transaction() as conn:
        FileStore(files.root.parent / "file").put(conn, PDF, name="a.pdf", at=AT)
    assert (rows(sqlite_store), on_disk(files)) == (0, [])
    with sqlite_store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", at=AT)
    assert rows(sqlite_store) == 1


def test_rolled_back_row_leaves_an_orphan_that_the_sweep_takes(
    store: Store, files: FileStore
) -> None:
    with pytest.raises(RuntimeError), store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", at=AT)
        raise RuntimeError
    assert (rows(store), len(on_disk(files))) == (0, 1)
    written = datetime.fromtimestamp(on_disk(files)[0].stat().st_mtime, UTC)
    with store.reading() as conn:
        assert files.sweep(conn, at=written + timedelta(hours=1)) == 0
        assert files.sweep(conn, at=written + timedelta(hours=25)) == 1
    assert on_disk(files) == []


def test_sweep_keeps_what_has_a_row(store: Store, files: FileStore) -> None:
    with store.transaction() as conn:
        made = files.put(conn, PDF, name="a.pdf", at=AT)
    with store.reading() as conn:
        assert files.sweep(conn, at=datetime(2999, 1, 1, tzinfo=UTC)) == 0
        assert files.open_file(conn, made.id).content == PDF


def test_put_over_an_old_orphan_makes_it_young_again(sqlite_store: Store, files: FileStore) -> None:
    with pytest.raises(RuntimeError), sqlite_store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", at=AT)
        raise RuntimeError
    os.utime(on_disk(files)[0], (0, 0))
    with sqlite_store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", at=AT)
        with sqlite_store.reading() as other:  # sees no row yet
            now = datetime.fromtimestamp(on_disk(files)[0].stat().st_mtime, UTC)
            assert files.sweep(other, at=now + timedelta(hours=1)) == 0


def test_changed_bytes_are_noticed(sqlite_store: Store, files: FileStore) -> None:
    with sqlite_store.transaction() as conn:
        made = files.put(conn, PDF, name="a.pdf", at=AT)
    on_disk(files)[0].write_bytes(PDF + b" ")
    with sqlite_store.reading() as conn:
        with pytest.raises(Damaged):
            files.open_file(conn, made.id)
        assert [d.file_id for d in files.verify(conn)] == [made.id]
    on_disk(files)[0].unlink()
    with sqlite_store.reading() as conn, pytest.raises(Damaged):
        files.open_file(conn, made.id)


def test_unknown_file_is_not_visible(sqlite_store: Store, files: FileStore) -> None:
    with sqlite_store.reading() as conn, pytest.raises(NotVisible):
        files.open_file(conn, 99)


def test_oversize_is_refused_while_reading(sqlite_store: Store, files: FileStore) -> None:
    with pytest.raises(Invalid) as caught, sqlite_store.transaction() as conn:
        files.put(conn, PDF * 50_000, name="a.pdf", at=AT, limits=Limits(file_bytes=1 << 20))
    assert str(caught.value.errors["file"]) == "文件超过 1 MB,请缩小后再上传"
    assert (rows(sqlite_store), on_disk(files)) == (0, [])


def test_claimed_media_type_must_be_true(sqlite_store: Store, files: FileStore) -> None:
    with pytest.raises(Invalid), sqlite_store.transaction() as conn:
        files.put(conn, PDF, name="a.pdf", media_type="image/png", at=AT)
    assert on_disk(files) == []


def test_zip_that_is_called_a_pdf_is_refused(sqlite_store: Store, files: FileStore) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as z:
        z.writestr("a.txt", "a")
    with pytest.raises(Invalid), sqlite_store.transaction() as conn:
        files.put(conn, packed.getvalue(), name="a.pdf", at=AT)
    assert on_disk(files) == []
