import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from cases.scoring.analysis.paths import due, watch
from cases.scoring.book import Figure
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import load
from cases.scoring.shapes import Path, Scheme
from tests.cases.scoring.conftest import DOCUMENT
from tests.cases.scoring.test_scoresheet import SCHEME, UNITS

LATE = (0, 0, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100)


def with_path(code: str, path: dict[str, Any]) -> Scheme:
    document = copy.deepcopy(DOCUMENT)
    for group in document["indicators"]:
        for leaf in group["children"]:
            if leaf["code"] == code:
                leaf["path"] = path
    return load(document)


def test_due_is_linear_unless_months_are_stated() -> None:
    assert due(Path("sum", ()), Fraction(240), None, 6) == 120
    assert due(Path("sum", tuple(map(Fraction, LATE))), Fraction(240), None, 6) == 48
    assert due(Path("sum", tuple(map(Fraction, LATE))), Fraction(240), None, 12) == 240


def test_due_of_a_level_runs_from_last_year() -> None:
    assert due(Path("level", ()), Fraction(35), Fraction(47), 6) == 41
    assert due(Path("level", ()), Fraction(35), None, 6) is None


def test_watch_names_what_is_behind_and_by_how_much() -> None:
    scheme = with_path("pm25", {"form": "level"})
    figures = [
        Figure("u1", "pm25", "43", previous="47"),
        Figure("u2", "pm25", "41", previous="47"),
        Figure("u3", "pm25", "50", previous="47"),
        Figure("h1", "pm25", None, previous="47"),
        Figure("u1", "rd", "0.1"),
    ]
    found = watch(scheme, UNITS, figures, 6)
    # due by June: 47 - 12 x 6/12 = 41, lower is better
    assert [(b.unit, b.value, b.due, b.short, b.share) for b in found.behind] == [
        ("u3", 50, 41, 9, Fraction(3, 2)),
        ("u1", 43, 41, 2, Fraction(1, 3)),
    ]
    assert (found.looked_at, found.without_figure, found.without_target) == (3, 1, 0)


def test_watch_uses_the_targets_of_class_and_unit() -> None:
    scheme = with_path("rd", {"form": "sum"})
    figures = [
        Figure("u1", "rd", "1.24"),
        Figure("u2", "rd", "1.24", target="2"),
        Figure("h1", "rd", "1"),
    ]
    found = watch(scheme, UNITS, figures, 6)
    assert [(b.unit, b.due, b.target) for b in found.behind] == [
        ("u1", Fraction(5, 4), Fraction(5, 2))
    ]


def test_watch_leaves_out_what_does_not_apply_or_has_no_aim() -> None:
    scheme = with_path("hightech", {"form": "sum"})
    figures = [Figure("u1", "hightech", "3"), Figure("u2", "hightech", None, applies=False)]
    found = watch(scheme, UNITS, figures, 6)
    assert (found.behind, found.looked_at, found.without_figure, found.without_target) == (
        (),
        1,
        2,
        1,
    )


def test_watch_without_paths_looks_at_nothing() -> None:
    found = watch(SCHEME, UNITS, [Figure("u1", "rd", "0")], 6)
    assert (found.behind, found.looked_at) == ((), 0)


def test_watch_where_nothing_was_due_yet_has_no_share() -> None:
    scheme = with_path("pm25", {"form": "sum", "months": list(LATE)})
    one = watch(scheme, UNITS, [Figure("u1", "pm25", "2")], 1).behind[0]
    assert (one.due, one.short, one.share) == (0, 2, None)


def test_watch_refuses_a_month_that_is_none() -> None:
    with pytest.raises(ValueError, match="month"):
        watch(SCHEME, UNITS, [], 13)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ({"form": "curve"}, "只能填写:sum、level"),
        ({"form": "sum", "months": [50, 100]}, "应填 12 个月的进度,最后一个月为 100"),
        ({"form": "sum", "months": [*LATE[:11], 90]}, "应填 12 个月的进度,最后一个月为 100"),
        ({"form": "sum", "months": [10, 5, *LATE[2:]]}, "后面月份的进度不能小于前面月份"),
        ({"form": "sum", "months": [-1, *LATE[1:]]}, "不能小于 0"),
    ],
)
def test_a_path_that_is_none_is_refused(path: dict[str, Any], told: str) -> None:
    with pytest.raises(DocumentErrors) as refused:
        with_path("rd", path)
    assert [str(said) for _, said in refused.value.errors] == [told]


def test_a_path_changes_no_score() -> None:
    scheme = with_path("rd", {"form": "sum"})
    assert replace(
        scheme.indicators["rd"], path=None
    ) == SCHEME.indicators["rd"]  # fmt: skip
