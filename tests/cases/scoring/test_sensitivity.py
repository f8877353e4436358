from cases.scoring.sensitivity import RankInterval, rank_intervals

WEIGHTS = {"indicators": 50, "ballot": 30, "satisfaction": 20}
SCORES = {
    "top": {"indicators": 95, "ballot": 95, "satisfaction": 95},
    "even": {"indicators": 88, "ballot": 88, "satisfaction": 88},
    "odd": {"indicators": 96, "ballot": 78, "satisfaction": 82},
    "low": {"indicators": 60, "ballot": 60, "satisfaction": None},
    "none": {"indicators": None},
}


def test_rank_intervals_clear_ranks_are_points_close_ones_overlap() -> None:
    found = rank_intervals(SCORES, WEIGHTS, seed=7)
    assert (found["top"], found["low"]) == (RankInterval(1, 1, 1), RankInterval(4, 4, 4))
    assert (found["even"], found["odd"]) == (RankInterval(2, 2, 3), RankInterval(3, 2, 3))
    assert found["even"].overlaps(found["odd"]) and not found["top"].overlaps(found["even"])
    assert sorted(found) == ["even", "low", "odd", "top"]


def test_rank_intervals_same_seed_any_order_same_result() -> None:
    turned = {code: dict(reversed(row.items())) for code, row in reversed(SCORES.items())}
    first = rank_intervals(SCORES, WEIGHTS, seed=3, draws=200)
    assert rank_intervals(turned, dict(reversed(WEIGHTS.items())), seed=3, draws=200) == first


def test_rank_intervals_without_noise_is_the_rank() -> None:
    found = rank_intervals(SCORES, WEIGHTS, noise=0.0, draws=20)
    assert all(one.low == one.rank == one.high for one in found.values())


def test_rank_intervals_equal_scores_share_the_rank() -> None:
    same = {"a": {"x": 80, "y": 70}, "b": {"x": 80, "y": 70}}
    assert rank_intervals(same, {"x": 1, "y": 3}) == dict.fromkeys("ab", RankInterval(1, 1, 1))
