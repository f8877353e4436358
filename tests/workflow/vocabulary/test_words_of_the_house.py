"""Laws every vocabulary keeps."""

import inspect
import re

import pytest

from workflow import vocabulary
from workflow.vocabulary import (
    GRADES,
    Action,
    ActorKind,
    AdminKind,
    CaseKind,
    ConclusionCode,
    Grade,
    StaffKind,
    Stage,
    State,
    ThingAction,
    Word,
    at_least_as_good,
    conclusion_code,
)

WORDS = [
    item
    for _, item in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(item, Word) and item is not Word
]


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_word_has_both_titles(words: type[Word]) -> None:
    assert [w for w in words if not w.zh or not w.en or re.search(r"[\u3400-\u9fff]", w.en)] == []


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_titles_within_a_vocabulary_differ(words: type[Word]) -> None:
    assert len({w.zh for w in words}) == len({w.en for w in words}) == len(list(words))


def test_word_is_its_value_and_gives_a_title_by_locale() -> None:
    assert State.SCOPED == "scoped"
    assert State("scoped") is State.SCOPED
    assert State.SCOPED.title() == "待审核"
    assert State.SCOPED.title("zh_Hans_CN") == "待审核"
    assert State.SCOPED.title("en_GB") == "Scoped"


def test_stages_and_states_are_the_binding_ones() -> None:
    assert list(Stage) == [
        "scoping",
        "self_report",
        "data_collection",
        "public_evaluation",
        "committee_review",
        "result_application",
        "archive",
    ]
    assert list(State) == [
        "scoped",
        "not_assessed",
        "drafting",
        "submitted",
        "returned",
        "collecting",
        "evaluating",
        "synthesising",
        "proposed",
        "deciding",
        "decided",
        "in_publicity",
        "notified",
        "applying",
        "closed",
        "archived",
    ]


def test_no_move_of_a_thing_is_named_like_a_move_of_the_case() -> None:
    assert set(Action) & set(ThingAction) == set()


def test_every_administrator_is_a_kind_of_actor() -> None:
    assert {kind.value for kind in AdminKind} <= {kind.value for kind in ActorKind}


def test_grade_scales_run_from_best_to_worst() -> None:
    assert [g.zh for g in GRADES[CaseKind.BODY]] == ["优秀", "良好", "一般", "较差"]
    assert [g.zh for g in GRADES[CaseKind.CADRE]] == ["优秀", "称职", "基本称职", "不称职"]


@pytest.mark.parametrize(
    ("grade", "staff", "code"),
    [
        (Grade.EXCELLENT, StaffKind.CIVIL_SERVANT, "1"),
        (Grade.COMPETENT, StaffKind.REFERRED, "2"),
        (Grade.BASICALLY_COMPETENT, StaffKind.CIVIL_SERVANT, "3"),
        (Grade.INCOMPETENT, StaffKind.CIVIL_SERVANT, "4"),
        (Grade.EXCELLENT, StaffKind.INSTITUTION, "1"),
        (Grade.COMPETENT, StaffKind.INSTITUTION, "2B"),
        (Grade.BASICALLY_COMPETENT, StaffKind.INSTITUTION, "3B"),
        (Grade.INCOMPETENT, StaffKind.INSTITUTION, "4B"),
    ],
)
def test_conclusion_code_follows_grade_and_staff_kind(
    grade: Grade, staff: StaffKind, code: str
) -> None:
    assert conclusion_code(grade, staff) is ConclusionCode(code)


def test_conclusion_code_has_none_for_a_body() -> None:
    with pytest.raises(KeyError):
        conclusion_code(Grade.GOOD)


def test_at_least_as_good_compares_on_one_scale_only() -> None:
    assert at_least_as_good(Grade.COMPETENT, Grade.INCOMPETENT)
    assert at_least_as_good(Grade.FAIR, Grade.FAIR)
    assert not at_least_as_good(Grade.POOR, Grade.GOOD)
    assert not at_least_as_good(Grade.GOOD, Grade.INCOMPETENT)
