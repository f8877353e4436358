"""Rule rows: every one with source, date and certainty; no length of a deadline without one."""

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from workflow import rules
from workflow.grammar import Deadline, StageSpec, ThingSpec
from workflow.process import PROCESS
from workflow.rules import BrokenRules, Status, fact, facts, read, rule_count
from workflow.vocabulary import Anchor, DayUnit
from workflow.wellformed import reminder_faults
from workflow.words import m

ROOT = Path(__file__).parents[3]
ROW: dict[str, Any] = {
    "code": "x", "title": {"zh": "期限", "en": "Term"}, "value": 5, "unit": "working",
    "source": "办法", "article": "第一条", "effective": date(2025, 1, 1), "tag": "source",
}  # fmt: skip


def declared() -> list[Deadline]:
    specs: list[StageSpec | ThingSpec] = [*PROCESS.stages]
    specs += [thing.spec for thing in PROCESS.things.values()]
    return [deadline for spec in specs for deadline in spec.deadlines]


def test_every_length_of_a_deadline_is_its_row() -> None:
    with_days = [d for d in declared() if d.days]
    assert len(with_days) == 12
    assert [(d.days, d.unit.value, d.clause) for d in with_days] == [
        (rule_count(d.rule), fact(d.rule).unit, fact(d.rule).clause) for d in with_days
    ]


def test_deadline_with_days_of_its_own_is_refused() -> None:
    own = Deadline("x", Anchor.ENTERED_ON, 5, DayUnit.WORKING, title=m("公示期"))
    assert list(reminder_faults("here", (), (own,), ())) == [
        "here: deadline x names no rule row for its length"
    ]


def test_stage_and_thing_files_declare_no_length_themselves() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for folder in ("stages", "things")
        for path in sorted((ROOT / "workflow" / folder).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Deadline"
        and (len(node.args) > 2 or any(k.arg != "title" for k in node.keywords))
    ]
    assert found == []


def test_only_the_one_reader_opens_the_rows() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for room in ("workflow", "cases", "forms")
        for path in sorted((ROOT / room).rglob("*.py"))
        if "facts.yaml" in path.read_text(encoding="utf-8")
    ]
    assert readers == ["workflow/rules/__init__.py"]


def test_every_row_is_used() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("workflow", "cases", "forms")
        for path in sorted((ROOT / room).rglob("*.py"))
    )
    made = {f"report_{kind}" for kind in ("cadre", "body")}  # named by the kind of case
    assert [c for c in facts() if f'"{c}"' not in code and c not in made] == []


def test_statutory_rows_are_the_articles() -> None:
    rows = [(f.code, f.count, f.unit, f.clause) for f in facts().values() if f.tag == "source"]
    assert rows == [
        ("review_apply", 30, "calendar", "公务员法第九十五条"),
        ("review_decide", 30, "calendar", "公务员法第九十六条"),
        ("appeal_after_review", 15, "calendar", "公务员法第九十五条"),
        ("appeal_direct", 30, "calendar", "公务员法第九十五条"),
        ("appeal_decide", 60, "calendar", "公务员法第九十六条"),
        ("appeal_extension", 30, "calendar", "公务员法第九十六条"),
    ]


@pytest.mark.parametrize(
    ("tag", "status", "clause"),
    [
        ("source", Status.PUBLISHED, "办法第一条"),
        ("published_practice", Status.PUBLISHED, "办法,待确认"),
        ("assumed", Status.ASSUMED, "办法,待确认"),
        ("design", Status.ASSUMED, "办法,待确认"),
    ],
)
def test_fact_says_how_certain_it_is(tag: str, status: Status, clause: str) -> None:
    one = read([ROW | {"tag": tag}])["x"]
    assert (one.status, one.clause) == (status, clause)


def test_fact_amount_in_both_languages() -> None:
    one = read([ROW])["x"]
    assert (one.amount(), one.amount("en"), one.title(), one.title("en")) == (
        "5 个工作日", "5 working days", "期限", "Term",
    )  # fmt: skip
    share = read([ROW | {"value": "1/5", "unit": "share"}])["x"]
    assert (share.value, str(share.decimal), share.amount()) == (Fraction(1, 5), "0.2", "1/5")
    with pytest.raises(BrokenRules, match="x: not a whole number"):
        _ = share.count


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": ""}, "x: source is missing"),
        ({"effective": None}, "x: effective is missing"),
        ({"effective": "2025"}, "x: effective is not a day"),
        ({"tag": "sure"}, "x: tag sure is unknown"),
        ({"unit": "moon"}, "x: unit moon is unknown"),
        ({"value": "five"}, "x: value is not a number above 0"),
        ({"value": 0}, "x: value is not a number above 0"),
        ({"title": {"zh": "期限"}}, "x: title is not {zh, en}"),
        ({"days": 5}, "x: days is no field of a row"),
    ],
)
def test_broken_row_is_refused_with_its_fault(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(BrokenRules) as caught:
        read([ROW | change])
    assert str(caught.value) == fault


def test_code_that_stands_twice_is_refused() -> None:
    with pytest.raises(BrokenRules, match="x: the code stands twice"):
        read([ROW, ROW])


def test_rows_are_read_once() -> None:
    assert rules.facts() is rules.facts()
