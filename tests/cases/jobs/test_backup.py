"""Backup under load, restore onto nothing, verify: the chain and every file are as they were."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.urn_tables import upgrade_urns
from cases.errors import Refused
from cases.files.store import FileStore
from cases.jobs.backup import MANIFEST, backup, restore
from cases.journal import Draft, append
from cases.models import JournalHead, StoredFile
from cases.store import Store, make_engine
from config import Settings, complete

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


def settings(store: Store, var: Path) -> Settings:
    url = store.engine.url.render_as_string(hide_password=False)
    return complete(Settings(mode="test", var=var, database_url=url))


def empty(made: Settings, var: Path, url: str | None = None) -> Settings:
    return complete(Settings(mode=made.mode, var=var, database_url=url or ""))


def write(store: Store, files: FileStore, number: int) -> None:
    with store.transaction() as conn:
        files.put(conn, b"%%PDF-1.7\n%d\n%%%%EOF" % number, name=f"{number}.pdf", at=AT)
        append(conn, Draft(subject="account", action="noted", at=AT, payload={"n": number}))


def counts(store: Store) -> tuple[int, int]:
    with store.reading() as conn:
        return (
            conn.execute(sa.select(JournalHead.seq)).scalar_one(),
            conn.execute(sa.select(sa.func.count()).select_from(StoredFile)).scalar_one(),
        )


@pytest.fixture
def made(sqlite_store: Store, tmp_path: Path) -> Settings:
    found = settings(sqlite_store, tmp_path / "var")
    upgrade_urns(found.booth_database_url)
    files = FileStore(found.files)
    for n in range(5):
        write(sqlite_store, files, n)
    return found


@pytest.fixture
def empty_postgresql(postgresql_template: tuple[str, str]) -> Iterator[str]:
    url, _ = postgresql_template
    name = f"r_{uuid.uuid4().hex}"
    admin = make_engine(url.format("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name}")
    yield url.format(name)
    with admin.connect() as conn:
        conn.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def test_restore_gives_everything_back(made: Settings, tmp_path: Path) -> None:
    done = backup(made, tmp_path / "copy", at=AT)
    other = empty(made, tmp_path / "other")
    found = restore(other, tmp_path / "copy")
    assert (found.ok, found.files, done.files) == (True, 5, 5)
    store = Store(other.database_url)
    assert counts(store) == (5, 5)
    store.close()
    assert (tmp_path / "other" / "booth.db").is_file()


def test_backup_while_writing_restores_and_verifies(
    sqlite_store: Store, made: Settings, tmp_path: Path
) -> None:
    stop, wrote = threading.Event(), [5]

    def load() -> None:
        files = FileStore(made.files)
        while not stop.is_set():
            write(sqlite_store, files, wrote[0])
            wrote[0] += 1

    writer = threading.Thread(target=load)
    writer.start()
    try:
        for n in range(3):
            before = wrote[0]
            backup(made, tmp_path / f"copy{n}", at=AT)
            other = empty(made, tmp_path / f"other{n}")
            found = restore(other, tmp_path / f"copy{n}")
            store = Store(other.database_url)
            seq, rows = counts(store)
            store.close()
            assert found.ok
            assert seq == rows >= before
    finally:
        stop.set()
        writer.join()
    assert wrote[0] > 5


def test_postgresql_goes_there_and_back(
    postgresql_store: Store, empty_postgresql: str, tmp_path: Path
) -> None:
    made = settings(postgresql_store, tmp_path / "var")
    files = FileStore(made.files)
    for n in range(3):
        write(postgresql_store, files, n)
    backup(made, tmp_path / "copy", at=AT)
    found = restore(empty(made, tmp_path / "other", empty_postgresql), tmp_path / "copy")
    assert (found.ok, found.files) == (True, 3)
    store = Store(empty_postgresql)
    assert counts(store) == (3, 3)
    store.close()


def test_backup_refuses_a_folder_with_something_in_it(made: Settings, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "x").touch()
    with pytest.raises(Refused):
        backup(made, tmp_path / "copy", at=AT)


def test_restore_refuses_what_is_not_empty(made: Settings, tmp_path: Path) -> None:
    backup(made, tmp_path / "copy", at=AT)
    with pytest.raises(Refused):
        restore(made, tmp_path / "copy")
    other = empty(made, tmp_path / "other")
    (other.files / "sha256" / "ab").mkdir(parents=True)
    (other.files / "sha256" / "ab" / "x").touch()
    with pytest.raises(Refused):
        restore(other, tmp_path / "copy")
    assert not (tmp_path / "other" / "kaoji.db").exists()


@pytest.mark.parametrize("harm", ["missing", "changed", "no manifest"])
def test_restore_refuses_a_harmed_backup_and_changes_nothing(
    made: Settings, tmp_path: Path, harm: str
) -> None:
    backup(made, tmp_path / "copy", at=AT)
    stored = next(p for p in (tmp_path / "copy" / "files").rglob("*") if p.is_file())
    if harm == "missing":
        stored.unlink()
    elif harm == "changed":
        stored.write_bytes(stored.read_bytes() + b" ")
    else:
        (tmp_path / "copy" / MANIFEST).unlink()
    with pytest.raises(Refused):
        restore(empty(made, tmp_path / "other"), tmp_path / "copy")
    assert not (tmp_path / "other" / "kaoji.db").exists()


def test_restore_refuses_another_mode(made: Settings, tmp_path: Path) -> None:
    backup(made, tmp_path / "copy", at=AT)
    demo = complete(Settings(mode="demo", var=tmp_path / "other"))
    with pytest.raises(Refused) as refused:
        restore(demo, tmp_path / "copy")
    assert [str(r) for r in refused.value.reasons] == ["备份是 test 的,不能恢复成 demo"]


def test_manifest_names_no_secret(made: Settings, tmp_path: Path) -> None:
    backup(made, tmp_path / "copy", at=AT)
    said = json.loads((tmp_path / "copy" / MANIFEST).read_text(encoding="utf-8"))
    assert sorted(said) == [
        "contents", "format", "journal", "made_at", "mode", "parts", "revision",
    ]  # fmt: skip
    assert made.secret_key not in json.dumps(said)
