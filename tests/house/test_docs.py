"""Docs say what is there: every setting, every command, every link (generated pages: tests/workflow)."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from config import Settings

ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "kaoji").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")])


def commands() -> set[str]:
    """What ``./kaoji`` answers to: the names of its last ``case``."""
    found = re.findall(r"^  ([a-z|-]+)\)", SCRIPT, re.MULTILINE)
    return {name for group in found for name in group.split("|")}


def test_every_setting_stands_in_the_runbook() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    missing = [f.name for f in fields(Settings) if f"KAOJI_{f.name.upper()}" not in text]
    assert missing == []


def test_every_setting_named_in_the_docs_exists() -> None:
    real = {f"KAOJI_{f.name.upper()}" for f in fields(Settings)}
    named = {
        name.removesuffix("_FILE")
        for page in PAGES
        for name in re.findall(r"KAOJI_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))
    }
    assert named - real - {"KAOJI_TEST_WORKERS"} == set()


def test_every_command_named_in_the_docs_exists() -> None:
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(r"\./kaoji ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    }
    assert sorted(n for n in named if n[1] not in commands()) == []


def test_every_link_between_docs_leads_somewhere() -> None:
    lost = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http", "mailto", "docs/pictures"))
        and not (page.parent / target).exists()
    ]
    assert lost == []
