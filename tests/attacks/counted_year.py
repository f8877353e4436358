"""A year with a joint session of many sheets and an assembly of peers, told to everybody.

``CountedYear`` holds both meetings with real cards and sealed envelopes up to the closed urns;
``goes_on`` writes a count of any ballots one likes, and all that follows of it: signatures,
inquiries, suggestions, decisions, notices. ``back`` puts the database back before the count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.counting import heap_of
from cases.ballot_box.export import Export, GroupExport
from cases.ballot_box.opening import BLANK, Count, accepted, count_of
from cases.ballot_box.package import Package, from_json
from cases.commands import count as counting
from cases.commands import meeting, meeting_assembly, meeting_small
from cases.commands.pools import make_pools
from cases.models import Case, Cycle, Meeting, SchemeVersion, Unit, UnitResult
from cases.scoring.scheme import digest
from cases.store import Store
from tests.attacks.exits import Reader
from tests.cases.commands.ballots import DAY, OPENED, PLANNED, Hall, hall
from tests.decision_desk import cases_of, tell, written
from tests.web_client import Site, open_site
from workflow.permissions import Actor, Grant
from workflow.vocabulary import (
    ActorKind,
    AdminKind,
    CaseKind,
    Grade,
    Role,
    SheetKind,
    State,
)

TOLD = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
DESKS = (Role.OFFICE_LEAD, Role.COMMITTEE_MEMBER, Role.REVIEWER, Role.ASSESSMENT_GROUP)
"""Desks that read figures of a ballot: office, deciders, whoever hears an objection, the group."""
Choices = dict[str, dict[str, str]]
Ballots = dict[str, list[Choices]]
"""Group of cards -> what each of its ballots says, sheet -> subject -> option."""
JOINT = {"A": 2, "B": 9, "C": 16, "D": 2, "L": 1}
SIGNING = "联系领导"
"""One person, whose view is counted as signed (B24)."""
PEERS = 3
"""People from each of the three units in the assembly."""


@dataclass
class CountedYear:
    """The year: its hall, its site, its urns, whoever reads."""

    room: Hall
    site: Site
    folder: Path
    urns: dict[int, Package] = field(default_factory=dict)
    readers: list[Reader] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.room.store

    @cached_property
    def refs(self) -> list[str]:
        """Numbers of three cases: a body, one of its cadres, one of another unit."""
        asked = [self.room.case(None), self.room.case("chief"), self.room.case("head")]
        with self.store.reading() as conn:
            return list(conn.scalars(sa.select(Case.ref).where(Case.id.in_(asked))))

    def hold(self, meeting_id: int) -> None:
        """Lock the sheets, print cards, vote, close, put the cards on the table."""
        room = self.room
        room.meeting_id = meeting_id
        room.freeze()
        cards = room.print_cards()
        room.open()
        package = from_json(room.row().package)
        self.urns[meeting_id] = package
        ballots = alike(package, sizes(package))
        waiting = {g: iter(mine) for g, mine in ballots.items()}
        for card in cards:
            room.cast(card, next(waiting[card.group]))
        room.close(due=len(cards), present=len(cards))
        room.reconcile()

    def keep(self) -> None:
        """Remember the database as it is."""
        with _raw(self.store) as live, sqlite3.connect(self.folder / "kept.db") as kept:
            live.backup(kept)

    def back(self) -> None:
        """The database as it was kept."""
        self.site.app.extensions["kaoji"].read_log.flush()
        with _raw(self.store) as live, sqlite3.connect(self.folder / "kept.db") as kept:
            kept.backup(live)

    def count(self, meeting_id: int, ballots: Ballots) -> Count:
        """What opening an urn with these ballots comes to."""
        package = self.urns[meeting_id]
        heaps = {
            g: heap_of(package, g, len(mine), accepted(package, mine))
            for g, mine in ballots.items()
        }
        cards = {g: tuple(f"{g}{n}" for n in range(len(mine))) for g, mine in ballots.items()}
        with self.store.reading() as conn:
            root = conn.scalar(sa.select(Meeting.urn_root).where(Meeting.id == meeting_id))
        export = Export(
            package.urn, package.digest, str(root),
            tuple(GroupExport(g, len(c), 0, c, c) for g, c in cards.items()),
        )  # fmt: skip
        blank = export.count - sum(heap.accepted for heap in heaps.values())
        return count_of(export, package, heaps, {BLANK: blank} if blank else {})

    def goes_on(self, said: Mapping[int, Ballots]) -> None:
        """Count all urns with these ballots, sign, record, suggest, decide and tell."""
        room = self.room
        for meeting_id, ballots in said.items():
            room.meeting_id = meeting_id
            count = self.count(meeting_id, ballots)
            with self.store.transaction() as conn:
                counting.keep_count(
                    conn, room.urns, room.row(), count, {}, actor=room.holder, at=OPENED
                )
            room.sign()
            room.record()
        with self.store.transaction() as conn:
            make_pools(conn, room.world.cycle_id, actor=room.office, at=OPENED)
            conn.execute(sa.update(Case).values(state=State.SYNTHESISING))
            written(conn, room.world, cases_of(conn), at=TOLD)
            for row in cases_of(conn).values():
                body = row.kind == CaseKind.BODY
                tell(conn, row.id, Grade.EXCELLENT if body else Grade.COMPETENT, at=TOLD)


def sizes(package: Package) -> dict[str, int]:
    """How many ballots each group of cards hands in."""
    return {g: JOINT.get(g, PEERS) for g in package.group_keys}


def alike(package: Package, many: Mapping[str, int]) -> Ballots:
    """Everybody marks every row with the first option, the last of a group with the second."""

    def one(group: str, place: int) -> Choices:
        last = many[group] > 1 and place == many[group] - 1
        return {
            s.key: {r.subject: s.options[1 if last else 0].key for r in s.rows}
            for s in package.sheets_for(group)
        }

    return {g: [one(g, n) for n in range(size)] for g, size in many.items()}


@contextmanager
def _raw(store: Store) -> Iterator[Any]:
    held = store.engine.raw_connection()
    try:
        yield held.driver_connection
    finally:
        held.close()


def change_ballot(document: dict[str, Any]) -> None:
    """Five groups in the hall, one person among them signing, and one of peers; the person is told
    the own rates."""
    ballot = document["ballot"]
    ballot["groups"] += [
        {"code": "D", "title": "服务对象"},
        {"code": "L", "title": SIGNING, "when_small": "signed"},
        {"code": "P", "title": "同级单位", "origin": "peer_units"},
    ]
    for position in ("chief", "deputy", "other"):
        ballot["weights"][position] = {"A": 30, "B": 30, "C": 20, "D": 10, "L": 10}
    ballot["weights"]["body"] = {"A": 20, "B": 20, "C": 10, "D": 10, "L": 10, "P": 30}
    document["feedback"] = {**document["feedback"], "scope": "own_rates"}


@contextmanager
def counted_year(store: Store, folder: Path) -> Iterator[CountedYear]:
    """The year up to its closed urns."""
    with hall(store, folder) as room:
        site = open_site(store, folder)
        year = CountedYear(room, site, folder)
        found(year)
        host = joined(year)
        room.make_key()
        year.hold(host)
        year.hold(assembly(year))
        site.clock.at = TOLD.replace(day=20)
        year.readers = readers(year)
        year.keep()
        yield year


def found(year: CountedYear) -> None:
    """A scheme with more electorates, units of one kind with a result each."""
    room = year.room
    with room.store.transaction() as conn:
        version = conn.execute(sa.select(Cycle.scheme_version_id)).scalar_one()
        row = sa.select(SchemeVersion.content).where(SchemeVersion.id == version)
        content = conn.execute(row).scalar_one()
        change_ballot(content)
        conn.execute(
            sa.update(SchemeVersion)
            .where(SchemeVersion.id == version)
            .values(content=content, digest=digest(content))
        )
        conn.execute(sa.update(Unit).where(Unit.has_body).values(class_code="dept.economy"))
        for unit, score in (("environment", "92.5"), ("county", "88.2")):
            conn.execute(
                sa.insert(UnitResult).values(
                    cycle_id=room.world.cycle_id, unit_id=room.world.units[unit],
                    kind="performance", score=score, document="云绩〔2026〕3号",
                    source="市考评办", entered_at=PLANNED,
                )
            )  # fmt: skip


def joined(year: CountedYear) -> int:
    """Both units in one hall, every sheet there is on each card."""
    room, units = year.room, year.room.world.units
    few = {"A": 0, "B": 2, "C": 1, "D": 0, "L": 0}
    with room.store.transaction() as conn:
        host, _ = meeting.plan_meetings(
            conn, room.world.cycle_id, planned_on=DAY, actor=room.office, at=PLANNED,
            members={units["environment"]: few, units["county"]: few},
        )  # fmt: skip
        meeting_small.arrange_small(conn, room.world.cycle_id, actor=room.office, at=PLANNED)
        _edit(
            conn, year, host, members=JOINT, with_items=True,
            sheets=(SheetKind.SELECTION_WORK, SheetKind.NEWLY_PROMOTED),
            promoted="闻人朗 办公室主任\n柳依棠",
        )  # fmt: skip
    return host


def assembly(year: CountedYear) -> int:
    """Three units rate one another's bodies; nobody his own."""
    room, units = year.room, year.room.world.units
    form = meeting_assembly.AssemblyForm(
        "互评会", DAY, "P", [units["environment"], units["county"], units["organ"]], PEERS
    )
    with room.store.transaction() as conn:
        made = meeting_assembly.plan_assembly(
            conn, room.world.cycle_id, form, actor=room.office, at=PLANNED
        )
        _edit(conn, year, made)
    return made


def _edit(conn: sa.Connection, year: CountedYear, meeting_id: int, **more: Any) -> None:
    people = year.room.world.people
    form = meeting.MeetingForm(
        "测评会", DAY, teller=people["contact"], supervisor=people["recorder"], **more
    )
    meeting.edit_meeting(conn, meeting_id, form, actor=year.room.office, at=PLANNED)


def readers(year: CountedYear) -> list[Reader]:
    """The desks, the unit's staff (its contact counts the ballots), an organ whose opinion is
    asked, a person rated, the auditor."""
    site, world = year.site, year.room.world
    organ, unit = world.units["organ"], world.units["environment"]
    made = []
    for role in DESKS:
        client = site.sign_in_as(role, organ=organ)
        made.append((role.value, client, (Grant(role, organ_id=organ),), ActorKind.PERSON))
    for role, person in (
        (Role.UNIT_CONTACT, "contact"), (Role.UNIT_HEAD, None), (Role.OPINION_RESPONDENT, None),
    ):  # fmt: skip
        who = None if person is None else world.people[person]
        client = site.sign_in_as(role, unit=unit, person_id=who)
        made.append((role.value, client, (Grant(role, unit_id=unit),), ActorKind.PERSON))
    client = site.sign_in_as(person_id=world.people["chief"])
    made.append(("chief", client, (), ActorKind.PERSON))
    client = site.sign_in_as(admin=AdminKind.AUDIT_ADMIN)
    made.append(("audit_admin", client, (), ActorKind.AUDIT_ADMIN))
    return [
        Reader(name, client, Actor(client.account_id, client.person_id, grants, kind))
        for name, client, grants, kind in made
    ]
