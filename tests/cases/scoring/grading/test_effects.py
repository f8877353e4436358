from datetime import date

import pytest

from cases.scoring.grading.effects import rank_months, suggestions
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import Grade, Track

E, C, B, N = Grade.EXCELLENT, Grade.COMPETENT, Grade.BASICALLY_COMPETENT, Grade.INCOMPETENT
RULES = shipped_rules().effects
Y = 2025


def codes(*grades: Grade | None, track: Track = Track.CIVIL_SERVANT) -> list[str]:
    """Codes suggested for the last of the given years, which end in 2025."""
    history = {Y - len(grades) + 1 + n: grade for n, grade in enumerate(grades)}
    return [one.rule.code for one in suggestions(history, Y, track=track, rules=RULES)]


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((E,), ["commendation", "rank_shorten", "bonus"]),
        ((E, E), ["commendation", "rank_shorten", "pay_step", "bonus"]),
        ((E, E, E), ["commendation", "merit3", "rank_shorten", "bonus"]),
        ((E, E, None, E), ["commendation", "rank_shorten", "bonus"]),
        ((C,), ["bonus"]),
        ((C, B, C), ["pay_step", "bonus"]),
        ((C, E, C, C, C), ["pay_level", "bonus"]),
        ((B,), ["admonition", "no_promotion", "rank_lengthen", "rectify"]),
        ((B, B), ["admonition", "no_promotion", "rank_lengthen", "basically_twice", "rectify"]),
        ((N,), ["demotion", "no_pay", "rectify"]),
        ((N, N), ["demotion", "no_pay", "dismissal", "rectify"]),
        ((None,), []),
    ],
)  # fmt: skip
def test_suggestions_civil_servant(grades: tuple[Grade | None, ...], expected: list[str]) -> None:
    assert codes(*grades) == expected


def test_suggestions_merit_again_only_after_three_more_years() -> None:
    assert ["merit3" in codes(*[E] * n) for n in range(1, 7)] == [
        False,
        False,
        True,
        False,
        False,
        True,
    ]


def test_suggestions_leading_cadre_low_grade_within_three_years() -> None:
    leading = Track.LEADING_CADRE
    assert "not_candidate" in codes(B, C, C, track=leading)
    assert "not_candidate" not in codes(B, C, C, C, track=leading)
    assert codes(B, C, None, track=leading) == ["not_candidate"]


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        ((Grade.EXCELLENT,), ["body_excellent"]),
        ((Grade.FAIR,), ["body_fair", "body_rectify"]),
        ((Grade.FAIR, Grade.FAIR), ["body_fair", "body_fair_again", "body_rectify"]),
        ((Grade.POOR,), ["body_poor", "body_rectify"]),
        ((Grade.GOOD,), []),
    ],
)
def test_suggestions_body(grades: tuple[Grade, ...], expected: list[str]) -> None:
    assert codes(*grades, track=Track.LEADING_BODY) == expected


def test_suggestions_carry_clause_due_mandatory_and_gaps() -> None:
    found = suggestions(
        {Y: N}, Y, track=Track.LEADING_CADRE, rules=RULES, decided_on=date(2026, 3, 31)
    )
    by_code = {one.rule.code: one for one in found}
    demotion = by_code["demotion"]
    assert (demotion.due, demotion.mandatory, demotion.years) == (date(2026, 9, 30), True, (Y,))
    assert (demotion.rule.source.text, demotion.rule.source.article) == ("公务员法", "第五十条")
    assert by_code["not_candidate"].gaps == (2023, 2024)


def test_suggestions_mandatory_for_low_grades_only() -> None:
    low = {B, N, Grade.FAIR, Grade.POOR}
    assert all(set(rule.grades) <= low for rule in RULES if rule.mandatory)


def test_rank_months_half_a_year_sooner_each_excellent_one_later_each_basically() -> None:
    history = {2022: E, 2023: E, 2024: B, 2025: C}
    assert rank_months(history, Track.CIVIL_SERVANT, RULES) == 0
    assert rank_months({2024: E, 2025: E}, Track.CIVIL_SERVANT, RULES) == -12
