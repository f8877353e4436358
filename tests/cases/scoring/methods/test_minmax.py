from fractions import Fraction

from cases.scoring.methods.method import Reading
from cases.scoring.methods.minmax import explain, score

COHORT = (Fraction(2), Fraction(4), Fraction(10))


def test_score_both_directions() -> None:
    assert score(Reading(Fraction(4), "positive", None, COHORT)).points == 25
    assert score(Reading(Fraction(4), "reverse", None, COHORT)).points == 75


def test_score_all_equal_as_the_scheme_says() -> None:
    same = (Fraction(3), Fraction(3))
    assert score(Reading(Fraction(3), "positive", None, same)).points == 100
    stated = Reading(Fraction(3), "positive", None, same, {"equal": Fraction(80)})
    assert (score(stated).points, str(score(stated).remark)) == (
        80,
        "本类各单位数值相同,一律计 80.00 分",
    )
    assert len(explain(stated)) == 1


def test_score_fixed_goalposts_clip_and_say_so() -> None:
    one = Reading(Fraction(12), "positive", None, COHORT, {"min": Fraction(0), "max": Fraction(10)})
    assert (score(one).points, str(score(one).remark)) == (100, "超出固定上下限,按上下限计分")
