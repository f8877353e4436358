"""What jobs left behind stands in the reader's language: English pages hold Chinese only as data."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.files.roster_template import write_roster
from cases.files.store import FileStore
from cases.jobs import bulk_move, suggestions
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Account, Case, Job, JobRow, Synthesis
from cases.queries.sentences import all_kept, kept
from cases.store import Store
from tests.decision_desk import open_desk
from tests.web_client import NOW, Client, Page, open_site
from tests.world import AT, found_world
from workflow.vocabulary import Action, Role
from workflow.words import m

HAN = re.compile(r"[\u4e00-\u9fff]")


def chinese(page: Page, *data: str) -> list[str]:
    """Texts of the page's body with Chinese in them, the named data taken away."""
    texts = ["".join(t.split()) for t in page.tree.xpath("//main//text() | //title/text()")]
    for word in sorted((d.replace("　", "").replace(" ", "") for d in data), key=len, reverse=True):
        texts = [t.replace(word, "") for t in texts]
    return [t for t in texts if HAN.search(t)]


def of_cases(store: Store) -> list[str]:
    with store.reading() as conn:
        rows = conn.execute(sa.select(Case.subject_name, Case.unit_name, Case.subject_post))
        return [text for row in rows for text in row if text]


def newest_account(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.max(Account.id))).scalar_one())


def english(client: Client, path: str) -> Page:
    return client.get(f"{path}{'&' if '?' in path else '?'}lang=en")


def test_finished_bulk_job_speaks_english(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    site = open_site(sqlite_store, tmp_path)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    with sqlite_store.transaction() as conn:
        ids = list(conn.execute(sa.select(Case.id).order_by(Case.id)).scalars())
        actor = replace(world.actor(Role.OFFICE), account_id=newest_account(conn))
        job = bulk_move.ask(
            conn, Action.OPEN_SELF_REPORT, ids, actor=actor, at=AT, versions={ids[0]: 9}
        )
        conn.execute(sa.update(Case).where(Case.id == ids[1]).values(commenter_id=None))
    tools = Tools(sqlite_store, FileStore(site.settings.files), site.settings, site.clock)
    while run_one(tools):
        pass
    page = english(office, f"/jobs/{job}")
    assert chinese(page, *of_cases(sqlite_store)) == []
    with sqlite_store.reading() as conn:
        assert conn.execute(sa.select(JobRow.outcome).distinct()).scalars().all() != ["done"]


def test_refused_job_tells_its_reasons_in_english(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
    site = open_site(sqlite_store, tmp_path)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    with sqlite_store.transaction() as conn:
        conn.execute(
            sa.insert(Job).values(
                kind="bulk_move", title=kept(m("检查名册")), status="failed", payload={}, total=1,
                done=0, created_by=newest_account(conn), created_at=NOW - timedelta(hours=1),
                error=all_kept([m("考核年度还没有选定方案")]),
            )
        )  # fmt: skip
        job = conn.execute(sa.select(sa.func.max(Job.id))).scalar_one()
    assert chinese(english(office, f"/jobs/{job}")) == []


def test_suggestions_and_bars_speak_english(sqlite_store: Store, tmp_path: Path) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    office = desk.client(Role.OFFICE, person="clerk")
    with sqlite_store.transaction() as conn:
        actor = replace(desk.world.actor(Role.OFFICE), account_id=newest_account(conn))
        suggestions.ask(conn, desk.world.cycle_id, actor=actor, at=AT)
    tools = Tools(
        sqlite_store, FileStore(desk.site.settings.files), desk.site.settings, desk.site.clock
    )
    while run_one(tools):
        pass
    with sqlite_store.reading() as conn:
        stored = conn.execute(sa.select(Synthesis.flags, Synthesis.scoresheet)).all()
    assert stored and all(isinstance(flag, dict) for row in stored for flag in row.flags)
    assert all(set(row.scoresheet["reason"]) == {"m", "p"} for row in stored)
    said = english(office, f"/cases/{desk.cases['沈知远'].ref}/explanation").text
    assert "part" in said.lower()
    assert "无测评得分" not in said and "没有综合得分" not in said


def test_roster_dry_run_speaks_english(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
    site = open_site(sqlite_store, tmp_path)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    units = [{"code": "Z1", "name": "甲局"}, {"code": "Z1", "name": "乙局"}, {"code": "Z2"}]
    people = [{"unit_code": "Z9", "name": "丙丁", "gender": "男", "post": "局长"}]
    book = tmp_path / "名册.xlsx"
    write_roster(book, units, people)
    listed = office.get("/roster")
    upload = {"file": (BytesIO(book.read_bytes()), "名册.xlsx")}
    asked = office.submit(listed, upload, action="/roster", status=303)
    waiting = office.follow(asked)
    tools = Tools(sqlite_store, FileStore(site.settings.files), site.settings, site.clock)
    while run_one(tools):
        pass
    page = english(office, waiting.path)
    assert page.tree.xpath("count(//main//tbody/tr)") >= 2
    data = ("名册.xlsx", "单位", "人员", "甲局", "乙局", "丙丁", "局长")
    assert chinese(page, *data) == []
