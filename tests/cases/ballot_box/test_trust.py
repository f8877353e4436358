"""The claims: one list for booth, site and docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box.trust import (
    CHECKLIST,
    CLAIMS,
    Standing,
    by_standing,
    custody_rule,
    key_fingerprint,
    marks_of,
)
from cases.ballot_box.trust_page import markdown
from cases.ballot_box.trust_tests import ATTACKS
from cases.commands.keys import fingerprint
from tests.cases.booth.conftest import twelve

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "trust-claims.md"


def test_docs_are_fresh() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown(), (
        "write it anew: python -m cases.ballot_box.trust_page > docs/trust-claims.md"
    )


def test_every_row_of_the_design_stands_under_one_heading() -> None:
    assert {standing: [c.key for c in claims] for standing, claims in by_standing()} == {
        Standing.PROVEN: ["once", "sealed", "noticed", "repeatable", "small"],
        Standing.CONCEDED: ["order", "before", "backups", "tellers", "paper"],
        Standing.NOT_PROMISED: ["page", "coercion", "unanimous", "hall"],
    }
    assert len({c.key for c in CLAIMS}) == len(CLAIMS)


def test_nothing_is_called_fully_anonymous() -> None:
    words = [str(s) for c in CLAIMS for s in (c.title, c.text, c.how)]
    words += [str(line) for _, lines in CHECKLIST for line in lines]
    assert [w for w in words if "完全匿名" in w or "绝对" in w] == []


@pytest.mark.parametrize(
    ("rule", "years", "told"),
    [
        ("custody", 3, "密封件和密钥分开封存 3 年,期满在见证下销毁。"),
        ("sealed_custody", None, "密封件和密钥分开封存,保管期满在见证下销毁。"),
        ("destroy", 3, "异议期满后,在见证下销毁密钥和密封件,以后谁也打不开。"),
    ],
)
def test_custody_rule_says_what_the_scheme_says(rule: str, years: int | None, told: str) -> None:
    assert str(custody_rule(rule, years)) == told


def test_marks_are_those_on_card_and_key_page() -> None:
    package = twelve(X25519PrivateKey.generate())
    assert [value for _, value in marks_of(package)] == [
        fingerprint(package.public_key)[:16],
        package.digest[:16],
    ]
    assert key_fingerprint(package.public_key) == fingerprint(package.public_key)


def test_every_attack_names_tests_that_exist() -> None:
    assert [one.code for one in ATTACKS] == [f"B{n}" for n in range(1, 25)]
    named = [test.split("::") for one in ATTACKS for test in one.tests]
    assert [
        (file, name) for file, name in named if f"\ndef {name}(" not in (ROOT / file).read_text()
    ] == []
