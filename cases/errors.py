"""The four words of refusal. Each has one page: 404, 422, 409 and 409.

No error carries text of its own: reasons are :class:`workflow.words.Sentence` and are translated
where somebody reads them.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Mapping

from workflow.words import Sentence, m


class KaojiError(Exception):
    """Root of everything that a page, a job or a command line answers with a sentence."""


class NotVisible(KaojiError):
    """The thing is absent or belongs to others; both look the same (404)."""


class Invalid(KaojiError):
    """Some fields cannot be taken as written (422): field name -> sentence."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        super().__init__("; ".join(f"{k}: {v}" for k, v in errors.items()))
        self.errors = dict(errors)


class Refused(KaojiError):
    """Guards said no (409). Nothing was written; all reasons come at once."""

    def __init__(self, reasons: Iterable[Sentence], case_ref: str | None = None) -> None:
        self.reasons = tuple(reasons)
        self.case_ref = case_ref
        super().__init__("; ".join(str(r) for r in self.reasons))


class Stale(KaojiError):
    """Somebody else moved the thing first (409). Carries the state as it is now."""

    def __init__(self, what: str, state: str | None = None, version: int | None = None) -> None:
        super().__init__(f"{what}: {state} v{version}")
        self.what = what
        self.state = state
        self.version = version


class Misconfigured(KaojiError):
    """The installation refuses to start; the sentence says which setting and how to mend it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Busy(KaojiError):
    """The database did not take the write in time (503); trying again is safe."""

    sentence = m("数据库正忙,没有写入任何内容,请过一会儿再试")


class Unwritable(KaojiError):
    """The database takes no write until somebody sees to it (503); nothing was written."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


_RIVALS = frozenset({"40P01", "40001", "55P03", sqlite3.SQLITE_BUSY})
"""PostgreSQL: deadlock detected, could not serialise, lock not available; SQLite: locked."""
FULL = m("数据库所在的磁盘已满,没有写入任何内容,请告知管理员")
READ_ONLY = m("数据库现在只能读,没有写入任何内容,请告知管理员")
_SHUT = m("数据库现在打不开,没有写入任何内容,请告知管理员")
FAULTY = m("数据库所在的磁盘读写出错,没有写入任何内容,请告知管理员")
_DAMAGED = m("数据库文件已损坏或不是数据库,没有写入任何内容,请告知管理员")
_UNWRITABLE: dict[object, Sentence] = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _SHUT,
    sqlite3.SQLITE_IOERR: FAULTY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    "53100": FULL,
    "25006": READ_ONLY,
    "58030": FAULTY,
}
"""What no trying again cures: SQLite's primary result codes, PostgreSQL's SQLSTATE."""


def unwritten(error: BaseException) -> KaojiError | None:
    """What a database driver's error means to whoever wanted to write: Busy, Unwritable, or None
    where the fault is ours. ``error`` may be SQLAlchemy's, which carries the driver's."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        code: object = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    else:
        code = getattr(cause, "sqlstate", None)
    if code in _UNWRITABLE:
        return Unwritable(_UNWRITABLE[code])
    return Busy() if code in _RIVALS else None


_WHY = {
    errno.ENOENT: m("没有这个文件或文件夹"),
    errno.EISDIR: m("这是文件夹,不是文件"),
    errno.ENOTDIR: m("这是文件,不是文件夹"),
    errno.EEXIST: m("这是文件,不是文件夹"),
    errno.EACCES: m("没有读写权限"),
    errno.EROFS: m("介质是只读的"),
    errno.ENOSPC: m("介质已满,什么也没有写入"),
}


def told(error: OSError) -> object:
    """What is wrong with which file; the system's own words where nobody foresaw it."""
    if error.errno is None:
        return error
    why = _WHY.get(error.errno, error.strerror or "")
    if not error.filename:
        return why
    return m("%(file)s:%(why)s", file=str(error.filename), why=why)
