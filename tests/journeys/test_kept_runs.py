"""Who may read a kept computation: what-if, comparison of methods, rehearsal, log of results."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import AnalysisRun, Cycle, Unit
from cases.store import Store
from tests.analysis_year import found_year, found_year_before
from tests.journeys.test_analysis import work
from tests.web_client import Client, Site, open_site
from tests.world import World
from workflow.vocabulary import AnalysisKind, Role

YEAR = "/analysis/2025-1"
KINDS = (AnalysisKind.METHODS, AnalysisKind.REHEARSAL, AnalysisKind.RESULT, AnalysisKind.WHAT_IF)
READERS = (Role.OFFICE, Role.OFFICE_LEAD, Role.DRAFTING_DIVISION)
AT_THE_ORGAN = (
    Role.COMMITTEE_MEMBER, Role.DECISION_RECORDER, Role.REVIEWER, Role.ARCHIVIST,
    Role.ASSESSMENT_GROUP,
)  # fmt: skip
AT_A_UNIT = (Role.UNIT_CONTACT, Role.UNIT_HEAD, Role.DATA_PROVIDER, Role.DATA_VERIFIER)


class Kept:
    """One run of each kind; ``paths`` are their pages."""

    def __init__(self, store: Store, folder: Path) -> None:
        with store.transaction() as conn:
            self.world: World = found_year(conn)
            found_year_before(conn, self.world)
            self.other: int = conn.execute(
                sa.insert(Unit)
                .values(code="X1", name="邻市委组织部", name_key="x", sort_no=990)
                .returning(Unit.id)
            ).scalar_one()
        self.site: Site = open_site(store, folder)
        office = self.office()
        office.submit(office.get(f"{YEAR}/log"), action="/log")
        form = office.get(f"{YEAR}/what-if")
        office.submit(form, {"name": "试", "figures": "青川县,rd,2.4"})
        work(self.site)
        office.submit(office.get(f"{YEAR}/runs"), action="/methods")
        work(self.site)
        with store.reading() as conn:
            year = conn.execute(sa.select(Cycle.id).where(Cycle.ref == "2024-1")).scalar_one()
        office.submit(office.get(f"{YEAR}/runs"), {"year": str(year)}, action="/rehearsal")
        work(self.site)
        with store.reading() as conn:
            rows = conn.execute(sa.select(AnalysisRun.kind, AnalysisRun.id)).all()
        self.paths = {kind: f"/analysis/runs/{run}" for kind, run in rows}

    def office(self) -> Client:
        return self.at_the_organ(Role.OFFICE)

    def at_the_organ(self, role: Role, class_code: str | None = None) -> Client:
        organ = self.world.units["organ"]
        return self.site.sign_in_as(role, organ=organ, class_code=class_code)

    def closed(self, client: Client, status: int = 404) -> None:
        for path in (*self.paths.values(), f"{YEAR}/runs", f"{YEAR}/log"):
            client.get(path, status=status)


@pytest.fixture
def kept(sqlite_store: Store, tmp_path: Path) -> Kept:
    return Kept(sqlite_store, tmp_path)


def test_there_is_one_of_each_kind(kept: Kept) -> None:
    assert sorted(kept.paths) == sorted(kind.value for kind in KINDS)


def test_office_and_drafters_of_the_organ_read_them(kept: Kept) -> None:
    for role in READERS:
        client = kept.at_the_organ(role)
        for kind, path in kept.paths.items():
            assert ("青川县" in client.get(path).text) == (kind != AnalysisKind.RESULT)
        listed = {*client.get(f"{YEAR}/runs").links, *client.get(f"{YEAR}/log").links}
        assert set(kept.paths.values()) <= listed


def test_nobody_else_at_the_organ_or_a_unit_reads_them(kept: Kept) -> None:
    for role in AT_THE_ORGAN:
        kept.closed(kept.at_the_organ(role))
    for role in AT_A_UNIT:
        kept.closed(kept.site.sign_in_as(role, unit=kept.world.units["青川县"]))


def test_a_division_of_some_classes_reads_none_for_they_hold_all_classes(kept: Kept) -> None:
    division = kept.at_the_organ(Role.DRAFTING_DIVISION, "county.hill")
    for path in kept.paths.values():
        division.get(path, status=404)


def test_the_office_of_another_organ_reads_none(kept: Kept) -> None:
    kept.closed(kept.site.sign_in_as(Role.OFFICE, organ=kept.other))


def test_only_the_office_asks_for_them(kept: Kept) -> None:
    drafter = kept.at_the_organ(Role.DRAFTING_DIVISION)
    runs = drafter.get(f"{YEAR}/runs")
    assert [runs.forms(action) for action in ("/methods", "/rehearsal", "/intervals")] == [[]] * 3
    for path in ("methods", "rehearsal", "log"):
        drafter.post(f"{YEAR}/{path}", {}, status=404)
    with kept.site.store.reading() as conn:
        count = conn.execute(sa.select(sa.func.count()).select_from(AnalysisRun)).scalar()
    assert count == len(KINDS)
