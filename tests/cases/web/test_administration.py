"""The three consoles: each does its own, nobody does two steps, nobody sees business data (A12)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cases.commands import passwords
from cases.journal import verify
from cases.models import Account, JournalEntry, RoleGrant
from tests.web_client import Client, Site
from tests.world import World
from workflow.vocabulary import AdminKind, Role

PASSWORD = "four quiet morning trains"

CONSOLES = {
    AdminKind.SYSTEM_ADMIN: ("/administration/accounts", "/administration/accounts/new", "/grants"),
    AdminKind.SECURITY_ADMIN: (
        "/grants/approvals",
        "/administration/tokens",
        "/administration/policy",
    ),
    AdminKind.AUDIT_ADMIN: ("/journal", "/journal/reads", "/journal/verify"),
}


def admin(site: Site, kind: AdminKind) -> Client:
    return site.sign_in_as(admin=kind)


@pytest.mark.parametrize("kind", list(AdminKind))
def test_administrator_opens_his_own_console_and_no_other(
    site: Site, world: World, kind: AdminKind
) -> None:
    client = admin(site, kind)
    for owner, paths in CONSOLES.items():
        for path in paths:
            shared = path == "/administration/policy" and kind is AdminKind.AUDIT_ADMIN
            client.get(path, status=200 if owner is kind or shared else 403)


def test_business_account_opens_no_console(site: Site, world: World) -> None:
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    for paths in CONSOLES.values():
        for path in paths:
            office.get(path, status=403)


def test_home_of_each_administrator_leads_to_the_consoles(site: Site, world: World) -> None:
    clients = [admin(site, kind) for kind in AdminKind]
    assert {c.get("/", status=303).location for c in clients} == {"/worklist"}
    first = [c.get("/worklist").tree.xpath("//main//section//a/@href")[0] for c in clients]
    assert first == ["/administration/accounts", "/grants/approvals", "/journal"]


def open_account(site: Site, world: World, login: str = "shenzhiyuan") -> str:
    system = admin(site, AdminKind.SYSTEM_ADMIN)
    told = {"person": str(world.people["chief"]), "account": login}
    page = system.submit_unproved("/administration/accounts/new?find=沈知远", told, "/new")
    shown = system.submit(page, status=200)
    assert shown.h1 == "领取码，只显示这一次"
    return str(shown.tree.xpath("//dt[text()='领取码']/following-sibling::dd[1]")[0].text)


def test_account_is_opened_for_a_person_and_enrolled_with_the_slip(
    site: Site, world: World
) -> None:
    slip = open_account(site, world)
    visitor = site.visitor()
    page = visitor.get("/enrol")
    words = {"account": "shenzhiyuan", "slip": slip}
    words |= {"new_password": "a calm morning walk", "again": "a calm morning walk"}
    assert visitor.submit(page, words).location == "/"
    visitor.account_id = 1
    assert visitor.get("/account").h1 == "我的账号"


def test_same_person_gets_no_second_account(site: Site, world: World) -> None:
    open_account(site, world)
    system = admin(site, AdminKind.SYSTEM_ADMIN)
    page = system.get("/administration/accounts/new?find=沈知远")
    assert "名册里没有找到" in page.text


def propose(site: Site, world: World, account_id: int, client: Client) -> int:
    page = client.get(f"/grants/new/{account_id}")
    done = client.submit(page, {"role": "office", "organ": str(world.units["organ"])})
    assert done.location == "/grants"
    with site.store.reading() as conn:
        return int(conn.execute(sa.select(sa.func.max(RoleGrant.id))).scalar_one())


def test_grant_needs_two_people_and_is_effective_at_once(site: Site, world: World) -> None:
    clerk = site.sign_in_as()
    system, security = (admin(site, AdminKind.SYSTEM_ADMIN), admin(site, AdminKind.SECURITY_ADMIN))
    grant_id = propose(site, world, clerk.account_id or 0, system)
    assert "没有办理岗位" in clerk.get("/account").text
    system.post(f"/grants/{grant_id}/approve", status=403)
    security.submit(security.get("/grants/approvals"), action="approve")
    assert "组织人事部门经办人" in clerk.get("/account").text
    security.submit(security.get("/grants/approvals?state=valid"), action="end")
    assert "没有办理岗位" in clerk.get("/account").text
    with site.store.reading() as conn:
        acts = conn.execute(
            sa.select(JournalEntry.action).where(JournalEntry.subject == "grant")
        ).scalars()
        assert list(acts) == ["grant_proposed", "grant_approved", "grant_revoked"]
        assert verify(conn).ok


def test_office_lead_proposes_for_his_own_organ_only(site: Site, world: World) -> None:
    clerk = site.sign_in_as()
    lead = site.sign_in_as(Role.OFFICE_LEAD, organ=world.units["organ"])
    page = lead.get(f"/grants/new/{clerk.account_id}")
    offered = page.tree.xpath("//select[@name='organ']/option/@value")
    assert offered == ["", str(world.units["organ"])]
    lead.submit(page, {"role": "office", "organ": str(world.units["county"])}, status=422)


def test_grant_with_a_fault_is_refused_with_its_sentence(site: Site, world: World) -> None:
    clerk, system = site.sign_in_as(), admin(site, AdminKind.SYSTEM_ADMIN)
    page = system.get(f"/grants/new/{clerk.account_id}")
    refused = system.submit(page, {"role": "office"}, status=409)
    assert "须按主管机关授权" in refused.text


def test_grave_press_asks_for_the_password_and_goes_on(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", cheap)
    clerk, system = site.sign_in_as(), admin(site, AdminKind.SYSTEM_ADMIN)
    with site.store.transaction() as conn:
        conn.execute(sa.update(Account).values(password_hash=passwords.make_hash(PASSWORD)))
    page = system.get(f"/administration/accounts/{clerk.account_id}")
    site.clock.at += timedelta(minutes=11)
    asked = system.submit(page, action="/active", status=401)
    assert asked.tree.xpath("//input[@name='active']/@value") == ["0"]
    wrong = system.submit(asked, {"_password": "a guess of mine"}, status=422)
    assert (wrong.errors, "a guess of mine" in wrong.source) == (["现在的密码不对"], False)
    assert clerk.get("/account").h1 == "我的账号"
    done = system.submit(wrong, {"_password": PASSWORD})
    assert "已停用" in system.follow(done).text


def test_disabled_account_is_out_at_once(site: Site, world: World) -> None:
    clerk, system = site.sign_in_as(), admin(site, AdminKind.SYSTEM_ADMIN)
    clerk.get("/account")
    page = system.get(f"/administration/accounts/{clerk.account_id}")
    system.submit(page, action="/active")
    clerk.get("/account", status=303)


def test_administrator_neither_disables_nor_resets_himself(site: Site, world: World) -> None:
    system = admin(site, AdminKind.SYSTEM_ADMIN)
    page = system.get(f"/administration/accounts/{system.account_id}")
    assert page.forms() == []
    system.post(f"/administration/accounts/{system.account_id}/slip", status=409)
    system.post(f"/administration/accounts/{system.account_id}/active", {"active": "0"}, status=409)


def test_slip_sent_twice_is_shown_once(site: Site, world: World) -> None:
    clerk, system = site.sign_in_as(), admin(site, AdminKind.SYSTEM_ADMIN)
    page = system.get(f"/administration/accounts/{clerk.account_id}")
    first = system.submit(page, action="/slip", status=200)
    second = system.submit(page, action="/slip", status=200)
    assert (first.h1, second.h1) == ("领取码，只显示这一次", "领取码已经发过")
    with site.store.reading() as conn:
        digest = conn.execute(
            sa.select(Account.slip_digest).where(Account.id == clerk.account_id)
        ).scalar_one()
    assert digest not in first.source


def test_journal_pages_by_cursor_and_filters(site: Site, world: World) -> None:
    audit, system = admin(site, AdminKind.AUDIT_ADMIN), admin(site, AdminKind.SYSTEM_ADMIN)
    for _ in range(3):
        clerk = site.sign_in_as()
        propose(site, world, clerk.account_id or 0, system)
    page = audit.get("/journal?action=grant_proposed")
    assert len(page.tree.xpath("//tbody/tr")) == 3
    assert len(site.site_queries) <= 7
    assert "没有符合条件的记录" in audit.get("/journal?login=nobody").text


def test_verification_names_the_changed_entry(site: Site, world: World) -> None:
    audit, system = admin(site, AdminKind.AUDIT_ADMIN), admin(site, AdminKind.SYSTEM_ADMIN)
    propose(site, world, site.sign_in_as().account_id or 0, system)
    good = audit.submit(audit.get("/journal/verify"), action="verify", status=200)
    assert "日志完整" in good.text
    with site.store.transaction() as conn:
        conn.execute(sa.update(JournalEntry).where(JournalEntry.seq == 1).values(action="x"))
    bad = audit.submit(audit.get("/journal/verify"), action="verify", status=200)
    assert "第 1 条" in bad.text


def test_checkpoint_is_written_and_shown(site: Site, world: World) -> None:
    audit, system = admin(site, AdminKind.AUDIT_ADMIN), admin(site, AdminKind.SYSTEM_ADMIN)
    propose(site, world, site.sign_in_as().account_id or 0, system)
    page = audit.submit(audit.get("/journal/verify"), action="checkpoint", status=200)
    assert len(page.tree.xpath("//tbody/tr")) == 1


def test_policy_prints_every_row_in_both_languages(site: Site, world: World) -> None:
    page = admin(site, AdminKind.SECURITY_ADMIN).get("/administration/policy")
    assert "记录审定结果" in page.text
    assert "Record a decision" in page.text
