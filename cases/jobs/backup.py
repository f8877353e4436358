"""Backup while running, and restore onto an empty machine.

Order of a backup: main database by its own backup API (SQLite) or ``pg_dump``, then the files,
then the booth's database, then the manifest. Files are only ever added, so every row of the
database copy has its file in the later file copy. Without a manifest a folder is no backup.

A restore checks every digest first, refuses a target that holds anything, puts the copies aside
under other names, renames them at the end, and then verifies chain and files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from cases import schema
from cases.errors import Refused
from cases.files.store import FileStore
from cases.journal import Report, verify
from cases.models import Installation, JournalEntry, JournalHead
from cases.store import Store
from config import Settings
from workflow.words import m

FORMAT = 1
MANIFEST = "manifest.json"
_NAMES = {"main": "main", "booth": "booth"}
_SUFFIX = {"sqlite": ".db", "postgresql": ".dump"}


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: its folder, the number of stored files, bytes, the manifest's digest."""

    folder: Path
    files: int
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What verification said of the restored installation."""

    report: Report
    files: int
    damaged: tuple[int, ...]
    lost_entries: int

    @property
    def ok(self) -> bool:
        """Chain and every file are as they were."""
        return self.report.ok and not self.damaged and self.lost_entries == 0


def backup(settings: Settings, folder: Path, *, at: datetime) -> Made:
    """Copy everything into ``folder``, which must be new or empty. Raises Refused."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused([m("备份目录不是空的:%(folder)s", folder=str(folder))])
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    facts = _facts(settings, at)
    parts = [_dump(make_url(settings.database_url), folder, _NAMES["main"])]
    count = _copy_files(settings.files, folder / "files")
    booth = make_url(settings.booth_database_url)
    if _exists(booth):
        parts.append(_dump(booth, folder, _NAMES["booth"]))
    listed: dict[str, tuple[str, int]] = {
        path.relative_to(folder).as_posix(): (_digest(path), path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    said = {**facts, "parts": [p.name for p in parts], "contents": listed}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    _write_synced(folder / MANIFEST, text.encode())
    size = sum(size for _, size in listed.values())
    return Made(folder, count, size, hashlib.sha256(text.encode()).hexdigest())


def restore(settings: Settings, folder: Path) -> Restored:
    """Put a backup into the empty installation that the settings name, then verify it.

    Raises Refused, with nothing changed, for a folder that is no whole backup, a backup of another
    mode or kind of database, and a target that is not empty.
    """
    said = _checked(folder)
    main, booth = make_url(settings.database_url), make_url(settings.booth_database_url)
    names = {Path(name).stem: folder / name for name in said["parts"]}
    _check_target(settings, said, main, booth, names)
    _load(names["main"], main)
    if "booth" in names:
        _load(names["booth"], booth)
    _place_files(folder / "files", settings.files)
    return _verified(settings, said)


def _facts(settings: Settings, at: datetime) -> dict[str, Any]:
    store = Store(settings.database_url)
    try:
        with store.reading() as conn:
            mode = conn.execute(sa.select(Installation.mode)).scalar()
            head = conn.execute(sa.select(JournalHead.seq, JournalHead.digest)).first()
        revision = schema.revision_of(store.engine)
    finally:
        store.close()
    if mode is None or head is None:
        raise Refused([m("数据库还没有开户,没有可备份的内容")])
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "mode": mode,
        "revision": revision,
        "journal": {"seq": head.seq, "digest": head.digest},
    }


# -- databases


def _exists(url: URL) -> bool:
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _dump(url: URL, folder: Path, name: str) -> Path:
    path = folder / f"{name}{_SUFFIX[url.get_backend_name()]}"
    if url.get_backend_name() == "sqlite":
        _dump_sqlite(Path(url.database or ""), path)
    else:
        _run("pg_dump", url, ["--format=custom", "--no-owner", f"--file={path}"])
    return path


def _dump_sqlite(source: Path, target: Path) -> None:
    """One step of the backup API: one consistent view, writers go on meanwhile (WAL)."""
    origin, copy = sqlite3.connect(source, timeout=30), sqlite3.connect(target)
    try:
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.OperationalError as e:  # the copy's disk is full, or the database is locked
        raise Refused([m("数据库没有复制完:%(why)s", why=str(e))]) from e
    finally:
        copy.close()
        origin.close()
    if found != "ok":
        raise Refused([m("数据库副本没有通过完整性检查:%(why)s", why=found)])


def _load(path: Path, url: URL) -> None:
    if url.get_backend_name() != "sqlite":
        options = ["--no-owner", "--single-transaction", "--exit-on-error"]
        _run("pg_restore", url, [*options, str(path)])
        return
    target = Path(url.database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(path, aside)
    aside.chmod(0o600)
    aside.replace(target)


def _run(program: str, url: URL, options: list[str]) -> None:
    """pg_dump or pg_restore; the password goes by the environment, never by the command line."""
    found = shutil.which(program) or _debian(program)
    if found is None:
        raise Refused([m("没有找到 %(program)s,请安装 postgresql-client", program=program)])
    place = {"-h": url.host, "-p": url.port, "-U": url.username, "-d": url.database}
    where = [text for key, value in place.items() if value for text in (key, str(value))]
    ran = subprocess.run(
        [found, "--no-password", *where, *options],
        env={"PGPASSWORD": str(url.password or ""), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        why = (ran.stderr.strip().splitlines() or ["?"])[-1]
        raise Refused([m("%(program)s 没有完成:%(why)s", program=program, why=why)])


def _debian(program: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1]) if found else None


# -- files


def _copy_files(source: Path, target: Path) -> int:
    """Stored files only; what is still coming in has no row yet."""
    count = 0
    for path in _stored(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        count += 1
    return count


def _stored(root: Path) -> Iterator[Path]:
    for path in sorted(root.glob("*/*/*")):
        if path.is_file():
            yield path


def _place_files(source: Path, target: Path) -> None:
    aside = target.with_name(f"{target.name}.restoring")
    if aside.exists():
        shutil.rmtree(aside)
    if source.is_dir():
        shutil.copytree(source, aside)
    else:
        aside.mkdir(parents=True)
    if target.exists():
        shutil.rmtree(target)  # empty: checked before
    aside.replace(target)


# -- checks


def _checked(folder: Path) -> dict[str, Any]:
    """The manifest, after every file it lists was read and found as listed."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Refused([m("这里没有完整的备份:%(folder)s", folder=str(folder))]) from None
    if said.get("format") != FORMAT:
        raise Refused([m("不认识这种备份格式:%(format)s", format=str(said.get("format")))])
    for name, (digest, _) in said["contents"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise Refused([m("备份里的文件缺失或有改动:%(name)s", name=name)])
    return dict(said)


def _check_target(
    settings: Settings, said: dict[str, Any], main: URL, booth: URL, names: dict[str, Path]
) -> None:
    if said["mode"] != settings.mode:
        raise Refused(
            [m("备份是 %(has)s 的,不能恢复成 %(want)s", has=said["mode"], want=settings.mode)]
        )
    wanted = [("main", main)] + ([("booth", booth)] if "booth" in names else [])
    for name, url in wanted:
        if names[name].suffix != _SUFFIX[url.get_backend_name()]:
            raise Refused([m("备份与目标不是同一种数据库")])
        if not _is_empty(url):
            raise Refused([m("目标数据库不是空的,恢复只能写入空的安装")])
    if any(_stored(settings.files)):
        raise Refused([m("目标文件目录不是空的,恢复只能写入空的安装")])


def _is_empty(url: URL) -> bool:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        return not path.exists() or path.stat().st_size == 0
    engine = sa.create_engine(url)
    try:
        with engine.connect() as conn:
            return not sa.inspect(conn).get_table_names()
    finally:
        engine.dispose()


def _verified(settings: Settings, said: dict[str, Any]) -> Restored:
    store, files = Store(settings.database_url), FileStore(settings.files)
    told = said["journal"]
    try:
        with store.reading() as conn:
            report = verify(conn)
            damaged = tuple(fault.file_id for fault in files.verify(conn))
            head = conn.execute(sa.select(JournalHead.seq)).scalar() or 0
            digest = conn.execute(
                sa.select(JournalEntry.digest).where(JournalEntry.seq == told["seq"])
            ).scalar()
    finally:
        store.close()
    changed = told["seq"] > 0 and digest != told["digest"]
    lost = max(0, told["seq"] - head) or int(changed)
    return Restored(report, sum(1 for _ in _stored(settings.files)), damaged, lost)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
