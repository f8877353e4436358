"""A report shown as a change: whole paragraphs, phrases within one, nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from cases.queries.report_changes import ADDED, KEPT, REMOVED, Piece, changes

TITLES = {"a": "政治素质", "b": "打算"}


def pieces(before: str, after: str) -> list[list[tuple[str, str]]]:
    (change,) = changes({"a": "政治素质"}, {"a": before}, {"a": after})
    return [[(p.kind, p.text) for p in paragraph] for paragraph in change.paragraphs]


def test_sections_alike_are_left_out() -> None:
    found = changes(TITLES, {"a": "一", "b": "二"}, {"a": "一", "b": "三"})
    assert [(c.code, c.title, c.before, c.after) for c in found] == [("b", "打算", "二", "三")]


def test_phrase_within_a_paragraph_is_marked() -> None:
    assert pieces("先采样,再上报。", "先预警,再上报。") == [
        [(REMOVED, "先采样,"), (ADDED, "先预警,"), (KEPT, "再上报。")]
    ]


def test_new_and_lost_paragraphs_are_marked_whole() -> None:
    assert pieces("第一段。\n第二段。", "第一段。\n第二段。\n第三段。") == [
        [(KEPT, "第一段。")],
        [(KEPT, "第二段。")],
        [(ADDED, "第三段。")],
    ]
    assert pieces("第一段。\n第二段。", "第二段。") == [
        [(REMOVED, "第一段。")],
        [(KEPT, "第二段。")],
    ]


def test_section_written_for_the_first_time_is_added() -> None:
    assert pieces("", "新写。")[-1] == [(ADDED, "新写。")]


TEXTS = st.text(alphabet="甲乙丙,。;\n ", max_size=60)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    found = changes({"a": "甲"}, {"a": before}, {"a": after})
    told: list[Piece] = [p for c in found for paragraph in c.paragraphs for p in paragraph]
    if found:
        old = "".join(p.text for p in told if p.kind != ADDED)
        new = "".join(p.text for p in told if p.kind != REMOVED)
        assert (old, new) == (before.replace("\n", ""), after.replace("\n", ""))
