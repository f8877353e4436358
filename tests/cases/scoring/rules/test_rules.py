from cases.scoring.rule_rows import NAMES
from cases.scoring.rules import shipped_rows, shipped_rules


def test_shipped_rules_all_kinds_present() -> None:
    book = shipped_rules()
    assert [name for name in NAMES if not getattr(book, name)] == []


def test_shipped_rules_every_row_has_source_tag_and_both_languages() -> None:
    book = shipped_rules()
    for name in NAMES:
        for row in getattr(book, name):
            assert row.source.text and row.source.tag and row.source.article, row
            assert row.title.en != row.title.zh, row


def test_shipped_rows_are_read_once() -> None:
    assert shipped_rows() is shipped_rows()
