from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_projects_of_ruian_by_hand() -> None:
    assert points("best_ratio", ["910", "842", "455"], full=600) == ["600.00", "555.16", "300.00"]


def test_score_reverse_by_best_over_own() -> None:
    assert points("best_ratio", [10, 20, 40], direction="reverse") == ["100.00", "50.00", "25.00"]


def test_score_negative_figure_is_zero_with_remark() -> None:
    found = scored("best_ratio", [10, -5])
    assert (found.points.all(), said(found.remarks)) == ([100, 0], {1: "数值小于零,计 0 分"})


def test_score_best_not_above_zero_is_gap() -> None:
    found = scored("best_ratio", [0, -5])
    assert said(found.gaps) == dict.fromkeys((0, 1), "最好值不大于零,不能按比值计分")
    assert steps("best_ratio", 0, [0, -5]) == []


def test_score_one_unit_and_equal_figures_are_remarked() -> None:
    assert said(scored("best_ratio", [7]).remarks) == {0: "本类只有一个单位,无从比较,计 100.00 分"}
    assert said(scored("best_ratio", [7, 7]).remarks) == dict.fromkeys(
        (0, 1), "本类各单位数值相同,一律计 100.00 分"
    )


def test_explain_share_of_best() -> None:
    assert steps("best_ratio", 1, ["910", "842"], full=600) == [
        ("本类最好值", "910", "910"),
        ("折算得分", "842 ÷ 910 × 600", "555.16"),
    ]
