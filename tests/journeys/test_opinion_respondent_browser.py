"""The one who answers a letter of inquiry in Chromium: an objection to one, none to the rest."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from cases.models import OpinionItem, OpinionRequest
from cases.store import Store
from tests.journeys.test_opinions import DOCUMENT, Letters
from tests.journeys.walk import chromium, opened_to, told

__all__ = ["chromium"]
pytestmark = pytest.mark.browser

OBJECTION = "有一件信访反映正在核查，建议暂缓评优。"


def test_respondent_answers_a_letter(
    sqlite_store: Store, tmp_path: Path, chromium: Browser
) -> None:
    letters = Letters(sqlite_store, tmp_path)
    letters.ask("市纪委监委")
    with opened_to(letters.site, chromium, tmp_path) as street:
        walk = street.sign_in(letters.respondents["市纪委监委"])
        walk.shot("opinion_worklist")
        walk.step("Open the letter")
        walk.take("2025 年度考核征求意见函")
        walk.step("Answer for all")
        walk.type("回函文号", DOCUMENT)
        walk.type("对沈知远的意见", OBJECTION)
        walk.shot("opinion_letter")
        walk.click("回复意见", within="main form")
        walk.says("1 条不同意见")
        walk.shot("opinion_answered")
    with sqlite_store.reading() as conn:
        found = conn.execute(sa.select(OpinionRequest.state, OpinionRequest.document)).one()
        items = conn.execute(
            sa.select(OpinionItem.case_id, OpinionItem.text).where(OpinionItem.objection)
        ).all()
    chief = next(c.id for c in letters.cases.values() if c.subject_name == "沈知远")
    assert tuple(found) == ("answered", DOCUMENT.replace("[", "〔").replace("]", "〕"))
    assert [tuple(i) for i in items] == [(chief, OBJECTION)]
    assert walk.steps == told("opinion_respondent")
