"""The office sets up a year through the site: roster, scheme, cycle, freeze, opening, scoping."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands import calendar
from cases.demo.city import city, workbooks
from cases.demo.city.places import OFFICE
from cases.files.store import FileStore
from cases.jobs.tools import Tools
from cases.jobs.worker import run_one
from cases.models import Case, Person, Relation, SelfReport, Unit
from cases.store import Store
from tests.web_client import NOW, Client, Page, Site, open_site
from tests.world import staff_departments
from workflow.vocabulary import Role, State


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("city")
    return {k: p.read_bytes() for k, p in workbooks.write_city(folder, city.build()).items()}


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    """A site whose organ is there, as after founding; nothing else is."""
    with store.transaction() as conn:
        conn.execute(
            sa.insert(Unit).values(
                code=OFFICE,
                name="中共云州市委组织部",
                name_key="中共云州市委组织部",
                has_body=False,
            )
        )
        days = [d for d in calendar.package_days(2025) if d.day.year <= 2026]
        calendar.load_days(conn, days, at=NOW)
    return open_site(store, tmp_path)


def organ_of(site: Site) -> int:
    with site.store.reading() as conn:
        return int(conn.execute(sa.select(Unit.id).where(Unit.code == OFFICE)).scalar_one())


def work(site: Site) -> None:
    """Carry out the jobs that wait."""
    tools = Tools(site.store, FileStore(site.settings.files), site.settings, site.clock)
    while run_one(tools):
        pass


def upload(client: Client, path: str, content: bytes, name: str, status: int = 303) -> Page:
    page = client.get(path)
    return client.submit(page, {"file": (io.BytesIO(content), name)}, action=path, status=status)


def staff(site: Site) -> None:
    """People who enter and verify figures in every department of the city."""
    with site.store.transaction() as conn:
        units = sa.select(Unit.id).where(Unit.code.like("YZ-%"), Unit.code != OFFICE)
        staff_departments(conn, conn.execute(units).scalars().all())


def import_roster(client: Client, content: bytes) -> None:
    page = client.follow(upload(client, "/roster", content, "云州市名册.xlsx"))
    assert "正在办理" in page.text
    work(client.site)
    page = client.get(page.path)
    page = client.follow(client.submit(page, action="/commit"))
    work(client.site)
    page = client.get(page.path)
    assert "已导入名册" in page.text


def test_office_sets_up_opens_and_scopes_a_year(site: Site, files: dict[str, bytes]) -> None:
    organ = organ_of(site)
    clerk = site.sign_in_as(Role.OFFICE, organ=organ, name="周牧行")
    lead = site.sign_in_as(Role.OFFICE_LEAD, organ=organ, name="郗怀瑾")
    import_roster(clerk, files["roster"])

    page = clerk.follow(upload(clerk, "/schemes", files["scheme"], "scheme.yaml"))
    assert "第 1 版" in page.text
    page = clerk.submit(clerk.get("/cycles/new"), {"year": "2025", "opening": "2025-12-01"})
    page = clerk.follow(page)
    assert page.h1.startswith("2025 年度考核")
    assert "启动前检查" in page.text

    assert "有 7 个提供部门还没有填报人" in page.text
    assert "/grants" in page.links
    staff(site)
    setup = page.path
    lead.submit(lead.get(setup), action="/scheme/freeze")
    page = clerk.follow(clerk.submit(clerk.get(setup), action="/open"))
    work(site)
    page = clerk.get(page.path)
    assert "已办完:建立考核卷" in page.text.replace("：", ":")

    scoping = setup.replace("/setup", "/scoping")
    page = clerk.get(scoping)
    assert len(page.links) > 50
    page = clerk.get(scoping + "/confirm?all=1")
    page = clerk.follow(clerk.submit(page, action="/confirm"))
    work(site)
    clerk.get(page.path)
    with site.store.reading() as conn:
        counted = sa.select(Case.state, sa.func.count()).group_by(Case.state)
        states = {state: n for state, n in conn.execute(counted)}
        reports = conn.execute(sa.select(sa.func.count()).select_from(SelfReport)).scalar_one()
    assert states[State.DRAFTING] == reports
    assert states[State.DRAFTING] > 200


def test_refused_roster_is_told_row_by_row_and_downloaded(site: Site) -> None:
    clerk = site.sign_in_as(Role.OFFICE, organ=organ_of(site))
    content = "单位编码,姓名,公民身份号码,职务,职务类别\nX1,张三,123,局长,正职\n"
    page = clerk.follow(upload(clerk, "/roster", content.encode(), "名册.csv"))
    work(site)
    page = clerk.get(page.path)
    assert "名册没有任何改动" in page.text
    assert page.forms("/commit") == []
    assert "没有编码或名称为“X1”的单位" in page.text
    path = page.path.partition("?")[0]
    clerk.get(f"{path}?change=refused")
    clerk.get(f"{path}?lang=en")
    book = clerk.get(f"{path}/result.xlsx")
    assert book.response.data[:2] == b"PK"
    assert clerk.get("/roster/template.xlsx").response.data[:2] == b"PK"


def test_scheme_with_faults_is_refused_with_places(site: Site) -> None:
    clerk = site.sign_in_as(Role.OFFICE, organ=organ_of(site))
    page = upload(clerk, "/schemes", b"code: x\ntitle: {zh: a, en: a}\n", "s.yaml", status=422)
    assert "没有保存" in page.text
    page = upload(clerk, "/schemes", b"a: [", "s.yaml", status=422)
    assert "这里的 YAML 写法不对" in page.text


def test_case_is_scoped_by_hand(site: Site, files: dict[str, bytes]) -> None:
    organ = organ_of(site)
    clerk = site.sign_in_as(Role.OFFICE, organ=organ, name="周牧行")
    lead = site.sign_in_as(Role.OFFICE_LEAD, organ=organ, name="郗怀瑾")
    import_roster(clerk, files["roster"])
    upload(clerk, "/schemes", files["scheme"], "scheme.yaml")
    page = clerk.submit(clerk.get("/cycles/new"), {"year": "2025", "opening": "2025-12-01"})
    setup = clerk.follow(page).path
    page = clerk.get(setup.replace("/setup", "/timetable"))
    clerk.submit(page, {"scoping_due": "2025-11-01"}, status=422)
    clerk.submit(page, {"scoping_due": "2025-12-20"})
    staff(site)
    lead.submit(lead.get(setup), action="/scheme/freeze")
    clerk.submit(clerk.get(setup), action="/open")
    work(site)
    with site.store.reading() as conn:
        ref = conn.execute(
            sa.select(Case.ref).where(Case.subject_name == "屈若水", Case.kind == "cadre")
        ).scalar_one()
    page = clerk.get(f"/cases/{ref}/scoping")
    event = {
        "kind": "leave", "happened_on": "2025-03-01", "days": "200", "source": "人事科",
    }  # fmt: skip
    page = clerk.follow(clerk.submit(page, event, action="/event"))
    assert "病事假累计超过半年" in page.text
    with site.store.reading() as conn:
        before = sa.select(Unit.id).where(Unit.name == "云州市商务局")
        unit = str(conn.execute(before).scalar_one())
    moved = {"kind": "borrowed", "happened_on": "2025-07-08", "source": "干部科"}
    wrong = clerk.submit(page, moved | {"from_unit_id": unit}, action="/event", status=422)
    assert wrong.errors == ["只有年度内调入的填原单位"]
    moved |= {"kind": "transferred_in", "from_unit_id": unit}
    page = clerk.follow(clerk.submit(page, moved, action="/event"))
    assert "原单位 云州市商务局" in page.text
    clerk.submit(page, {}, action="/exclude", status=422)
    answer = {"exclude-participation_reason": "long_leave", "exclude-reason": "病假二百天"}
    page = clerk.follow(clerk.submit(page, answer, action="/exclude"))
    assert "不进行考核" in page.text
    clerk.get(f"/cases/{ref}/scoping?lang=en")
    clerk.get(setup.replace("/setup", "/scoping") + "?state=not_assessed")


def test_recusal_is_declared_by_name(site: Site) -> None:
    clerk = site.sign_in_as(Role.OFFICE, organ=organ_of(site))
    with site.store.transaction() as conn:
        conn.execute(sa.insert(Person).values(name="张伟", name_key="张伟", order_key=1))
    page = clerk.get("/recusals")
    clerk.submit(page, {"other": "无此人"}, status=422)
    page = clerk.follow(clerk.submit(page, {"other": "张 伟"}))
    assert "已登记回避关系" in page.text
    with site.store.reading() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(Relation)).scalar_one() == 1


def test_calendar_page_loads_days(site: Site) -> None:
    clerk = site.sign_in_as(Role.OFFICE, organ=organ_of(site))
    content = "day,working,title,provisional,source\n2027-01-01,0,元旦,1,暂定\n"
    page = clerk.follow(upload(clerk, "/cycles/calendar", content.encode(), "2027.csv"))
    assert "暂定 1 天" in page.text
    page = clerk.get("/cycles/calendar")
    clerk.submit(page, action="/published-days")
    upload(clerk, "/cycles/calendar", b"x,y\n1,2\n", "bad.csv", status=409)
