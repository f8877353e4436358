"""Worked examples of rates and scores (M21), to the last digit."""

from fractions import Fraction

import pytest

from cases.scoring.ballots import (
    CardCount,
    Rate,
    Rates,
    Tally,
    ballot_score,
    banded,
    check_count,
    evaluation_mode,
    group_mean,
    rates,
    total_score,
    triggered,
    turnout_reached,
)
from cases.scoring.ballots_shapes import Option
from cases.scoring.exact import shown
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Band, Scheme
from workflow.vocabulary import CaseKind, Grade

NAMES = ("excellent", "competent", "basically", "incompetent")
CHIEF = {"A": Fraction(40), "B": Fraction(30), "C": Fraction(30)}
MARKS = {"A": (7, 2, 0, 0), "B": (18, 9, 2, 1), "C": (30, 14, 4, 2)}


def tally(group: str, marks: tuple[int, ...], blank: int = 0) -> Tally:
    counts = dict(zip(NAMES, marks, strict=True))
    return Tally(group, counts, blank, sum(marks) + blank)


def worked() -> list[Tally]:
    return [tally(group, marks) for group, marks in MARKS.items()]


def options(scheme: Scheme) -> tuple[Option, ...]:
    return scheme.ballot.sheets[CaseKind.CADRE].options


def test_ballot_score_worked_example_is_90_78(scheme: Scheme) -> None:
    result = ballot_score(worked(), options(scheme), CHIEF)
    assert [shown(row.score or 0) for row in result.groups] == ["95.56", "88.00", "87.20"]
    assert result.score is not None
    assert (shown(result.score), result.flags) == ("90.78", ())


def test_ballot_score_empty_group_renormalised_is_87_60(scheme: Scheme) -> None:
    result = ballot_score(worked()[1:], options(scheme), CHIEF)
    assert result.score is not None
    assert shown(result.score) == "87.60"
    assert [str(flag) for flag in result.flags] == ["A没有有效票,其余权重按比例放大"]
    assert [row.effective for row in result.groups] == [None, Fraction(1, 2), Fraction(1, 2)]


def test_ballot_score_no_marks_says_so(scheme: Scheme) -> None:
    result = ballot_score([Tally("A", {}, 3, 3)], options(scheme), CHIEF)
    assert (result.score, [str(flag) for flag in result.flags]) == (None, ["无测评得分"])


def test_ballot_score_order_and_splitting_change_nothing(scheme: Scheme) -> None:
    halves = [tally("C", (10, 4, 4, 0)), *reversed(worked()[:2]), tally("C", (20, 10, 0, 2))]
    assert ballot_score(halves, options(scheme), CHIEF) == ballot_score(
        worked(), options(scheme), CHIEF
    )


def test_ballot_score_unknown_group_refused(scheme: Scheme) -> None:
    with pytest.raises(KeyError):
        ballot_score([tally("D", (1, 0, 0, 0))], options(scheme), CHIEF)


def test_rates_worked_example(scheme: Scheme) -> None:
    found = rates(worked(), options(scheme), CaseKind.CADRE, "valid_ballots")
    assert [str(rate) for rate in (found.excellent, found.ec, found.low, found.worst)] == [
        "55/89 = 61.80%",
        "80/89 = 89.89%",
        "9/89 = 10.11%",
        "3/89 = 3.37%",
    ]


def test_rates_both_bases_of_54_valid_with_2_blank(scheme: Scheme) -> None:
    sheet = [tally("A", (38, 14, 0, 0), blank=2)]
    valid = rates(sheet, options(scheme), CaseKind.CADRE, "valid_ballots").excellent
    marked = rates(sheet, options(scheme), CaseKind.CADRE, "marked").excellent
    assert (str(valid), str(marked)) == ("38/54 = 70.37%", "38/52 = 73.08%")


def test_rates_unknown_base_refused(scheme: Scheme) -> None:
    with pytest.raises(ValueError, match="unknown rate base"):
        rates([], options(scheme), CaseKind.CADRE, "issued")


def test_group_mean_abstentions_left_out(scheme: Scheme) -> None:
    with_abstention = {"excellent": 1, "competent": 1, "unknown": 8}
    assert group_mean(with_abstention, options(scheme)) == 90


def survey(*points: int | None) -> tuple[Option, ...]:
    return tuple(
        Option(str(n), Title(str(n)), Fraction(p or 0), None, p is None)
        for n, p in enumerate(points)
    )


def test_group_mean_national_satisfaction_is_80_5() -> None:
    shares = {"0": 42, "1": 35, "2": 15, "3": 5, "4": 3}
    assert group_mean(shares, survey(100, 80, 60, 30, 0)) == Fraction("80.5")


def test_group_mean_and_total_shandong_survey_is_88_26_and_89_35() -> None:
    mean = group_mean({"0": 520, "1": 260, "2": 80, "3": 140}, survey(100, 75, 55, None))
    assert mean == Fraction(75900, 860)
    assert shown(mean) == "88.26"
    joint = total_score(
        {"phone": mean, "paper": Fraction(91)}, {"phone": Fraction(6), "paper": Fraction(4)}
    )
    assert joint is not None
    assert shown(joint) == "89.35"


BANDS = (
    *(Band(Fraction(p), Fraction(at), None) for p, at in
      ((200, "0.9"), (190, "0.8"), (180, "0.7"), (170, "0.6"))),
    Band(Fraction(160), None, Fraction(1, 3)),
    Band(Fraction(130), None, None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("excellent", "low", "points"),
    [
        (90, 0, 200), (89, 0, 190), (80, 0, 190), (79, 0, 180), (76, 10, 180), (70, 0, 180),
        (69, 0, 170), (60, 40, 170), (59, 33, 160), (59, 34, 130), (0, 100, 130),
    ],
)  # fmt: skip
def test_banded_ruian(excellent: int, low: int, points: int) -> None:
    base = "valid_ballots"
    found = Rates(
        Rate(excellent, 100, base),
        Rate(100 - low, 100, base),
        Rate(low, 100, base),
        Rate(0, 100, base),
    )
    assert banded(found, BANDS) == points


def test_banded_exactly_one_third_is_lowest() -> None:
    found = Rates(Rate(1, 3, ""), Rate(2, 3, ""), Rate(1, 3, ""), Rate(0, 3, ""))
    assert banded(found, BANDS) == 130


HEAD = CardCount(issued=90, returned=90, valid=89, invalid=1, due=92, present=90)


def test_check_count_balanced() -> None:
    assert check_count(HEAD, worked()) == ()


def test_check_count_each_broken_invariant() -> None:
    head = CardCount(issued=80, returned=90, valid=88, invalid=1, due=80, present=90)
    bad = Tally("A", {"excellent": 3}, 1, 5)
    found = [
        str(sentence)
        for sentence in check_count(head, [bad, *worked()[1:], tally("A", (9, 0, 0, 0))])
    ]
    assert found == [
        "收回 90 张多于发出 80 张",
        "收回 90 张应等于有效 88 张加无效 1 张",
        "到会 90 人多于应到 80 人",
        "A 组各选项与未填合计 4,应等于有效票 5",
        "各组有效票合计 94 张多于有效票 88 张",
    ]


def fired(scheme: Scheme, marks: tuple[int, ...], head: CardCount = HEAD) -> list[str]:
    found = rates([tally("A", marks)], options(scheme), CaseKind.CADRE, "valid_ballots")
    return [hit.rule.code for hit in triggered(scheme.rules.triggers, CaseKind.CADRE, found, head)]


def test_triggered_exactly_on_the_threshold_is_silent(scheme: Scheme) -> None:
    assert fired(scheme, (4, 2, 0, 3)) == []


def test_triggered_below_two_thirds_and_above_one_third(scheme: Scheme) -> None:
    assert fired(scheme, (4, 1, 4, 0)) == ["LOW_EC"]
    assert fired(scheme, (4, 1, 0, 4)) == ["LOW_EC", "HIGH_INCOMPETENT"]


def test_triggered_turnout_and_never_a_grade(scheme: Scheme) -> None:
    head = CardCount(9, 9, 9, 0, due=15, present=9)
    assert fired(scheme, (9, 0, 0, 0), head) == ["TURNOUT"]
    found = rates([tally("A", (1, 0, 0, 8))], options(scheme), CaseKind.CADRE, "marked")
    hits = triggered(scheme.rules.triggers, CaseKind.CADRE, found, HEAD)
    assert not any(isinstance(value, Grade) for hit in hits for value in (hit.rate, hit.sentence))
    assert str(hits[0].sentence) == "优秀和称职得票率低于三分之二（1/9 = 11.11%）,须了解核实"


def test_turnout_reached_at_exactly_two_thirds(scheme: Scheme) -> None:
    floor = scheme.ballot.turnout_floor
    assert turnout_reached(CardCount(0, 0, 0, 0, due=9, present=6), floor)
    assert not turnout_reached(CardCount(0, 0, 0, 0, due=9, present=5), floor)
    assert not turnout_reached(CardCount(0, 0, 0, 0, due=0, present=0), floor)


def test_evaluation_mode_below_k_is_a_talk(scheme: Scheme) -> None:
    assert [evaluation_mode(n, scheme.ballot) for n in (4, 5)] == ["talk", "ballot"]
