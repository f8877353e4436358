from math import sqrt

import pytest

from tests.cases.scoring.methods.columns import points, said, scored, steps

FIGURES = [2, 4, 4, 4, 5, 5, 7, 9]
"""Mean 5, population deviation 2."""


def test_score_fifty_plus_ten_z() -> None:
    assert points("zscore", FIGURES) == [
        "35.00", "45.00", "45.00", "45.00", "50.00", "50.00", "60.00", "70.00",
    ]  # fmt: skip


def test_score_reverse_turns_the_sign() -> None:
    assert points("zscore", FIGURES, direction="reverse")[-1] == "30.00"


def test_score_sample_deviation() -> None:
    found = scored("zscore", FIGURES, sd="sample").points.at(7)
    assert found == pytest.approx(50 + 10 * 4 / sqrt(32 / 7), abs=1e-12)


def test_score_plain_z_and_bounds() -> None:
    assert points("zscore", FIGURES, scale=1, centre=0)[0] == "-1.50"
    found = scored("zscore", FIGURES, scale=50, low=0, high=100)
    assert (found.points.at(0), found.points.at(7)) == (0, 100)
    assert said(found.remarks) == dict.fromkeys((0, 7), "得分超出上下限,按上下限计分")


def test_score_equal_figures_get_the_centre() -> None:
    found = scored("zscore", [3, 3])
    assert found.points.all() == [50, 50]
    assert said(found.remarks) == dict.fromkeys((0, 1), "本类各单位数值相同,一律计 50.00 分")
    assert points("zscore", [3], equal=60) == ["60.00"]


def test_score_tiny_and_huge_differences_survive() -> None:
    for scale in ("1e-20", "1e18"):
        figures = [f"{n}{scale[1:]}" for n in FIGURES]
        assert points("zscore", figures) == points("zscore", FIGURES)
    far = [f"1000000000000000000{n}" for n in FIGURES]
    assert points("zscore", far) == points("zscore", FIGURES)


def test_explain_each_number() -> None:
    assert steps("zscore", 7, FIGURES, high=65) == [
        ("本类平均值", "Σ ÷ 8", "5"),
        ("标准差(总体)", "√(Σ(x − x̄)² ÷ 8)", "2"),
        ("标准分", "(9 − 5) ÷ 2", "2"),
        ("折算得分", "min(65, 10 × 2 + 50)", "65.00"),
    ]
