"""Letters through HTTP: drafted to several bodies, sent, answered on the page and by Excel."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from cases.commands.opening import open_cases
from cases.models import Case, OpinionItem, OpinionRequest, Unit
from cases.store import Store
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Role

DOCUMENT = "云纪函[2026]3号"


class Letters:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.bodies = store, dict[str, int]()
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            open_cases(conn, self.world.cycle_id, actor=self.world.actor(Role.OFFICE), at=AT)
            self.cases = {
                r.ref: r for r in conn.execute(sa.select(Case).order_by(Case.sort_key, Case.id))
            }
            for number, name in enumerate(("市纪委监委", "市审计局")):
                self.bodies[name] = conn.execute(
                    sa.insert(Unit)
                    .values(code=f"B{number}", name=name, name_key=name, sort_no=800 + number)
                    .returning(Unit.id)
                ).scalar_one()
        self.site: Site = open_site(store, folder)
        self.office: Client = self.site.sign_in_as(
            Role.OFFICE, organ=self.world.units["organ"], person_id=self.world.people["clerk"]
        )
        self.respondents = {
            name: self.site.sign_in_as(Role.OPINION_RESPONDENT, unit=unit)
            for name, unit in self.bodies.items()
        }

    def boxes(self, client: Client, ref: str) -> dict[str, str]:
        """The answer form's fields as the page shows them."""
        forms = client.get(f"/opinion-answers/{ref}").forms(ref)
        return dict(forms[0].form_values())

    def ask(self, *names: str, refs: str = "") -> list[OpinionRequest]:
        form = self.office.get("/opinions/new")
        told = {
            "bodies": [str(self.bodies[n]) for n in names], "days": "10", "refs": refs,
            "about": "some" if refs else "all",
        }  # fmt: skip
        self.office.submit(form, told, action="/opinions/new")
        with self.store.reading() as conn:
            found = conn.execute(sa.select(OpinionRequest).order_by(OpinionRequest.id)).all()
        for letter in found:
            page = self.office.get(f"/opinions/{letter.ref}")
            self.office.submit(page, action="/send")
        return found  # type: ignore[return-value]


@pytest.fixture
def letters(sqlite_store: Store, tmp_path: Path) -> Letters:
    return Letters(sqlite_store, tmp_path)


def test_several_bodies_are_asked_and_the_late_one_is_named(letters: Letters) -> None:
    first, _ = letters.ask("市纪委监委", "市审计局")
    page = letters.office.get("/opinions")
    assert "2 个部门还没有回复，其中 0 个超期" in page.text
    assert len(letters.site.site_queries) <= 12
    me = letters.respondents["市纪委监委"]
    boxes = letters.boxes(me, first.ref)
    me.post(f"/opinion-answers/{first.ref}", {**boxes, "document": DOCUMENT})
    letters.site.clock.at += timedelta(days=30)
    office = letters.site.sign_in_as(Role.OFFICE, organ=letters.world.units["organ"])
    late = office.get("/opinions")
    assert "1 个部门还没有回复，其中 1 个超期" in late.text
    assert "市审计局，超期 12 个工作日" in late.text


def test_objections_by_case_and_one_word_for_the_rest(letters: Letters) -> None:
    (letter,) = letters.ask("市纪委监委")
    me = letters.respondents["市纪委监委"]
    case = next(iter(letters.cases.values()))
    told = {"document": DOCUMENT, f"item_{case.id}": "有信访件正在办理"}
    body = letters.boxes(me, letter.ref) | told
    done = me.post(f"/opinion-answers/{letter.ref}", body)
    assert "1 条不同意见" in me.follow(done).text
    office = letters.office.get(f"/opinions/{letter.ref}")
    assert ("有信访件正在办理" in office.text, "无不同意见" in office.text) == (True, True)
    back = letters.office.submit(office, {"reason": "请注明来文编号"}, action="/return")
    assert "收回征求意见函" in letters.office.follow(back).text
    again = me.get(f"/opinion-answers/{letter.ref}")
    assert "有信访件正在办理" in again.source
    with letters.store.reading() as conn:
        rows = conn.execute(sa.select(OpinionItem.case_id, OpinionItem.objection)).all()
    assert [r.case_id for r in rows if r.objection] == [case.id]


def test_workbook_fills_the_boxes_and_sends_nothing(letters: Letters) -> None:
    refs = list(letters.cases)[:2]
    (letter,) = letters.ask("市纪委监委", refs="\n".join(refs))
    me = letters.respondents["市纪委监委"]
    given = me.get(f"/opinion-answers/{letter.ref}/workbook").response.data
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(given)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in sheet[3:]] == refs
    sheet[3][4] = "审计发现问题正在整改"
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        one = book.add_worksheet("名单")
        for number, line in enumerate(sheet[2:]):
            one.write_row(number, 0, line)
    stream.seek(0)
    page = me.get(f"/opinion-answers/{letter.ref}")
    read = me.submit(page, {"file": (stream, "a.xlsx")}, action="/upload", status=200)
    assert "已读入 1 条意见，还没有回复" in read.text
    assert "审计发现问题正在整改" in read.source
    with letters.store.reading() as conn:
        assert conn.execute(sa.select(OpinionRequest.state)).scalar_one() == "sent"


def test_other_bodies_see_no_letter(letters: Letters) -> None:
    (letter,) = letters.ask("市纪委监委")
    other = letters.respondents["市审计局"]
    other.get(f"/opinion-answers/{letter.ref}", status=404)
    other.get(f"/opinions/{letter.ref}", status=404)
    assert "没有来函" in other.get("/opinion-answers").text


def test_unknown_numbers_are_named(letters: Letters) -> None:
    form = letters.office.get("/opinions/new")
    told = {"bodies": [str(letters.bodies["市审计局"])], "about": "some", "refs": "X-1"}
    page = letters.office.submit(form, told, action="/opinions/new", status=422)
    assert page.errors == ["考核卷编号：没有这个编号：X-1"]
