"""Imported observations and contradictions among them, changed in SQL: each is named (H7)."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands.data_entry import Entry, enter_values
from cases.commands.observation_plan import plan
from cases.commands.observations import MOVED, reopen, settle, take_list
from cases.errors import Refused
from cases.files.store import FileStore
from cases.files.workbook import open_workbook
from cases.journal import verify
from cases.models import (
    FigureConflict,
    IndicatorValue,
    JournalPayload,
    Observation,
    ObservationList,
    StoredFile,
)
from cases.queries.data_sheet import desk_of
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.attacks.test_unvouched import after
from tests.cases.commands.test_data_sheet import sheet, staff
from tests.world import AT
from workflow.permissions import Actor
from workflow.vocabulary import ConflictOutcome, Permission, Role

LIST = """单位,所属期,指标,数值,计量单位,来源,来源地址,提取方式,是否官方来源,备注
沙溪县,2025,rd,2.4,%,公报,https://example.org/a,人工摘录,是,
沙溪县,2025,rd,2.6,%,某平台,,网页抓取,否,估计
沙溪县,2019,rd,1.9,%,公报,,人工摘录,是,
"""


@pytest.fixture
def taken(store: Store, tmp_path: Path) -> tuple[int, Actor]:
    """A sheet with a list taken over, and who took it."""
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        assert desk is not None
        file = FileStore(tmp_path).put(conn, LIST.encode(), name="list.csv", at=AT)
        made = plan(conn, open_workbook(LIST.encode(), filename="list.csv"), desk, AT.date())
        take_list(conn, made, desk, file_id=file.id, name="list.csv", actor=clerk, at=AT)
    return sheet_id, clerk


def _observation(**values: Any) -> Any:
    return sa.update(Observation).where(Observation.row == 2).values(**values)


def test_observation_changed_in_sql_is_named(store: Store, taken: tuple[int, Actor]) -> None:
    with store.transaction() as conn:
        assert verify(conn).ok
        added = sa.select(Observation).where(Observation.row == 2)
        copy = dict(conn.execute(added).mappings().one()) | {"id": 99}
        for edit in (
            _observation(value="2.40"),
            _observation(source="年鉴"),
            _observation(address="https://example.org/b"),
            _observation(official=False),
            sa.insert(Observation).values(**copy),
            sa.update(StoredFile).values(digest="0" * 64),
            sa.delete(Observation).where(Observation.period == "2019"),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id) == ("observations", taken[0])
            assert report.seq is not None
        told = f"沙溪县的实绩数据表(序号 {taken[0]})观测值清单“list.csv”:观测值与导入时的不一致。"
        assert str(sentence_of(report).sentence).startswith(told)
        gone = [sa.update(FigureConflict).values(observation_id=None), sa.delete(Observation)]
        lost = after(conn, *gone, sa.delete(ObservationList))
        assert (lost.kind, lost.place[1]) == ("observations", "list.csv")
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, edit).ok


def test_contradiction_changed_in_sql_is_named(store: Store, taken: tuple[int, Actor]) -> None:
    """Open, settled, opened again: it stands as its last entry left it, or it is named."""
    sheet_id, clerk = taken
    one = sa.update(FigureConflict)
    quietly = one.values(outcome="kept", reason="以公报为准", settled_at=AT)
    open_edits = [quietly, one.values(binds=False), one.values(value="2.5")]
    settled_edits = [
        one.values(outcome=None, reason=None),
        one.values(outcome="taken"),
        one.values(reason="以平台为准"),
        one.values(settled_by=None),
        one.values(other_value="2.6"),
    ]
    with store.transaction() as conn:
        conflict = conn.execute(sa.select(FigureConflict.id)).scalar_one()

        def named(*edits: Any) -> None:
            assert verify(conn).ok
            for edit in (*edits, sa.delete(FigureConflict)):
                report = after(conn, edit)
                assert (report.kind, report.subject_id) == ("conflict", sheet_id)
                assert (report.place, report.seq is None) == (("沙溪县", "rd"), False)
            assert "数据矛盾的处理与记录的不一致。" in str(sentence_of(report).sentence)

        named(*open_edits)
        settle(
            conn, conflict, ConflictOutcome.TAKEN, "平台已有更正", actor=clerk, at=AT
        )  # fmt: skip
        named(*settled_edits[:1], *settled_edits[2:4])
        reopen(conn, conflict, "更正还没有发布", actor=clerk, at=AT)
        named(*open_edits)
        settle(conn, conflict, ConflictOutcome.KEPT, "以公报为准", actor=clerk, at=AT)
        named(*settled_edits)
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, settled_edits[0]).ok


@pytest.mark.parametrize("moved", ["typed", "taken", "locked"])
def test_list_compared_with_what_no_longer_stands_is_not_written(
    store: Store, tmp_path: Path, moved: str
) -> None:
    """A long list is compared in one transaction and written in another."""
    with store.transaction() as conn:
        _, sheet_id, units = sheet(conn)
        clerk = staff(conn, units["科技局"], Role.DATA_PROVIDER)
        desk = desk_of(conn, clerk, Permission.DATA_ENTER)
        assert desk is not None
        file = FileStore(tmp_path).put(conn, LIST.encode(), name="list.csv", at=AT)
        made, again = (
            plan(conn, open_workbook(LIST.encode(), filename="list.csv"), desk, AT.date())
            for _ in range(2)
        )
        if moved == "typed":
            entry = Entry("rd", value="2.5", source="年报")
            enter_values(conn, sheet_id, [entry], hand_in=False, actor=clerk, at=AT)
        elif moved == "taken":
            take_list(conn, again, desk, file_id=file.id, name="list.csv", actor=clerk, at=AT)
        else:
            conn.execute(sa.update(IndicatorValue).values(state="frozen"))
        before = conn.execute(sa.select(Observation.id)).all()
        with pytest.raises(Refused) as refused:
            take_list(conn, made, desk, file_id=file.id, name="list.csv", actor=clerk, at=AT)
        assert refused.value.reasons == (MOVED,)
        assert conn.execute(sa.select(Observation.id)).all() == before
