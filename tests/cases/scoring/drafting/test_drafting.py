"""Rows, fields, differences and burden of scheme documents."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from cases.scoring.chain import LINKS
from cases.scoring.drafting import typed, words
from cases.scoring.drafting.burden import heavier
from cases.scoring.drafting.difference import compare, touched
from cases.scoring.drafting.fields import PARTS, fields_of
from cases.scoring.drafting.grid import filled, grid
from cases.scoring.drafting.rows import (
    added,
    dropped,
    located,
    moved,
    place_of,
    replaced,
    row_at,
    shifted,
    walk,
)
from cases.scoring.drafting.values import made, settled, texts
from cases.scoring.methods import METHODS
from cases.scoring.scheme import check
from tests.scheme_shapes import city, province


@pytest.fixture
def document() -> dict[str, Any]:
    return city()


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [str(one.sentence) for one in compare(before, after)]


def test_every_parameter_and_choice_has_a_label() -> None:
    missing = []
    for one in (*METHODS.values(), *LINKS.values()):
        names = [*one.numbers, *one.words, *getattr(one, "names", ())]
        names += [*getattr(one, "lists", ()), *getattr(one, "tables", ())]
        missing += [
            f"{one.code}.{name}"
            for name in names
            if words.parameter(one.code, name).msgid == "参数 %(name)s"
        ]
        missing += [f"{one.code}.{n}" for n, codes in one.words.items() if not words.told(n, codes)]
    assert missing == []


@pytest.mark.parametrize("make", [city, province])
def test_texts_put_back_change_nothing(make: Any) -> None:
    document = make()
    for part in PARTS:
        for _, row in walk(document, part):
            fields = fields_of(part, row)
            assert settled(made(fields, texts(row, fields), row)) == row


@pytest.mark.parametrize(
    ("text", "value"),
    [("18", 18), ("0.5", 0.5), ("2/3", "2/3"), ("１８", "１８"), ("1,000", "1,000"), ("", None),
     ("0.1234567890123456789", "0.1234567890123456789")],
)  # fmt: skip
def test_number_is_exactly_what_was_typed(text: str, value: object) -> None:
    found = typed.number(text)
    assert (found, type(found)) == (value, type(value))


def test_renamed_class_keeps_weights_and_targets(document: dict[str, Any]) -> None:
    row = {**row_at(document, "classes", (0, 0)), "code": "county.centre"}
    after = replaced(document, "classes", (0, 0), row)
    assert check(after)[1] == ()
    assert next(iter(after["weights"]["by_class"])) == "county.centre"


def test_renamed_indicator_is_renamed_in_every_column(document: dict[str, Any]) -> None:
    document["series"].append({"code": "heads", "title": "户籍人口"})
    document["checks"] = [
        {"code": "c", "title": "核对", "ratio": ["edu_years", "heads"], "equals": "edu_years",
         "low": 0},
        {"code": "d", "title": "核对", "sum": ["edu_years"], "equals": "heads"},
    ]  # fmt: skip
    row = {**row_at(document, "indicators", (0, 0)), "code": "schooling"}
    after = replaced(document, "indicators", (0, 0), row)
    assert check(after)[1] == ()
    after = replaced(after, "series", (1,), {"code": "registered", "title": "户籍人口"})
    assert check(after)[1] == ()
    assert [check(after)[0].checks[c].reads for c in "cd"] == [
        ("schooling", "registered", "schooling"), ("schooling", "registered"),
    ]  # fmt: skip


def test_powers_of_a_product_follow_the_code(document: dict[str, Any]) -> None:
    group = row_at(document, "indicators", (0,))
    group |= {"aggregate": "product", "exponents": {"edu_years": -1}}
    document["weights"] |= {"aggregate": "product", "exponents": {"innovation": 2}}
    assert check(document)[1] == ()
    after = replaced(document, "indicators", (0,), {**group, "code": "new"})
    after = replaced(after, "indicators", (0, 0), {**group["children"][0], "code": "schooling"})
    assert check(after)[1] == ()
    assert row_at(after, "indicators", (0,))["exponents"] == {"schooling": -1}
    assert after["weights"]["exponents"] == {"new": 2}
    assert touched(document, after) != frozenset()
    gone = dropped(after, "indicators", (0, 0))
    assert row_at(gone, "indicators", (0,))["exponents"] == {}
    assert located(after, "weights.exponents.new") == ("basics", None)


def test_rows_move_and_go_without_leaving_traces(document: dict[str, Any]) -> None:
    before = deepcopy(document)
    after, place = added(document, "indicators", (0, 0), {"code": "x", "title": "甲"})
    assert place == (0, 0, 0)
    assert "method" not in row_at(after, "indicators", (0, 0))
    after, place = shifted(document, "indicators", (1,), -1)
    assert row_at(after, "indicators", place)["code"] == "coordination"
    after, place = moved(document, "indicators", (0, 0), (1,))
    assert row_at(after, "indicators", place)["code"] == "edu_years"
    with pytest.raises(LookupError):
        moved(document, "indicators", (0,), (0, 1))
    after = dropped(document, "classes", (0, 0))
    assert "county.core" not in str(after["weights"]) + str(after["indicators"])
    assert document == before


@pytest.mark.parametrize("text", ["", "a", "0.", "-1", "0..1", "99999"])
def test_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LookupError):
        place_of(text)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("indicators[0].children[1].method", ("indicators", (0, 1))),
        ("indicators.edu_years.targets", ("indicators", (0, 0))),
        ("classes[1].code", ("classes", (1,))),
        ("weights.by_class.county.core.innovation", ("weights", None)),
        ("weights.total", ("basics", None)),
        ("red_lines[0].cap", ("red_lines", (0,))),
        ("year", ("basics", None)),
        ("shares.parts", ("shares", None)),
        ("publicity.days", ("", None)),
    ],
)
def test_path_of_a_problem_leads_to_its_row(
    document: dict[str, Any], path: str, where: object
) -> None:
    assert located(document, path) == where


def test_difference_says_what_changed_from_what_to_what(document: dict[str, Any]) -> None:
    after = deepcopy(document)
    leaf = after["indicators"][0]["children"][0]
    leaf["method"] = "rank_step"
    leaf["targets"]["county.core"] = 12
    after["weights"]["by_class"]["county.core"]["edu_years"] = 17
    del after["items"][4]
    after["ballot"]["k"] = 6
    assert told(document, after) == [
        "“十五岁以上人口平均受教育年限(edu_years)”的计分方法:目标完成比例 → 按位次递减",
        "“十五岁以上人口平均受教育年限(edu_years)”的分类别目标值:"
        "county.core=11、county.industry=9、county.agriculture=8.5 → "
        "county.core=12、county.industry=9、county.agriculture=8.5",
        "“十五岁以上人口平均受教育年限(edu_years)”的权重(中心城区类):18 → 17",
        "“上级表彰(upper_praise)”:删去",
        "“计票下限(票)”的内容:5 → 6",
    ]
    assert told(document, deepcopy(document)) == []


def test_touched_classes_are_those_whose_arithmetic_differs(document: dict[str, Any]) -> None:
    after = deepcopy(document)
    row = after["weights"]["by_class"]["county.core"]
    row["edu_years"], row["college_pct"] = 17, 11
    assert touched(document, after) == frozenset({"county.core"})
    after["ballot"]["k"] = 6
    assert touched(document, after) is None
    assert touched(document, deepcopy(document)) == frozenset()


def test_lighter_change_is_not_heavier(document: dict[str, Any]) -> None:
    after = deepcopy(document)
    after["indicators"][0]["children"][0]["targets"]["county.core"] = 10
    del after["items"][0]
    after["timetable"][1]["due"] += 5
    after["self_report"]["cadre"]["sections"].pop()
    assert heavier(document, after) == []


def test_heavier_demands_are_all_told(document: dict[str, Any]) -> None:
    after = deepcopy(document)
    new = {**after["indicators"][0]["children"][0], "code": "new", "title": "新指标"}
    after["indicators"][0]["children"].append(new)
    after["weights"]["by_class"]["county.core"]["new"] = 1
    after["indicators"][0]["children"][0]["targets"]["county.industry"] = 10
    after["items"][0]["cap"] = 5
    after["self_report"]["cadre"]["sections"][0]["minimum"] = 50
    after["timetable"][1]["due"] -= 1
    assert [str(one) for one in heavier(document, after)] == [
        "“中心城区类”新增指标“新指标”",
        "“十五岁以上人口平均受教育年限”的目标值提高",
        "扣分项“突发环境事件处置不及时”的上限提高",
        "述职“政治素质”的最少字数提高",
        "“self_report”的期限提前",
    ]


def test_grid_sums_each_group_and_reads_back(document: dict[str, Any]) -> None:
    table = grid(document)
    core = next(i for i, head in enumerate(table.heads) if head.code == "county.core")
    assert (table.sums[core].is_, table.sums[core].due) == ("100", "100")
    assert (table.lines[0].sums[core].is_, table.lines[0].sums[core].due) == ("28", "28")
    cells = {
        (column, number): cell
        for number, line in enumerate(table.lines)
        for column, cell in enumerate(line.cells)
    }
    assert filled(document, cells) == document
    cells[core, 1] = "x"
    again = grid(filled(document, cells))
    assert not again.lines[0].sums[core].good


def test_class_without_weights_shows_whose_it_takes(document: dict[str, Any]) -> None:
    table = document["weights"]["by_class"]
    table["county"] = table.pop("county.core")
    assert [h.inherits for h in grid(document).heads[:3]] == ["", "县(市、区)", ""]


def test_classes_that_go_by_their_own_result_stand_apart(document: dict[str, Any]) -> None:
    table = grid(province())
    assert {h.code.partition(".")[0] for h in table.heads if h.idle} == {"dept"}
    assert table.idle == ["省直部门"]
    document["weights"]["by_class"]["dept"] = {"innovation": 100, "edu_years": 100}
    assert not any(h.idle for h in grid(document).heads)
