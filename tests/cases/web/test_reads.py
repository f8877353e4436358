"""The read log speaks the reader's words: everything noted is in the vocabulary."""

import ast
from pathlib import Path

import cases.web
from cases.journal.read_log import Reading
from cases.web.journal_browser import MATERIALS
from tests.web_client import Site
from tests.world import AT, World
from workflow.vocabulary import AdminKind, Role


def noted() -> set[str]:
    """The words that stand in calls of note_reading."""
    found = set()
    for path in Path(cases.web.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note_reading":
                found |= {a.value for a in node.args if isinstance(a, ast.Constant)}
    return found


def test_everything_noted_has_a_word() -> None:
    assert len(noted()) > 10
    assert sorted(noted() - set(MATERIALS)) == []


def test_log_names_the_material(site: Site, world: World) -> None:
    office = site.sign_in_as(Role.OFFICE, organ=world.units["organ"])
    read = Reading(AT, office.account_id, office.person_id, "tally", None, 1)
    site.app.extensions["kaoji"].read_log.note(read)
    auditor = site.sign_in_as(admin=AdminKind.AUDIT_ADMIN)
    page = auditor.get("/journal/reads")
    assert page.tree.xpath("//main//tbody//th/text()") == ["测评统计表页面"]
