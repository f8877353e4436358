"""Paper ballots, the hall kit and openings through HTTP, every page inspected."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases import canonical
from cases.ballot_box import arrivals, carrier, hall_file
from cases.ballot_box.envelope import seal
from cases.ballot_box.offline import open_all, restore_key
from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from cases.models import Cycle, Destruction, Meeting, SchemeVersion
from tests.cases.commands.ballots import PASSPHRASES
from tests.journeys.test_meeting import (
    HOME,
    REF,
    fill_in,
    frozen_with_cards,
    group,
    make_key,
    office,
    planned,
    site,
    state,
    typed,
    world,
)
from tests.web_client import Client, Site, squeeze
from tests.world import World
from workflow.vocabulary import MeetingState, Role

__all__ = ["site", "world"]
DAY = datetime(2026, 1, 12, 1, 30, tzinfo=UTC)


def person(site: Site, world: World, name: str) -> Client:
    return site.sign_in_as(person_id=world.people[name])


def holder(site: Site, world: World) -> Client:
    return site.sign_in_as(Role.KEY_HOLDER, organ=world.units["organ"])


def held(site: Site, clerk: Client, world: World, paper: int = 0) -> Client:
    """A meeting whose cards are handed in; with so many forms of paper printed before."""
    site.clock.at = DAY
    planned(clerk, world)
    cards = frozen_with_cards(site, clerk, world)
    with site.store.reading() as conn:
        urn = conn.execute(sa.select(Meeting.urn_id).where(Meeting.urn_id.is_not(None))).scalar()
    shown = clerk.get(HOME).tree.xpath("//section[@aria-labelledby='trust']//p/text()")
    assert shown[0] == f"{site.settings.booth_url}/check/{urn}"
    if paper:
        page = clerk.get(f"{HOME}/paper")
        clerk.submit(page, {"group": "C", "number": str(paper)}, action="/print")
    hall = group(site, world)
    hall.submit(hall.get(HOME), action="/open")
    assert fill_in(site, cards[:13]) == [200] * 13
    return hall


def text_of(pdf: bytes) -> set[str]:
    """The words of a paper, as they stand between gaps."""
    told = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return set(told.stdout.decode().split())


def enter(typist: Client, batch: str, forms: list[str]) -> None:
    """Type forms by their keys, one letter a cell, then hand the entry over."""
    typist.submit(typist.get(f"{HOME}/paper"), action="/begin")
    for keys in forms:
        page = typist.get(f"{batch}/enter")
        done = typist.submit(page, {f"c{n}": k for n, k in enumerate(keys, 1)})
    end = typist.follow(done)
    assert end.h1 == "都录完了"
    typist.submit(end, action="/finish")


def test_paper_from_print_to_the_count(site: Site, world: World) -> None:
    clerk = office(site, world)
    shares = make_key(clerk)
    hall = held(site, clerk, world, paper=5)
    batch = f"{HOME}/paper/1"
    sheet = clerk.get(f"{batch}/forms.pdf")
    assert sheet.response.data.startswith(b"%PDF-")

    teller, supervisor = person(site, world, "contact"), person(site, world, "recorder")
    over = teller.submit(teller.get(f"{batch}/collected"), {"number": "6"}, status=422)
    assert over.errors == ["收回张数应是 0 至 5"]
    teller.submit(teller.get(f"{batch}/collected"), {"number": "3"})
    assert hall.get(f"{HOME}/close").h1 == "应交 19，已交 16"
    hall.submit(hall.get(f"{HOME}/close"), {"due": "19", "present": "16"})

    supervisor.get(f"{batch}/enter", status=409)  # looking at an address takes no turn
    teller.submit(teller.get(f"{HOME}/paper"), action="/begin")
    wrong = teller.submit(teller.get(f"{batch}/enter"), {"c1": "9"}, status=422)
    assert wrong.errors == ["第 1 格：“9”不是选项，应是 0 至 4 或 x"]
    page = teller.get(f"{batch}/enter")
    cells = len([k for k in dict(page.forms("")[0].form_values()) if k.startswith("c")]) - 1
    enter_rest(teller, batch, ["1" * cells, "2" * cells, "1" * (cells - 1) + "2"])
    assert "一不一致" not in supervisor.get(f"{HOME}/paper").text
    enter(supervisor, batch, ["1" * cells, "2" * cells, "1" * (cells - 1) + "3"])

    third = group(site, world)
    teller.get(f"{batch}/compare", status=409)
    look = third.get(f"{batch}/compare")
    assert look.h1 == "两遍录入有 1 处不一致"
    blank = third.submit(look, {}, status=422)
    assert [e.partition("：")[2] for e in sorted(blank.errors)] == ["请写明原因", "请对照原票选定"]
    key = f"3_{cells}"
    option = look.tree.xpath("//select/option[3]/@value")[0]
    third.submit(
        third.get(f"{batch}/compare"), {f"mark_{key}": option, f"reason_{key}": "看错一行"}
    )
    teller.submit(teller.get(f"{HOME}/paper"), action="/join")
    assert "已并入计票" in teller.get(f"{HOME}/paper").text

    table = {f"{kind}_{g}": "0" for kind in ("returned", "missing") for g in "ABC"}
    teller.submit(teller.get(f"{HOME}/table"), table | {"returned_C": "3"})
    keeper = holder(site, world)
    asked = keeper.submit_unproved(f"{HOME}/opening", typed(shares, 1, 2))
    keeper.submit(asked, typed(shares, 1, 2))
    assert "16 / 16" in clerk.get(f"{HOME}/tally").text


def test_late_paper_from_the_office_to_the_table(site: Site, world: World) -> None:
    clerk = office(site, world)
    make_key(clerk)
    hall = held(site, clerk, world)
    with site.store.transaction() as conn:
        content = conn.execute(sa.select(SchemeVersion.content)).scalar_one()
        late = {"allowed": True, "days": 2, "receiver": "assessment_group"}
        new = {**content, "ballot": {**content["ballot"], "late": late}}
        values = {"content": new, "digest": canonical.digest(canonical.text(new))}
        conn.execute(sa.update(SchemeVersion).values(**values))
    notice = clerk.get(f"{HOME}/notice").text
    assert "可以在会后 2 日内密封交纸质票，由考核组收" in notice
    hall.submit(hall.get(f"{HOME}/close"), {"due": "14", "present": "13"})
    clerk.submit(clerk.get(f"{HOME}/paper"), {"group": "C", "number": "2"}, action="/print")
    teller = person(site, world, "contact")
    assert teller.get(f"{HOME}/paper").forms("/late") == []
    hall.submit(hall.get(f"{HOME}/paper"), action="/late")
    shown = hall.get(f"{HOME}/paper")
    assert shown.forms("/late") == []  # everybody who was absent has come
    assert "缺席 1 人，已收 1 张" in shown.text
    clerk.post(f"{HOME}/paper/1/late", status=404)
    assert "还没有并入计票" in teller.get(f"{HOME}/table").text
    batch = f"{HOME}/paper/1"
    teller.submit(teller.get(f"{batch}/collected"), {"number": "1"})
    teller.submit(teller.get(f"{HOME}/paper"), action="/begin")
    page = teller.get(f"{batch}/enter")
    cells = len([k for k in dict(page.forms("")[0].form_values()) if k.startswith("c")]) - 1
    enter_rest(teller, batch, ["1" * cells])
    enter(person(site, world, "recorder"), batch, ["1" * cells])
    teller.submit(teller.get(f"{HOME}/paper"), action="/join")
    table = teller.get(f"{HOME}/table")
    assert "C 迟到票" in table.text.replace("下属与代表", "C")
    zero = {f"{kind}_{g}": "0" for kind in ("returned", "missing") for g in "ABC"}
    zero |= {"returned_C_late": "1", "missing_C_late": "0", "returned_C": "1"}
    teller.submit(table, zero)


def enter_rest(typist: Client, batch: str, forms: list[str]) -> None:
    for keys in forms:
        page = typist.get(f"{batch}/enter")
        done = typist.submit(page, {f"c{n}": k for n, k in enumerate(keys, 1)})
    typist.submit(typist.follow(done), action="/finish")


def test_file_of_marks_names_its_wrong_cells(site: Site, world: World) -> None:
    clerk = office(site, world)
    make_key(clerk)
    held(site, clerk, world, paper=4)
    batch = f"{HOME}/paper/1"
    teller = person(site, world, "contact")
    teller.submit(teller.get(f"{batch}/collected"), {"number": "1"})
    empty = teller.get(f"{batch}/marks.csv").response.data.decode("utf-8-sig")
    cells = empty.splitlines()[0].count(",")
    content = f"编号{',x' * cells}\n1,7{',1' * (cells - 1)}\n".encode()
    refused = teller.submit(
        teller.get(f"{batch}/file"), {"file": (io.BytesIO(content), "marks.csv")}, status=422
    )
    assert refused.tree.xpath("//table//th[@scope='row']/text()") == ["B2"]
    good = content.replace(b"1,7", b"1,1")
    teller.submit(teller.get(f"{batch}/file"), {"file": (io.BytesIO(good), "marks.csv")})
    assert "数据文件" in teller.get(f"{HOME}/paper").text


def test_strangers_and_tellers_of_other_meetings_type_nothing(site: Site, world: World) -> None:
    clerk = office(site, world)
    make_key(clerk)
    held(site, clerk, world, paper=4)
    stranger = site.sign_in_as(name="外人")
    for path in ("paper", "paper/1/enter", "paper/1/compare", "paper/1/file", "hall", "files"):
        stranger.get(f"{HOME}/{path}", status=404)
    person(site, world, "contact").get(f"{HOME}/paper/99/enter", status=404)


def test_urn_goes_to_a_hall_and_is_imported_once(site: Site, world: World, tmp_path: Path) -> None:
    site.clock.at = DAY
    clerk, hall = office(site, world), group(site, world)
    make_key(clerk)
    planned(clerk, world)
    clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"))
    bad = clerk.submit(clerk.get(f"{HOME}/hall"), {"address": "kaoji"}, status=422)
    assert bad.errors == ["会场里打开测评页的地址：地址写成 http://kaoji.hall:8001 这样"]
    clerk.submit(clerk.get(f"{HOME}/hall"), {"address": "http://kaoji.hall:8001"})
    clerk.submit(clerk.get(HOME), action="/cards", status=200)
    assert hall.get(HOME).forms("/open") == [] and "看现场测评包" in hall.get(HOME).text
    assert "现场的测评机" in hall.post(f"{HOME}/open", status=409).text
    clerk.submit(clerk.get(f"{HOME}/hall/drop"))
    clerk.submit(clerk.get(f"{HOME}/hall"), {"address": "http://kaoji.hall:8001"})
    clerk.submit(clerk.get(HOME), action="/cards", status=200)
    file = hall.submit(hall.get(f"{HOME}/hall"), action="/file", status=200).response.data
    asked = clerk.submit(clerk.get(f"{HOME}/hall/drop"), status=422)
    assert len(asked.errors) == 2
    content = in_the_hall(hall_file.read(file), tmp_path)
    given = {"digest": "0" * 16, "due": "14", "present": "10"}

    def bring(content: bytes, status: int = 303):
        page = hall.get(f"{HOME}/hall/return")
        return hall.submit(page, given | {"file": (io.BytesIO(content), "hall.urn")}, status=status)

    assert len(bring(content, 422).errors) == 1
    given["digest"] = carrier.blocks(carrier.digest_of(content))
    bring(content)
    assert state(site) == MeetingState.HELD
    again = bring(content, 200)
    assert "这个文件已经导入过，这一次什么也没有改变" in again.text


def in_the_hall(file: hall_file.HallUrn, folder: Path) -> bytes:
    """Ten cards handed in on the laptop, whatever their codes."""
    address = f"sqlite:///{folder / 'laptop.db'}"
    upgrade_urns(address)
    urns = open_urn_store(address)
    urns.prepare(file.package, file.cards)
    urns.open(file.package.urn)
    for mark in file.cards["C"][:10]:
        choices = {
            s.key: {r.subject: s.options[1].key for r in s.rows} for s in file.package.sheets
        }
        urns.cast(file.package.urn, mark, seal(file.package, "C", mark, choices))
    urns.close(file.package.urn)
    content = arrivals.carrier_of(urns, file.package.urn).to_bytes()
    urns.dispose()
    return content


@pytest.fixture
def closed(site: Site, world: World) -> list[str]:
    """A closed, reconciled urn; the three shares."""
    clerk = office(site, world)
    shares = make_key(clerk)
    hall = held(site, clerk, world)
    hall.submit(hall.get(f"{HOME}/close"), {"due": "14", "present": "13"})
    teller = person(site, world, "contact")
    table = {f"{kind}_{g}": "0" for kind in ("returned", "missing") for g in "ABC"}
    teller.submit(teller.get(f"{HOME}/table"), table | {"returned_C": "1"})
    return shares


def test_batch_is_opened_line_by_line(site: Site, world: World, closed: list[str]) -> None:
    keeper = holder(site, world)
    page = keeper.submit_unproved("/openings", typed(closed, 0, 2))
    assert PASSPHRASES[0] not in page.source
    wrong = keeper.submit(page, typed(closed, 0, 1, "别人的 四个 词 呀"), status=422)
    assert wrong.errors == ["第二份的口令：口令不对"]
    assert PASSPHRASES[0] not in wrong.source
    done = keeper.submit(keeper.get("/openings"), typed(closed, 0, 2), status=200)
    assert "已启封，13 张" in done.text
    assert done.tree.xpath("//progress/@value") == ["1"]
    assert "没有待启封的测评箱" in keeper.get("/openings").text


def test_nothing_chosen_opens_nothing(site: Site, world: World, closed: list[str]) -> None:
    keeper = holder(site, world)
    page = keeper.get("/openings")
    fields = dict(page.forms("")[-1].form_values())
    body = {k: v for k, v in fields.items() if k != "urn"} | typed(closed, 0, 1)
    refused = keeper.post("/openings", body, status=422)
    assert refused.errors == ["第一份密钥：请选择同一把密钥的测评箱"]


def test_offline_result_is_compared_and_taken(site: Site, world: World, closed: list[str]) -> None:
    keeper = holder(site, world)
    content = keeper.submit(
        keeper.get(f"{HOME}/files"), action="/urn-file", status=200
    ).response.data
    box = carrier.read(content)
    pairs = [(closed[1], PASSPHRASES[1]), (closed[2], PASSPHRASES[2])]
    key = restore_key(pairs, box.package.public_key, rehearsal=True)
    text = open_all([box], key)[0].text.encode()

    def bring(content: bytes, status: int = 200):
        page = keeper.get(f"{HOME}/files")
        return keeper.submit(
            page, {"file": (io.BytesIO(content), "r.json")}, action="/result-file", status=status
        )

    assert "已作为首次结果登记" in bring(text).text
    assert "与系统里的结果完全相同" in bring(text).text
    keeper.submit(keeper.get(f"{HOME}/opening"), typed(closed, 0, 1))
    assert len(bring(text[:-1], 409).errors) == 1


def test_originals_are_destroyed_before_two_witnesses_after_their_term(
    site: Site, world: World, closed: list[str]
) -> None:
    keeper, teller = holder(site, world), person(site, world, "contact")
    keeper.submit(keeper.get(f"{HOME}/opening"), typed(closed, 0, 1))
    for one in (teller, person(site, world, "recorder")):
        one.submit(one.get(f"{HOME}/tally/sign"), action="/sign")
    teller.submit(teller.get(f"{HOME}/tally/sign"), action="/record")
    assert state(site) == MeetingState.COUNTED
    given = {"place": "机关文印室", "basis": "保管期满", "witness_1": "陆明晖", "burned": "y"}

    def lead() -> Client:
        return site.sign_in_as(Role.OFFICE_LEAD, organ=world.units["organ"], name="办公室主任")

    early = lead()
    page = early.get("/keys/destroy")
    refused = early.submit(page, given | {"witness_2": "方若谷"}, status=409)
    assert refused.errors == ["销毁依据：封存保管期到 2029年1月12日 周五，还不能销毁"]
    site.clock.at = datetime(2029, 1, 13, 2, tzinfo=UTC)
    with site.store.transaction() as conn:  # a later year is the present one
        old = conn.execute(sa.select(Cycle)).one()._asdict()
        later = {"id": 99, "ref": "2028-1", "year": 2028, "title": "2028年度考核"}
        conn.execute(sa.insert(Cycle).values(**old | later))
    late = lead()
    kept = late.get("/keys")
    (row,) = kept.tree.xpath("//section[@aria-labelledby='kept']//tbody/tr")
    cells = [squeeze(cell.text_content()) for cell in row]
    assert cells[1:3] == ["整个年度", "1月12日期满"]
    (where,) = [link for link in kept.links if "/keys/destroy?key=" in link]
    office(site, world).get(where, status=403)
    late.get("/keys/1/destruction.pdf", status=404)
    page = late.submit_unproved(where, given | {"witness_2": "方若谷"})
    same = late.submit(page, given | {"witness_2": "陆明晖"}, status=422)
    assert len(same.errors) == 1
    late.submit(late.get(where), given | {"witness_2": "方若谷"})
    done = late.get(where)
    assert "陆明晖、方若谷" in done.text
    (paper,) = [link for link in done.links if link.endswith(".pdf")]
    told = text_of(late.get(paper).response.data)
    assert {"测评票销毁记录", "机关文印室", "监销人（陆明晖）：", "监销人（方若谷）："} <= told
    assert "测评箱1个，密封件13张" in told
    with site.store.reading() as conn:
        row = conn.execute(sa.select(Destruction)).one()
        urn = conn.execute(sa.select(Meeting.urn_id).where(Meeting.ref == REF)).scalar_one()
    assert (row.envelopes, row.urns, row.destroyed_at.date()) == (13, [urn], date(2029, 1, 13))


def test_key_made_offline_is_registered(site: Site, world: World) -> None:
    clerk = office(site, world)
    names = {"holder_1": "陆明晖", "holder_2": "方若谷", "holder_3": "秦望舒"}
    page = clerk.get("/keys/register")
    bad = clerk.submit(page, names | {"public_key": "12ab"}, status=422)
    assert bad.errors == ["启封公钥要写成 64 位十六进制"]
    public = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
    clerk.submit(clerk.get("/keys/register"), names | {"public_key": public.upper()})
    assert "秦望舒" in clerk.get("/keys").text
