"""Leaders in charge over HTTP: recorded by the office, then asked for their named opinions."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.models import Case, NamedOpinion, Portfolio, SchemeVersion
from cases.scoring.scheme import digest
from cases.store import Store
from tests.cases.commands.test_electorates import with_leader
from tests.web_client import Client, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import AdminKind, Role

PAGE = "/units/leaders"


class Desk:
    """The scheme asks for the opinion of the leader in charge."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            content = conn.execute(sa.select(SchemeVersion.content)).scalar_one()
            with_leader(content["ballot"])
            conn.execute(sa.update(SchemeVersion).values(content=content, digest=digest(content)))
            open_cases(conn, self.world.cycle_id, actor=self.world.actor(Role.OFFICE), at=AT)
        self.site: Site = open_site(store, folder)
        self.office: Client = self.site.sign_in_as(Role.OFFICE, organ=self.world.units["organ"])

    def typed(self, **more: str) -> dict[str, str]:
        unit = str(self.world.units["environment"])
        return {"unit": unit, "leader": "陆明晖", "since": "2025年3月1日", **more}

    def kept(self) -> list[tuple[int, int, str, str | None]]:
        p = Portfolio
        with self.store.reading() as conn:
            found = conn.execute(sa.select(p.unit_id, p.person_id, p.since, p.until))
            return [(u, w, str(s), None if e is None else str(e)) for u, w, s, e in found]


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return Desk(sqlite_store, tmp_path)


def test_the_leader_recorded_is_the_one_who_is_asked(desk: Desk) -> None:
    lead = desk.site.sign_in_as(
        Role.SUPERVISING_LEADER, organ=desk.world.units["organ"],
        person_id=desk.world.people["lead"],
    )  # fmt: skip
    assert "名册里没有登记你本年度分管的单位" in lead.get("/named-opinions").text
    page = desk.office.get(PAGE)
    assert len(desk.site.site_queries) <= 12
    assert "还没有登记分管领导" in page.text
    done = desk.office.follow(desk.office.submit(page, desk.typed(), action=PAGE))
    assert "已登记分管" in done.text
    units, people = desk.world.units, desk.world.people
    assert desk.kept() == [(units["environment"], people["lead"], "2025-03-01", None)]
    asked = lead.get("/named-opinions")
    assert "云州市生态环境局" in asked.text
    with desk.store.reading() as conn:
        chief = conn.execute(
            sa.select(Case.id).where(Case.person_id == people["chief"])
        ).scalar_one()
    signed = lead.submit(asked, {f"mark_{chief}": "competent"})
    assert "已签名，记下 1 项新的或者改动的评价" in lead.follow(signed).text
    with desk.store.reading() as conn:
        said = conn.execute(sa.select(NamedOpinion.case_id, NamedOpinion.option)).all()
    assert [tuple(one) for one in said] == [(chief, "competent")]
    one = desk.office.get(f"{PAGE}/1")
    assert "已经对这个单位作过具名评价，不能撤销" in one.text
    assert one.forms("/withdraw") == []


def test_faults_stand_at_their_fields_and_keep_what_was_typed(desk: Desk) -> None:
    page = desk.office.get(PAGE)
    for more, fault in (
        ({"leader": "无此人"}, "分管领导姓名：名册中没有此人，请核对姓名和单位"),
        ({"leader": "欧阳明远"}, "分管领导姓名：欧阳明远是这个单位的人，不能分管本单位"),
        ({"since": "2025-13-1"}, "开始分管日期：没有 2025 年 13 月 1 日这一天"),
        ({"since": "2026-12-31"}, "开始分管日期：开始日期在今天之后，到那一天再登记"),
        ({"until": "2025-02-01"}, "结束分管日期：结束日期在开始日期之前"),
    ):
        wrong = desk.office.submit(page, desk.typed(**more), action=PAGE, status=422)
        assert wrong.errors == [fault]
        field = "leader" if "leader" in more else next(iter(more))
        assert wrong.tree.xpath(f"//input[@name='{field}']/@value") == [more[field]]
    assert desk.kept() == []


def test_people_of_one_name_are_told_apart_by_their_unit(desk: Desk) -> None:
    with desk.store.transaction() as conn:
        from_world = sa.text(
            "INSERT INTO people (name, name_key, unit_id, order_key) VALUES ('陆明晖', '陆明晖', :u, 9)"
        )
        conn.execute(from_world, {"u": desk.world.units["county"]})
    page = desk.office.get(PAGE)
    wrong = desk.office.submit(page, desk.typed(), action=PAGE, status=422)
    assert wrong.errors == ["领导所在单位：有多人同名，请选择所在单位"]
    home = str(desk.world.units["organ"])
    desk.office.submit(page, desk.typed(home=home), action=PAGE)
    assert [row[1] for row in desk.kept()] == [desk.world.people["lead"]]


def test_a_charge_ends_or_is_taken_back_and_units_without_are_listed(desk: Desk) -> None:
    office = desk.office
    for unit in ("environment", "county"):
        typed = desk.typed(unit=str(desk.world.units[unit]))
        office.submit(office.get(PAGE), typed, action=PAGE)
    assert "每个单位都有分管领导" in office.get(f"{PAGE}?show=without").text
    assert len(office.get(f"{PAGE}/1").forms(f"{PAGE}/1")) == 2
    late = office.post(f"{PAGE}/1", {"until": "2027-01-01"}, status=422)
    assert late.errors == ["结束分管日期：结束日期在今天之后，到那一天再登记"]
    ended = office.post(f"{PAGE}/1", {"until": "2025-11-30"})
    assert "已登记结束分管" in office.follow(ended).text
    back = office.submit(office.get(f"{PAGE}/2"), action="/withdraw")
    assert "已撤销这条登记" in office.follow(back).text
    assert [row[2:] for row in desk.kept()] == [("2025-03-01", "2025-11-30")]
    bare = office.get(f"{PAGE}?show=without")
    assert "沙溪县" in bare.text
    chosen = office.get(f"{PAGE}?unit={desk.world.units['county']}")
    assert chosen.tree.xpath("//select[@name='unit']/option[@selected]/text()") == ["沙溪县"]
    assert "2025年11月30日" in office.get(f"{PAGE}?show=ended&find=生态").text
    assert "没有找到“某局”" in office.get(f"{PAGE}?find=某局").text
    log = desk.site.sign_in_as(admin=AdminKind.AUDIT_ADMIN).get("/journal?subject=portfolio")
    told = [" ".join(cell.text_content().split()) for cell in log.tree.xpath("//tbody//th")]
    assert told == ["撤销分管登记", "登记结束分管", "登记分管领导", "登记分管领导"]
    assert log.tree.xpath("//td[@data-th='对象']/text()")[0].split() == ["分管登记", "2"]


def test_the_office_finds_the_page_and_others_do_not(desk: Desk) -> None:
    office, organ = desk.office, desk.world.units["organ"]
    assert PAGE in office.get("/roster").links
    assert f"{PAGE}?show=without" in office.get("/meetings").links
    assert PAGE in office.get("/named-opinions").links
    office.submit(office.get(PAGE), desk.typed(), action=PAGE)
    group = desk.site.sign_in_as(Role.ASSESSMENT_GROUP, organ=organ)
    group.get(PAGE, status=403)
    assert PAGE not in group.get("/named-opinions").links
    other = desk.site.sign_in_as(Role.OFFICE, organ=desk.world.units["county"])
    other.get(f"{PAGE}/1", status=404)
    assert "陆明晖" not in other.get(PAGE).text
