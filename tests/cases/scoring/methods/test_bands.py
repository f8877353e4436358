from typing import Any

from tests.cases.scoring.methods.columns import points, said, scored, steps

TABLE = [[60, 2], [80, 4], [90, 5]]
FIGURES = [59, 60, "79.9", 80, 95]
LINE: dict[str, Any] = {"table": TABLE, "interpolate": "linear"}


def test_score_last_row_reached_counts() -> None:
    found = scored("bands", FIGURES, table=TABLE)
    assert found.points.all() == [0, 2, 2, 4, 5]
    assert said(found.remarks) == {0: "低于第一档起点,计 0.00 分"}


def test_score_below_points() -> None:
    assert points("bands", [10], table=TABLE, below=1) == ["1.00"]


def test_score_linear_between_rows() -> None:
    assert points("bands", [50, 60, 75, 85, 95], **LINE) == ["2.00", "2.00", "3.50", "4.50", "5.00"]
    assert points("bands", [50, 60, 75, 85, 95], floats=True, **LINE)[2:] == [
        "3.50",
        "4.50",
        "5.00",
    ]


def test_score_falling_table() -> None:
    table = [[0, 5], ["0.5", 3], [1, 0]]
    assert points("bands", ["0", "0.4", "0.5", "2"], table=table) == [
        "5.00",
        "5.00",
        "3.00",
        "0.00",
    ]


def test_score_starts_between_the_figures_digits() -> None:
    assert points("bands", [0, 1], table=[["1/3", 10]]) == ["0.00", "10.00"]


def test_score_empty_table_is_gap() -> None:
    assert said(scored("bands", [1], table=[]).gaps) == {0: "分档表不能为空"}
    assert steps("bands", 0, [1], table=[]) == []


def test_explain_row() -> None:
    assert steps("bands", 2, FIGURES, table=TABLE) == [("所在档次", "79.9 ≥ 60 → 2", "2.00")]
    assert steps("bands", 0, FIGURES, table=TABLE) == [("第一档以下", "59 < 60", "0.00")]
    assert steps("bands", 0, [75], **LINE) == [
        ("所在档次", "60 → 80", "2 → 4"),
        ("档内插值", "2 + 2 × (75 − 60) ÷ (80 − 60)", "3.50"),
    ]
