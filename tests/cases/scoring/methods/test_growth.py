from fractions import Fraction
from random import Random

from cases.scoring.methods import growth
from cases.scoring.methods.method import Column
from cases.scoring.vectors import Exact
from tests.cases.scoring.methods.columns import points, said, scored, steps


def test_score_points_per_percentage_point() -> None:
    found = points("growth", [105, 95, "112.5"], previous=[100, 100, 100], base=60, per_point=2)
    assert found == ["70.00", "50.00", "85.00"]


def test_score_reverse_a_fall_is_growth() -> None:
    found = points("growth", [90, 110], previous=[100, 100], base=50, direction="reverse")
    assert found == ["60.00", "40.00"]


def test_score_bounds_are_remarked() -> None:
    found = scored("growth", [300, 10], previous=[100, 100], base=50)
    assert found.points.all() == [100, 0]
    assert said(found.remarks) == dict.fromkeys((0, 1), "得分超出上下限,按上下限计分")


def test_score_minmax_of_growth() -> None:
    found = scored("growth", [110, 120, 140, 5], previous=[100, 100, 100, None], by="minmax")
    assert [round(float(v), 9) for v in found.points.all()[:3]] == [0, 33.333333333, 100]
    assert said(found.gaps) == {3: "缺上年数,不能计算增幅"}
    assert points("growth", [110, 150], previous=[100, 100], by="minmax", base=60) == [
        "60.00",
        "100.00",
    ]


def test_score_minmax_same_growth_everywhere() -> None:
    found = scored("growth", [110, 220], previous=[100, 200], by="minmax", equal=80)
    assert found.points.all() == [80, 80]
    assert said(found.remarks) == dict.fromkeys((0, 1), "本类各单位数值相同,一律计 80.00 分")


def test_score_last_year_not_above_zero_is_gap_or_difference() -> None:
    gap = scored("growth", [5, 5], previous=[0, -3], base=50)
    assert said(gap.gaps) == dict.fromkeys((0, 1), "上年数不大于零,不能计算增幅")
    found = scored("growth", [5, 5, 11], previous=[0, -3, 10], base=50, nonpositive="difference")
    assert found.points.all() == [55, 58, 60]
    assert said(found.remarks) == dict.fromkeys((0, 1), "上年数不大于零,按增减量计")


def test_score_difference_of_percentages() -> None:
    found = points(
        "growth", ["82.5", 0], previous=[80, 0], base=60, per_point=4, measure="difference"
    )
    assert found == ["70.00", "60.00"]


def test_score_nobody_has_last_year() -> None:
    for by in ("points", "minmax"):
        assert said(scored("growth", [1, 2], by=by).gaps) == dict.fromkeys(
            (0, 1), "缺上年数,不能计算增幅"
        )


def test_explain_growth_and_points() -> None:
    assert steps("growth", 0, [105], previous=[100], base=60, per_point=2) == [
        ("比上年增幅(百分比)", "(105 − 100) ÷ 100 × 100", "5"),
        ("折算得分", "min(100, max(0, 60 + 2 × 5))", "70.00"),
    ]
    assert steps("growth", 1, [105, 5], previous=[100, None]) == []
    assert steps("growth", 0, [110, 130], previous=[100, 100], by="minmax")[1:] == [
        ("最小值、最大值", "10, 30", "20"),
        ("折算得分", "0 + (100 − 0) × (10 − 10) ÷ (30 − 10)", "0.00"),
    ]


def test_score_at_once_is_the_same_to_the_last_digit() -> None:
    source, at_once = Random(11), 0
    for case in range(60):
        size, den = source.randrange(1, 40), source.choice([1, 10, 100, 1000])
        wide = source.choice([50, 10_000, 10**9])
        now = [source.randrange(-wide // 4, wide) for _ in range(size)]
        then = [source.randrange(-wide // 20, wide) for _ in range(size)]
        unknown = frozenset(i for i in range(size) if source.random() < 0.1)
        made = Column(
            values=Exact(now, den),
            direction=source.choice(["positive", "reverse"]),
            parameters={
                "base": Fraction(source.randrange(0, 6001), 100),
                "per_point": Fraction(source.randrange(0, 5)),
            },
            previous=Exact([0 if i in unknown else n for i, n in enumerate(then)], 100),
            unknown=unknown,
        )
        fast, slow = growth.score(made), growth.one_by_one(made)
        if fast.fine is None:
            assert wide > 50, case  # a growth of millions of percent
            continue
        at_once += 1
        assert isinstance(slow.points, Exact)
        assert fast.fine.all() == slow.points.fine().all()
        assert (fast.remarks, dict(fast.gaps)) == (slow.remarks, dict(slow.gaps))
    assert at_once > 40


def test_score_wide_figures_go_one_by_one() -> None:
    for per_point, figure in ((Fraction(1, 3), 7), (Fraction(1), 10**18)):
        made = Column(
            values=Exact([figure, 5]),
            parameters={"per_point": per_point},
            previous=Exact([3, 4]),
        )
        found = growth.score(made)
        assert found.fine is None
        assert found.points == growth.one_by_one(made).points
