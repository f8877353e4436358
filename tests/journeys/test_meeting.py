"""A reporting meeting through HTTP: site and booth side by side, every page inspected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.cards import Card
from cases.ballot_box.urn_tables import upgrade_urns
from cases.booth import create_booth
from cases.commands import meeting as planning
from cases.commands.opening import open_cases
from cases.models import Meeting, Unit
from cases.store import Store
from cases.web.urns import urns
from tests.cases.commands.ballots import PASSPHRASES
from tests.web_client import Client, Page, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import MeetingState, Role

REF = "2025-1-CP001"
HOME = f"/meetings/{REF}"


@pytest.fixture
def site(sqlite_store: Store, tmp_path: Path) -> Iterator[Site]:
    made = open_site(sqlite_store, tmp_path)
    upgrade_urns(made.settings.booth_database_url)
    yield made


@pytest.fixture
def world(site: Site) -> World:
    with site.store.transaction() as conn:
        world = found_world(conn)
        conn.execute(sa.update(Unit).values(head_count=14))
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=AT)
    return world


def office(site: Site, world: World) -> Client:
    return site.sign_in_as(Role.OFFICE, organ=world.units["organ"], name="考核办")


def group(site: Site, world: World) -> Client:
    return site.sign_in_as(Role.ASSESSMENT_GROUP, organ=world.units["organ"], name="考核组")


def make_key(clerk: Client) -> list[str]:
    """The three shares as printed on the page, tested by 甲 and 备."""
    page = clerk.get("/keys/new")
    data = {f"holder_{n}": name for n, name in enumerate(("陆明晖", "方若谷", "秦望舒"), 1)}
    for n, words in enumerate(PASSPHRASES, 1):
        data |= {f"passphrase_{n}": words, f"again_{n}": words}
    shown = clerk.submit(page, data, status=200)
    shares = [
        "\n".join(li.text_content() for li in block.xpath(".//ol/li"))
        for block in shown.tree.xpath("//section[contains(@class, 'mt-share')]")
    ]
    wrong = clerk.submit(
        clerk.get("/keys/test"), typed(shares, 0, 1, "别人的 四个 词 呀"), status=422
    )
    assert wrong.errors == ["第二份的口令：口令不对"]
    clerk.submit(clerk.get("/keys/test"), typed(shares, 0, 2))
    return shares


def typed(shares: list[str], one: int, two: int, second: str = "") -> dict[str, str]:
    return {
        "share_1": shares[one],
        "passphrase_1": PASSPHRASES[one],
        "share_2": shares[two],
        "passphrase_2": second or PASSPHRASES[two],
    }


def planned(clerk: Client, world: World) -> None:
    page = clerk.get("/meetings")
    clerk.submit(page, {"planned_on": "2026-1-12", "place": "三楼会议室"}, action="/plan")
    clerk.submit(
        clerk.get(f"{HOME}/edit"),
        {
            "members_A": "0",
            "members_B": "2",
            "members_C": "12",
            "teller": str(world.people["contact"]),
            "supervisor": str(world.people["recorder"]),
        },
    )


def frozen_with_cards(site: Site, clerk: Client, world: World) -> list[Card]:
    """Freeze through the page; the cards are taken from the command behind the print button."""
    clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"))
    with site.app.app_context(), site.store.transaction() as conn, urns() as store:
        meeting_id = conn.execute(sa.select(Meeting.id).where(Meeting.ref == REF)).scalar_one()
        return planning.print_cards(
            conn,
            store,
            meeting_id,
            pepper=site.settings.booth_pepper.encode(),
            booth_url=site.settings.booth_url,
            actor=world.actor(Role.OFFICE),
            at=site.clock.at,
        )


def fill_in(site: Site, cards: list[Card]) -> list[int]:
    """Every card goes through the booth's own pages; the first rows of the sheet are marked."""
    app = create_booth(site.settings)
    booth = app.test_client()
    codes = []
    for number, card in enumerate(cards):
        desk = booth.post("/ballot", data={"code": card.code}, base_url=site.settings.booth_url)
        fields = sorted(set(re.findall(r'name="(c\d+-\d+)"', desk.get_data(as_text=True))))
        marks = dict.fromkeys(fields, "excellent" if number % 3 else "fair")
        for field in fields:
            if field.startswith("c1"):
                marks[field] = "excellent" if number % 3 else "competent"
        review = booth.post(
            "/review", data={"code": card.code, **marks}, base_url=site.settings.booth_url
        )
        envelope = re.search(r'name="envelope" value="([^"]+)"', review.get_data(as_text=True))
        assert envelope is not None, review.get_data(as_text=True)
        done = booth.post(
            "/hand-in",
            data={"code": card.code, "envelope": envelope[1]},
            base_url=site.settings.booth_url,
        )
        codes.append(done.status_code)
    return codes


def state(site: Site) -> str:
    with site.store.reading() as conn:
        return conn.execute(sa.select(Meeting.state).where(Meeting.ref == REF)).scalar_one()


def test_whole_meeting_from_keys_to_the_recorded_count(site: Site, world: World) -> None:
    site.clock.at = datetime(2026, 1, 12, 1, 30, tzinfo=UTC)
    clerk, hall = office(site, world), group(site, world)
    shares = make_key(clerk)
    planned(clerk, world)
    cards = frozen_with_cards(site, clerk, world)
    hall.submit(hall.get(HOME), action="/open")
    assert fill_in(site, cards[:13]) == [200] * 13
    assert "已交卡（每 5 张更新）10 张" in hall.get(HOME).text
    assert hall.get(f"{HOME}/close").h1 == "应交 14，已交 13"
    hall.submit(hall.get(f"{HOME}/close"), {"due": "14", "present": "13"})
    assert state(site) == MeetingState.HELD

    teller = site.sign_in_as(person_id=world.people["contact"])
    supervisor = site.sign_in_as(person_id=world.people["recorder"])
    table = {f"{kind}_{g}": "0" for kind in ("returned", "missing") for g in "ABC"}
    page = teller.get(f"{HOME}/table")
    given = {k: v for k, v in page.forms()[0].form_values() if k.startswith(("ret", "mis"))}
    assert [k for k, v in given.items() if v == "0"] == ["returned_A", "missing_A"]  # no card made
    short = teller.submit(page, table, status=422)
    assert len(short.errors) == 1
    teller.submit(teller.get(f"{HOME}/table"), table | {"returned_C": "1"})

    holder = site.sign_in_as(Role.KEY_HOLDER, organ=world.units["organ"])
    lost = typed(shares, 0, 1, "别人的 四个 词 呀")
    refused = holder.submit(holder.get(f"{HOME}/opening"), lost, status=422)
    assert PASSPHRASES[0] not in refused.source
    holder.submit(holder.get(f"{HOME}/opening"), typed(shares, 0, 1))
    holder.submit(holder.get(f"{HOME}/opening"), typed(shares, 1, 2))

    teller.submit(teller.get(f"{HOME}/tally/sign"), action="/sign")
    waiting = teller.get(f"{HOME}/tally/sign")
    assert waiting.forms() == [] and "已签名，等另一人签名" in waiting.text
    supervisor.submit(supervisor.get(f"{HOME}/tally/sign"), action="/sign")
    teller.submit(teller.get(f"{HOME}/tally/sign"), action="/record")
    assert state(site) == MeetingState.COUNTED
    tally = clerk.get(f"{HOME}/tally")
    assert "13 / 13" in tally.text and "14 / 13" in tally.text
    assert "8/13" in tally.text and "61.54%" in tally.text


def test_cards_come_as_one_pdf_and_again_when_lost(site: Site, world: World) -> None:
    clerk = office(site, world)
    make_key(clerk)
    planned(clerk, world)
    clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"))
    sheet: Page = clerk.submit(clerk.get(HOME), action="/cards", status=200)
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert sheet.response.data.startswith(b"%PDF-")
    again = clerk.submit(clerk.get(HOME), action="/cards", status=200)
    assert again.response.data != sheet.response.data
    stored = [p for p in site.settings.var.rglob("*") if p.is_file() and p.suffix == ".pdf"]
    assert stored == []


def test_spoiled_card_is_shown_once(site: Site, world: World) -> None:
    clerk, hall = office(site, world), group(site, world)
    make_key(clerk)
    planned(clerk, world)
    old = frozen_with_cards(site, clerk, world)[0]
    hall.submit(hall.get(HOME), action="/open")
    page = hall.get(f"{HOME}/reissue")
    typo = hall.submit(page, {"group": old.group, "spoiled": "ABC"}, status=422)
    assert len(typo.errors) == 1
    page, given = hall.get(f"{HOME}/reissue"), {"group": old.group, "spoiled": old.code}
    card = hall.submit(page, given, status=200)
    assert card.h1 == "补发的测评卡，只显示这一次"
    again = hall.submit(page, given, status=200)  # a double click
    assert code(again) == code(card) != ""
    other = hall.submit(hall.get(f"{HOME}/reissue"), {"group": old.group}, status=200)
    assert code(other) != code(card)


def test_foreign_reader_sees_no_meeting(site: Site, world: World) -> None:
    planned(office(site, world), world)
    stranger = site.sign_in_as(name="外人")
    assert stranger.get("/meetings").text.count("生态环境局") == 0
    stranger.get(HOME, status=404)
    stranger.get(f"{HOME}/tally", status=404)
    stranger.get(f"{HOME}/edit", status=404)


def test_small_unit_is_turned_into_talks_from_the_list(site: Site, world: World) -> None:
    clerk = office(site, world)
    with site.store.transaction() as conn:
        conn.execute(sa.update(Unit).values(head_count=3))
    clerk.submit(clerk.get("/meetings"), {"planned_on": "2026-1-12"}, action="/plan")
    clerk.submit(clerk.get("/meetings"), action="/small")
    assert state(site) == MeetingState.REPLACED_BY_TALKS
    assert "参评人员 3 人,少于最少人数 5 人" in clerk.get(HOME).text


def test_freeze_without_a_key_says_so(site: Site, world: World) -> None:
    clerk = office(site, world)
    planned(clerk, world)
    refused = clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"), status=409)
    assert "启封密钥还没有制作，或没有经两位保管人试还原" in refused.text


def test_cancelling_asks_for_a_reason(site: Site, world: World) -> None:
    clerk = office(site, world)
    planned(clerk, world)
    page = clerk.get(f"{HOME}/move/cancel_meeting")
    assert clerk.submit(page, {"reason": ""}, status=422).errors == ["请写明理由"]
    clerk.submit(clerk.get(f"{HOME}/move/cancel_meeting"), {"reason": "单位合并"})
    assert state(site) == MeetingState.CANCELLED
    clerk.get(f"{HOME}/move/count_meeting", status=404)


def test_edit_from_an_older_page_is_refused(site: Site, world: World) -> None:
    clerk = office(site, world)
    planned(clerk, world)
    old = clerk.get(f"{HOME}/edit")
    clerk.submit(old, {"place": "一楼会议室"})
    clerk.submit(old, {"_key": "another-key-of-this-page", "place": "二楼会议室"}, status=409)


def code(page: Page) -> str:
    return str(page.tree.xpath("string(//p[contains(@class, 'mt-code')])"))


def test_cancelled_meeting_leaves_no_card_that_works(site: Site, world: World) -> None:
    clerk = office(site, world)
    make_key(clerk)
    planned(clerk, world)
    frozen_with_cards(site, clerk, world)
    clerk.submit(clerk.get(f"{HOME}/move/cancel_meeting"), {"reason": "机构改革"})
    assert state(site) == MeetingState.CANCELLED
    with site.app.app_context(), urns() as store:
        assert store.state(f"{REF}-1") == "given_up"
