"""The data section of the case page: cut down to the reader's rights, few queries, renders."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.models import Case
from cases.queries.data_collection import section
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from workflow.vocabulary import Role

FIGURES = "stages/data_collection/case_section.html"
TALKS = "stages/data_collection/case_talks.html"


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def part(desk: DataDesk, role: Role, unit: str | None = None) -> tuple[Any, int]:
    asked: list[str] = []
    actor = desk.world.actor(role, unit=unit)
    with desk.store.reading() as conn:
        case = conn.execute(sa.select(Case).where(Case.subject_name == "张伟")).one()

        def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        sa.event.listen(desk.store.engine, "before_cursor_execute", note)
        try:
            found = section(conn, case, actor)
        finally:
            sa.event.remove(desk.store.engine, "before_cursor_execute", note)
    return found, len(asked)


def rendered(desk: DataDesk, found: Any, page: str) -> str:
    with desk.site.app.test_request_context("/", base_url=desk.site.base_url):
        return desk.site.app.jinja_env.get_template(page).render(part=found)


def test_office_sees_figures_inquiries_and_opinions_but_no_talks(desk: DataDesk) -> None:
    found, queries = part(desk, Role.OFFICE)
    beside = found["beside"]
    assert queries <= 15
    assert [f.column.code for f in beside.figures] == ["rd", "hightech", "pm25", "energy"]
    assert (beside.talks, beside.inquiries, beside.opinions) == (None, [], [])
    assert "研发经费投入强度" in rendered(desk, found, FIGURES)
    assert "谈话" not in rendered(desk, found, TALKS)


def test_contact_sees_the_sheet_alone(desk: DataDesk) -> None:
    found, _ = part(desk, Role.UNIT_CONTACT, "county")
    beside = found["beside"]
    assert beside.sheet is not None
    assert (beside.talks, beside.inquiries, beside.opinions, beside.total) == (None,) * 4
    assert "研发经费投入强度" in rendered(desk, found, FIGURES)


def test_group_sees_how_many_talks(desk: DataDesk) -> None:
    found, _ = part(desk, Role.ASSESSMENT_GROUP)
    assert found["beside"].talks == (0, 0)
    assert "看谈话记录" in rendered(desk, found, TALKS)
