from datetime import date

import pytest

from workflow import thing_guards as need
from workflow.facts import ThingFacts
from workflow.grammar import Guard
from workflow.vocabulary import Thing
from workflow.words import m

RULE, NO = m("已到会议日期"), m("还没有到会议日期")
TODAY = date(2026, 1, 15)


def facts(**changes: object) -> ThingFacts:
    return ThingFacts(Thing.MEETING, today=TODAY, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("guard", "given", "refuses"),
    [
        (need.holds("signed", RULE, NO), {}, True),
        (need.holds("signed", RULE, NO), {"flags": frozenset({"signed"})}, False),
        (need.absent("closed", RULE, NO), {}, False),
        (need.absent("closed", RULE, NO), {"flags": frozenset({"closed"})}, True),
        (need.reached("on", RULE, NO), {}, True),
        (need.reached("on", RULE, NO), {"days": {"on": date(2026, 1, 16)}}, True),
        (need.reached("on", RULE, NO), {"days": {"on": TODAY}}, False),
        (need.not_past("on", RULE, NO), {}, False),
        (need.not_past("on", RULE, NO), {"days": {"on": TODAY}}, False),
        (need.not_past("on", RULE, NO), {"days": {"on": date(2026, 1, 14)}}, True),
    ],
)
def test_guard_compares_its_fact(
    guard: Guard[ThingFacts], given: dict[str, object], refuses: bool
) -> None:
    assert guard(facts(**given), {}) == (NO if refuses else None)


def test_none_left_counts() -> None:
    guard = need.none_left("open", RULE, m("还有 %(n)s 项数据没有审核"))
    assert str(guard(facts(counts={"open": 3}), {})) == "还有 3 项数据没有审核"
    assert guard(facts(counts={"open": 0}), {}) is None
    assert guard(facts(), {}) is None
    assert guard.name == "none_left:open"


@pytest.mark.parametrize(
    ("payload", "refuses"),
    [({}, True), ({"text": None}, True), ({"text": " "}, True), ({"text": "有"}, False)],
)
def test_filled_asks_the_form(payload: dict[str, object], refuses: bool) -> None:
    assert need.filled("text", RULE, NO)(facts(), payload) == (NO if refuses else None)
