"""What a scheme makes of the rule rows: numbers of its own, rows changed, added, left out."""

from datetime import date
from typing import Any

import pytest

from cases.scoring.rules import shipped_rows, shipped_rules
from cases.scoring.rules.in_force import BALLOT_ROWS, SAID, InForce, in_force
from cases.scoring.rules.listed import listed
from cases.scoring.scheme import load
from cases.scoring.shapes import Scheme
from workflow.rules import Status, facts


def rows(scheme: Scheme | None) -> dict[str, InForce]:
    return {x.row.key: x for section in in_force(scheme) for x in section.rows}


def own(scheme: Scheme) -> dict[str, list[str]]:
    return {k: [str(s) for s in x.row.says] for k, x in rows(scheme).items() if x.own}


def test_in_force_without_a_scheme_is_what_is_shipped() -> None:
    shipped = [(s.key, s.rows) for s in listed(shipped_rules())]
    assert [(s.key, tuple(x.row for x in s.rows)) for s in in_force(None)] == shipped
    assert [x.row.key for x in rows(None).values() if x.own] == []


def test_every_row_that_a_scheme_may_set_has_its_reader() -> None:
    assert set(SAID) == {code for code, one in facts().items() if one.scheme}
    assert set(BALLOT_ROWS) <= set(rows(None))


@pytest.mark.parametrize(
    ("path", "value", "key", "said", "usual"),
    [
        (("feedback", "statement_days"), 9, "facts-statement", ["9 个工作日"], ["5 个工作日"]),
        (("ballot", "k"), 7, "facts-smallest_group", ["7 票"], ["5 票"]),
        (
            ("publicity", "civil_servant", "working_days"),
            8,
            "facts-publicity",
            ["非领导成员公务员:8 个工作日"],
            ["5 个工作日"],
        ),
        (
            ("ballot", "turnout_floor"),
            "4/5",
            "triggers-TURNOUT",
            ["界限 80%", "重新组织测评"],
            ["界限 2/3", "重新组织测评"],
        ),
        (("ballot", "raw_years"), 6, "retention-raw_ballots", ["6年"], ["3年"]),
    ],
)
def test_number_of_the_scheme_stands_over_the_rule(
    document: dict[str, Any],
    path: tuple[str, ...],
    value: Any,
    key: str,
    said: list[str],
    usual: list[str],
) -> None:
    before = own(load(document))
    place = document
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    scheme = load(document)
    assert own(scheme) == before | {key: said}
    found = rows(scheme)[key]
    assert found.usual is not None
    assert [str(x) for x in found.usual.says] == usual


def test_number_of_the_scheme_has_the_scheme_as_its_source(document: dict[str, Any]) -> None:
    document["feedback"]["statement_days"] = 9
    row = rows(load(document))["facts-statement"].row
    assert (row.source, row.article) == ("2025年度考核方案(样例)", "样例,非真实方案")
    assert (row.effective, row.status, row.tag) == (
        date(2025, 11, 20),
        Status.PUBLISHED,
        "scheme",
    )


def test_publicity_keeps_the_source_that_the_scheme_names(document: dict[str, Any]) -> None:
    document["publicity"]["civil_servant"]["working_days"] = 8
    row = rows(load(document))["facts-publicity"].row
    assert (row.source, row.status) == ("公务员考核规定", Status.ASSUMED)


def test_own_rows_are_told_from_changed_added_and_left_out(document: dict[str, Any]) -> None:
    first, second, *_ = (dict(row) for row in shipped_rows()["triggers"])
    changed, new = {**first, "threshold": "3/5"}, {**second, "code": "OWN", "title": "本地另定"}
    document["triggers"] = [changed, new]
    found = {
        x.row.key.removeprefix("triggers-"): (x.usual is not None, x.added, x.dropped)
        for section in in_force(load(document))
        if section.key == "triggers"
        for x in section.rows
    }
    assert found == {
        "LOW_EC": (True, False, False),
        "HIGH_INCOMPETENT": (False, False, True),
        "BODY_LOW": (False, False, True),
        "TURNOUT": (False, False, True),
        "OWN": (False, True, False),
    }
