"""Signing in and out: S1-S7, S11, S12 as far as a browser can see them."""

import json
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from cases.commands import administration, own_password, passwords
from cases.errors import Misconfigured
from cases.models import Account, Installation, JournalEntry, SignInSession, SignInThrottle
from cases.sealing import TOKEN, unseal
from tests.web_client import Client, Page, Site, make_account, settings_for, with_settings
from tests.world import World

PASSWORD = "a calm morning walk"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least cost: these tests are about the doors, not about the hash."""
    monkeypatch.setattr(
        passwords, "hasher", passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    passwords._nobody.cache_clear()


def enrolled(site: Site, login: str = "clerk1", person_id: int | None = None) -> int:
    """An account with a password of its own, made by slip."""
    with site.store.transaction() as conn:
        account_id = make_account(conn, login, person_id=person_id, at=site.clock.at)
        slip = administration.issue_slip(conn, account_id, actor=None, at=site.clock.at)
        before = own_password.standing_by_slip(conn, login, slip.text, at=site.clock.at)
        own_password.enrol(conn, own_password.chosen(before, PASSWORD), at=site.clock.at)
    return account_id


def try_in(client: Client, login: str, password: str, status: int = 303) -> Page:
    page = client.get("/sign-in")
    return client.submit(page, {"account": login, "password": password}, status=status)


def signed(client: Client) -> bool:
    return client.browser.get("/account", base_url=client.site.base_url).status_code == 200


def test_right_password_signs_in_and_goes_on(site: Site, world: World) -> None:
    enrolled(site)
    client = site.visitor()
    page = client.get("/sign-in?next=/account/password")
    facts = page.tree.xpath("//dl[@class='k-facts']/*/text()")
    assert facts == ["考核年度", "2025 年度考核", "方案", "第 1 版，2025年12月10日锁定"]
    assert facts[1] not in client.get("/no-such-page", status=404).source
    done = client.submit(page, {"account": "clerk1", "password": PASSWORD})
    assert (done.location, signed(client)) == ("/account/password", True)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:x"]
)
def test_next_leads_nowhere_but_here(site: Site, world: World, target: str) -> None:
    enrolled(site)
    client = site.visitor()
    page = client.get("/sign-in", query_string={"next": target})
    assert client.submit(page, {"account": "clerk1", "password": PASSWORD}).location == "/"


def test_unknown_name_wrong_password_and_disabled_account_read_alike(
    site: Site, world: World
) -> None:
    enrolled(site)
    gone = enrolled(site, "clerk2")
    with site.store.transaction() as conn:
        conn.execute(sa.update(Account).where(Account.id == gone).values(active=False))
    told = []
    for login, password in (("nobody1", PASSWORD), ("clerk1", "wrong"), ("clerk2", PASSWORD)):
        page = try_in(site.visitor(), login, password, 422)
        told.append(page.errors)
    assert told == [["账号或密码不对，请核对后再试"]] * 3


def test_lockout_grows_is_the_same_for_unknown_names_and_ends(site: Site, world: World) -> None:
    enrolled(site)
    for login in ("clerk1", "nobody1"):
        client = site.visitor()
        codes = [try_in(client, login, "wrong", None).status for _ in range(7)]  # type: ignore[arg-type]
        assert codes == [422] * 5 + [429] * 2
    client = site.visitor()
    assert try_in(client, "clerk1", PASSWORD, 429).errors == ["连续输错，请在 1 分钟后再试"]
    site.clock.at += timedelta(minutes=1, seconds=1)
    assert try_in(client, "clerk1", PASSWORD).location == "/"


def test_lockout_is_never_longer_than_fifteen_minutes(site: Site, world: World) -> None:
    enrolled(site)
    client = site.visitor()
    for _ in range(30):
        try_in(client, "clerk1", "wrong", None)  # type: ignore[arg-type]
        site.clock.at += timedelta(minutes=15, seconds=1)
    assert try_in(client, "clerk1", PASSWORD).location == "/"


def test_one_address_guessing_many_names_is_slowed(site: Site, world: World) -> None:
    client = site.visitor()
    codes = [try_in(client, f"name{i}", "wrong", None).status for i in range(22)]  # type: ignore[arg-type]
    assert codes == [422] * 20 + [429] * 2


def test_password_is_not_asked_while_waiting(site: Site, world: World) -> None:
    enrolled(site)
    client = site.visitor()
    for _ in range(6):
        try_in(client, "clerk1", "wrong", None)  # type: ignore[arg-type]
    with site.store.reading() as conn:
        counted = conn.execute(
            sa.select(SignInThrottle.failures).where(SignInThrottle.scope == "account")
        ).scalar_one()
    assert counted == 5


def session_rows(site: Site) -> list[str]:
    with site.store.reading() as conn:
        return list(conn.execute(sa.select(SignInSession.digest)).scalars())


def test_session_has_a_new_id_at_each_sign_in_and_only_its_digest_is_stored(
    site: Site, world: World
) -> None:
    enrolled(site)
    client = site.visitor()
    try_in(client, "clerk1", PASSWORD)
    first = client.browser.get_cookie("kaoji", domain="127.0.0.1").value
    assert first not in session_rows(site)
    client.browser.set_cookie("kaoji", "planted-by-somebody", domain="127.0.0.1")
    try_in(client, "clerk1", PASSWORD)
    second = client.browser.get_cookie("kaoji", domain="127.0.0.1").value
    assert len({first, second, "planted-by-somebody"}) == 3


def test_session_ends_when_idle_and_after_twelve_hours(site: Site, world: World) -> None:
    client = site.sign_in_as()
    site.clock.at += timedelta(minutes=29)
    assert signed(client)
    site.clock.at += timedelta(minutes=31)
    assert not signed(client)
    busy = site.sign_in_as()
    for _ in range(12 * 3):
        assert signed(busy)
        site.clock.at += timedelta(minutes=20)
    site.clock.at += timedelta(seconds=1)
    assert not signed(busy)


def test_new_password_ends_every_other_session(site: Site, world: World) -> None:
    account_id = enrolled(site)
    here, there = site.sign_in(account_id), site.sign_in(account_id)
    page = here.get("/account/password")
    new = "another quiet evening"
    here.submit(page, {"password": PASSWORD, "new_password": new, "again": new})
    assert (signed(here), signed(there)) == (True, False)


def test_change_needs_the_present_password(site: Site, world: World) -> None:
    account_id = enrolled(site)
    here = site.sign_in(account_id)
    new = "another quiet evening"
    body = {"password": "guess", "new_password": new, "again": new}
    page = here.submit(here.get("/account/password"), body, status=422)
    assert page.errors == ["现在的密码不对"]


def test_sign_out_and_sign_out_everywhere(site: Site, world: World) -> None:
    account_id = enrolled(site)
    one, two, three = (site.sign_in(account_id) for _ in range(3))
    one.post("/sign-out")
    assert [signed(c) for c in (one, two, three)] == [False, True, True]
    two.submit(two.get("/account"), action="everywhere")
    assert [signed(c) for c in (two, three)] == [False, False]


def secret_of(site: Site, account_id: int) -> str:
    with site.store.reading() as conn:
        sealed = conn.execute(
            sa.select(Account.totp_sealed).where(Account.id == account_id)
        ).scalar_one()
    place = f"accounts/{account_id}"
    return unseal(site.settings.data_key, TOKEN, sealed, place=place)


def with_token(site: Site) -> tuple[int, pyotp.TOTP]:
    account_id = enrolled(site)
    client = site.sign_in(account_id)
    page = client.get("/account/token")
    totp = pyotp.TOTP(secret_of(site, account_id))
    client.submit(page, {"code": totp.at(site.clock.at)})
    site.clock.at += timedelta(minutes=2)
    return account_id, totp


def test_token_is_asked_after_the_password_and_each_code_is_taken_once(
    site: Site, world: World
) -> None:
    _, totp = with_token(site)
    code = totp.at(site.clock.at)
    client = site.visitor()
    first = try_in(client, "clerk1", PASSWORD)
    assert first.location == "/sign-in/second-factor?next=/"
    assert not signed(client)
    for path in ("/account/password", "/account/token", "/account/step-up"):
        assert client.get(path, status=303).location == "/sign-in/second-factor"
    page = client.get("/sign-in/second-factor")
    assert client.submit(page, {"code": "000000"}, status=422).errors
    client.submit(client.get("/sign-in/second-factor"), {"code": code})
    assert signed(client)
    again = site.visitor()
    try_in(again, "clerk1", PASSWORD)
    page = again.get("/sign-in/second-factor")
    assert again.submit(page, {"code": code}, status=422).errors == [
        "动态口令不对，请等下一个口令再填"
    ]


def test_guessing_codes_is_slowed_like_guessing_passwords(site: Site, world: World) -> None:
    with_token(site)
    client = site.visitor()
    try_in(client, "clerk1", PASSWORD)
    codes = [
        client.submit(
            client.get("/sign-in/second-factor"),
            {"code": f"00000{i}"},
            status=None,  # type: ignore[arg-type]
        ).status
        for i in range(6)
    ]
    assert codes == [422] * 4 + [429] * 2


def test_slip_does_not_go_around_the_token(site: Site, world: World) -> None:
    account_id, _ = with_token(site)
    with site.store.transaction() as conn:
        slip = administration.issue_slip(conn, account_id, actor=None, at=site.clock.at)
    client = site.visitor()
    new = "another quiet evening"
    body = {"account": "clerk1", "slip": slip.text, "new_password": new, "again": new}
    done = client.submit(client.get("/enrol"), body)
    assert done.location.startswith("/sign-in/second-factor")
    assert not signed(client)


def test_required_token_is_the_first_errand(site: Site, world: World) -> None:
    account_id = enrolled(site)
    strict = with_settings(site, second_factor_required=True)
    client = strict.sign_in(account_id)
    assert client.get("/account", status=303).location == "/account/token"
    page = client.get("/account/token")
    client.submit(page, {"code": pyotp.TOTP(secret_of(site, account_id)).at(site.clock.at)})
    assert signed(client)


def test_old_password_must_be_changed_where_the_setting_says_so(site: Site, world: World) -> None:
    account_id = enrolled(site)
    strict = with_settings(site, password_days=90)
    site.clock.at += timedelta(days=91)
    client = strict.sign_in(account_id)
    assert client.get("/account", status=303).location == "/account/password"


def test_slip_is_taken_once_and_only_for_a_week(site: Site, world: World) -> None:
    with site.store.transaction() as conn:
        account_id = make_account(conn, "clerk1", at=site.clock.at)
        slip = administration.issue_slip(conn, account_id, actor=None, at=site.clock.at)
    body = {"account": "clerk1", "slip": slip.text.lower().replace("-", " ")}
    body |= {"new_password": PASSWORD, "again": PASSWORD}
    client = site.visitor()
    page = client.get("/enrol")
    wrong = client.submit(page, body | {"slip": "AAAA"}, status=422)
    assert wrong.errors == ["账号或领取码不对，或者领取码已经过期"]
    late = site.clock.at
    site.clock.at += timedelta(days=8)
    client.submit(client.get("/enrol"), body, status=422)
    site.clock.at = late
    client.submit(client.get("/enrol"), body)
    client.submit(client.get("/enrol"), body, status=422)


def test_post_without_token_is_turned_away(site: Site, world: World) -> None:
    client = site.sign_in_as()
    page = client.post("/sign-out", {"csrf_token": ""}, status=400)
    assert page.h1 == "页面打开得太久，没有提交"
    other = site.sign_in_as()
    client.post("/sign-out", {"csrf_token": other.token()}, status=400)
    assert signed(client)


def test_cookies_are_strict_in_production(site: Site, world: World) -> None:
    enrolled(site)
    secure = with_settings(site, secure_cookies=True, site_url="https://127.0.0.1")
    client = secure.visitor()
    page = client.get("/sign-in")
    body = dict(page.forms()[0].form_values()) | {"account": "clerk1", "password": PASSWORD}
    response = client.browser.post(
        "/sign-in", data=body, base_url=secure.base_url, headers={"Referer": "https://127.0.0.1/"}
    )
    cookies = response.headers.getlist("Set-Cookie")
    main = next(c for c in cookies if c.startswith("__Host-kaoji="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(main.split("; "))
    assert "Domain" not in main
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_insecure_cookies_need_a_word_in_production(tmp_path) -> None:
    with pytest.raises(Misconfigured):
        settings_for(
            tmp_path,
            mode="production",
            secret_key="s" * 40,
            data_key="d" * 40,
            booth_pepper="p" * 40,
        )


def test_forged_addresses_and_hosts_are_ignored(site: Site, world: World) -> None:
    client = site.visitor()
    forged = {"X-Forwarded-For": "10.9.8.7", "X-Real-IP": "10.9.8.7", "X-Forwarded-Host": "x.y"}
    for i in range(21):
        page = client.get("/sign-in")
        body = dict(page.forms()[0].form_values()) | {"account": f"n{i}", "password": "x"}
        headers = forged | {"X-Forwarded-For": f"10.0.0.{i}"}
        last = client.browser.post("/sign-in", data=body, base_url=site.base_url, headers=headers)
    assert last.status_code == 429
    other = client.browser.get("/sign-in", base_url="http://elsewhere.example")
    assert other.status_code == 400


def test_listed_proxy_is_believed_one_step_only(site: Site, world: World) -> None:
    behind = with_settings(site, trusted_proxies=1)
    client = behind.visitor()
    for i in range(21):
        page = client.get("/sign-in")
        body = dict(page.forms()[0].form_values()) | {"account": f"n{i}", "password": "x"}
        headers = {"X-Forwarded-For": f"10.0.0.{i}, 192.0.2.9"}
        last = client.browser.post("/sign-in", data=body, base_url=site.base_url, headers=headers)
    assert last.status_code == 429


def test_demonstration_page_exists_in_the_demonstration_only(site: Site, world: World) -> None:
    office = site.sign_in_as()
    site.visitor().get("/demonstration", status=404)
    site.visitor().post("/demonstration/enter", {"account": str(office.account_id)}, status=404)
    demo = with_settings_of_demo(site)
    client = demo.visitor()
    page = client.get("/demonstration")
    assert client.submit(page, action="enter").location == "/"
    assert signed(client)
    client.post("/demonstration/enter", {"account": "999"}, status=404)


def with_settings_of_demo(site: Site) -> Site:
    with site.store.transaction() as conn:
        conn.execute(sa.update(Installation).values(mode="demo"))
    return with_settings(site, mode="demo")


def test_entries_of_signing_in_name_their_request(site: Site) -> None:
    """As the log and every other entry do, so that what was done in a request is found by it."""
    enrolled(site)
    client = site.visitor()
    found = {"signed_in": try_in(client, "clerk1", PASSWORD).response.headers["X-Request-Id"]}
    page = client.get("/account/password")
    body = {"password": PASSWORD, "new_password": "five quiet evening boats"}
    body["again"] = body["new_password"]
    answer = client.submit(page, body)
    found["password_changed"] = answer.response.headers["X-Request-Id"]
    with site.store.reading() as conn:
        rows = conn.execute(
            sa.select(JournalEntry.action, JournalEntry.body).where(JournalEntry.action.in_(found))
        )
        said = {action: json.loads(body)["request"] for action, body in rows}
    assert said == found
