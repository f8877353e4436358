"""Scheme versions: read from YAML, checked with path and sentence, kept with their digest.

A version never changes; a changed document is the next version. Freezing belongs to the cycle that
runs on it (``recording/cycle.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import yaml

from cases.errors import Invalid, KaojiError, Refused
from cases.journal import Draft, append
from cases.models import Scheme, SchemeVersion
from cases.models.rows import insert_rows
from cases.scoring import scheme as documents
from cases.scoring.document_file import PlainLoader, line_of, lines_of
from workflow.permissions import Actor, Resource, permits
from workflow.vocabulary import Permission
from workflow.words import Sentence, m

MOST_BYTES = 1_000_000
MOST_NODES = 60_000


_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What an escape in YAML can bring in, and no page, workbook or database column can hold."""

Fault = tuple[Sentence | str, Sentence]
"""Where (a path, or a line in words) and what."""


class SchemeFaults(KaojiError):
    """The document can't be used; ``problems`` are (path, Sentence) as the document runs."""

    def __init__(self, problems: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(f"{path}: {sentence}" for path, sentence in problems))
        self.problems = problems


class _Loader(PlainLoader):
    """Safe YAML as ``./kaoji score`` reads it, without anchors (an alias bomb is a few lines) and
    without repeated keys."""

    nodes = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self._refuse(m("不能使用 YAML 的锚和引用(& 和 *)"))
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._refuse(m("方案过大,请精简后再上传"))
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for name, _ in node.value:
            key = self.construct_object(name, deep=True)
            if not isinstance(key, str | int | float | date):
                self._refuse(m("名称只能是文字或数字"), name)
            if str(key) in seen:  # 1 and "1" are one name in the end
                self._refuse(m("“%(key)s”写了两次", key=str(key)), name)
            seen.add(str(key))
        return super().construct_mapping(node, deep)

    def construct_scalar(self, node: Any) -> Any:
        value = super().construct_scalar(node)
        if isinstance(value, str) and _UNSEEN.search(value):
            self._refuse(m("方案里有不可见的控制字符"), node)
        return value

    def _refuse(self, sentence: Sentence, node: Any = None) -> None:
        mark = node.start_mark if node is not None else self.get_mark()
        raise SchemeFaults(((_line(mark), sentence),))


def _line(mark: Any) -> Sentence | str:
    return "" if mark is None else _row(mark.line + 1)


def _row(number: int) -> Sentence | str:
    return m("第 %(n)s 行", n=number) if number else ""


def read_document(content: bytes) -> dict[str, Any]:
    """The document as plain values that JSON can hold. Raises SchemeFaults."""
    if len(content) > MOST_BYTES:
        raise SchemeFaults((("", m("方案文件超过 %(n)s MB", n=1)),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise SchemeFaults((("", m("方案文件应为 UTF-8 编码")),)) from e
    try:
        loaded = _loaded(_Loader(text))
    except yaml.reader.ReaderError as e:
        raise SchemeFaults(((_row(line_of(e, text)), m("方案里有不可见的控制字符")),)) from e
    except yaml.MarkedYAMLError as e:
        raise SchemeFaults(((_line(e.problem_mark), m("这里的 YAML 写法不对")),)) from e
    except (yaml.YAMLError, ValueError) as e:
        raise SchemeFaults((("", m("方案文件不是 YAML 格式")),)) from e
    if not isinstance(loaded, Mapping):
        raise SchemeFaults((("", m("方案文件的最外层应为“名称: 值”")),))
    plain: dict[str, Any] = _plain(loaded)
    return plain


def _loaded(loader: _Loader) -> Any:
    try:
        return loader.get_single_data()
    except RecursionError as e:
        raise SchemeFaults(((_row(loader.line + 1), m("层级过深")),)) from e


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_plain(child) for child in value]
    if isinstance(value, str) and _UNSEEN.search(value):
        raise SchemeFaults((("", m("方案里有不可见的控制字符")),))
    return value.isoformat() if isinstance(value, date) else value


def add_version(
    conn: sa.Connection,
    content: bytes,
    *,
    organ_id: int,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> int:
    """Keep a YAML document as the next version of its scheme; returns the version's id.

    Raises what ``keep_version`` raises; problems carry the line of the file they stand in.
    """
    document = read_document(content)
    try:
        return keep_version(conn, document, organ_id=organ_id, actor=actor, at=at, note=note)
    except SchemeFaults as faults:
        raise SchemeFaults(placed(content, faults.problems)) from faults


def placed(content: bytes, problems: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """The problems with the lines their paths stand in."""
    lines = lines_of(content.decode("utf-8-sig"))
    return tuple((_with_line(lines, str(path)), said) for path, said in problems)


def _with_line(lines: Mapping[str, int], path: str) -> Sentence | str:
    near = path
    while near and near not in lines:
        near = near[: max(near.rfind("."), near.rfind("["), 0)]
    if near not in lines:
        return path
    return m("第 %(n)s 行 %(path)s", n=lines[near], path=path)


def may_edit(actor: Actor, organ_id: int) -> None:
    """Raises Refused for who can't edit the schemes of an organ."""
    permit = permits(actor, Permission.SCHEME_EDIT, Resource(organ_id=organ_id))
    if not permit:
        raise Refused([permit.reason or m("没有办理这一步的权限")])


def keep_version(
    conn: sa.Connection,
    document: Mapping[str, Any],
    *,
    organ_id: int,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> int:
    """Keep a document as the next version of its scheme; returns the version's id.

    The scheme is known by the document's ``code``. Raises SchemeFaults with every problem, Invalid
    for a document that is the same as the newest version, Refused for another organ's scheme.
    """
    may_edit(actor, organ_id)
    scheme, problems = documents.check(document)
    if problems:
        raise SchemeFaults(problems)
    scheme_id = _scheme(conn, scheme.code, str(scheme.title.zh), organ_id)
    last = conn.execute(
        sa.select(SchemeVersion.number, SchemeVersion.digest)
        .where(SchemeVersion.scheme_id == scheme_id)
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).first()
    digest = documents.digest(document)
    if last is not None and last.digest == digest:
        raise Invalid({"file": m("与第 %(n)s 版完全相同,没有另存", n=last.number)})
    number = last.number + 1 if last is not None else 1
    version_id = int(
        conn.execute(
            sa.insert(SchemeVersion)
            .values(
                scheme_id=scheme_id,
                number=number,
                content=document,
                digest=digest,
                note=note or None,
                created_at=at,
                created_by=actor.person_id,
            )
            .returning(SchemeVersion.id)
        ).scalar_one()
    )
    payload = {"code": scheme.code, "number": number, "digest": digest}
    append(conn, _added(version_id, payload, actor, at))
    return version_id


def _added(version_id: int, payload: Mapping[str, Any], actor: Actor, at: datetime) -> Draft:
    return Draft(
        subject="scheme",
        subject_id=version_id,
        action="add_scheme_version",
        at=at,
        payload=payload,
    ).by(actor)


def _scheme(conn: sa.Connection, code: str, title: str, organ_id: int) -> int:
    one = sa.select(Scheme.id, Scheme.managing_organ_id).where(Scheme.code == code)
    found = conn.execute(one.with_for_update()).first()
    if found is None:  # two who publish its first version at once both come here
        columns = ("code", "title", "managing_organ_id")
        row = (code, title[:200], organ_id)
        insert_rows(conn, Scheme, columns, [row], unless_there="code")
        found = conn.execute(one.with_for_update()).one()
    if found.managing_organ_id != organ_id:
        raise Refused([m("代码为“%(code)s”的方案属于其他机关", code=code)])
    return int(found.id)
