from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from cases.scoring.book import Figure, read_book
from cases.scoring.reading import DocumentErrors
from cases.scoring.scheme import load
from cases.scoring.shapes import IndicatorScheme
from tests.cases.scoring.conftest import DOCUMENT

SCHEME: IndicatorScheme = load(DOCUMENT)
UNITS = {"b": "county.plain", "a": "county.hill"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1.50", "2"), (Fraction(3, 2), Fraction(2))),
        (("2/3", "-0.125"), (Fraction(2, 3), Fraction(-1, 8))),
        ((Decimal("1.20"), 7), (Fraction(6, 5), Fraction(7))),
        ((0.5, "1e2"), (Fraction(1, 2), Fraction(100))),
        ((None, "3"), (None, Fraction(3))),
    ],
)
def test_book_holds_exact_figures(values: tuple[Any, Any], expected: tuple[Any, Any]) -> None:
    rows = [Figure(unit, "rd", value) for unit, value in zip("ab", values, strict=True)]
    series = read_book(SCHEME, UNITS, rows).series["rd"]
    assert (series.at(0), series.at(1)) == expected


def test_book_ready_floats_are_the_figures() -> None:
    rows = [Figure("a", "rd", "0.1"), Figure("b", "rd", "0.30")]
    series = read_book(SCHEME, UNITS, rows).series["rd"]
    assert series.ready is not None and list(series.ready) == [0.1, 0.3]
    assert list(series.column([1])[1].floats().array) == [0.3]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Figure("zz", "rd", 1), ("zz/rd", "没有单位“zz”")),
        (Figure("a", "zz", 1), ("a/zz", "没有指标“zz”")),
        (Figure("a", "innovation", 1), ("a/innovation", "没有指标“innovation”")),
        (Figure("a", "rd", "1,5"), ("a/rd", "“1,5”不是有效的数字")),
        (Figure("a", "rd", float("nan")), ("a/rd", "“nan”不是有效的数字")),
        (Figure("a", "rd", Decimal("Infinity")), ("a/rd", "“Infinity”不是有效的数字")),
        (Figure("a", "rd", True), ("a/rd", "“True”不是有效的数字")),
        (Figure("a", "rd", 10**30), ("a/rd", f"“{10**30}”不是有效的数字")),
        (Figure("a", "rd", 1, target="x"), ("a/rd", "“x”不是有效的数字")),
    ],
)
def test_book_refuses_by_unit_and_indicator(row: Figure, said: tuple[str, str]) -> None:
    with pytest.raises(DocumentErrors) as error:
        read_book(SCHEME, UNITS, [row])
    assert [(path, str(sentence)) for path, sentence in error.value.errors] == [said]


def test_book_two_figures_for_one_cell_refused() -> None:
    with pytest.raises(DocumentErrors, match="同一单位同一指标有两个数值"):
        read_book(SCHEME, UNITS, [Figure("a", "rd", None), Figure("a", "rd", 1)])
