"""The glossary page is the vocabulary."""

from pathlib import Path

from workflow.glossary import page, words

ROOT = Path(__file__).resolve().parents[2]


def test_glossary_page_is_fresh() -> None:
    assert (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8") == page()


def test_every_word_has_both_titles() -> None:
    bare = [f"{c.__name__}.{w.name}" for c in words() for w in c if not (w.zh and w.en)]
    assert bare == []
