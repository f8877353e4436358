"""Every GET address as everybody: open only where the table says so, and never a broken page.

A1, A4, A5, A12: visitor, subject of another case, the three administrators, staff of a foreign
organ, and each role at home.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Case
from cases.queries.visibility import visible
from cases.store import Store
from cases.web.access import PUBLIC, stated
from tests.attacks.everywhere import addresses, fetch, hostile, known, rules
from tests.decision_desk import Desk, open_desk
from tests.web_client import Client
from workflow.permissions import Actor, Grant, holds_anywhere
from workflow.vocabulary import ActorKind, AdminKind, Permission, Role

P = Permission
CLOSED = {303, 403, 404}


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    found = open_desk(sqlite_store, tmp_path)
    found.site.app.config["RAISE_FAILURES"] = True
    return found


def everybody(desk: Desk) -> dict[str, tuple[Client, Actor]]:
    """Name -> the browser and the actor it stands for."""
    site, found = desk.site, {}
    organ, foreign = desk.organ, desk.world.units["county"]
    for role in (
        Role.OFFICE, Role.OFFICE_LEAD, Role.DRAFTING_DIVISION, Role.COMMITTEE_MEMBER,
        Role.DECISION_RECORDER, Role.REVIEWER, Role.ARCHIVIST, Role.ASSESSMENT_GROUP,
        Role.KEY_HOLDER,
    ):  # fmt: skip
        for place, unit in (("home", organ), ("foreign", foreign)):
            client = site.sign_in_as(role, organ=unit)
            grants = (Grant(role, organ_id=unit),)
            found[f"{role} {place}"] = client, Actor(client.account_id, client.person_id, grants)
    for role in (Role.UNIT_CONTACT, Role.UNIT_HEAD, Role.DATA_PROVIDER, Role.RESPONSIBLE_ORGAN):
        client = site.sign_in_as(role, unit=foreign)
        grants = (Grant(role, unit_id=foreign),)
        found[f"{role} foreign"] = client, Actor(client.account_id, client.person_id, grants)
    for kind in AdminKind:
        client = site.sign_in_as(admin=kind)
        found[kind.value] = client, Actor(client.account_id, kind=ActorKind(kind.value))
    for person in ("chief", "head"):
        client = site.sign_in_as(person_id=desk.world.people[person])
        found[person] = client, Actor(client.account_id, client.person_id)
    return found


def test_visitor_reaches_the_doors_alone(desk: Desk) -> None:
    have, visitor = known(desk.site), desk.site.visitor()
    seen = {
        rule.endpoint: fetch(visitor, path).status
        for rule in rules(desk.site)
        for path in addresses(rule, have)
    }
    assert {e: s for e, s in seen.items() if e not in PUBLIC and s != 303} == {}


@pytest.mark.slow
def test_every_address_is_open_only_by_the_table(desk: Desk) -> None:
    have = known(desk.site)
    with desk.store.reading() as conn:
        refs = {ref: i for ref, i in conn.execute(sa.select(Case.ref, Case.id))}
    wrong: list[tuple[str, str, int]] = []
    asked = 0
    for name, (client, actor) in everybody(desk).items():
        for rule in rules(desk.site):
            said = stated(desk.site.app.view_functions[rule.endpoint])
            if said is None or said.permission in (None, P.SIGNED_IN):
                continue
            holds = holds_anywhere(actor, said.permission)
            for path in addresses(rule, have):
                status, asked = fetch(client, path).status, asked + 1
                ref = path.split("/")[2] if str(rule).startswith("/cases/<ref>") else None
                may = holds and (ref is None or _sees(desk, actor, said.permission, refs[ref]))
                if status >= 500 or (not may and status not in CLOSED):
                    wrong.append((name, path, status))
                if not may and status == 303 and said.loads:
                    wrong.append((name, path, status))
    assert wrong == []
    assert asked >= 3500


@pytest.mark.parametrize("kind", list(AdminKind))
def test_administrators_find_no_list_of_meetings(desk: Desk, kind: AdminKind) -> None:
    assert desk.site.sign_in_as(admin=kind).get("/meetings", status=None).status == 403


def _sees(desk: Desk, actor: Actor, permission: Permission, case_id: int) -> bool:
    with desk.store.reading() as conn:
        where = visible(conn, actor, permission)
        return conn.execute(sa.select(Case.id).where(Case.id == case_id, where)).first() is not None


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.OFFICE, Role.DECISION_RECORDER])
def test_hostile_addresses_look_like_missing_ones(desk: Desk, role: Role) -> None:
    client = desk.client(role)
    wrong = [
        (path, status)
        for rule in rules(desk.site)
        for path in hostile(rule)
        if (status := fetch(client, path).status) not in (303, 403, 404, 405, 409)
    ]
    assert wrong == []


def test_foreign_and_missing_cases_look_the_same(desk: Desk) -> None:
    foreign = desk.site.sign_in_as(Role.OFFICE, organ=desk.world.units["county"])
    case = next(iter(desk.cases.values()))
    for rule in rules(desk.site):
        if not str(rule).startswith("/cases/<ref>") or len(rule._converters) > 1:
            continue
        there = fetch(foreign, str(rule).replace("<ref>", case.ref))
        absent = fetch(foreign, str(rule).replace("<ref>", "2025-0-XX9999"))
        assert (there.status, there.h1) == (absent.status, absent.h1) == (404, absent.h1)


def test_posts_to_foreign_cases_find_nothing_and_write_nothing(desk: Desk) -> None:
    foreign = desk.site.sign_in_as(
        Role.OFFICE, Role.DRAFTING_DIVISION, organ=desk.world.units["county"]
    )
    foreign.inspect = False
    have = known(desk.site)
    before, token = _journal_head(desk), foreign.token()
    answers = {}
    for rule in rules(desk.site, "POST"):
        said = stated(desk.site.app.view_functions[rule.endpoint])
        if said is None or not said.loads:
            continue
        for path in addresses(rule, have):
            answers[path] = foreign.post(path, {"csrf_token": token}, status=None).status
    assert {p: s for p, s in answers.items() if s != 404} == {}
    assert _journal_head(desk) == before


def _journal_head(desk: Desk) -> object:
    with desk.store.reading() as conn:
        return conn.exec_driver_sql("SELECT seq, digest FROM journal_head").one()
