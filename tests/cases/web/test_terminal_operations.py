"""The commands of those who keep it running, as a shell would call them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from cases.commands.outbox import DEAD, OutboxRow, post_many
from cases.models import CalendarDay, Outbox
from cases.store import Store
from cases.web.app import terminal
from config import Settings, complete

AT = datetime(2025, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = terminal(complete(Settings(mode="test", var=tmp_path / "var")))
    made = app.test_cli_runner().invoke(args=["init", "--organ", "云州市委组织部"])
    assert made.exit_code == 0
    return app


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(args))
    return result.exit_code, result.output


def store(app: Flask) -> Store:
    return Store(app.config["KAOJI_SETTINGS"].database_url)


def test_backup_and_restore_by_command(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "backup", str(tmp_path / "copy"))
    assert (code, "清单摘要" in said) == (0, True)
    other = terminal(complete(Settings(mode="test", var=tmp_path / "other")))
    code, said = run(other, "restore", str(tmp_path / "copy"))
    assert (code, said.splitlines()[-1]) == (0, "文件 0 个,摘要不符 0 个")
    assert run(other, "verify")[0] == 0
    code, said = run(other, "restore", str(tmp_path / "copy"))
    assert (code, said.strip()) == (1, "Error: 目标数据库不是空的,恢复只能写入空的安装")


def test_outbox_shows_and_retries_dead_letters(app: Flask) -> None:
    assert run(app, "outbox")[0] == 0
    opened = store(app)
    with opened.transaction() as conn:
        row = OutboxRow("k", "mail", "waiting", None, {}, AT - timedelta(days=1))
        post_many(conn, [row])
        conn.execute(sa.update(Outbox).values(available_at=DEAD, attempts=10, error="550"))
    opened.close()
    code, said = run(app, "outbox")
    assert (code, said.splitlines()[-1]) == (1, "投递失败 1 项,改正原因后用 --retry 重新投递")
    code, said = run(app, "outbox", "--retry")
    assert (code, said.splitlines()[0]) == (0, "重新投递 1 项")


def test_checkpoint_prints_what_verify_takes(app: Flask) -> None:
    _, said = run(app, "checkpoint")
    root = said.split()[0]
    assert run(app, "verify", "--root", root)[0] == 0
    seq = root.partition(":")[0]
    assert run(app, "verify", "--root", f"{seq}:{'0' * 64}")[0] == 1


def test_calendar_without_a_file_loads_the_published_years(app: Flask) -> None:
    assert run(app, "calendar")[0] == 0
    opened = store(app)
    with opened.reading() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(CalendarDay)).scalar_one() > 700
    opened.close()


def test_files_that_cannot_be_read_or_written_are_told(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_bytes(b"\xff\xfe\x00")
    beside = tmp_path / "days.csv" / "below"
    said = [
        run(app, *words)
        for words in (
            ("calendar", str(tmp_path / "days.csv")),
            ("backup", str(beside)),
            ("roster", "--template", str(beside)),
        )
    ]
    assert said == [
        (1, "Error: 日历文件要存为 UTF-8 编码的 CSV\n"),
        (1, f"Error: {beside}:这是文件,不是文件夹\n"),
        (1, f"Error: {beside}:这是文件,不是文件夹\n"),
    ]


def test_serve_refuses_another_mode(app: Flask, tmp_path: Path) -> None:
    other = terminal(complete(Settings(mode="demo", var=tmp_path / "var")))
    code, said = run(other, "serve")
    assert (code, said.strip()) == (1, "Error: 数据库是为 test 建的,不能按 demo 启动")


def test_runbook_lists_every_setting_and_no_other() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "runbook.md").read_text("utf-8")
    rows = {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| KAOJI_")}
    assert rows == {f"KAOJI_{name.upper()}" for name in Settings.__dataclass_fields__}
