from pathlib import Path

from cases.scoring.rule_rows import NAMES
from cases.scoring.rules import shipped_rules
from cases.scoring.rules.page import markdown
from cases.scoring.surveys import scales
from workflow.rules import facts

DOCS = Path(__file__).parents[4] / "docs" / "rules.md"


def test_docs_are_fresh() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown(), (
        "write it anew: python -m cases.scoring.rules.page > docs/rules.md"
    )


def test_page_has_a_line_for_every_row() -> None:
    lines = [x for x in markdown().splitlines() if x.startswith("| ") and "| 值 |" not in x]
    book = shipped_rules()
    assert len(lines) == len(facts()) + len(scales()) + sum(
        len(getattr(book, name)) for name in NAMES
    )
    assert [x for x in lines if " published " not in x and " assumed " not in x] == []
