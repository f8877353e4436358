"""Many cases moved at once through HTTP: names and reasons first, then a job, then every row."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from cases.commands.opening import open_cases
from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Case, Job, JournalEntry
from cases.store import Store
from tests.web_client import Client, Page, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Action, Role


class Hall:
    """A year just opened, with the office at its desk."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            open_cases(conn, self.world.cycle_id, actor=self.world.actor(Role.OFFICE), at=AT)
        self.site: Site = open_site(store, folder)
        self.office: Client = self.site.sign_in_as(Role.OFFICE, organ=self.world.units["organ"])

    @property
    def cases(self) -> list[sa.Row]:
        """All cases in official order."""
        with self.store.reading() as conn:
            return list(conn.execute(sa.select(Case).order_by(Case.sort_key, Case.id)))

    def preview(self, action: Action, *refs: str, who: Client | None = None, status: int = 200):
        body = {"action": action.value, "case": list(refs)}
        return (who or self.office).post("/cases/bulk", body, status=status)

    def start(self, page: Page, *refs: str, status: int = 303, **more: str) -> Page:
        return self.office.submit(
            page, {**more, "case": list(refs)}, action="/cases/bulk/start", status=status
        )

    def write(self, case_id: int, **values: object) -> None:
        with self.store.transaction() as conn:
            conn.execute(sa.update(Case).where(Case.id == case_id).values(**values))

    def work(self) -> None:
        tools = Tools(
            self.store, FileStore(self.site.settings.files), self.site.settings, self.site.clock
        )
        while run_one(tools):
            pass


@pytest.fixture
def hall(sqlite_store: Store, tmp_path: Path) -> Hall:
    return Hall(sqlite_store, tmp_path)


def rows(page: Page) -> list[list[str]]:
    """The cells of the page's table, blanks squeezed."""
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./td | ./th")]
        for row in page.tree.xpath("//main//tbody/tr")
    ]


def test_preview_names_who_goes_who_does_not_and_why(hall: Hall) -> None:
    cases = hall.cases
    cadres = [c for c in cases if c.kind == "cadre"]
    hall.write(cadres[0].id, commenter_id=None)
    hall.write(cadres[1].id, state="drafting")
    page = hall.preview(Action.OPEN_SELF_REPORT, *(c.ref for c in reversed(cases)), "2025-没有")
    left = [c for c in cases if c.id not in (cadres[0].id, cadres[1].id)]
    assert page.h1 == f"启动述职 {len(left)} 件，请先核对名单"
    assert [row[1] for row in rows(page)] == [f"{c.subject_name}{c.ref}" for c in left]
    barred = [" ".join(li.text_content().split()) for li in page.tree.xpath("//ul[1]/li[svg]")]
    told = [t for t in barred if cadres[0].subject_name in t or cadres[1].subject_name in t]
    assert "评语" in told[0]
    assert "现为“述职撰写中”，不能“启动述职”" in told[1]
    assert "有 1 件没有列出" in page.text
    assert "转入“述职撰写中”" in page.text
    assert "述职开始" in page.text
    assert f"启动述职（{len(left)} 件）" in page.text


def test_preview_costs_the_same_for_one_case_and_for_all(hall: Hall) -> None:
    refs = [c.ref for c in hall.cases]
    hall.preview(Action.OPEN_SELF_REPORT, refs[0])
    one = len(hall.site.site_queries)
    hall.preview(Action.OPEN_SELF_REPORT, *refs)
    assert len(hall.site.site_queries) == one
    assert one <= 14


def test_kept_cases_move_and_every_row_has_its_result(hall: Hall) -> None:
    cases = hall.cases
    page = hall.preview(Action.OPEN_SELF_REPORT, *(c.ref for c in cases))
    asked = hall.start(page, *(c.ref for c in cases[:3]))
    waiting = hall.office.follow(asked)
    assert waiting.h1 == "启动述职：3 件"
    assert waiting.tree.xpath("//progress/@max") == ["3"]
    assert waiting.headers["Refresh"] == "3"
    assert "Refresh" not in hall.office.get(f"{asked.location}?still=1").headers
    hall.write(cases[1].id, version=cases[1].version + 1)
    hall.work()
    done = hall.office.follow(asked)
    assert [row[2] for row in rows(done)] == ["已办理", "未办理", "已办理"]
    assert rows(done)[1][3] == "预览之后已有变动，现为“待审核”"
    assert "办好 2 件，1 件没有办" in done.text
    assert "Refresh" not in done.headers
    assert len(hall.site.site_queries) <= 12
    assert [c.state for c in hall.cases[:4]] == ["drafting", "scoped", "drafting", "scoped"]
    only = hall.office.get(f"{asked.location}?outcome=skipped")
    assert len(rows(only)) == 1
    with hall.store.reading() as conn:
        entries = sa.select(sa.func.count()).where(JournalEntry.action == "open_self_report")
        assert conn.execute(entries).scalar_one() == 2


def test_result_comes_as_a_workbook(hall: Hall) -> None:
    case = hall.cases[0]
    asked = hall.start(hall.preview(Action.OPEN_SELF_REPORT, case.ref), case.ref)
    hall.work()
    sheet = hall.office.get(f"{asked.location}/result.xlsx")
    found = CalamineWorkbook.from_filelike(io.BytesIO(sheet.response.data)).get_sheet_by_index(0)
    lines = found.to_python()
    assert lines[-1][1:3] == [f"{case.subject_name}　{case.unit_name}", "已办理"]


def test_job_of_somebody_else_does_not_exist(hall: Hall) -> None:
    case = hall.cases[0]
    asked = hall.start(hall.preview(Action.OPEN_SELF_REPORT, case.ref), case.ref)
    other = hall.site.sign_in_as(Role.OFFICE, organ=hall.world.units["organ"])
    other.get(asked.location, status=404)
    other.get(f"{asked.location}/result.xlsx", status=404)
    hall.office.get("/jobs/999999", status=404)


def test_asked_twice_with_one_key_is_one_job(hall: Hall) -> None:
    case = hall.cases[0]
    page = hall.preview(Action.OPEN_SELF_REPORT, case.ref)
    first, second = hall.start(page, case.ref), hall.start(page, case.ref)
    assert first.location == second.location
    with hall.store.reading() as conn:
        assert conn.execute(sa.select(sa.func.count(Job.id))).scalar_one() == 1


def test_move_with_a_form_asks_once_for_all(hall: Hall) -> None:
    refs = [c.ref for c in hall.cases if c.kind == "cadre"][:2]
    page = hall.preview(Action.EXCLUDE, *refs)
    assert "情况说明" in page.text
    unfilled = hall.start(page, *refs, status=422)
    assert len(unfilled.errors) == 2
    why = {"participation_reason": "retired", "reason": "年度内到龄退休"}
    asked = hall.start(unfilled, *refs, **why)
    hall.work()
    assert "2 件全部办好" in hall.office.follow(asked).text
    assert [c.state for c in hall.cases if c.ref in refs] == ["not_assessed"] * 2


def test_right_withdrawn_before_the_work_begins_stops_it(hall: Hall) -> None:
    case = hall.cases[0]
    asked = hall.start(hall.preview(Action.OPEN_SELF_REPORT, case.ref), case.ref)
    hall.site.revoke(hall.office.grants[0])
    hall.work()
    done = hall.office.follow(asked)
    assert [row[2] for row in rows(done)] == ["不能办理"]
    assert hall.cases[0].state == "scoped"


def test_who_may_not_and_what_is_not_offered(hall: Hall) -> None:
    ref = hall.cases[0].ref
    contact = hall.site.sign_in_as(Role.UNIT_CONTACT, unit=hall.world.units["county"])
    hall.preview(Action.OPEN_SELF_REPORT, ref, who=contact, status=403)
    hall.preview(Action.SUBMIT, ref, status=400)
    hall.preview(Action.DECIDE, ref, status=400)
    hall.office.post("/cases/bulk", {"action": "nonsense"}, status=400)
    hall.site.visitor().get("/jobs/1", status=303)


def test_foreign_case_looks_like_an_absent_one(hall: Hall) -> None:
    case = next(c for c in hall.cases if c.unit_id == hall.world.units["environment"])
    hall.write(case.id, state="submitted")
    contact = hall.site.sign_in_as(Role.UNIT_CONTACT, unit=hall.world.units["county"])
    page = hall.preview(Action.ACCEPT, case.ref, "2025-没有", who=contact)
    assert "有 2 件没有列出" in page.text
    assert case.subject_name not in page.text


def test_nothing_ticked_is_said(hall: Hall) -> None:
    assert "没有选中考核卷" in hall.preview(Action.OPEN_SELF_REPORT).text
    page = hall.preview(Action.OPEN_SELF_REPORT, hall.cases[0].ref)
    hall.start(page, status=409)
