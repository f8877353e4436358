"""The keyed write under rivals, on both databases."""

import threading
from pathlib import Path

import sqlalchemy as sa
from flask import Response

from cases.commands import administration
from cases.models import JournalEntry
from cases.store import Store
from cases.web import writing
from cases.web.access import current_actor, signed_in
from cases.web.installation import at
from tests.web_client import Site, make_account, open_site
from workflow.vocabulary import AdminKind

KEY = "k" * 24


def slip_writer(site: Site, account_id: int) -> None:
    site.app._got_first_request = False

    @signed_in
    def give() -> Response:
        def work(conn: sa.Connection) -> str:
            administration.issue_slip(conn, account_id, actor=current_actor(), at=at())
            return "/account"

        return writing.write(work)

    site.app.add_url_rule("/t/give", "give", give, methods=["POST"])


def test_rivals_with_one_key_write_once(store: Store, tmp_path: Path) -> None:
    site = open_site(store, tmp_path, own_pages=True)
    with store.transaction() as conn:
        other = make_account(conn, "other")
    slip_writer(site, other)
    client = site.sign_in_as(admin=AdminKind.SYSTEM_ADMIN)
    body = {"csrf_token": client.token(), "_key": KEY}
    cookies = [
        (name, client.browser.get_cookie(name, domain="127.0.0.1").value)
        for name in ("kaoji", "kaoji_form")
    ]
    codes: list[int] = []

    def rival() -> None:
        browser = site.app.test_client()
        for name, value in cookies:
            browser.set_cookie(name, value, domain="127.0.0.1")
        codes.append(browser.post("/t/give", data=body, base_url=site.base_url).status_code)

    threads = [threading.Thread(target=rival) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as conn:
        written = conn.execute(
            sa.select(sa.func.count())
            .select_from(JournalEntry)
            .where(JournalEntry.action == "slip_issued")
        ).scalar_one()
    assert (codes, written) == ([303] * 8, 1)


def test_payload_digest_tells_order_names_and_files_apart(sqlite_store, tmp_path: Path) -> None:
    site = open_site(sqlite_store, tmp_path)

    def digest(**data: str) -> str:
        with site.app.test_request_context("/", method="POST", data=data, base_url=site.base_url):
            return writing.payload_digest()

    same = digest(a="1", b="2", csrf_token="x", _key="y")
    assert same == digest(a="1", b="2", csrf_token="other", _key="z")
    assert len({same, digest(a="12", b=""), digest(a="1", b="3"), digest(ab="12")}) == 4
