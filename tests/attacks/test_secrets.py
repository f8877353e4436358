"""Markers planted where few may read, searched in every answer of those who may not (A8)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.holds import place_hold
from cases.commands.inquiries import open_inquiry
from cases.commands.synthesis import write_comment, write_synthesis
from cases.commands.talks import record_talk
from cases.models import Case, Correction
from cases.store import Store
from tests.attacks.everywhere import addresses, fetch, known, readable, rules
from tests.decision_desk import Desk, open_desk, tell
from tests.web_client import Client
from tests.world import AT
from workflow.vocabulary import AdminKind, CorrectionState, Grade, HoldKind, Role, State

TALK, INQUIRY, HOLD, SYNTHESIS, COMMENT, CORRECTION = (
    "谈话标记甲辰", "核实标记乙巳", "暂缓标记丙午", "研判标记丁未", "评语标记戊申", "更正标记己酉",
)  # fmt: skip
DECIDING_PAPERS = {TALK, INQUIRY, HOLD, SYNTHESIS, COMMENT, CORRECTION}


def plant(desk: Desk) -> None:
    """Put every marker on the chief's case."""
    world = desk.world
    case = desk.cases["沈知远"]
    group = world.actor(Role.ASSESSMENT_GROUP, person="recorder")
    office = world.actor(Role.OFFICE)
    drafter = world.actor(Role.DRAFTING_DIVISION)
    with desk.store.transaction() as conn:
        record_talk(
            conn, case, interviewee=TALK, held_on=date(2025, 12, 9), place=TALK, content=TALK,
            second_talker_id=world.people["clerk"], actor=group, at=AT,
        )  # fmt: skip
        open_inquiry(conn, case, question=INQUIRY, actor=office, at=AT)
        place_hold(
            conn, case, kind=next(iter(HoldKind)), since=date(2025, 12, 1), document=HOLD,
            reason=HOLD, actor=office, at=AT,
        )  # fmt: skip
        write_synthesis(
            conn, case, performance=SYNTHESIS, shortcomings=SYNTHESIS, grade_opinion=None,
            actor=drafter, at=AT,
        )  # fmt: skip
        write_comment(conn, case, text=COMMENT, grade=None, actor=world.actor(person="lead"), at=AT)
        conn.execute(
            sa.insert(Correction).values(
                case_id=case.id, state=next(iter(CorrectionState)), document=CORRECTION,
                old_conclusion="2", new_conclusion="3", effects=[], reason=CORRECTION, made_at=AT,
            )
        )  # fmt: skip


def strangers(desk: Desk) -> dict[str, tuple[Client, set[str]]]:
    """Name -> (browser, markers that must not be found)."""
    site, world = desk.site, desk.world
    organ, unit, foreign = desk.organ, world.units["environment"], world.units["county"]
    people = {
        "the subject": site.sign_in_as(person_id=world.people["chief"]),
        "a colleague": site.sign_in_as(person_id=world.people["deputy"]),
        "contact": site.sign_in_as(Role.UNIT_CONTACT, unit=unit),
        "head of unit": site.sign_in_as(Role.UNIT_HEAD, unit=unit),
        "provider": site.sign_in_as(Role.DATA_PROVIDER, unit=unit),
        "verifier": site.sign_in_as(Role.DATA_VERIFIER, unit=unit),
        "responsible": site.sign_in_as(Role.RESPONSIBLE_ORGAN, unit=unit),
        "respondent": site.sign_in_as(Role.OPINION_RESPONDENT, unit=unit),
        "key holder": site.sign_in_as(Role.KEY_HOLDER, organ=organ),
        "office elsewhere": site.sign_in_as(Role.OFFICE, Role.OFFICE_LEAD, organ=foreign),
        "deciders elsewhere": site.sign_in_as(Role.DECISION_RECORDER, organ=foreign),
        "subject in the office": site.sign_in_as(
            Role.OFFICE, Role.DRAFTING_DIVISION, organ=organ, person_id=world.people["chief"]
        ),
        **{kind.value: site.sign_in_as(admin=kind) for kind in AdminKind},
        "visitor": site.visitor(),
    }
    found = {name: (client, set(DECIDING_PAPERS)) for name, client in people.items()}
    for role in (Role.OFFICE, Role.DRAFTING_DIVISION, Role.DECISION_RECORDER, Role.REVIEWER):
        found[f"{role} and talks"] = site.sign_in_as(role, organ=organ), {TALK}
    found["archivist"] = site.sign_in_as(Role.ARCHIVIST, organ=organ), set(DECIDING_PAPERS)
    return found


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    found = open_desk(sqlite_store, tmp_path)
    plant(found)
    return found


@pytest.mark.slow
def test_no_page_tells_a_marker_to_those_who_must_not_see_it(desk: Desk) -> None:
    have = known(desk.site)
    case = desk.cases["沈知远"]
    given = {"case_id": str(case.id), "pool_id": str(case.pool_id)}
    told = set()
    for name, (client, markers) in strangers(desk).items():
        for rule in rules(desk.site):
            mine = dict(given)
            if str(rule).startswith(("/cases/<ref>", "/measures/add")):
                mine["ref"] = case.ref
            for path in addresses(rule, have, mine):
                answer = readable(fetch(client, path))
                told |= {(name, path, marker) for marker in markers if marker in answer}
    assert told == set()


@pytest.mark.slow
def test_no_page_tells_the_result_of_another_before_or_after_notice(desk: Desk) -> None:
    case = desk.cases["欧阳明远"]
    with desk.store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id == case.id).values(decided_grade=None))
        tell(conn, case.id, Grade.INCOMPETENT)
    have = known(desk.site)
    told = []
    for name in ("the subject", "key holder", "provider", "system_admin", "audit_admin"):
        client = strangers(desk)[name][0]
        for rule in rules(desk.site):
            if str(rule) in ("/administration/policy", "/demonstration", "/rules"):
                continue
            mine = {"ref": case.ref} if str(rule).startswith("/cases/<ref>") else {}
            for path in addresses(rule, have, mine):
                if "不称职" in readable(fetch(client, path)):
                    told.append((name, path))
    assert told == []


HIDDEN_WORK = ("the subject", "contact", "head of unit")


@pytest.mark.parametrize("state", [s for s in State if s is not State.NOT_ASSESSED])
def test_page_of_the_assessed_is_the_same_with_and_without_hidden_work(
    sqlite_store: Store, tmp_path: Path, state: State
) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    case = desk.cases["沈知远"]
    with desk.store.transaction() as conn:
        conn.execute(sa.update(Case).where(Case.id == case.id).values(state=state))
    people = {name: c for name, (c, _) in strangers(desk).items() if name in HIDDEN_WORK}
    paths = [f"/cases/{case.ref}", f"/cases/{case.ref}/history", "/my-result"]
    before = {(n, p): _plain(fetch(c, p).source) for n, c in people.items() for p in paths}
    plant(desk)
    after = {(n, p): _plain(fetch(c, p).source) for n, c in people.items() for p in paths}
    assert {k: after[k] for k in before if before[k] != after[k]} == {}


def _plain(text: str) -> str:
    """Without the tokens and keys that differ by request."""
    return re.sub(r'(name="(csrf_token|_key)"[^>]*value=")[^"]*', "", text)
