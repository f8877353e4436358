"""Health, start-up refusals, logs, idempotent writes."""

import io
import json
import sqlite3
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, Response, request

from cases import schema
from cases.errors import Busy, Invalid, Misconfigured, Refused, Stale
from cases.models import IdempotencyKey, Installation, Lease
from cases.store import Store
from cases.web import app as web
from cases.web import log, writing
from cases.web.access import access, signed_in
from cases.web.installation import at
from tests.web_client import Site, open_site, settings_for
from tests.world import World
from workflow.vocabulary import AdminKind, Permission, Role
from workflow.words import m


def test_health_tells_words_only(site: Site, world: World) -> None:
    page = site.visitor().get("/health")
    assert page.response.json == {
        "status": "ok",
        "database": "ok",
        "folder": "ok",
        "scheduler": "never",
        "outbox": "ok",
        "journal": "ok",
    }


def test_health_tells_a_silent_scheduler(site: Site, world: World) -> None:
    with site.store.transaction() as conn:
        old = site.clock.at - timedelta(hours=1)
        conn.execute(sa.insert(Lease).values(name="scheduler", holder="x", until=old, beat_at=old))
    assert site.visitor().get("/health").response.json["scheduler"] == "silent"


def test_start_refuses_an_empty_database(tmp_path) -> None:
    settings = settings_for(tmp_path)
    with pytest.raises(Misconfigured, match="kaoji init"):
        web.build(settings)


def test_start_refuses_an_older_revision(sqlite_store: Store, tmp_path) -> None:
    with sqlite_store.transaction() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(Misconfigured, match="flask migrate"):
        open_site(sqlite_store, tmp_path)


def test_start_refuses_a_database_made_for_another_mode(sqlite_store: Store, tmp_path) -> None:
    with sqlite_store.transaction() as conn:
        conn.execute(sa.update(Installation).values(mode="demo"))
    with pytest.raises(Misconfigured, match="demo"):
        open_site(sqlite_store, tmp_path)


def test_start_refuses_a_database_that_was_not_founded(tmp_path) -> None:
    settings = settings_for(tmp_path)
    store = Store(settings.database_url)
    schema.upgrade(store.engine)
    with pytest.raises(Misconfigured, match="还没有开户"):
        web.build(settings, store=store)
    store.close()


def hang(site: Site) -> dict:
    """A writing view whose command does what the test says."""
    app: Flask = site.app
    app._got_first_request = False
    done = {"count": 0, "error": None}

    @access(Permission.SIGNED_IN)
    def add() -> Response:
        def work(conn) -> str:
            if done["error"] is not None:
                raise done["error"]
            done["count"] += 1
            return f"/account?n={done['count']}"

        return writing.write(work)

    @signed_in
    def broken() -> str:
        raise ZeroDivisionError("沈知远 110101199001011234")

    app.add_url_rule("/t/add", "add", add, methods=["POST"])
    app.add_url_rule("/t/broken", "broken", broken)
    return done


KEY = "k" * 24


def test_same_key_and_content_writes_once(site: Site, world: World) -> None:
    done, client = hang(site), site.sign_in_as()
    first = client.post("/t/add", {"_key": KEY, "text": "a"})
    again = client.post("/t/add", {"_key": KEY, "text": "a"})
    assert (first.location, again.location, done["count"]) == ("/account?n=1",) * 2 + (1,)


def test_same_key_with_other_content_keeps_the_text(site: Site, world: World) -> None:
    done, client = hang(site), site.sign_in_as()
    client.post("/t/add", {"_key": KEY, "text": "a"})
    page = client.post("/t/add", {"_key": KEY, "text": "改过的"}, status=409)
    assert page.tree.xpath("//textarea")[0].text.strip() == "改过的"
    assert page.links[0] == "/account?n=1"
    assert done["count"] == 1


def test_two_accounts_may_have_the_same_key(site: Site, world: World) -> None:
    done = hang(site)
    for client in (site.sign_in_as(), site.sign_in_as()):
        client.post("/t/add", {"_key": KEY, "text": "a"})
    assert done["count"] == 2


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space in it......"])
def test_a_post_without_a_proper_key_is_turned_away(site: Site, world: World, key: str) -> None:
    done, client = hang(site), site.sign_in_as()
    client.post("/t/add", {"_key": key}, status=400)
    assert done["count"] == 0


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (Refused([m("还没有写评语"), m("还差 %(n)s 份谈话记录", n=2)]), 409, "还差 2 份谈话记录"),
        (Stale("meeting:7", "frozen", 7), 409, "这一页的内容已经有人改过"),
        (Invalid({"text": m("请填写这一项")}), 422, "请填写这一项"),
        (Busy(), 503, "没有写入任何内容"),
    ],
)
def test_each_refusal_has_its_page_and_uses_no_key(
    site: Site, world: World, error: Exception, status: int, told: str
) -> None:
    done, client = hang(site), site.sign_in_as()
    done["error"] = error
    page = client.post("/t/add", {"_key": KEY, "text": "a"}, status=status)
    assert told in page.tree.xpath("string(//main)")
    assert page.tree.xpath("//textarea/text()") == ["a"]  # what was typed is kept
    with site.store.reading() as conn:
        assert conn.execute(sa.select(IdempotencyKey.key)).all() == []
    done["error"] = None
    client.post("/t/add", {"_key": KEY, "text": "a"})


def test_database_that_takes_no_write_is_told_and_can_be_read(site: Site, world: World) -> None:
    done, client = hang(site), site.sign_in_as()
    site.clock.at += timedelta(minutes=10)  # the session is due to be marked as in use

    def read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = 1")

    sa.event.listen(site.store.engine, "checkout", read_only)
    client.get("/account")
    page = client.post("/t/add", {"_key": KEY, "text": "写了很久"}, status=503)
    assert (page.h1, done["count"]) == ("系统现在写不进数据", 0)
    assert "数据库现在只能读，没有写入任何内容，请告知管理员" in page.text
    assert page.tree.xpath("//textarea")[0].text.strip() == "写了很久"


def test_log_lines_hold_no_names_numbers_or_values(site: Site, world: World) -> None:
    stream = io.StringIO()
    log.configure(stream)
    site.app.config["RAISE_FAILURES"] = False
    hang(site)
    client = site.sign_in_as()
    page = client.get("/t/broken?who=沈知远", status=500)
    assert "沈知远" not in page.source
    client.get("/t/broken\r\nX: 1", status=404)
    log.configure(io.StringIO())
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["failure", "request", "request"]
    assert lines[0]["error"] == "ZeroDivisionError"
    assert lines[1]["route"] == "/t/broken"
    for word in ("沈知远", "1101011990", "\\u6c88", "who=", "127.0.0.1"):
        assert word not in stream.getvalue()


def test_too_large_a_body_is_turned_away_before_it_is_read(site: Site, world: World) -> None:
    hang(site)
    client = site.sign_in_as()
    page = client.post("/t/add", {"text": "x" * 2_100_000}, status=413)
    assert page.h1 == "文件太大，没有传上来"


def test_too_many_parts_are_turned_away(site: Site, world: World) -> None:
    hang(site)
    client = site.sign_in_as()
    many = {f"f{i}": "x" for i in range(1001)}
    client.post("/t/add", many, status=413, content_type="multipart/form-data")


def test_uploads_are_larger_where_the_view_says_so(site: Site, world: World) -> None:
    app = site.app
    app._got_first_request = False

    @access(Permission.SIGNED_IN, uploads=True)
    def take() -> Response:
        return Response(str(len(request.files["f"].read())), mimetype="text/plain")

    app.add_url_rule("/t/take", "take", take, methods=["POST"])
    body = {"f": (io.BytesIO(b"x" * 5_000_000), "a.bin")}
    page = site.sign_in_as().post("/t/take", body, status=200, content_type="multipart/form-data")
    assert page.source == "5000000"


def test_request_has_one_instant(site: Site, world: World) -> None:
    with site.app.test_request_context("/", base_url=site.base_url):
        assert at() == site.clock.at


def test_foot_names_the_cycle_and_its_frozen_scheme(site: Site, world: World) -> None:
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    foot = office.get("/account").tree.xpath("string(//footer//span[1])")
    assert "方案第 1 版" in foot
    admin = site.sign_in_as(admin=AdminKind.AUDIT_ADMIN)
    assert admin.get("/account").tree.xpath("string(//footer//span[1])") == ""


def test_broken_database_ends_in_a_calm_page(site: Site, world: World) -> None:
    site.app.config["RAISE_FAILURES"] = False
    client = site.sign_in_as()
    with site.store.transaction() as conn:
        conn.exec_driver_sql("ALTER TABLE role_grants RENAME TO role_grants_gone")
    page = client.get("/account", status=500)
    assert page.h1 == "这一步没有办成"
    assert "role_grants" not in page.source
