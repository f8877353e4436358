"""Act: the scheme, the year, its readiness, the facts of the year, the list of those assessed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.commands.analysis import switch_intervals
from cases.commands.cycle import Window, create_cycle, freeze_scheme, open_cycle
from cases.commands.scheme import add_version
from cases.commands.scoping import Event, add_event, assign, declare_relation
from cases.commands.transition import perform_many
from cases.demo.acts import leading
from cases.demo.city.places import OFFICE
from cases.demo.city.story import DAYS, EVENTS, YEAR
from cases.demo.theatre import Theatre, on
from cases.jobs.opening_job import open_everything
from cases.models import Case
from workflow.permissions import Actor
from workflow.vocabulary import Action, Participation, ParticipationReason, Stage, State

SKIPPED = ("relation", "post", "leadership_probation", "recruit_probation", "left")
"""Events that the roster tells already, or that are ties and not facts."""
GROUPS = (("group1_lead", "group1_member"), ("group2_lead", "group2_member"))


def play(theatre: Theatre) -> None:
    """From the scheme file to everybody writing."""
    _year(theatre)
    _facts(theatre)
    leading.portfolios(theatre)
    office, lead = theatre.actor("office_clerk_a"), theatre.actor("office_lead")
    with theatre.writing() as conn:
        freeze_scheme(conn, theatre.cycle_id, actor=lead, at=on("scheme_frozen"))
    with theatre.writing() as conn:
        open_cycle(conn, theatre.cycle_id, actor=lead, at=on("cycle_opening"), enqueue=False)
        made = open_everything(conn, theatre.cycle_id, actor=office, at=on("cycle_opening", 10))
    theatre.bars.say(f"  建立考核卷 {made.cadres + made.bodies} 份")
    _relations(theatre)
    _groups(theatre, office)
    _scope(theatre, office)


def _year(theatre: Theatre) -> None:
    office = theatre.actor("office_clerk_a")
    organ = theatre.units[OFFICE]
    with theatre.writing() as conn:
        version = add_version(
            conn, (theatre.papers / "scheme.yaml").read_bytes(), organ_id=organ, actor=office,
            at=on("scheme_issued"),
        )  # fmt: skip
        theatre.cycle_id = create_cycle(
            conn, year=YEAR, organ_id=organ, scheme_version_id=version, timetable=_timetable(),
            actor=office, at=on("scheme_issued", 10), title=f"云州市(虚构){YEAR} 年度考核",
        )  # fmt: skip
        switch_intervals(conn, theatre.cycle_id, True, actor=office, at=on("scheme_issued", 10))


def _timetable() -> dict[Stage, Window]:
    after = YEAR + 1
    return {
        Stage.SCOPING: Window(
            DAYS["cycle_opening"], DAYS["scoping_done"], "名册已提前核对,审核只需一周"
        ),
        Stage.SELF_REPORT: Window(date(YEAR, 12, 10), date(YEAR, 12, 31)),
        Stage.DATA_COLLECTION: Window(date(after, 1, 1), DAYS["data_deadline"]),
        Stage.PUBLIC_EVALUATION: Window(date(after, 1, 5), date(after, 2, 5)),
        Stage.COMMITTEE_REVIEW: Window(date(after, 1, 20), date(after, 3, 31)),
        Stage.RESULT_APPLICATION: Window(date(after, 3, 20), DAYS["measures_due"]),
        Stage.ARCHIVE: Window(date(after, 3, 20), date(after, 12, 31)),
    }


def _facts(theatre: Theatre) -> None:
    office = theatre.actor("office_clerk_a")
    for event in EVENTS:
        if event.kind in SKIPPED or event.day > DAYS["scheme_frozen"]:
            continue
        with theatre.writing() as conn:
            add_event(conn, _event(theatre, event), actor=office, at=on("scheme_issued", 15))


def later_facts(theatre: Theatre) -> None:
    """What happens between the year's end and the decision."""
    office = theatre.actor("office_clerk_a")
    for event in EVENTS:
        if event.kind not in SKIPPED and event.day > DAYS["scheme_frozen"]:
            with theatre.writing() as conn:
                add_event(conn, _event(theatre, event), actor=office, at=on("opinions_due", 15))


def _event(theatre: Theatre, event: Any) -> Event:
    person = theatre.person_id(event.role) if event.role else None
    return Event(
        event.kind,
        event.day,
        source="演示",
        person_id=person,
        unit_id=None if person else theatre.units[event.unit],
        from_unit_id=theatre.units.get(event.details.get("old_unit", "")),
        ended_on=event.until,
        days=event.days or None,
        document=event.document or None,
        note=event.what,
        case_related=event.details.get("responsible") == "yes",
    )


def _relations(theatre: Theatre) -> None:
    office = theatre.actor("office_clerk_a")
    for event in EVENTS:
        if event.kind != "relation":
            continue
        other = event.details.get("other_staff") or event.details["other_role"]
        with theatre.writing() as conn:
            declare_relation(
                conn, theatre.person_id(event.role), theatre.person_id(other),
                declared_on=event.day, actor=office, at=on("scoping_done", 9), note=event.what,
            )  # fmt: skip


def _groups(theatre: Theatre, office: Actor) -> None:
    """Assessment groups by unit, in turn."""
    by_unit: dict[int, list[int]] = defaultdict(list)
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(Case.unit_id, Case.id)
            .where(Case.cycle_id == theatre.cycle_id)
            .order_by(Case.sort_key, Case.id)
        )
        for unit, case in rows:
            by_unit[unit].append(case)
    for number, ids in enumerate(by_unit.values()):
        people = [theatre.person_id(key) for key in GROUPS[number % len(GROUPS)]]
        with theatre.writing() as conn:
            assign(conn, ids, people, actor=office, at=on("scoping_done", 10))


def _scope(theatre: Theatre, office: Actor) -> None:
    with theatre.store.reading() as conn:
        rows = conn.execute(
            sa.select(Case.id, Case.participation, Case.participation_reason).where(
                Case.cycle_id == theatre.cycle_id, Case.state == State.SCOPED
            )
        ).all()
    out = {
        r.id: {
            "participation_reason": r.participation_reason or ParticipationReason.OTHER,
            "reason": "按规定不进行考核",
        }
        for r in rows
        if r.participation == Participation.NOT_ASSESSED
    }
    stay = [r.id for r in rows if r.id not in out]
    with theatre.writing() as conn:
        theatre.refused(
            perform_many(
                conn, list(out), Action.EXCLUDE, actor=office, at=on("scoping_done", 11),
                payloads=out,
            ),
            "列为不进行考核",
        )  # fmt: skip
        theatre.refused(
            perform_many(
                conn, stay, Action.OPEN_SELF_REPORT, actor=office, at=on("scoping_done", 15)
            ),
            "启动述职",
        )
