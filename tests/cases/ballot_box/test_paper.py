"""Paper ballots as typed: marks, validity by sheet, differences, files of marks by cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ballot_box import paper
from cases.ballot_box.cards import fingerprint, new_code
from cases.ballot_box.envelope import open_envelope, seal_invalid
from cases.ballot_box.export import Export, GroupExport, root_over
from cases.ballot_box.opening import open_urn
from cases.ballot_box.paper import EMPTY, MULTIPLE, MarksRefused


def line(number: int, *marks: str) -> str:
    return ",".join([str(number), *marks])


def file(package, *lines: str) -> bytes:
    return "\n".join([",".join(paper.heading(package, "B")), *lines]).encode("utf-8-sig")


def test_cells_stand_in_the_order_of_the_sheets(package):
    assert [(c.number, c.sheet.key, c.row.subject) for c in paper.cells_of(package, "B")] == [
        (1, "cadre", "p0"), (2, "cadre", "p1"), (3, "cadre", "p2"), (4, "body", "bd"),
    ]  # fmt: skip
    assert len(paper.cells_of(package, "A")) == 3


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("1", "a"), (" ２ ", "b"), ("优秀", "a"), ("EXCELLENT", "a"), ("u", "u"), ("", EMPTY),
     ("0", EMPTY), ("x", MULTIPLE), ("×", MULTIPLE), ("6", None), ("好", None)],
)  # fmt: skip
def test_marks_are_read_as_people_write_them(package, typed, mark):
    assert paper.cells_of(package, "B")[0].mark_of(typed) == mark


def test_key_to_press_leads_back_to_the_mark(package):
    for cell in paper.cells_of(package, "B"):
        for mark in (EMPTY, MULTIPLE, *(o.key for o in cell.sheet.options)):
            assert cell.mark_of(cell.digit(mark)) == mark


def test_sheet_over_the_limit_is_invalid_and_the_other_counts(package):
    form = ("a", "a", "b", "g")
    assert list(paper.invalid_sheets(package, "B", form)) == ["cadre"]
    assert paper.choices_of(package, "B", form) == {"body": {"bd": "g"}}


@pytest.mark.parametrize(
    ("form", "choices"),
    [
        (("a", EMPTY, "b", "g"), {"cadre": {"p0": "a", "p2": "b"}, "body": {"bd": "g"}}),
        (("a", MULTIPLE, "b", "g"), {"body": {"bd": "g"}}),
        ((EMPTY, EMPTY, EMPTY, "f"), {"body": {"bd": "f"}}),
        ((EMPTY, EMPTY, EMPTY, EMPTY), {}),
        (("a", "a", "b", MULTIPLE), {}),
    ],
)
def test_what_counts_of_a_form(package, form, choices):
    assert paper.choices_of(package, "B", form) == choices


@pytest.mark.parametrize(("forms", "told"), [(5, (("blank", 5),)), (4, ())])
def test_invalid_paper_is_handed_in_and_counted_as_invalid(package, key, forms, told):
    """Of fewer than k (here 5) not even that they were blank is told."""
    cards = [fingerprint(b"p" * 32, new_code()) for _ in range(forms)]
    envelopes = [seal_invalid(package, "A", card) for card in cards]
    assert open_envelope(package, "A", envelopes[0], key).choices == {}
    groups = [
        GroupExport("A", forms, 0, tuple(sorted(cards)), tuple(sorted(envelopes))),
        *(GroupExport(g, 0, 0, (), ()) for g in "BC"),
    ]
    root = root_over((g.group, g.envelopes) for g in groups)
    count = open_urn(Export("u1", package.digest, root, tuple(groups)), package, key)
    assert (package.k, count.envelopes, count.findings) == (5, forms, told)
    assert [line.valid for sheet in count.sheets for line in sheet.lines if line.valid] == []


def test_differences_are_told_cell_by_cell(package):
    one = [("a", "b", "b", "g"), ("b", "b", EMPTY, "f")]
    two = [("a", "b", "c", "g"), ("b", "b", EMPTY, MULTIPLE)]
    found = paper.differences(package, "B", one, two)
    assert [(d.form, d.cell.number, d.first, d.second) for d in found] == [
        (1, 3, "b", "c"), (2, 4, "f", MULTIPLE),
    ]  # fmt: skip
    final = {(1, 3): "c", (2, 4): "f"}
    assert paper.settled(one, final) == [("a", "b", "c", "g"), ("b", "b", EMPTY, "f")]


def test_file_of_marks_is_read_in_any_order_and_either_encoding(package):
    lines = (line(2, "2", "2", "0", "较好"), line(1, "1", "b", "", "1"))
    forms = [("a", "b", EMPTY, "g"), ("b", "b", EMPTY, "f")]
    assert paper.read_marks(file(package, *lines), package, "B", 2) == forms
    plain = "\r\n".join(["编号,一,二,三,四", *lines]).encode("gb18030")
    assert paper.read_marks(plain, package, "B", 2) == forms


def test_wrong_cells_are_named_by_their_address(package):
    content = file(
        package,
        line(1, "1", "9", "0", "1"),
        line(1, "1", "1", "1", "1"),
        line(7, "1", "1", "1", "z"),
    )
    with pytest.raises(MarksRefused) as refused:
        paper.read_marks(content, package, "B", 3)
    assert [at for at, _ in refused.value.cells] == ["C2", "A3", "A4", "E4"]
    assert str(refused.value.reasons[0]) == "C2:“9”不是选项,应是 0 至 5 或 x"


@pytest.mark.parametrize(
    ("content", "where"),
    [(b"", "A1"), (b"\xff\xfe\x00", "A1"), ("编号\n".encode(), "A1"), (b"x" * 2_000_001, "A1")],
)
def test_what_is_no_file_of_marks_is_refused(package, content, where):
    with pytest.raises(MarksRefused) as refused:
        paper.read_marks(content, package, "B", 1)
    assert [at for at, _ in refused.value.cells] == [where]


def test_missing_forms_and_columns_are_told(package):
    with pytest.raises(MarksRefused, match="缺编号 2"):
        paper.read_marks(file(package, line(1, "1", "2", "2", "1")), package, "B", 2)
    with pytest.raises(MarksRefused, match="应有 4 列,这里有 2 列"):
        paper.read_marks(file(package, line(1, "1", "2")), package, "B", 1)
    with pytest.raises(MarksRefused, match="应有 4 列,这里有 5 列"):
        paper.read_marks(file(package, line(1, "1", "2", "2", "1", "1")), package, "B", 1)


@given(marks=st.lists(st.sampled_from(["a", "b", "c", "d", "u", EMPTY, MULTIPLE]), min_size=3,
                      max_size=3))  # fmt: skip
def test_packed_form_tells_nothing_by_its_length(package, marks):
    letters = paper.packed(package, "A", tuple(marks))
    assert len(letters) == len(paper.packed(package, "A", None)) == 3
    assert paper.unpacked(package, "A", letters) == tuple(marks)
    assert paper.unpacked(package, "A", paper.packed(package, "A", None)) is None
