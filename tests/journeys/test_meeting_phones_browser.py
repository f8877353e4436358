"""A whole meeting on thirty phones in real Chromium: sealed on each, opened with two of three
shares, and the scores that come out are those computed by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from cases.models import Case
from cases.queries.scheme import scheme_of_cycle
from cases.queries.scores import ballot_scores
from tests.cases.commands.ballots import BODY, CADRE
from tests.journeys.test_meeting import (
    HOME,
    frozen_with_cards,
    group,
    make_key,
    office,
    site,
    state,
    typed,
    world,
)
from tests.journeys.test_meeting_browser import booth_of
from tests.journeys.walk import PATIENCE, Street, chromium, opened_to
from tests.web_client import Client, Site
from tests.world import World
from workflow.vocabulary import CaseKind, MeetingState, Role

__all__ = ["chromium", "site", "world"]
pytestmark = pytest.mark.browser

GROUPS = {"A": 5, "B": 10, "C": 15}
MARKS = {"A": (3, 2, 0, 0), "B": (6, 3, 1, 0), "C": (8, 5, 1, 1)}
"""How many of a group give the first, second, third, fourth option to everybody on their sheets.

With 100, 80, 60 and 0 points: A (300 + 160) / 5 = 92, B (600 + 240 + 60) / 10 = 90,
C (800 + 400 + 60) / 15 = 84. Chief and body 40/30/30: 36.8 + 27 + 25.2 = 89;
deputy 20/40/40: 18.4 + 36 + 33.6 = 88.
"""
PHONE = {"width": 390, "height": 844}


def prepared(clerk: Client, world: World) -> None:
    page = clerk.get("/meetings")
    clerk.submit(page, {"planned_on": "2026-1-12", "place": "三楼会议室"}, action="/plan")
    people = {
        "teller": str(world.people["contact"]),
        "supervisor": str(world.people["recorder"]),
    }
    members = {f"members_{code}": str(number) for code, number in GROUPS.items()}
    clerk.submit(clerk.get(f"{HOME}/edit"), {**members, **people})


def entered(street: Street, booth: str, code: str) -> Page:
    """A phone of its own, with the ballot of this card open."""
    context = street.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{booth}/#{code}")
    page.wait_for_selector("html[data-sealing=device]")
    return page


def votes(page: Page, grade: int) -> None:
    for row in page.locator("[data-sheet=cadre] .bo-q").all():
        row.locator(f"input[value={CADRE[grade]}]").check(force=True)
    for row in page.locator("[data-sheet=body] .bo-q").all():
        row.locator(f"input[value={BODY[grade]}]").check(force=True)
    page.get_by_role("button", name="下一步：核对", exact=True).click()
    page.get_by_role("button", name="交卡", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已交卡，已入测评箱")


def opened_and_signed(site: Site, world: World, shares: list[str]) -> None:
    teller = site.sign_in_as(person_id=world.people["contact"])
    supervisor = site.sign_in_as(person_id=world.people["recorder"])
    table = {f"{kind}_{g}": "0" for kind in ("returned", "missing") for g in GROUPS}
    teller.submit(teller.get(f"{HOME}/table"), table)
    holder = site.sign_in_as(Role.KEY_HOLDER, organ=world.units["organ"])
    holder.submit(holder.get(f"{HOME}/opening"), typed(shares, 0, 2))
    for one in (teller, supervisor):
        one.submit(one.get(f"{HOME}/tally/sign"), action="/sign")
    teller.submit(teller.get(f"{HOME}/tally/sign"), action="/record")


def scores(site: Site, world: World) -> dict[str, Decimal | None]:
    with site.store.reading() as conn:
        scheme = scheme_of_cycle(conn, world.cycle_id)
        assert scheme is not None
        unit = world.units["environment"]
        cases = conn.execute(sa.select(Case).where(Case.unit_id == unit)).all()
        found = ballot_scores(conn, cases, scheme)
    names = {world.people["chief"]: "chief", world.people["deputy"]: "deputy"}
    told = {c.id: "body" if c.kind == CaseKind.BODY else names.get(c.person_id, "") for c in cases}
    return {told[i]: one.score for i, one in found.items() if told[i]}


def test_thirty_phones_give_the_scores_computed_by_hand(
    site: Site, world: World, chromium: Browser, tmp_path: Path
) -> None:
    clerk, hall = office(site, world), group(site, world)
    shares = make_key(clerk)
    prepared(clerk, world)
    cards = frozen_with_cards(site, clerk, world)
    assert {code: sum(c.group == code for c in cards) for code in GROUPS} == GROUPS
    hall.submit(hall.get(HOME), action="/open")
    grades = {
        code: [grade for grade, many in enumerate(MARKS[code]) for _ in range(many)]
        for code in GROUPS
    }
    with opened_to(site, chromium, tmp_path) as street, booth_of(site) as booth:
        phones = [(entered(street, booth, card.code), grades[card.group].pop()) for card in cards]
        for page, grade in phones:
            votes(page, grade)
        assert hall.get(f"{HOME}/close").h1 == "应交 30，已交 30"
    hall.submit(hall.get(f"{HOME}/close"), {"due": "30", "present": "30"})
    opened_and_signed(site, world, shares)
    assert state(site) == MeetingState.COUNTED
    found = {name: round(score, 2) for name, score in scores(site, world).items() if score}
    assert found == {"chief": Decimal(89), "deputy": Decimal(88), "body": Decimal(89)}
    assert "17/30" in clerk.get(f"{HOME}/tally").text
