from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.compose import compose, suggest, suggest_for
from cases.scoring.exact import shown
from cases.scoring.items import ItemEntry
from cases.scoring.scheme import load
from cases.scoring.shapes import Scheme
from tests.cases.scoring.conftest import DOCUMENT
from workflow.vocabulary import CaseKind, Grade

PARTS = {"indicators": "92.42", "ballot": "90.78", "satisfaction": "88.26"}
SCHEME = load(DOCUMENT)


def test_compose_worked_mock_up_is_90_10(scheme: Scheme) -> None:
    entry = ItemEntry("c", "response", points=1, evidence=("云环〔2025〕9号",))
    found = compose(scheme, "chief", PARTS, [entry])
    assert [str(row.contribution) for row in found.parts] == [
        "46.210000000000",
        "27.234000000000",
        "17.652000000000",
    ]
    assert found.before_items == Decimal("91.096")
    assert found.score is not None
    assert (found.score, shown(found.score), found.flags) == (Decimal("90.096"), "90.10", ())
    assert suggest_for(scheme, CaseKind.CADRE, found).grade is Grade.EXCELLENT


def test_compose_without_ballot_renormalised_and_flagged(scheme: Scheme) -> None:
    found = compose(scheme, "chief", {**PARTS, "ballot": None})
    assert [row.effective for row in found.parts] == [
        Decimal("0.714285714286"),
        None,
        Decimal("0.285714285714"),
    ]
    assert [str(flag) for flag in found.flags] == [
        "无测评得分",
        "空缺部分不计入,其余权重按比例放大",
    ]
    assert found.score is not None
    assert shown(found.score) == "91.23"


def test_compose_own_result_and_absent_parts_flagged(scheme: Scheme) -> None:
    own = compose(scheme, "other", {"indicators": 88, "ballot": 90}, own_result=True)
    assert [str(flag) for flag in own.flags] == ["采用本单位绩效(目标责任)结果"]
    none = compose(scheme, "chief", {})
    assert (none.score, none.before_items) == (None, None)
    assert [str(flag) for flag in none.flags] == [
        "无实绩得分",
        "无测评得分",
        "无“群众满意度”得分",
        "空缺部分不计入,其余权重按比例放大",
    ]
    assert suggest_for(scheme, CaseKind.CADRE, none).grade is None


def test_compose_unknown_part_or_position_refused(scheme: Scheme) -> None:
    for position, parts in (("chief", {"luck": 1}), ("guest", {})):
        with pytest.raises(KeyError):
            compose(scheme, position, parts)
    with pytest.raises(ValueError, match="negative"):
        compose(scheme, "chief", {"ballot": -1})


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("90", Grade.EXCELLENT),
        ("89.999999999999", Grade.COMPETENT),
        ("75", Grade.COMPETENT),
        ("60", Grade.BASICALLY_COMPETENT),
        ("59.99", Grade.INCOMPETENT),
        ("0", Grade.INCOMPETENT),
        (None, None),
    ],
)
def test_suggest_at_full_precision(scheme: Scheme, score: str | None, grade: Grade | None) -> None:
    assert suggest(score, scheme.thresholds[CaseKind.CADRE]).grade is grade


SCORES = st.none() | st.decimals(min_value=0, max_value=100, places=3, allow_nan=False)


@given(st.fixed_dictionaries({part: SCORES for part in PARTS}), st.permutations(sorted(PARTS)))
def test_compose_between_lowest_and_highest_in_any_order(
    parts: dict[str, Any], order: list[str]
) -> None:
    found = compose(SCHEME, "chief", parts)
    assert compose(SCHEME, "chief", {part: parts[part] for part in order}) == found
    present = [value for value in parts.values() if value is not None]
    if present:
        assert found.score is not None
        assert min(present) <= found.score <= max(present)
        shares = [row.effective for row in found.parts if row.effective is not None]
        assert abs(sum(shares) - 1) <= Decimal("1e-11")
