"""The trust page and the hall's checklist on the site: who reaches them, what they show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.ballot_box.package import from_json
from cases.ballot_box.trust import CHECKLIST, key_fingerprint
from cases.ballot_box.urn_tables import upgrade_urns
from cases.commands.opening import open_cases
from cases.models import Meeting, Unit
from cases.store import Store
from tests.journeys.test_meeting import HOME, make_key, planned
from tests.web_client import Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Role


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


def test_everybody_reads_the_claims_and_the_rule_in_force(site: Site, world: World) -> None:
    contact = site.sign_in_as(Role.UNIT_CONTACT, unit=world.units["environment"], name="联络员")
    home = contact.get("/worklist")
    assert "/trust" in [a.get("href") for a in home.tree.xpath("//footer//a")]
    page = contact.get("/trust")
    assert "密封件和密钥分开封存 3 年，期满在见证下销毁。" in page.text
    assert "不承诺的" in page.text and "启封密钥制作、表样锁定以后列在这里。" in page.text
    assert contact.get(f"{HOME}/trust", status=404).status == 404


def test_a_frozen_meeting_shows_its_marks_and_its_checklist(site: Site, world: World) -> None:
    clerk = site.sign_in_as(Role.OFFICE, organ=world.units["organ"], name="考核办")
    make_key(clerk)
    planned(clerk, world)
    clerk.submit(clerk.get(f"{HOME}/move/freeze_meeting"))
    with site.store.reading() as conn:
        text = conn.execute(sa.select(Meeting.package).where(Meeting.package.is_not(None))).scalar()
    package = from_json(str(text))
    marks = [key_fingerprint(package.public_key)[:16], package.digest[:16]]
    for address in (f"{HOME}/trust", f"{HOME}/checklist"):
        page = clerk.get(address)
        codes = [
            e.text_content()
            for e in page.tree.xpath("//dd[@class='k-code'] | //b[@class='k-code']")
        ]
        assert codes == marks
    boxes = page.tree.xpath("//span[@class='vo-box']")
    assert len(boxes) == sum(len(lines) for _, lines in CHECKLIST)
    links = [a.get("href") for a in clerk.get(HOME).tree.xpath("//aside//a")]
    assert {f"{HOME}/trust", f"{HOME}/checklist"} <= set(links)
