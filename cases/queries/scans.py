"""Signed papers scanned back, as pages read them: stacks, their pages, and what still lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.errors import NotVisible
from cases.models import Case, Cycle, IssuedDocument, Job, ScanPage, ScanStack, StoredFile, Unit
from cases.queries.jobs import OPEN
from cases.queries.sentences import Told, told
from cases.queries.setup import organs_of
from cases.queries.things.filing import UNBOUND
from cases.queries.visibility import visible
from workflow.permissions import Actor
from workflow.vocabulary import DocumentKind, Permission, Word
from workflow.words import Sentence, m

RIGHT = Permission.FILE_DOSSIER
MOST = 2_000
JOB = "scan_stack"
"""The kind of the job that reads a stack; its payload names it by ``stack_id``."""
BROKEN_OFF = m("读取中断了,请再上传同一份文件,从中断的那一页接着读")


class StackStatus(Word):
    """Where a stack stands."""

    QUEUED = "queued", "等待读取", "Waiting"
    READ = "read", "已读完", "Read"
    FAILED = "failed", "没有读完", "Not read to the end"


class PageOutcome(Word):
    """What became of a page."""

    FILED = "filed", "已归入", "Filed"
    BROKEN = "broken", "这一页打不开", "Page can't be opened"
    UNREAD = "unread", "没有读出页码", "No page code read"
    SEVERAL = "several", "一页上有几个页码", "Several page codes"
    UNKNOWN = "unknown", "不是办理范围内的文书", "Not a paper in your charge"
    OTHER_YEAR = "other_year", "属于别的年度", "Of another year"
    OUTDATED = "outdated", "旧版文书", "Outdated paper"
    REPEATED = "repeated", "这一页已有扫描件", "Page already filed"
    RELEASED = "released", "已取出", "Taken out"
    DISCARDED = "discarded", "已剔除", "Discarded"


BY_HAND = frozenset(
    {PageOutcome.UNREAD, PageOutcome.SEVERAL, PageOutcome.UNKNOWN, PageOutcome.RELEASED}
)
"""Pages that a person may assign to a paper."""
SETTLED = frozenset({PageOutcome.FILED, PageOutcome.DISCARDED})


@dataclass(frozen=True, slots=True)
class StackLine:
    """One uploaded stack with the number of its pages by outcome."""

    id: int
    file_name: str
    year: int
    cycle_id: int
    status: StackStatus
    failure: Told | None
    uploaded_at: datetime
    pages: Mapping[PageOutcome, int]

    @property
    def filed(self) -> int:
        """Pages that went to their papers."""
        return self.pages.get(PageOutcome.FILED, 0)

    @property
    def open(self) -> int:
        """Pages somebody has to look at."""
        return sum(n for outcome, n in self.pages.items() if outcome not in SETTLED)


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page of a stack. ``name`` is empty where the reader may not see the case."""

    id: int
    stack_id: int
    number: int
    outcome: PageOutcome
    page: int | None
    title: str
    name: str
    unit: str
    ref: str
    by_hand: bool
    void_on: date | None
    file_id: int | None
    thumb_id: int | None
    case_id: int | None = None
    reason: str | None = None
    bound: bool = False
    """It is bound into a volume of its case and stays there."""

    @property
    def to_assign(self) -> bool:
        """A person may say which paper it belongs to."""
        return self.outcome in BY_HAND

    @property
    def why(self) -> Sentence | None:
        """What to do about a page that was not filed."""
        if self.outcome is PageOutcome.OUTDATED and self.void_on is not None:
            return m("%(day)s 已重新出具,内容可能已改。请打印新版,签字后再扫描", day=self.void_on)
        return _WHY.get(self.outcome)


_WHY: Mapping[PageOutcome, Sentence] = {
    PageOutcome.BROKEN: m("这一页读不出来,其余各页已照常读取。请单独重新扫描这一页,再把它剔除"),
    PageOutcome.UNREAD: m("页脚的二维码没有读出来,请对照图片人工归入"),
    PageOutcome.SEVERAL: m("请分页重新扫描,或者人工归入其中一份"),
    PageOutcome.UNKNOWN: m("不是本系统打印的文书,或者不归你办理"),
    PageOutcome.OTHER_YEAR: m("请在那个年度里上传"),
    PageOutcome.REPEATED: m("没有再次归入。要换成这一页,先取出已归入的那一页"),
    PageOutcome.RELEASED: m("请人工归入,或者剔除"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a registration form whose signed scan is not there yet."""

    document_id: int
    page: int
    ref: str
    name: str
    unit_id: int
    unit: str


@dataclass(frozen=True, slots=True)
class UnitForms:
    """Registration forms of a unit: printed, and how many are back with every page."""

    unit_id: int
    name: str
    forms: int
    back: int


def stacks(conn: sa.Connection, actor: Actor, *, only: int | None = None) -> list[StackLine]:
    """Stacks of the actor's organs, newest first; one whose job ended before its last page counts
    as failed. Three statements."""
    organs = [organ for organ, _ in organs_of(conn, actor, RIGHT)]
    query = (
        sa.select(ScanStack, Cycle.year)
        .join(Cycle, Cycle.id == ScanStack.cycle_id)
        .where(Cycle.managing_organ_id.in_(organs))
        .order_by(ScanStack.id.desc())
        .limit(100)
    )
    rows = conn.execute(query if only is None else query.where(ScanStack.id == only)).all()
    counts: dict[int, Counter[PageOutcome]] = {row.id: Counter() for row in rows}
    for stack_id, outcome, n in conn.execute(
        sa.select(ScanPage.stack_id, ScanPage.outcome, sa.func.count())
        .where(ScanPage.stack_id.in_(list(counts)))
        .group_by(ScanPage.stack_id, ScanPage.outcome)
    ):
        counts[stack_id][PageOutcome(outcome)] = n
    now = being_read(conn)
    return [_stack(row, row.id in now, counts[row.id]) for row in rows]


def _stack(row: Any, being_read: bool, pages: Mapping[PageOutcome, int]) -> StackLine:
    status, why = StackStatus(row.status), told(row.failure) if row.failure else None
    if status is StackStatus.QUEUED and not being_read:
        status, why = StackStatus.FAILED, BROKEN_OFF
    return StackLine(
        row.id, row.file_name, row.year, row.cycle_id, status, why, row.uploaded_at, pages
    )


def being_read(conn: sa.Connection) -> frozenset[int]:
    """Stacks whose job has not ended."""
    open_ones = [status.value for status in OPEN]
    query = sa.select(Job.payload).where(Job.kind == JOB, Job.status.in_(open_ones))
    return frozenset(int(payload["stack_id"]) for payload in conn.execute(query).scalars())


def load_stack(
    conn: sa.Connection, actor: Actor, permission: Permission, stack_id: int
) -> StackLine:
    """One stack of the actor's organs. Raises NotVisible."""
    found = stacks(conn, actor, only=stack_id)
    if not found:
        raise NotVisible(str(stack_id))
    return found[0]


def _pages(conn: sa.Connection, actor: Actor) -> Any:
    seen = sa.case((visible(conn, actor, RIGHT), 1), else_=0)
    return (
        sa.select(
            ScanPage,
            IssuedDocument.title,
            IssuedDocument.void_at,
            Case.subject_name,
            Case.unit_name,
            Case.ref,
            seen.label("seen"),
        )
        .outerjoin(IssuedDocument, IssuedDocument.id == ScanPage.document_id)
        .outerjoin(Case, Case.id == ScanPage.case_id)
    )


def _line(row: Any) -> PageLine:
    seen = bool(row.seen) and row.case_id is not None
    return PageLine(
        row.id,
        row.stack_id,
        row.number,
        PageOutcome(row.outcome),
        row.page,
        row.title or "",
        row.subject_name if seen else "",
        row.unit_name if seen else "",
        row.ref if seen else "",
        row.by_hand,
        date_of(row.void_at) if row.void_at else None,
        row.file_id,
        row.thumb_id,
        row.case_id,
        row.reason,
        row.bound_in is not None,
    )


def pages_of(conn: sa.Connection, actor: Actor, stack_id: int) -> list[PageLine]:
    """The pages of a stack in its own order."""
    query = _pages(conn, actor).where(ScanPage.stack_id == stack_id).order_by(ScanPage.number)
    return [_line(row) for row in conn.execute(query)]


def load_page(conn: sa.Connection, actor: Actor, permission: Permission, page_id: int) -> PageLine:
    """A page of the actor's organs, and of no case closed to him. Raises NotVisible."""
    row = conn.execute(_pages(conn, actor).where(ScanPage.id == page_id)).first()
    if row is None or (row.case_id is not None and not row.seen):
        raise NotVisible(str(page_id))
    load_stack(conn, actor, permission, row.stack_id)
    return _line(row)


def _forms(conn: sa.Connection, actor: Actor, cycle_id: int) -> Any:
    """Valid registration forms of a cycle in official order."""
    return (
        sa.select(
            IssuedDocument.id,
            IssuedDocument.pages,
            IssuedDocument.file_id,
            Case.ref,
            Case.subject_name,
            Case.unit_id,
            Case.unit_name,
        )
        .join(Case, Case.id == IssuedDocument.case_id)
        .where(
            IssuedDocument.kind == DocumentKind.REGISTRATION_FORM.value,
            IssuedDocument.void_at.is_(None),
            Case.cycle_id == cycle_id,
            visible(conn, actor, RIGHT),
        )
        .order_by(Case.sort_key, Case.id)
        .limit(MOST)
    )


def _filed(conn: sa.Connection, documents: Sequence[int]) -> set[tuple[int, int]]:
    rows = conn.execute(
        sa.select(ScanPage.document_id, ScanPage.page).where(
            ScanPage.document_id.in_(documents), ScanPage.outcome == PageOutcome.FILED.value
        )
    )
    return {(document, page) for document, page in rows if document and page}


def wanted(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[Wanted]:
    """Pages of registration forms without a signed scan, in official order."""
    forms = conn.execute(_forms(conn, actor, cycle_id)).all()
    there = _filed(conn, [form.id for form in forms])
    return [
        Wanted(form.id, page, form.ref, form.subject_name, form.unit_id, form.unit_name)
        for form in forms
        for page in range(1, form.pages + 1)
        if (form.id, page) not in there
    ]


def by_unit(conn: sa.Connection, actor: Actor, cycle_id: int) -> list[UnitForms]:
    """Units with registration forms, in official order: how many, how many are back whole."""
    forms = conn.execute(_forms(conn, actor, cycle_id)).all()
    there = _filed(conn, [form.id for form in forms])
    names = {form.unit_id: form.unit_name for form in forms}
    total = Counter(form.unit_id for form in forms)
    back = Counter(
        form.unit_id
        for form in forms
        if all((form.id, page) in there for page in range(1, form.pages + 1))
    )
    return [UnitForms(unit, name, total[unit], back[unit]) for unit, name in names.items()]


def forms_of_unit(
    conn: sa.Connection, actor: Actor, cycle_id: int, unit_id: int
) -> list[tuple[int, str]]:
    """(file, unit's name) of the valid forms of a unit in official order. Raises NotVisible."""
    query = _forms(conn, actor, cycle_id).where(Case.unit_id == unit_id)
    rows = conn.execute(query).all()
    if not rows:
        raise NotVisible(str(unit_id))
    return [(row.file_id, row.unit_name) for row in rows]


def signed_of(conn: sa.Connection, documents: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Paper -> (page, file) of its signed scan, in page order."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = conn.execute(
        sa.select(ScanPage.document_id, ScanPage.page, ScanPage.file_id)
        .where(ScanPage.document_id.in_(documents), ScanPage.outcome == PageOutcome.FILED.value)
        .order_by(ScanPage.document_id, ScanPage.page)
    )
    for document, page, file_id in rows:
        if document and page and file_id:
            found.setdefault(document, []).append((page, file_id))
    return found


@dataclass(frozen=True, slots=True)
class ToBind:
    """Signed pages of one paper that no volume holds yet, in page order."""

    document_id: int
    title: str
    code: str
    pages: tuple[tuple[int, int, str], ...]
    """(number of the page, id of the scan, digest of its file)."""
    scanned_at: datetime


def to_bind(conn: sa.Connection, case_id: int) -> list[ToBind]:
    """The signed pages of a case that wait for its next volume, by paper; void papers' don't."""
    rows = conn.execute(
        sa.select(
            ScanPage, IssuedDocument.title, IssuedDocument.code.label("of"), StoredFile.digest
        )
        .join(IssuedDocument, IssuedDocument.id == ScanPage.document_id)
        .join(StoredFile, StoredFile.id == ScanPage.file_id)
        .where(ScanPage.case_id == case_id, *UNBOUND)
        .order_by(ScanPage.document_id, ScanPage.page)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return [
        ToBind(
            document_id,
            pages[0].title,
            pages[0].of,
            tuple((row.page, row.id, row.digest) for row in pages),
            max(row.settled_at for row in pages),
        )
        for document_id, pages in found.items()
    ]


def cycles_to_scan(conn: sa.Connection, actor: Actor) -> list[tuple[int, str]]:
    """(id, title) of the cycles of the actor's organs, newest first."""
    organs = [organ for organ, _ in organs_of(conn, actor, RIGHT)]
    rows = conn.execute(
        sa.select(Cycle.id, Cycle.title, Unit.name)
        .join(Unit, Unit.id == Cycle.managing_organ_id)
        .where(Cycle.managing_organ_id.in_(organs))
        .order_by(Cycle.year.desc(), Cycle.id.desc())
    ).all()
    several = len(organs) > 1
    return [(i, f"{title}（{organ}）" if several else title) for i, title, organ in rows]
