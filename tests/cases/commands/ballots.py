"""A whole meeting for tests: key, plan, cards, ballots through the real urn, closing, opening."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from cases.ballot_box.cards import Card, fingerprint
from cases.ballot_box.envelope import seal
from cases.ballot_box.shares import Share
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_tables import upgrade_urns
from cases.commands import beside, count, keys, meeting, meeting_day
from cases.commands.keys import ShareEntry
from cases.commands.opening import open_cases
from cases.models import Case, Meeting, Unit, VoterGroup
from cases.store import Store
from tests.world import World, found_world
from workflow.permissions import Actor
from workflow.vocabulary import CaseKind, Role, Thing, ThingAction

PLANNED = datetime(2026, 1, 8, 1, 0, tzinfo=UTC)
DAY = date(2026, 1, 12)
HELD = datetime(2026, 1, 12, 2, 0, tzinfo=UTC)
OPENED = datetime(2026, 1, 13, 1, 0, tzinfo=UTC)
PEPPER = b"pepper of the tests, 32 bytes long"
BOOTH = "http://localhost:8001"
PASSPHRASES = ("甲 的 四个 词", "乙 的 四个 词", "备 的 四个 词")
GROUPS = {"A": 9, "B": 30, "C": 50}
# A worked example: 优秀, 称职, 基本称职, 不称职 by group; chief 40/30/30 gives 90.78.
MARKS = {"A": (7, 2, 0, 0), "B": (18, 9, 2, 1), "C": (30, 14, 4, 2)}
CADRE = ("excellent", "competent", "basically", "incompetent")
BODY = ("excellent", "good", "fair", "poor")


@dataclass
class Hall:
    """A world with one meeting of the environment bureau."""

    store: Store
    urns: UrnStore
    world: World
    meeting_id: int = 0
    shares: tuple[Share, ...] = ()
    cards: list[Card] = field(default_factory=list)

    @property
    def office(self) -> Actor:
        return self.world.actor(Role.OFFICE)

    @property
    def group(self) -> Actor:
        return self.world.actor(Role.ASSESSMENT_GROUP, person="recorder")

    @property
    def holder(self) -> Actor:
        return self.world.actor(Role.KEY_HOLDER, person="lead")

    @property
    def teller(self) -> Actor:
        return self.world.subject("contact")

    @property
    def supervisor(self) -> Actor:
        return self.world.subject("recorder")

    def case(self, person: str | None) -> int:
        """The case of a person, or of the bureau's body."""
        with self.store.reading() as conn:
            whose = (
                sa.and_(Case.unit_id == self.world.units["environment"], Case.kind == CaseKind.BODY)
                if person is None
                else Case.person_id == self.world.people[person]
            )
            return conn.execute(sa.select(Case.id).where(whose)).scalar_one()

    def row(self):
        with self.store.reading() as conn:
            return conn.execute(sa.select(Meeting).where(Meeting.id == self.meeting_id)).one()

    def move(self, action: ThingAction, actor: Actor, at: datetime, **payload) -> None:
        with self.store.transaction() as conn:
            beside.move(
                conn, Thing.MEETING, self.meeting_id, action, actor=actor, at=at, payload=payload
            )

    # --- the steps of a meeting ----------------------------------------------------------------

    def make_key(self) -> None:
        made = keys.make_shares(PASSPHRASES, rehearsal=True)
        self.shares = made.shares
        with self.store.transaction() as conn:
            key_id = keys.register_key_set(
                conn,
                self.world.cycle_id,
                public_key=made.public_key,
                holders=("陆明晖", "方若谷", "秦望舒"),
                actor=self.office,
                at=PLANNED,
            )
            keys.prove_restore(
                conn, key_id, self.entries(1, 3), rehearsal=True, actor=self.office, at=PLANNED
            )

    def entries(self, *holders: int) -> list[ShareEntry]:
        return [
            ShareEntry("\n".join(self.shares[n - 1].lines), PASSPHRASES[n - 1]) for n in holders
        ]

    def plan(self, members: Mapping[str, int] | None = None) -> None:
        unit = self.world.units["environment"]
        with self.store.transaction() as conn:
            (self.meeting_id,) = meeting.plan_meetings(
                conn,
                self.world.cycle_id,
                planned_on=DAY,
                place="三楼会议室",
                members={unit: members or GROUPS},
                unit_ids=[unit],
                actor=self.office,
                at=PLANNED,
            )
            meeting.edit_meeting(
                conn,
                self.meeting_id,
                meeting.MeetingForm(
                    title="市生态环境局 2025 年度民主测评",
                    planned_on=DAY,
                    place="三楼会议室",
                    teller=self.world.people["contact"],
                    supervisor=self.world.people["recorder"],
                ),
                actor=self.office,
                at=PLANNED,
            )

    def freeze(self) -> None:
        self.move(ThingAction.FREEZE_MEETING, self.office, PLANNED)

    def print_cards(self, numbers: Mapping[str, int] | None = None) -> list[Card]:
        with self.store.transaction() as conn:
            self.cards = meeting.print_cards(
                conn,
                self.urns,
                self.meeting_id,
                pepper=PEPPER,
                booth_url=BOOTH,
                numbers=numbers,
                actor=self.office,
                at=PLANNED,
            )
        return self.cards

    def open(self) -> None:
        with self.store.transaction() as conn:
            meeting_day.open_urn(conn, self.urns, self.meeting_id, actor=self.group, at=HELD)

    def cast(self, card: Card, choices: Mapping[str, Mapping[str, str]]) -> str:
        """Seal and hand in as the booth does."""
        mark = fingerprint(PEPPER, card.code)
        with self.store.reading() as conn:
            urn = conn.scalar(sa.select(Meeting.urn_id).where(Meeting.id == self.meeting_id))
        assert urn is not None
        package = self.urns.package(urn)
        return self.urns.cast(urn, mark, seal(package, card.group, mark, choices))

    def vote(self, marks: Mapping[str, tuple[int, ...]] = MARKS) -> None:
        """Everybody marks all cadres alike and the body likewise, by the numbers of each group."""
        people = [str(self.case("chief")), str(self.case("deputy"))]
        body = str(self.case(None))
        for group, numbers in marks.items():
            cards = [card for card in self.cards if card.group == group]
            grades = [n for n, many in enumerate(numbers) for _ in range(many)]
            for card, grade in zip(cards, grades, strict=True):
                self.cast(
                    card,
                    {
                        "cadre": dict.fromkeys(people, CADRE[grade]),
                        "body": {body: BODY[grade]},
                    },
                )

    def run(self, marks: Mapping[str, tuple[int, ...]] = MARKS, due: int = 92, present: int = 90):
        """From the key to the closed urn: all cards of the marks handed in."""
        self.make_key()
        self.plan({group: sum(numbers) for group, numbers in marks.items()})
        self.freeze()
        self.print_cards()
        self.open()
        self.vote(marks)
        self.close(due, present)

    def close(self, due: int = 92, present: int = 90) -> str:
        with self.store.transaction() as conn:
            return meeting_day.close_meeting(
                conn, self.urns, self.meeting_id, due=due, present=present,
                actor=self.group, at=HELD,
            )  # fmt: skip

    def reconcile(self, table: Mapping[str, tuple[int, int]] | None = None, remark: str = ""):
        with self.store.reading() as conn:
            codes = conn.scalars(
                sa.select(VoterGroup.code).where(VoterGroup.meeting_id == self.meeting_id)
            ).all()
        rows = {
            g: meeting_day.OnTable(*(table or {}).get(g, (0, 0))) for g in (*codes, *(table or {}))
        }
        with self.store.transaction() as conn:
            meeting_day.reconcile(
                conn, self.urns, self.meeting_id, rows, remark=remark, actor=self.teller, at=HELD
            )

    def count(self, entries: list[ShareEntry] | None = None, at: datetime = OPENED) -> count.Opened:
        with self.store.transaction() as conn:
            return count.open_count(
                conn,
                self.urns,
                self.meeting_id,
                self.entries(1, 2) if entries is None else entries,
                rehearsal=True,
                actor=self.holder,
                at=at,
            )

    def sign(self, *actors: Actor) -> None:
        for actor in actors or (self.teller, self.supervisor):
            with self.store.transaction() as conn:
                count.sign_tally(conn, self.meeting_id, actor=actor, at=OPENED)

    def record(self) -> int:
        with self.store.transaction() as conn:
            return count.record_count(
                conn, self.urns, self.meeting_id, actor=self.teller, at=OPENED
            )


@contextmanager
def hall(store: Store, folder: Path, url: str = "") -> Iterator[Hall]:
    """A world with cases and an empty booth database."""
    address = url or f"sqlite:///{folder / 'booth.db'}"
    upgrade_urns(address)
    with store.transaction() as conn:
        world = found_world(conn)
        conn.execute(sa.update(Unit).values(head_count=60))
        open_cases(conn, world.cycle_id, actor=world.actor(Role.OFFICE), at=PLANNED)
    urns = open_urn_store(address)
    try:
        yield Hall(store, urns, world)
    finally:
        urns.dispose()
