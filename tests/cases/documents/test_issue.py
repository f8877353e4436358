"""Papers kept once, found again, bound from what was kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.documents.issue import (
    About,
    Made,
    keep,
    make,
    make_dossier,
    make_void,
    next_number,
)
from cases.documents.papers.volume import content_of, parts_of
from cases.documents.press import Press
from cases.errors import NotVisible
from cases.files.store import Damaged, FileStore
from cases.journal.verify import verify
from cases.models import IssuedDocument, JournalEntry, StoredFile
from cases.store import Store
from tests.cases.documents.samples import letter, papers, volume
from workflow.vocabulary import DocumentKind as D

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ORGAN = "中共云州市委组织部"
NOTHING = About("cycle", 1)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture(scope="module")
def made(press: Press) -> Made:
    return make(press, D.CIRCULAR, letter())


def test_paper_is_kept_with_digest_and_journal_entry(
    store: Store, files: FileStore, made: Made
) -> None:
    with store.transaction() as conn:
        issued = keep(conn, files, made, NOTHING, at=AT)
    with store.reading() as conn:
        row = conn.execute(sa.select(IssuedDocument)).one()
        assert (row.digest, row.code, row.pages) == (issued.digest, made.code, made.pages)
        assert files.open_file(conn, issued.file_id).content == made.pdf
        entry = conn.execute(
            sa.select(JournalEntry).where(JournalEntry.subject == "document")
        ).one()
        assert (entry.action, entry.subject_id) == ("issue_document", issued.id)
        assert verify(conn).ok


def test_keeping_twice_keeps_once(store: Store, files: FileStore, made: Made) -> None:
    with store.transaction() as conn:
        first = keep(conn, files, made, NOTHING, at=AT)
        second = keep(conn, files, made, NOTHING, at=AT)
        assert (second.id, first.new, second.new) == (first.id, True, False)
        count = sa.select(sa.func.count())
        assert conn.execute(count.select_from(IssuedDocument)).scalar() == 1
        assert conn.execute(count.select_from(StoredFile)).scalar() == 1


def test_another_number_has_another_code(
    store: Store, files: FileStore, press: Press, made: Made
) -> None:
    with store.transaction() as conn:
        keep(conn, files, made, NOTHING, at=AT)
        number = next_number(conn, D.CIRCULAR, NOTHING)
        again = make(press, D.CIRCULAR, letter(), number=number)
        assert (number, again.code == made.code) == (2, False)
        assert keep(conn, files, again, NOTHING, at=AT).new


def test_void_paper_stays_and_is_void_once(store: Store, files: FileStore, made: Made) -> None:
    with store.transaction() as conn:
        issued = keep(conn, files, made, NOTHING, at=AT)
        make_void(conn, issued.id, reason="更正", at=AT, account_id=None)
        row = conn.execute(sa.select(IssuedDocument)).one()
        assert (row.void_at, row.void_reason) == (AT, "更正")
        with pytest.raises(NotVisible):
            make_void(conn, issued.id, reason="更正", at=AT, account_id=None)


def test_volume_is_bound_from_kept_papers_in_order(
    sqlite_store: Store, files: FileStore, press: Press
) -> None:
    from tests.cases.documents.cases_for_papers import one_case

    with sqlite_store.transaction() as conn:
        case_id = one_case(conn, AT)
        about = About("case", case_id, case_id)
        for kind in (D.RESULT_NOTICE, D.TALK_RECORD, D.SELF_REPORT, D.REGISTRATION_FORM):
            keep(conn, files, make(press, kind, papers()[kind]), about, at=AT)
        found = content_of(conn, case_id).papers
        parts = parts_of(conn, files, found, organ=ORGAN, author="沈知远")
        assert [(p.kind, p.maker) for p in parts] == [
            ("registration_form", ORGAN),
            ("self_report", "沈知远"),
            ("result_notice", ORGAN),
        ]
        dossier, bound = make_dossier(press, volume(), parts)
        issued = keep(conn, files, dossier, about, at=AT)
        assert issued.digest == f"sha256:{bound.digest}"


def test_damaged_paper_stops_the_binding(
    sqlite_store: Store, files: FileStore, press: Press
) -> None:
    from tests.cases.documents.cases_for_papers import one_case

    with sqlite_store.transaction() as conn:
        case_id = one_case(conn, AT)
        kind = D.REGISTRATION_FORM
        made = make(press, kind, papers()[kind])
        issued = keep(conn, files, made, About("case", case_id, case_id), at=AT)
        path = files.path_of(issued.digest)
        path.chmod(0o600)
        path.write_bytes(made.pdf[:-1] + b"x")
        with pytest.raises(Damaged):
            parts_of(conn, files, content_of(conn, case_id).papers, organ=ORGAN, author="")
