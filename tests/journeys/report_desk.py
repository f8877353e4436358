"""A site with the reports of a small world begun, and the people who work on them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import docx
import sqlalchemy as sa

from cases.commands.opening import open_cases
from cases.commands.transition import perform
from cases.models import Case
from cases.queries.self_report import Report, report_of
from cases.store import Store
from tests.web_client import Client, Page, Site, open_site
from tests.world import AT, World, found_world
from workflow.vocabulary import Action, Role

TEXTS = {
    "s1": "坚持集体学习,全年参加党组理论学习中心组学习 14 次。",
    "s2": "牵头完成 23 个断面上游的排口复查,新发现并整治混接排口 57 处,全年优良断面比例为 92.9%,比目标高 2.9 个百分点。",
    "s3": "落实一岗双责,与分管科室谈话 18 人次。",
    "s4": "按时如实报告个人有关事项。",
    "s5": "应急能力有待提高,对基层关心不够。",
}


def document(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    made, out = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


REPORT = document(
    "欧阳明远述职报告", "一、政治素质", TEXTS["s1"], "二、主要工作", TEXTS["s2"], "三、党建工作",
    TEXTS["s3"], "四、廉洁自律", TEXTS["s4"], "五、存在问题", TEXTS["s5"],
)  # fmt: skip
STRANGER = document("一、政治素质", "外单位的人。")
WORK = datetime(2025, 12, 24, 2, 5, tzinfo=UTC)


class ReportDesk:
    """The site on 24 December 2025; ``case`` is the deputy's."""

    def __init__(self, store: Store, folder: Path) -> None:
        with store.transaction() as conn:
            self.world: World = found_world(conn)
            office = self.world.actor(Role.OFFICE)
            opened = open_cases(conn, self.world.cycle_id, actor=office, at=AT)
            for case_id in opened.case_ids:
                perform(conn, case_id, Action.OPEN_SELF_REPORT, actor=office, at=AT)
        self.site: Site = open_site(store, folder)
        self.site.clock.at = WORK
        self.store = store
        self.ref = self.case("欧阳明远").ref
        self.url = f"/cases/{self.ref}/self-report"

    def case(self, name: str, kind: str = "cadre"):  # type: ignore[no-untyped-def]
        with self.store.reading() as conn:
            return conn.execute(
                sa.select(Case).where(Case.subject_name == name, Case.kind == kind)
            ).one()

    def report(self, name: str = "欧阳明远", kind: str = "cadre") -> Report:
        with self.store.reading() as conn:
            return report_of(conn, self.case(name, kind))

    def cadre(self, key: str = "deputy") -> Client:
        return self.site.sign_in_as(person_id=self.world.people[key])

    def staff(self, role: Role, key: str, unit: str = "environment") -> Client:
        return self.site.sign_in_as(
            role, unit=self.world.units[unit], person_id=self.world.people[key]
        )

    @property
    def contact(self) -> Client:
        return self.staff(Role.UNIT_CONTACT, "contact")

    @property
    def head(self) -> Client:
        return self.staff(Role.UNIT_HEAD, "chief")

    def hand_in(self, client: Client, **texts: str) -> Page:
        return client.submit(client.get(self.url), {**TEXTS, **texts}, action="/self-report")


def written(page: Page) -> dict[str, str]:
    """The texts of a page's form as a browser sends them: the break after <textarea> is no text."""
    found = page.tree.xpath("//main//textarea[@name]")
    return {area.get("name"): (area.text or "").removeprefix("\n") for area in found}
