"""After opening: a change is asked with reason and paper, approved by another, counted, listed."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import scheme_draft
from cases.files.store import FileStore
from cases.jobs.amendments import put_in_force
from cases.jobs.tools import Tools
from cases.models import Amendment, Cycle, SchemeVersion
from cases.queries.burden import burden
from cases.queries.progress import reach_of
from cases.store import Store
from tests.web_client import NOW, Client, Page, Site, open_site
from tests.world import World, found_world
from workflow.vocabulary import CycleState, Role

ASKED = {
    "draft": "1",
    "kind": "extend",
    "reason": "省里要求减轻基层负担，延长期限",
    "document": "云考〔2026〕3号",
    "effective_on": "2026-01-20",
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def site(store: Store, tmp_path: Path, world: World) -> Site:
    with store.transaction() as conn:
        made = found_world(conn, state=CycleState.OPEN)
    world.units, world.people, world.cycle_id = made.units, made.people, made.cycle_id
    return open_site(store, tmp_path)


def draft(site: Site, world: World, change: Any) -> None:
    """A draft from the year's scheme with a change made to it."""
    with site.store.transaction() as conn:
        version = conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()
        actor = world.actor(Role.OFFICE, person="clerk", unit=None)
        draft_id = scheme_draft.start_from(conn, version, actor=actor, at=NOW)

        def edit(document: dict[str, Any]) -> dict[str, Any]:
            after = deepcopy(document)
            change(after)
            return after

        scheme_draft.save(
            conn, draft_id, edit, part=scheme_draft.m("改"), expected_version=1,
            actor=actor, at=NOW,
        )  # fmt: skip


def people(site: Site, world: World) -> tuple[Client, Client]:
    organ = world.units["organ"]
    clerk = site.sign_in_as(Role.OFFICE, organ=organ, person_id=world.people["clerk"])
    lead = site.sign_in_as(
        Role.OFFICE, Role.OFFICE_LEAD, organ=organ, person_id=world.people["lead"]
    )
    return clerk, lead


def path(site: Site) -> str:
    with site.store.reading() as conn:
        return f"/cycles/{conn.execute(sa.select(Cycle.ref)).scalar_one()}/amendments"


def lighter(document: dict[str, Any]) -> None:
    document["timetable"][0]["due"] = document["timetable"][0].get("due", 0) + 3


def heavier(document: dict[str, Any]) -> None:
    document["timetable"][0]["due"] = document["timetable"][0].get("due", 0) - 3


def ask(client: Client, site: Site, data: dict[str, str], status: int = 303) -> Page:
    answer = client.submit(client.get(path(site)), data, action="/amendments", status=status)
    return client.follow(answer) if status == 303 else answer


def counted(site: Site, world: World) -> list[str]:
    """The papers of the changes that the burden page lists."""
    with site.store.reading() as conn:
        reach = reach_of(conn, world.actor(Role.OFFICE, person="clerk", unit=None))
        return [change.document for change in burden(conn, reach, world.cycle_id).changes]


def in_force(site: Site, day: str) -> tuple[int, int]:
    """(changes put in force on that day, the version the year runs on)."""
    at = datetime.fromisoformat(f"{day}T01:00:00+00:00")
    tools = Tools(site.store, FileStore(site.settings.files), site.settings, now=lambda: at)
    done = put_in_force(tools, at=at)
    with site.store.reading() as conn:
        return done, conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()


def test_lighter_change_is_approved_by_another_and_counted(site: Site, world: World) -> None:
    draft(site, world, lighter)
    clerk, lead = people(site, world)
    clerk.get("/cycles/2025/setup", status=404)
    wrong = ask(clerk, site, {**ASKED, "kind": "lighten"}, 422)
    assert wrong.errors == ["变更类型：草稿只改期限，请选“延长期限”"]
    page = ask(clerk, site, ASKED)
    assert "涉及的考核卷" in page.text
    assert page.forms("/approve") == []
    clerk.post(page.path.partition("?")[0] + "/approve", status=404)
    shown = lead.get(page.path)
    shown = lead.follow(lead.submit(shown, action="/approve"))
    assert "已批准，1月20日 周二 起生效；在此以前按原方案" in shown.text
    assert in_force(site, "2026-01-19") == (0, 1)
    assert in_force(site, "2026-01-20") == (1, 2)
    assert in_force(site, "2026-01-20") == (0, 2)
    assert "在此以前按原方案" not in lead.get(shown.path).text
    lead.get(shown.path + "?lang=en")
    with site.store.reading() as conn:
        version_id = conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()
        frozen = conn.execute(
            sa.select(SchemeVersion.frozen_at).where(SchemeVersion.id == version_id)
        ).scalar_one()
        change = conn.execute(sa.select(Amendment.change)).scalar_one()
    assert frozen == NOW
    assert (change["from"], change["to"]) == (1, version_id)
    lead.post(shown.path + "/approve", status=409)
    assert counted(site, world) == ["云考〔2026〕3号"]


def test_who_asked_cannot_approve(site: Site, world: World) -> None:
    draft(site, world, lighter)
    _, lead = people(site, world)
    page = ask(lead, site, ASKED)
    assert "提出变更的人不能自己批准" in page.text
    refused = lead.post(page.path.partition("?")[0] + "/approve", status=409)
    assert "提出变更的人不能自己批准" in refused.text


def test_heavier_change_needs_a_superiors_directive_and_five_days(site: Site, world: World) -> None:
    draft(site, world, heavier)
    clerk, _ = people(site, world)
    page = ask(clerk, site, ASKED, 422)
    assert "启动后的变更只能减轻" in page.text
    directive = {**ASKED, "kind": "upper_directive"}
    assert "请填写发文机关" in ask(clerk, site, directive, 422).text
    directive |= {"organ_name": "省委组织部", "effective_on": "2026-01-14"}
    assert "至少留出 5 个工作日" in ask(clerk, site, directive, 422).text
    page = ask(clerk, site, {**directive, "effective_on": "2026-01-20"})
    assert "比原方案加重 1 处" in page.text


def test_declined_change_changes_nothing_and_says_why(site: Site, world: World) -> None:
    draft(site, world, lighter)
    clerk, lead = people(site, world)
    page = ask(clerk, site, ASKED)
    assert counted(site, world) == ["云考〔2026〕3号"]
    shown = lead.get(page.path)
    lead.submit(shown, {"reason": ""}, action="/decline", status=422)
    shown = lead.follow(lead.submit(shown, {"reason": "期限够用，不必延长"}, action="/decline"))
    assert "期限够用，不必延长" in shown.text
    with site.store.reading() as conn:
        count = conn.execute(sa.select(sa.func.count()).select_from(SchemeVersion)).scalar_one()
    assert count == 1
    assert counted(site, world) == []


def test_change_of_nothing_is_refused(site: Site, world: World) -> None:
    draft(site, world, lambda document: None)
    clerk, _ = people(site, world)
    assert "没有要变更的内容" in ask(clerk, site, ASKED, 422).text
