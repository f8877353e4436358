"""The three administrators in real Chromium: an account, its role, and the audit of both."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import Account, RoleGrant
from cases.store import Store
from tests.journeys.walk import chromium, opened_to, told
from tests.web_client import open_site
from tests.world import found_world
from workflow.vocabulary import AdminKind

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


def test_account_and_role_take_three_people(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    with sqlite_store.transaction() as conn:
        world = found_world(conn)
    site = open_site(sqlite_store, tmp_path)
    system, security, audit = (site.sign_in_as(admin=kind) for kind in AdminKind)
    with opened_to(site, chromium, tmp_path) as street:
        opens = street.sign_in(system)
        opens.step("Open an account for a person of the roster")
        opens.shot("consoles")
        opens.click("账号", within="main")
        opens.shot("accounts")
        opens.click("开立账号")
        opens.type("按姓名在名册里查找", "路明晞")
        opens.click("在名册里查找")
        opens.pick("姓名", "路明晞（云州市生态环境局）")
        opens.type("账号", "lumingxi", within="main")
        opens.shot("account_new")
        opens.click("开立账号")
        opens.heading("领取码，只显示这一次")
        opens.shot("slip")
        opens.step("Propose the role")
        opens.click("已经抄下，返回账号")
        opens.click("提出授权", within="main")
        opens.pick("岗位", "单位联络员")
        opens.pick("单位 （可不填）", "云州市生态环境局")
        opens.shot("grant_new")
        opens.click("提出授权", within="main form")
        opens.says("路明晞")
        opens.shot("grants")
        allows = street.sign_in(security)
        allows.step("Approve the role")
        allows.click("批准授权", within="main")
        allows.shot("grant_to_approve")
        allows.click("批准授权 路明晞 单位联络员")
        allows.shot("grant_approved")
        watches = street.sign_in(audit)
        watches.step("Read who did what")
        watches.click("审计日志", within="main")
        watches.type("账号", "user2", within="main")
        watches.click("筛选日志")
        watches.shot("journal")
        watches.step("Verify the chain")
        watches.click("校验", within="nav.k-nav")
        watches.click("校验日志")
        watches.says("日志完整")
        watches.shot("journal_verified")
        watches.step("Write a checkpoint")
        watches.click("写一个检查点")
        watches.shot("journal_checkpoint")
    with sqlite_store.reading() as conn:
        row = conn.execute(
            sa.select(RoleGrant.role, RoleGrant.unit_id, RoleGrant.approved_at, Account.person_id)
            .join(Account, Account.id == RoleGrant.account_id)
            .where(Account.login == "lumingxi")
        ).one()
    assert (row.role, row.unit_id, row.person_id) == (
        "unit_contact",
        world.units["environment"],
        world.people["contact"],
    )
    assert row.approved_at == site.clock.at
    assert opens.steps == told("system_admin")
    assert allows.steps == told("security_admin")
    assert watches.steps == told("audit_admin")
