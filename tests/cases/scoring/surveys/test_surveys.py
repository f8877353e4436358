"""The worked examples of the published schemes, and what canvassing takes away."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.exact import shown
from cases.scoring.surveys import (
    check_counts,
    combined,
    fixed_share,
    good_share,
    response,
    scales,
    survey_score,
)
from cases.scoring.surveys.scales import read_scale

NBS = {"very": 42, "satisfied": 35, "basic": 15, "little": 5, "not": 3}
SHANDONG = {"satisfied": 520, "basic": 260, "not": 80, "unknown": 140}
STARS = {"s5": 700, "s4": 200, "s3": 50, "s2": 30, "s1": 20}


def test_five_levels_are_counted_as_the_statistics_office_does() -> None:
    score = survey_score(NBS, scales()["nbs5"])
    assert score.mean == Fraction(161, 2)
    assert score.arithmetic == "(42×100 + 35×80 + 15×60 + 5×30 + 3×0) ÷ 100 = 80.50"
    assert score.remarks == () and score.used == score.mean


def test_three_levels_leave_out_those_who_do_not_know() -> None:
    score = survey_score(SHANDONG, scales()["three"])
    assert score.mean == Fraction(75_900, 860)
    assert score.arithmetic == "(520×100 + 260×75 + 80×55) ÷ 860 = 88.26"
    assert (score.counted, score.abstained) == (860, 140)
    assert [str(r) for r in score.remarks] == ["不了解 140 份不计"]


def test_telephone_and_questionnaire_are_weighed_six_to_four() -> None:
    phone = survey_score(SHANDONG, scales()["three"]).mean
    whole = combined([(Fraction(6), phone), (Fraction(4), Fraction(91))])
    assert whole is not None and shown(whole) == "89.35"
    assert combined([(Fraction(6), None), (Fraction(4), Fraction(91))]) == 91
    assert combined([(Fraction(6), None)]) is None


def test_good_and_fixed_shares_keep_their_denominators() -> None:
    assert str(good_share(STARS, scales()["stars"])) == "950/1000 = 95.00%"
    assert str(good_share(SHANDONG, scales()["three"])) == "780/860 = 90.70%"
    assert str(fixed_share(47, 50)) == "47/50 = 94.00%"
    assert str(fixed_share(0, 0)) == "0/0"
    with pytest.raises(ValueError, match="more fixed than bad"):
        fixed_share(3, 2)


def test_response_has_no_share_where_nobody_counted_who_was_asked() -> None:
    assert str(response(820, 1000)) == "820/1000 = 82.00%"
    assert response(820, 0).value is None


def test_nobody_with_an_opinion_is_no_score_and_no_zero() -> None:
    score = survey_score({"unknown": 9}, scales()["three"])
    assert (score.mean, score.used, score.arithmetic) == (None, None, "")
    assert survey_score({}, scales()["nbs5"]).mean is None


def test_proven_canvassing_voids() -> None:
    score = survey_score(NBS, scales()["nbs5"], canvassing="void", upheld=1)
    assert score.used is None and score.mean == Fraction(161, 2)
    assert [str(r) for r in score.remarks] == ["查实有组织的拉票 1 起,按方案作废,不计分"]


def test_proven_canvassing_discounts_for_each_report() -> None:
    score = survey_score(
        NBS, scales()["nbs5"], canvassing="discount", discount=Fraction(1, 5), upheld=2
    )
    assert score.used == Fraction(161, 2) * Fraction(16, 25)
    assert [str(r) for r in score.remarks] == ["查实有组织的拉票 2 起,每起扣减 20%:80.50 → 51.52"]


@pytest.mark.parametrize("canvassing", ["void", "discount"])
def test_no_report_takes_nothing(canvassing: str) -> None:
    score = survey_score(NBS, scales()["nbs5"], canvassing=canvassing, discount=Fraction(1, 5))
    assert score.used == score.mean


@pytest.mark.parametrize(
    ("counts", "answered", "asked", "told"),
    [
        (NBS, 100, 120, []),
        (NBS, 100, 0, []),
        (NBS, 99, 0, ["各选项合计 100 份,应等于有效样本 99 份"]),
        (NBS, 100, 90, ["有效样本 100 份多于访问 90 份"]),
        ({**NBS, "great": 0}, 100, 0, ["没有“great”这个选项"]),
        ({"very": -1}, -1, 0, ["份数不能为负数"]),
    ],
)
def test_counts_must_fit_together(
    counts: dict[str, int], answered: int, asked: int, told: list[str]
) -> None:
    assert [str(s) for s in check_counts(counts, scales()["nbs5"], answered, asked)] == told


def test_every_scale_names_its_source_and_its_good_answers() -> None:
    assert list(scales()) == ["nbs5", "three", "stars"]
    assert [s.source.tag for s in scales().values()] == [
        "published_practice",
        "published_practice",
        "assumed",
    ]


def test_a_scale_without_a_source_is_refused() -> None:
    row = {
        "code": "x",
        "title": {"zh": "甲", "en": "A"},
        "answers": [{"code": "a", "title": {"zh": "甲", "en": "A"}, "points": 100}],
        "good": ["a"],
        "source": "某办法",
        "article": "第一条",
        "effective": date(2026, 1, 1),
        "tag": "assumed",
    }
    assert read_scale(row).codes == ("a",)
    for broken in (
        {"source": ""},
        {"tag": "sure"},
        {"effective": "2026"},
        {"good": ["b"]},
        {"answers": [{**row["answers"][0], "points": 101}]},
    ):
        with pytest.raises(ValueError, match="scale x"):
            read_scale({**row, **broken})


@given(st.lists(st.integers(0, 10_000), min_size=6, max_size=6), st.integers(0, 5))
def test_a_score_lies_between_its_points_and_one_better_answer_never_lowers_it(
    numbers: list[int], better: int
) -> None:
    scale = scales()["nbs5"]
    counts = dict(zip(scale.codes, numbers, strict=True))
    score = survey_score(counts, scale)
    assert score.mean is None or 0 <= score.mean <= 100
    more = {**counts, "very": counts["very"] + better}
    after = survey_score(more, scale).mean
    assert after is None or score.mean is None or after >= score.mean
