"""The volume of a case: which papers it holds, its cover, the list that hands it over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.clock import date_of
from cases.documents.context import Group, ListPaper, Sign, Volume
from cases.documents.dossier import Part
from cases.documents.issue import DOSSIER_ORDER
from cases.documents.papers.subject import Subject, result_word
from cases.files.store import FileStore
from cases.models import Case, Cycle, Filing, IssuedDocument, Person, Unit
from workflow.vocabulary import CaseKind, DocumentKind
from workflow.words import Sentence

BOUND = (DocumentKind.DOSSIER, DocumentKind.CONTINUATION)


@dataclass(frozen=True, slots=True)
class Content:
    """Papers of one volume: rows of ``issued_documents`` in the order of the catalogue."""

    number: int
    """1 for the first volume, 2 for the first continuation."""
    papers: tuple[Any, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Which papers: compared again before the volume is kept."""
        return tuple(row.id for row in self.papers)


def content_of(conn: sa.Connection, case_id: int) -> Content:
    """What the next volume of a case would hold: all that no earlier volume holds, without void."""
    rows = conn.execute(
        sa.select(IssuedDocument)
        .where(IssuedDocument.case_id == case_id)
        .order_by(IssuedDocument.id)
    ).all()
    volumes = [row for row in rows if row.kind in BOUND]
    last = volumes[-1].id if volumes else 0
    places = {kind.value: place for place, kind in enumerate(DOSSIER_ORDER)}
    mine = [r for r in rows if r.id > last and r.kind in places and r.void_at is None]
    mine.sort(key=lambda r: (places[r.kind], r.number, r.id))
    return Content(len(volumes) + 1, tuple(mine))


def parts_of(
    conn: sa.Connection, files: FileStore, papers: Sequence[Any], *, organ: str, author: str
) -> list[Part]:
    """The papers as they were issued, digests checked: a report is its author's, all else the
    organ's. Raises ``Damaged`` when a kept file is no longer what was kept."""
    return [
        Part(
            kind=row.kind,
            title=row.title,
            pdf=files.open_file(conn, row.file_id).content,
            on=row.dated or date_of(row.issued_at),
            maker=author if row.kind == DocumentKind.SELF_REPORT else organ,
        )
        for row in papers
    ]


def volume_of(subject: Subject, number: int) -> Volume:
    """Cover and catalogue of a volume. The archive number and retention stand on the filing."""
    filing = subject.conn.execute(
        sa.select(Filing, Person.name)
        .outerjoin(Person, Person.id == Filing.filed_by)
        .where(Filing.case_id == subject.case.id)
    ).one()
    more = "" if number == 1 else f"续卷{number - 1}"
    return Volume(
        **subject.head,
        archive_no=filing.archive_no or "",
        fonds=(filing.archive_no or "").split("-")[0],
        title=f"{subject.name}{subject.year}年度考核卷{more}",
        subject=subject.name,
        post=subject.case.subject_post or "",
        unit=subject.case.unit_name,
        is_body=subject.is_body,
        grade=subject.result,
        retention=filing.retention or "",
        volume_no=number,
        filed_by=filing.name or "",
    )


def handover_list(conn: sa.Connection, case_ids: Iterable[int], on: date) -> ListPaper:
    """What an office hands to the archive: volumes by unit in official order, two signatures."""
    rows = conn.execute(
        sa.select(
            Case, Filing.archive_no, Filing.retention, Filing.state.label("filed_as"), Cycle.year,
            Unit.name.label("organ"),
        )
        .join(Filing, Filing.case_id == Case.id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.managing_organ_id)
        .where(Case.id.in_(list(case_ids)))
        .order_by(Case.sort_key, Case.id)
    ).all()  # fmt: skip
    groups = []
    for unit in dict.fromkeys(row.unit_name for row in rows):
        mine = [row for row in rows if row.unit_name == unit]
        lines = tuple(_line(n, row) for n, row in enumerate(mine, 1))
        groups.append(Group(title=unit, rows=lines, count=f"{len(lines)}卷。"))
    return ListPaper(
        year=rows[0].year,
        organ=rows[0].organ,
        issued_on=on,
        title="年度考核卷归档交接清单",
        columns=(
            ("序号", 1, "c"),
            ("档号", 5, "l"),
            ("考核对象", 4, "n"),
            ("结果", 2, "c"),
            ("保管期限", 2, "c"),
            ("卷别", 2, "c"),
        ),
        groups=tuple(groups),
        total=f"共{len(rows)}卷。",
        signs=(Sign(label="移交人"), Sign(label="接收人")),
    )


def _memo(memo: dict[str, Any] | None) -> str:
    return str(Sentence(memo["msgid"], memo["params"])) if memo else ""


def _line(n: int, row: Any) -> tuple[str, ...]:
    name = f"{row.subject_name}领导班子" if row.kind == CaseKind.BODY else row.subject_name
    part = "续卷" if row.filed_as == "continued" else "首卷"
    word = result_word(row.outcome, row.decided_grade)
    return (str(n), row.archive_no or "", name, word, row.retention or "", part)


def check_report(subject: Subject, findings: Sequence[dict[str, Any]]) -> ListPaper:
    """The four-property check as it was found, item by item."""
    rows = tuple(
        (str(f["code"]), str(f["title"]), "符合" if f["ok"] else "不符合", _memo(f.get("memo")))
        for f in findings
    )
    good = sum(1 for f in findings if f["ok"])
    return ListPaper(
        **subject.head,
        title="四性检测报告",
        intro=f"{subject.name}{subject.year}年度考核卷",
        columns=(("编号", 2, "c"), ("检测项", 7, "l"), ("结果", 2, "c"), ("说明", 5, "l")),
        groups=(Group(title="检测结果", rows=rows, count=f"{len(rows)}项，符合{good}项。"),),
        signs=(Sign(label="检测人"),),
    )
