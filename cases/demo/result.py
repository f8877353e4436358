"""What the demonstration leaves behind: dossiers, a result table, one summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cases.demo.theatre import Theatre
from cases.files.store import FileStore
from cases.files.table_sheet import TableColumn, write_table
from cases.journal import verify
from cases.models import Case, IssuedDocument
from workflow.vocabulary import (
    CaseKind,
    DocumentKind,
    Grade,
    Outcome,
    Participation,
    State,
    Word,
)

DECIDED = (
    State.DECIDED,
    State.IN_PUBLICITY,
    State.NOTIFIED,
    State.APPLYING,
    State.CLOSED,
    State.ARCHIVED,
)
HEADS = (
    ("卷号", 16),
    ("单位", 28),
    ("姓名", 14),
    ("职务", 28),
    ("参加方式", 16),
    ("环节", 12),
    ("结果", 14),
    ("国标代码", 10),
)


def summary(theatre: Theatre, out: Path, seconds: float) -> dict[str, Any]:
    """Write results.xlsx and the dossiers, say where they lie, and count."""
    rows = _rows(theatre)
    write_table(
        out / "results.xlsx",
        f"云州市(虚构){theatre.year} 年度考核结果",
        [TableColumn(head, width) for head, width in HEADS],
        [_line(row) for row in rows],
        note="演示数据:单位和人员均为虚构。",
    )
    dossiers = _dossiers(theatre, out / "dossiers")
    with theatre.store.reading() as conn:
        report = verify(conn)
    found = {
        "cases": len(rows),
        "bodies": sum(r.kind == CaseKind.BODY for r in rows),
        "decided": sum(r.state in DECIDED for r in rows),
        "ungraded": sum(r.outcome == Outcome.UNGRADED for r in rows),
        "not_assessed": sum(r.state == State.NOT_ASSESSED for r in rows),
        "archived": sum(r.state == State.ARCHIVED for r in rows),
        "dossiers": dossiers,
        "seconds": round(seconds, 1),
        "chain": "ok" if report.ok else f"bad {report.kind} {report.seq}",
    }
    say = theatre.bars.say
    say(f"■ 用时 {found['seconds']} 秒,日志 {found['chain']}")
    say(f"  结果表 {out / 'results.xlsx'}")
    say(f"  考核卷 {out / 'dossiers'} ({dossiers})")
    return found


def _rows(theatre: Theatre) -> list[Any]:
    with theatre.store.reading() as conn:
        return list(
            conn.execute(
                sa.select(Case)
                .where(Case.cycle_id == theatre.cycle_id)
                .order_by(Case.sort_key, Case.id)
            )
        )


def _line(row: Any) -> list[str]:
    result = ""
    if row.decided_grade:
        result = Grade(row.decided_grade).zh
    elif row.outcome:
        result = Outcome(row.outcome).zh
    elif row.state == State.NOT_ASSESSED:
        result = State.NOT_ASSESSED.zh
    return [
        row.ref,
        row.unit_name,
        row.subject_name if row.kind == CaseKind.CADRE else "领导班子",
        row.subject_post or "",
        _title(Participation, row.participation),
        State(row.state).zh,
        result,
        (row.conclusion or "") if row.kind == CaseKind.CADRE else "",
    ]


def _title(words: type[Word], value: str | None) -> str:
    return words(value).zh if value else ""


def _dossiers(theatre: Theatre, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    files = FileStore(theatre.settings.files)
    count = 0
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(IssuedDocument.file_id, Case.ref, Case.subject_name)
            .join(Case, Case.id == IssuedDocument.case_id)
            .where(
                IssuedDocument.kind == DocumentKind.DOSSIER,
                IssuedDocument.void_at.is_(None),
                Case.cycle_id == theatre.cycle_id,
            )
            .order_by(Case.sort_key, Case.id)
        ).all()
        for row in rows:
            content = files.open_file(conn, row.file_id).content
            (folder / f"{row.ref} {row.subject_name}.pdf").write_bytes(_bytes(content))
            count += 1
    return count


def _bytes(content: Any) -> bytes:
    return content if isinstance(content, bytes) else bytes(content.read())
