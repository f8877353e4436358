"""Every row of the table of participation and the cases of M20."""

from datetime import date

import pytest

from cases.scoring.grading.participation import (
    SITUATIONS,
    Assignment,
    Managing,
    Situation,
    managing,
    participation,
)
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import Participation as P
from workflow.vocabulary import ParticipationReason as R

Y = 2025

ROWS = [
    ("left", Situation("left", date(Y, 11, 1)), P.NOT_ASSESSED, "6", "", (), ()),
    ("long_leave", Situation("leave", days=183), P.NOT_ASSESSED, "6A", "", (), ()),
    ("recruit_probation", Situation("recruit_probation", date(Y, 7, 1), date(Y + 1, 6, 30)), P.COMMENT_ONLY, "5A", "own", (), ()),
    ("first_job", Situation("first_job", date(Y, 8, 1)), P.COMMENT_ONLY, "5", "own", (), ()),
    ("secondment", Situation("secondment", date(Y, 3, 1), organ="x"), P.BY_OTHER_ORGAN, None, "x", (), ("own",)),
    ("secondment", Situation("secondment", date(Y, 9, 1), organ="x"), P.FULL, None, "own", (), ()),
    ("sent_out", Situation("sent_out", date(Y, 3, 1), organ="x"), P.FULL, None, "own", ("x",), ()),
    ("borrowed", Situation("borrowed", date(Y, 3, 1), organ="x"), P.FULL, None, "own", ("x",), ()),
    ("short_in_unit", Situation("transferred_in", date(Y, 11, 1), organ="x"), P.BY_OTHER_ORGAN, None, "x", ("own",), ()),
    ("transferred_short", Situation("transferred_in", date(Y, 8, 1), organ="x"), P.FULL, None, "own", ("x",), ()),
    ("transferred_in", Situation("transferred_in", date(Y, 2, 1), organ="x"), P.FULL, None, "own", ("x",), ()),
    ("leadership_probation", Situation("leadership_probation", date(Y, 6, 1)), P.FULL, None, "own", (), ()),
]  # fmt: skip


@pytest.mark.parametrize(("code", "one", "kind", "conclusion", "organ", "papers", "copies"), ROWS)
def test_participation_row(
    code: str, one: Situation, kind: P, conclusion: str | None, organ: str,
    papers: tuple[str, ...], copies: tuple[str, ...],
) -> None:  # fmt: skip
    found = participation([one], Y, own="own")
    assert found.rule is not None
    assert (found.rule.code, found.kind, found.conclusion) == (code, kind, conclusion)
    assert (found.assessing, found.material_from, found.copy_to) == (organ, papers, copies)


def test_participation_every_shipped_row_is_tested() -> None:
    assert {row.code for row in shipped_rules().participation} == {row[0] for row in ROWS}
    assert {row.situation for row in shipped_rules().participation} == set(SITUATIONS)


def test_participation_plain() -> None:
    found = participation([], Y, own="own")
    assert (found.kind, found.graded, found.assessing, found.rule) == (P.FULL, True, "own", None)


def test_participation_leading_trial_term_is_graded_probation_is_not() -> None:
    trial = participation([Situation("leadership_probation", date(Y, 6, 1))], Y)
    recruit = participation([Situation("recruit_probation", date(Y, 6, 1))], Y)
    assert (trial.graded, trial.reason) == (True, None)
    assert (recruit.graded, recruit.reason) == (False, R.NEW_RECRUIT)


@pytest.mark.parametrize(
    ("year", "days", "fits"),
    [(2025, 182, False), (2025, 183, True), (2024, 183, False), (2024, 184, True)],
)
def test_participation_leave_over_half_the_year(year: int, days: int, fits: bool) -> None:
    assert (participation([Situation("leave", days=days)], year).kind is P.NOT_ASSESSED) is fits


def test_participation_exactly_half_a_year_is_not_short() -> None:
    half = participation([Situation("first_job", date(Y, 6, 30))], Y)
    assert half.kind is P.FULL
    host = participation([Situation("secondment", date(Y, 6, 30), organ="x")], Y, own="o")
    assert host.assessing == "x"


def test_participation_probation_over_by_the_year_end_is_graded() -> None:
    ended = Situation("recruit_probation", date(Y - 1, 7, 1), date(Y, 6, 30))
    assert participation([ended], Y).kind is P.FULL


def test_participation_old_transfer_and_later_event_do_not_count() -> None:
    for one in (Situation("transferred_in", date(Y - 1, 12, 1)), Situation("left", date(Y + 1, 1, 1)),
                Situation("secondment", date(Y + 1, 1, 1)), Situation("borrowed", None, date(Y - 1, 3, 1))):  # fmt: skip
        assert participation([one], Y).rule is None


def test_participation_several_the_first_row_leads() -> None:
    both = [Situation("borrowed", date(Y, 1, 1), organ="x"), Situation("leave", days=200)]
    found = participation(both, Y, own="own")
    assert (found.kind, [rule.code for rule in found.also]) == (P.NOT_ASSESSED, ["borrowed"])


def test_participation_unknown_situation_refused() -> None:
    with pytest.raises(ValueError, match="unknown situation"):
        participation([Situation("holiday")], Y)


def test_managing_graded_once_by_the_organ_of_the_primary_post() -> None:
    posts = [Assignment("局长", "市委", True, "省厅"), Assignment("副主任", "开发区", False)]
    assert managing(posts) == Managing("市委", ("开发区",), ("省厅",))


def test_managing_without_one_primary_post_refused() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        managing([Assignment("a", "x", False)])
