"""docs/walks.md: every role has a walk, and every walk is gone by a test."""

import re
from pathlib import Path

from tests.journeys.walk import WALKS, told
from workflow.vocabulary import AdminKind, Role

HERE = Path(__file__).parent
KEYS = re.findall(r"^## .+ · `(\w+)`$", WALKS.read_text("utf-8"), re.M)


def test_every_role_has_a_walk() -> None:
    roles = {word.value for words in (Role, AdminKind) for word in words}
    assert sorted(roles - set(KEYS)) == []


def test_every_walk_begins_at_the_sign_in_page() -> None:
    assert [k for k in KEYS if k != "voter" and next(iter(told(k).items())) != ("Sign in", 1)] == []


def test_every_walk_is_gone_by_a_test() -> None:
    text = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("test_*_browser.py")))
    assert [key for key in KEYS if f'told("{key}")' not in text] == []
