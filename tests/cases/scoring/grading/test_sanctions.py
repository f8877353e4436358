"""Every row of the matrix of sanctions: both bases, severity, investigations."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.scoring.grading.sanctions import (
    SEVERITY,
    Investigation,
    SanctionEvent,
    after_year,
    combined,
    filled_in_effect,
    grade_effect,
    may_fill_in,
    period_end,
)
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import BarEffect, ConclusionCode

NONE, NOT_EXCELLENT = BarEffect.NONE, BarEffect.NO_EXCELLENT
UNGRADED, INCOMPETENT = BarEffect.UNGRADED, BarEffect.INCOMPETENT
Y = 2025

MATRIX = [
    ("admonition", None, (NOT_EXCELLENT, NONE, NONE)),
    ("post_adjusted", None, (NOT_EXCELLENT, NONE, NONE)),
    ("P1", None, (NOT_EXCELLENT, NONE, NONE)),
    ("P2", None, (UNGRADED, NONE, NONE)),
    ("P3", None, (INCOMPETENT, NONE, NONE)),
    ("P4", 12, (INCOMPETENT, UNGRADED, NONE)),
    ("P4", 24, (INCOMPETENT, UNGRADED, UNGRADED)),
    ("P5", None, (INCOMPETENT, UNGRADED, UNGRADED)),
    ("G1", None, (NOT_EXCELLENT, NONE, NONE)),
    ("G2", None, (UNGRADED, NONE, NONE)),
    ("G3", None, (UNGRADED, UNGRADED, NONE)),
    ("G4", None, (UNGRADED, UNGRADED, NONE)),
    ("G5", None, (UNGRADED, UNGRADED, NONE)),
    ("ordered_resignation", None, (UNGRADED, NONE, NONE)),
    ("removal", None, (UNGRADED, NONE, NONE)),
    ("demotion", None, (UNGRADED, NONE, NONE)),
]


@pytest.mark.parametrize(("kind", "term", "effects"), MATRIX)
def test_grade_effect_row(kind: str, term: int | None, effects: tuple[BarEffect, ...]) -> None:
    event = SanctionEvent(kind, date(Y, 9, 10), term)
    assert tuple(grade_effect(event, Y + n).effect for n in range(3)) == effects
    assert grade_effect(event, Y - 1).effect is NONE
    assert grade_effect(event, Y + 3).effect is NONE


def test_grade_effect_every_shipped_row_is_tested() -> None:
    rows = {(rule.event, rule.term_months) for rule in shipped_rules().sanctions}
    assert rows == {(kind, term) for kind, term, _ in MATRIX} | {("under_investigation", None)}


@pytest.mark.parametrize("kind", ["P2", "G2", "ordered_resignation", "removal", "demotion"])
def test_grade_effect_comment_only(kind: str) -> None:
    assert grade_effect(SanctionEvent(kind, date(Y, 2, 1)), Y).cell.comment == "comment_only"


def test_grade_effect_removed_from_party_posts_graded_in_the_new_post() -> None:
    note = grade_effect(SanctionEvent("P3", date(Y, 2, 1)), Y + 1).cell.note
    assert (note, note.en if note else "") == ("按新任职务确定等次", "Graded in the new post")


def test_grade_effect_serious_demerit_in_first_half_differs_by_basis() -> None:
    event = SanctionEvent("G3", date(Y, 3, 10))
    both = grade_effect(event, Y + 1)
    assert (both.year_table.effect, both.sanction_period.effect) == (UNGRADED, NONE)
    assert (both.differs, both.effect) == (True, UNGRADED)
    assert grade_effect(event, Y + 1, basis="sanction_period").effect is NONE


@pytest.mark.parametrize(
    ("day", "differs"),
    [
        (date(Y, 1, 1), True),
        (date(Y, 6, 30), True),
        (date(Y, 7, 1), False),
        (date(Y, 12, 31), False),
    ],
)
def test_grade_effect_bases_differ_from_january_to_june_only(day: date, differs: bool) -> None:
    assert grade_effect(SanctionEvent("G3", day), Y + 1).differs is differs


@given(
    st.sampled_from(MATRIX),
    st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    st.integers(min_value=0, max_value=3),
)
def test_grade_effect_no_other_row_differs(
    row: tuple[str, int | None, object], day: date, n: int
) -> None:
    kind, term, _ = row
    found = grade_effect(SanctionEvent(kind, day, term), day.year + n)
    assert found.differs is (kind == "G3" and n == 1 and day.month <= 6)


def test_grade_effect_unknown_event_or_basis_refused() -> None:
    with pytest.raises(KeyError):
        grade_effect(SanctionEvent("P9", date(Y, 1, 1)), Y)
    with pytest.raises(KeyError):
        grade_effect(SanctionEvent("P4", date(Y, 1, 1)), Y)
    with pytest.raises(ValueError, match="unknown basis"):
        grade_effect(SanctionEvent("P1", date(Y, 1, 1)), Y, basis="guess")


def test_period_end_counts_months() -> None:
    assert period_end(SanctionEvent("G3", date(2025, 8, 31))) == date(2027, 2, 28)
    assert period_end(SanctionEvent("P5", date(2025, 8, 31))) is None


def test_combined_more_severe_wins_and_all_are_listed() -> None:
    events = [SanctionEvent("G2", date(Y, 5, 1)), SanctionEvent("P3", date(Y, 4, 1))]
    found = combined(events, Y, on=date(Y + 1, 2, 1))
    assert (found.effect, found.code) == (INCOMPETENT, None)
    assert [one.event.kind for one in found.effects] == ["P3", "G2"]


def test_combined_party_warning_and_demerit_is_ungraded_with_comment() -> None:
    events = [SanctionEvent("P1", date(Y, 5, 1)), SanctionEvent("G2", date(Y, 4, 1))]
    found = combined(events, Y, on=date(Y + 1, 2, 1))
    assert (found.effect, found.comment, found.code) == (
        UNGRADED,
        "comment_only",
        ConclusionCode.SANCTION,
    )


def test_combined_nothing() -> None:
    found = combined([], Y, on=date(Y, 12, 31))
    assert (found.effect, found.comment, found.code, found.effects) == (NONE, "graded", None, ())


KINDS = st.builds(
    lambda row, day: SanctionEvent(row[0], day, row[1]),
    st.sampled_from(MATRIX),
    st.dates(date(2022, 1, 1), date(2025, 12, 31)),
)


@given(st.lists(KINDS, max_size=6), st.permutations(range(6)))
def test_combined_is_the_maximum_in_any_order(
    events: list[SanctionEvent], order: list[int]
) -> None:
    found = combined(events, Y, on=date(2026, 3, 1))
    each = [grade_effect(one, Y).effect for one in events]
    assert found.effect == max(each, key=SEVERITY.index, default=NONE)
    shuffled = [events[n] for n in order if n < len(events)]
    assert combined(shuffled, Y, on=date(2026, 3, 1)).effect == found.effect


OPEN = Investigation(date(Y, 10, 1))


def test_combined_open_investigation_no_comment_no_grade() -> None:
    found = combined([], Y, on=date(Y + 1, 2, 1), investigations=[OPEN])
    assert (found.effect, found.comment, found.code, found.under_investigation) == (
        UNGRADED,
        "no_comment",
        ConclusionCode.INVESTIGATION,
        True,
    )


def test_combined_investigation_not_yet_filed_or_closed() -> None:
    closed = Investigation(date(Y, 10, 1), date(Y, 12, 1))
    for one in (Investigation(date(Y + 1, 3, 1)), closed):
        assert combined([], Y, on=date(Y + 1, 2, 1), investigations=[one]).effect is NONE


@pytest.mark.parametrize(
    ("outcome", "effect"),
    [
        ((), NONE),
        (("P1",), NOT_EXCELLENT),
        (("G1",), NOT_EXCELLENT),
        (("G2",), None),
        (("P1", "P2"), None),
        (("admonition",), None),
    ],
)
def test_filled_in_effect_after_closure(outcome: tuple[str, ...], effect: BarEffect | None) -> None:
    events = tuple(SanctionEvent(kind, date(Y + 1, 4, 1)) for kind in outcome)
    one = Investigation(date(Y, 10, 1), date(Y + 1, 4, 1), events)
    assert filled_in_effect(one, Y) == effect
    assert may_fill_in(one) is (effect is not None)


def test_may_fill_in_open_investigation_never() -> None:
    assert not may_fill_in(OPEN)


def test_after_year_lists_what_people_must_decide() -> None:
    events = [
        SanctionEvent("P1", day) for day in (date(Y, 12, 31), date(Y + 1, 1, 5), date(Y + 1, 4, 1))
    ]
    assert after_year(events, Y, date(Y + 1, 2, 1)) == (events[1],)
    assert combined(events, Y, on=date(Y + 1, 2, 1)).effect is NOT_EXCELLENT
