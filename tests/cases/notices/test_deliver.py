"""Notices to inbox and mail: the right people, once, nothing about results, no forged header."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.outbox import notice, post_many
from cases.commands.transition import perform
from cases.files.store import FileStore
from cases.jobs.handlers import handlers
from cases.jobs.outbox import Drained, drain
from cases.jobs.tools import Tools
from cases.language import LOCALES, language
from cases.models import Case, Message, Outbox, Person
from cases.notices.compose import Text, compose, compose_mail
from cases.notices.deliver import Mail, Mailer, Rejected, message_id
from cases.notices.kinds import CATALOGUE, PLACEHOLDERS
from cases.queries.matters import matters
from cases.store import Store
from config import Settings
from tests.staff import account
from tests.world import AT, World, found_world
from workflow.process import PROCESS
from workflow.vocabulary import Action, Grade, NoticeKind, Role, Thing

LATER = AT + timedelta(minutes=30)


@pytest.fixture
def world(store: Store) -> World:
    with store.transaction() as conn:
        made = found_world(conn)
        open_cases(conn, made.cycle_id, actor=made.actor(Role.OFFICE), at=AT)
        conn.execute(sa.update(Outbox).values(done_at=AT))
    return made


def settings(path: Path, port: int = 0) -> Settings:
    return Settings(
        mode="test", var=path, smtp_host="127.0.0.1" if port else "", smtp_port=port,
        mail_from="kaoji@example.org",
    )  # fmt: skip


def drained(store: Store, path: Path, at: datetime = AT, port: int = 0) -> Drained:
    tools = Tools(store, FileStore(path), settings(path, port), now=lambda: at)
    mailer = Mailer(tools.settings)
    try:
        return drain(store, handlers(tools, mailer), now=lambda: at)
    finally:
        mailer.close()


def inbox(store: Store) -> list[tuple[str, str]]:
    with store.reading() as conn:
        rows = conn.execute(
            sa.select(Person.name, Message.title)
            .join(Person, Person.id == Message.person_id)
            .order_by(Message.id)
        )
        return [(name, title) for name, title in rows]


def case_of(store: Store, name: str) -> int:
    with store.reading() as conn:
        return conn.execute(
            sa.select(Case.id).where(Case.subject_name == name, Case.kind == "cadre")
        ).scalar_one()


def tell(store: Store, case_id: int, *to: Role, kind: NoticeKind = NoticeKind.SENT_BACK) -> None:
    with store.transaction() as conn:
        post_many(conn, [notice(kind, Thing.CASE, case_id, to=to, version=9, at=AT)])


def test_a_move_through_the_door_reaches_its_readers(
    store: Store, world: World, tmp_path: Path
) -> None:
    case_id = case_of(store, "沈知远")
    with store.transaction() as conn:
        account(conn, world, "contact", Role.UNIT_CONTACT, unit="environment", locale="en")
        account(conn, world, "mayor", Role.UNIT_CONTACT, unit="county")
        perform(conn, case_id, Action.OPEN_SELF_REPORT, actor=world.actor(Role.OFFICE), at=AT)
    assert drained(store, tmp_path).done == 1
    assert inbox(store) == [
        ("沈知远", "2025 年度考核：述职报告可以填写了"),
        ("路明晞", "2025 年度考核: the self-report is open"),
    ]
    assert drained(store, tmp_path).claimed == 0


def test_staff_are_not_told_about_themselves(store: Store, world: World, tmp_path: Path) -> None:
    with store.transaction() as conn:
        account(conn, world, "chief", Role.OFFICE)
        account(conn, world, "clerk", Role.OFFICE)
    tell(store, case_of(store, "沈知远"), Role.OFFICE)
    drained(store, tmp_path)
    assert [name for name, _ in inbox(store)] == ["方若谷"]


def test_class_narrows_a_grant(store: Store, world: World, tmp_path: Path) -> None:
    with store.transaction() as conn:
        account(conn, world, "clerk", Role.OFFICE, class_code="county.hill")
    tell(store, case_of(store, "沈知远"), Role.OFFICE)
    tell(store, case_of(store, "张伟"), Role.OFFICE)
    drained(store, tmp_path)
    assert inbox(store) == [("方若谷", "退回上一环节：张伟")]


def test_supervising_leader_is_the_commenter(store: Store, world: World, tmp_path: Path) -> None:
    tell(store, case_of(store, "沈知远"), Role.SUPERVISING_LEADER)
    drained(store, tmp_path)
    assert [name for name, _ in inbox(store)] == ["陆明晖"]


def test_revoked_grant_and_closed_account_are_not_told(
    store: Store, world: World, tmp_path: Path
) -> None:
    with store.transaction() as conn:
        account(conn, world, "clerk", Role.OFFICE)
        account(conn, world, "recorder", Role.OFFICE)
        conn.execute(sa.text("UPDATE role_grants SET revoked_at = 1 WHERE account_id = 1"))
        conn.execute(sa.text("UPDATE accounts SET active = false WHERE login = 'recorder'"))
    tell(store, case_of(store, "沈知远"), Role.OFFICE)
    drained(store, tmp_path)
    assert inbox(store) == []


def test_many_of_one_kind_become_one_message(store: Store, world: World, tmp_path: Path) -> None:
    with store.transaction() as conn:
        account(conn, world, "clerk", Role.OFFICE)
    for name in ("沈知远", "欧阳明远", "张伟", "买买提·吐尔逊"):
        tell(store, case_of(store, name), Role.OFFICE)
    drained(store, tmp_path)
    with store.reading() as conn:
        (message,) = conn.execute(sa.select(Message)).all()
    assert (message.title, message.case_id) == ("退回上一环节：4 项", None)
    assert message.text.splitlines()[0] == "· 沈知远　云州市生态环境局"


def test_thing_without_a_row_tells_nobody(store: Store, world: World, tmp_path: Path) -> None:
    with store.transaction() as conn:
        row = notice(
            NoticeKind.MEASURE_ASSIGNED, Thing.MEASURE, 77, to=(Role.OFFICE,), version=1, at=AT
        )
        post_many(conn, [row])
    assert drained(store, tmp_path).done == 1
    assert inbox(store) == []


def test_mail_rings_once_for_many_messages(store: Store, world: World, tmp_path: Path) -> None:
    with store.transaction() as conn:
        account(conn, world, "clerk", Role.OFFICE, mail="fang@example.org")
    tell(store, case_of(store, "沈知远"), Role.OFFICE)
    tell(store, case_of(store, "张伟"), Role.OFFICE)
    drained(store, tmp_path, port=9)
    with store.reading() as conn:
        rows = conn.execute(sa.select(Outbox).where(Outbox.kind == "mail")).all()
    assert [r.topic for r in rows] == ["waiting"]
    assert rows[0].available_at > AT


# -- the catalogue


def test_every_notice_of_the_process_has_a_template() -> None:
    declared = {n.kind for move in PROCESS.all_moves() for n in move.notices}
    declared |= {n.kind for p in PROCESS.things.values() for n in p.spec.notices_on_creation}
    assert declared <= set(CATALOGUE)
    assert set(CATALOGUE) == set(NoticeKind)
    told = {kind for kind, entry in CATALOGUE.items() if entry.audience}
    assert told == declared


def said() -> list[str]:
    values = dict.fromkeys(PLACEHOLDERS, "甲")
    return [
        f"{title} {text}"
        for entry in CATALOGUE.values()
        for locale in LOCALES
        for title, text in [entry.render(language(locale), values)]
    ]


def test_no_template_can_name_a_result() -> None:
    assert {"label", "unit", "cycle"} == PLACEHOLDERS
    grades = {word for grade in Grade for word in (grade.zh, grade.en.lower())}
    for text in said():
        words = [g for g in grades if re.search(rf"(?<![一-鿿\w]){g}(?![一-鿿\w])", text.lower())]
        assert words == []


def test_template_has_no_exclamation_mark_and_no_courtesy_form() -> None:
    assert [text for text in said() if re.search("[!！您]", text)] == []


def test_names_are_never_read_as_placeholders(store: Store, world: World) -> None:
    with store.transaction() as conn:
        case_id = conn.execute(sa.select(sa.func.min(Case.id))).scalar_one()
        conn.execute(
            sa.update(Case).where(Case.id == case_id).values(subject_name="{cycle}\r\nBcc: x")
        )
        matter = matters(conn, [(Thing.CASE, case_id)])[Thing.CASE, case_id]
    text = compose(NoticeKind.SENT_BACK, matter, "zh_Hans_CN")
    assert text.title == "退回上一环节：{cycle} Bcc: x"


# -- the mail itself


def test_mail_text_names_nobody() -> None:
    text = compose_mail(3, "https://kaoji.example", "zh_Hans_CN")
    assert text == Text(
        "考绩：有 3 条消息待查看",
        "你在考绩系统有 3 条未读消息。\n请登录系统查看：https://kaoji.example\n"
        "本邮件不含考核内容，不用回复。",
    )


def test_message_id_is_the_same_at_every_attempt(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert message_id("mail:1:a", made) == message_id("mail:1:a", made)
    assert message_id("mail:1:a", made) != message_id("mail:1:b", made)


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "@example.org", "a@", "a b@example.org", "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org", "a@example.org\r\nSubject: x", "a@b@example.org",
        "<a@example.org>", "a@example..org", "甲@example.org", "a@example.org\0", "a;b@example.org",
        '"a"@example.org', "a@exa mple.org", "a(b)@example.org", "a\t@example.org", "a@[127.0.0.1]",
        "a@example.org\u202e",
    ],
)  # fmt: skip
def test_forged_address_is_refused_for_good(address: str, tmp_path: Path) -> None:
    mailer = Mailer(settings(tmp_path, 9))
    with pytest.raises(Rejected):
        mailer.send(Mail(address, Text("t", "x"), "<1@x>"), at=datetime(2025, 1, 1, tzinfo=UTC))
