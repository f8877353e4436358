"""A workbook of figures as a job: all written, or nothing with every faulty cell named."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.jobs import LEASE
from cases.files.store import FileStore
from cases.jobs import figures_import
from cases.jobs.tools import Tools
from cases.jobs.work import Work
from cases.jobs.worker import run_one
from cases.models import IndicatorValue
from cases.queries.jobs import JobStatus, job, rows_of
from cases.store import Store
from tests.journeys.data_desk import DataDesk
from tests.journeys.test_data_sheets import workbook
from workflow.permissions import Actor, Grant
from workflow.vocabulary import Role

HEADS = ["单位编码", "单位名称", "指标编码", "本期值", "来源", "备注"]
GOOD = [["U3", "沙溪县", "rd", "250", "年报", ""], ["U3", "沙溪县", "hightech", "31", "年报", ""]]


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> DataDesk:
    return DataDesk(sqlite_store, tmp_path)


def killed_after(work: Work) -> None:
    """The job's work to its last commit, and then the worker is no more."""
    figures_import.run(work)
    raise SystemExit


def imported(
    desk: DataDesk, file: io.BytesIO, *, killed: bool = False
) -> tuple[JobStatus, list[str], list[str | None]]:
    """The job's end, what its rows say, and the county's two figures."""
    client = desk.staff(Role.DATA_PROVIDER)
    settings = desk.site.settings
    actor = Actor(
        client.account_id, client.person_id, (Grant(Role.DATA_PROVIDER, unit_id=desk.units["科技局"]),)
    )  # fmt: skip
    at = desk.site.clock.at
    with desk.store.transaction() as conn:
        kept = FileStore(settings.files).put(conn, file.getvalue(), name="a.xlsx", at=at)
        number = figures_import.ask(conn, kept.id, actor=actor, at=at)
    tools = Tools(desk.store, FileStore(settings.files), settings, now=lambda: at)
    if killed:
        with pytest.raises(SystemExit):
            run_one(tools, registry={figures_import.KIND: killed_after})
        later = replace(tools, now=lambda: at + 2 * LEASE)
        assert not run_one(later)
    else:
        assert run_one(tools)
    with desk.store.reading() as conn:
        said = [
            f"{r.label} {'; '.join(map(str, r.reasons))}" for r in rows_of(conn, number, limit=9)
        ]
        values = conn.execute(
            sa.select(IndicatorValue.value)
            .where(IndicatorValue.sheet_id == desk.sheet_id)
            .where(IndicatorValue.indicator.in_(["rd", "hightech"]))
            .order_by(IndicatorValue.id)
        )
        return job(conn, number).status, said, list(values.scalars())


@pytest.mark.parametrize("killed", [False, True])
def test_good_figures_are_written_once_and_odd_ones_told(desk: DataDesk, killed: bool) -> None:
    """Killed after its only commit, the job has ended with it; nobody takes it up again."""
    assert imported(desk, workbook([HEADS, *GOOD]), killed=killed) == (
        JobStatus.DONE,
        ["指标!D2 约为上年的 100 倍,请核对小数点和计量单位"],
        ["250", "31"],
    )


@pytest.mark.parametrize("killed", [False, True])
def test_one_faulty_cell_leaves_everything_as_it_was(desk: DataDesk, killed: bool) -> None:
    bad = ["U3", "沙溪县", "hightech", "1,234", "年报", ""]
    assert imported(desk, workbook([HEADS, GOOD[0], bad]), killed=killed) == (
        JobStatus.DONE,
        ["指标!D3 不要带千分位分隔符,只填数字,如 12345.6"],
        [None, None],
    )
