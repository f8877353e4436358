"""The first people of an installation come from a workbook, by command."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from cases.files.roster_template import write_roster
from cases.journal import verify
from cases.models import Person, RosterImport
from cases.store import Store
from cases.web.app import terminal
from config import Settings, complete
from tests.cases.commands.test_roster import person, unit


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    app = terminal(complete(Settings(mode="test", var=tmp_path / "var")))
    made = app.test_cli_runner().invoke(args=["init", "--organ", "云州市委组织部"])
    assert made.exit_code == 0
    return app


def run(app: Flask, *args: str | Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=[str(a) for a in args])
    return result.exit_code, result.output


def people(app: Flask) -> tuple[list[str], int, bool]:
    store = Store(app.config["KAOJI_SETTINGS"].database_url)
    with store.reading() as conn:
        names = sorted(conn.execute(sa.select(Person.name)).scalars())
        imports = conn.execute(sa.select(sa.func.count()).select_from(RosterImport)).scalar_one()
        ok = verify(conn).ok
    store.close()
    return names, imports, ok


def test_a_roster_comes_in_whole_and_only_once(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "roster.xlsx"
    write_roster(book, [unit("A1")], [person(1, "欧阳若水", "A1"), person(2, "䶮俊", "A1")])
    code, said = run(app, "roster", book)
    assert (code, said.strip()) == (0, "名册已导入:新增 3 行,变更 0 行,未变 0 行")
    assert people(app) == (["䶮俊", "欧阳若水"], 1, True)
    code, said = run(app, "roster", book)
    assert (code, said.strip()) == (1, "Error: 没有要导入的变动")
    assert people(app)[1] == 1


def test_a_faulty_row_is_named_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "roster.xlsx"
    wrong = {**person(2, "王二", "A1"), "id_number": "990101197503010020"}
    write_roster(book, [unit("A1")], [person(1, "张三", "A1"), wrong])
    code, said = run(app, "roster", book)
    assert code == 1
    assert "王二" in said
    assert said.splitlines()[-1] == "Error: 有 1 行不能导入,请改好后重新上传整份名册"
    assert people(app) == ([], 0, True)


def test_the_template_is_written_and_never_over_a_file(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "roster.xlsx"
    assert run(app, "roster", "--template", book)[0] == 0
    assert book.read_bytes()[:2] == b"PK"
    code, said = run(app, "roster", "--template", book)
    assert (code, said.strip()) == (1, f"Error: 文件 {book} 已存在,不覆盖")
    code, said = run(app, "roster", tmp_path / "absent.xlsx")
    assert (code, said.strip()) == (1, f"Error: 没有文件 {tmp_path / 'absent.xlsx'}")
