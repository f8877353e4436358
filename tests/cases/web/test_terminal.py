"""The terminal: founding once, verifying, slips; refusals are one sentence and a code."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click import ClickException
from click.testing import Result

from cases.errors import Busy, KaojiError, Unwritable
from cases.models import Account, JournalEntry
from cases.store import Store
from cases.web import app as web
from cases.web.terminal import opened
from config import Settings
from tests.web_client import settings_for
from workflow.words import m


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path)


def run(settings: Settings, *words: str) -> Result:
    return web.terminal(settings).test_cli_runner().invoke(args=list(words))


def found(settings: Settings) -> Result:
    return run(settings, "init", "--organ", "中共云州市委组织部")


def test_init_enrols_three_administrators_once(settings: Settings) -> None:
    first = found(settings)
    assert first.exit_code == 0
    assert [line.split()[0] for line in first.output.splitlines() if line.startswith("  ")] == [
        "system",
        "security",
        "audit",
    ]
    again = found(settings)
    assert (again.exit_code, "不能再次建立" in again.output) == (1, True)


def test_site_starts_after_init(settings: Settings) -> None:
    found(settings)
    app = web.build(settings)
    assert app.extensions["kaoji"].organ_name == "中共云州市委组织部"
    app.extensions["kaoji"].store.close()


def test_verify_says_ok_and_names_the_first_bad_entry(settings: Settings) -> None:
    found(settings)
    good = run(settings, "verify")
    assert (good.exit_code, good.output.split()[0]) == (0, "ok")
    store = Store(settings.database_url)
    with store.transaction() as conn:
        body = conn.execute(sa.select(JournalEntry.body).where(JournalEntry.seq == 2)).scalar_one()
        conn.execute(
            sa.update(JournalEntry)
            .where(JournalEntry.seq == 2)
            .values(body=body.replace("account_created", "account_creatad"))
        )
    store.close()
    bad = run(settings, "verify")
    assert (bad.exit_code, bad.output.startswith("bad digest seq=2")) == (1, True)


def test_verify_compares_with_a_root_copied_outside(settings: Settings) -> None:
    found(settings)
    bad = run(settings, "verify", "--root", f"2:{'0' * 64}")
    assert (bad.exit_code, bad.output.split()[:3]) == (1, ["bad", "checkpoint", "seq=2"])
    assert run(settings, "verify", "--root", "nonsense").exit_code == 2


def test_verify_of_nothing_says_what_to_run(settings: Settings) -> None:
    answer = run(settings, "verify")
    assert (answer.exit_code, "./kaoji init" in answer.output) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "copy"),
        ("slip", "office"),
        ("outbox",),
        ("checkpoint",),
        ("calendar",),
        ("roster", __file__),
        ("serve",),
    ],
    ids=lambda words: words[0],
)
def test_command_on_an_empty_database_says_what_to_run(
    settings: Settings, words: tuple[str, ...]
) -> None:
    answer = run(settings, *words)
    assert (answer.exit_code, answer.output) == (
        1,
        "Error: 数据库还是空的,请先运行 ./kaoji init --organ 机关名称\n",
    )


def test_database_of_a_newer_program_is_left_alone(settings: Settings) -> None:
    found(settings)
    store = Store(settings.database_url)
    with store.transaction() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    for words in (("migrate",), ("verify",), ("slip", "audit"), ("init", "--organ", "甲部")):
        answer = run(settings, *words)
        assert (answer.exit_code, answer.output) == (
            1,
            "Error: 数据库版本 9999 是更新的程序建的,请换用那个程序,不要降级\n",
        )


def test_database_that_is_none_is_told_with_the_drivers_words(settings: Settings) -> None:
    path = settings.var / "kaoji.db"
    path.write_bytes(b"junk" * 1_000)
    for words in (("verify",), ("migrate",), ("init", "--organ", "甲部")):
        answer = run(settings, *words)
        assert (answer.exit_code, answer.output) == (
            1,
            "Error: 数据库文件已损坏或不是数据库,没有写入任何内容,请告知管理员 (file is not a database)\n",
        )
    elsewhere = replace(settings, database_url="postgresql://u:p@127.0.0.1:1/x")
    said = run(elsewhere, "migrate").output
    assert said.startswith("Error: 数据库连不上,没有写入任何内容,请告知管理员 (connection failed")


def test_init_refuses_an_organ_without_a_name(settings: Settings) -> None:
    answer = run(settings, "init", "--organ", " ")
    assert (answer.exit_code, answer.output) == (1, "Error: 要写明机关名称\n")


def test_slip_replaces_the_one_before(settings: Settings) -> None:
    found(settings)
    store = Store(settings.database_url)

    def digest() -> str:
        with store.reading() as conn:
            return str(
                conn.execute(
                    sa.select(Account.slip_digest).where(Account.login == "audit")
                ).scalar_one()
            )

    before = digest()
    assert run(settings, "slip", "audit").exit_code == 0
    assert digest() != before
    store.close()
    assert run(settings, "slip", "nobody").exit_code == 1


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Busy(), "数据库正忙,没有写入任何内容,请过一会儿再试"),
        (Unwritable(m("数据库现在只能读")), "数据库现在只能读"),
    ],
)
def test_database_that_takes_no_write_is_told(
    settings: Settings, refusal: KaojiError, told: str
) -> None:
    with web.terminal(settings).app_context(), pytest.raises(ClickException) as ended, opened():
        raise refusal
    assert ended.value.message == told


def test_roles_prints_both_languages(settings: Settings) -> None:
    output = run(settings, "roles").output
    assert "记录审定结果 / Record a decision" in output
