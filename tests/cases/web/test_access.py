"""Rights on routes: stated everywhere, checked on each request, gone the moment they are taken."""

from datetime import timedelta

import pytest
from flask import Flask, Response, g

from cases.errors import Misconfigured, NotVisible
from cases.web import access as rights
from cases.web.access import access, public, signed_in
from cases.web.proof import stepped_up
from tests.web_client import Site
from tests.world import World
from workflow.vocabulary import AdminKind, Permission, Role


def found_thing(conn, actor, permission, number):
    if number != 1:
        raise NotVisible(str(number))
    return {"number": number, "actor": actor, "permission": permission}


def plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")


def hang(site: Site) -> None:
    """Views that exist for these tests only."""
    app: Flask = site.app
    app._got_first_request = False

    @access(Permission.CYCLE_MANAGE)
    def managed() -> Response:
        return plain("managed")

    @access(Permission.CASE_READ, load=found_thing)
    def thing(found, number) -> Response:
        return plain(f"{found['number']} {found['permission'].value}")

    @access(Permission.CYCLE_MANAGE)
    @stepped_up
    def grave() -> Response:
        return plain("grave")

    app.add_url_rule("/t/managed", "managed", managed)
    app.add_url_rule("/t/thing/<int:number>", "thing", thing)
    app.add_url_rule("/t/grave", "grave", grave, methods=["GET", "POST"])


def test_visitor_is_sent_to_sign_in_and_comes_back(site: Site, world: World) -> None:
    hang(site)
    page = site.visitor().get("/t/managed?a=1", status=303)
    assert page.location == "/sign-in?next=/t/managed?a%3D1"


def test_page_without_the_right_is_forbidden(site: Site, world: World) -> None:
    hang(site)
    page = site.sign_in_as(Role.UNIT_CONTACT, unit=world.units["county"]).get(
        "/t/managed", status=403
    )
    assert page.h1 == "这项工作不在你的职责里"


def test_page_with_the_right_opens(site: Site, world: World) -> None:
    hang(site)
    assert site.sign_in_as(Role.OFFICE).get("/t/managed", status=403)
    assert (
        site.sign_in_as(Role.OFFICE, organ=world.units["organ"]).get("/t/managed").source
        == "managed"
    )


def test_way_back_is_offered_only_where_the_readers_rights_reach(site: Site, world: World) -> None:
    hang(site)
    said = []
    for actor in (world.actor(Role.OFFICE), world.actor(Role.UNIT_CONTACT, unit="county")):
        with site.app.test_request_context():
            g.actor = actor
            said.append([rights.may_open(at) for at in ("/t/managed", "/help", "/worklist")])
    assert said == [[True, True, True], [False, True, True]]


def test_foreign_and_missing_look_the_same(site: Site, world: World) -> None:
    hang(site)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    assert office.get("/t/thing/1").source == "1 case_read"
    missing = office.get("/t/thing/2", status=404)
    admin = site.sign_in_as(admin=AdminKind.SYSTEM_ADMIN).get("/t/thing/1", status=404)
    assert (missing.h1, admin.h1) == ("没有找到你能查看的内容",) * 2


def test_right_taken_back_in_mid_session_is_gone_on_the_next_request(
    site: Site, world: World
) -> None:
    hang(site)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    office.get("/t/managed")
    site.revoke(office.grants[0])
    office.get("/t/managed", status=403)


def test_place_of_a_right_taken_back_is_gone_from_the_navigation(site: Site, world: World) -> None:
    def places() -> list[str]:
        return [
            str(a) for a in office.get("/worklist").tree.xpath("//nav[@class='k-nav']//a/@href")
        ]

    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    before = places()
    site.revoke(office.grants[0])
    after = places()
    assert after == ["/worklist", "/cases"]
    assert before[:3] == [*after, "/progress"]


def test_grave_act_asks_for_the_password_again_after_ten_minutes(site: Site, world: World) -> None:
    hang(site)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    assert office.get("/t/grave").source == "grave"
    site.clock.at += timedelta(minutes=11)
    page = office.get("/t/grave", status=303)
    assert page.location == "/account/step-up?next=/t/grave"
    kept = office.post("/t/grave", {"reason": "写好的理由"}, status=401)
    assert kept.h1 == "要再次确认是你本人"
    assert kept.tree.xpath("//textarea")[0].text.strip() == "写好的理由"


def test_post_after_the_session_ended_keeps_the_text(site: Site, world: World) -> None:
    hang(site)
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    token = office.token()
    site.clock.at += timedelta(hours=13)
    page = office.post("/t/grave", {"csrf_token": token, "text": "一段话"}, status=401)
    assert page.tree.xpath("//textarea")[0].text.strip() == "一段话"


def bare() -> Flask:
    return Flask("bare", static_folder=None)


def test_app_with_an_unstated_rule_does_not_start() -> None:
    app = bare()
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(Misconfigured, match="forgotten"):
        rights.check(app)


def test_public_view_outside_the_list_does_not_start() -> None:
    app = bare()
    app.add_url_rule("/open", "open", public(lambda: ""))
    assert rights.unstated(app) == ["open"]


def test_stated_rules_start() -> None:
    app = bare()
    app.add_url_rule("/a", "a", access(Permission.CASE_READ)(lambda: ""))
    app.add_url_rule("/b", "b", signed_in(lambda: ""))
    app.add_url_rule("/sign-in", "account.sign_in", public(lambda: ""))
    rights.check(app)
    assert rights.stated(app.view_functions["a"]).permission is Permission.CASE_READ
