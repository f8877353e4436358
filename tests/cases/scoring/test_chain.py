from fractions import Fraction

import pytest

from cases.scoring.book import Book, Series
from cases.scoring.chain import LINKS, through
from cases.scoring.chain.link import Frame
from cases.scoring.exact import plain
from cases.scoring.shapes import Link, Parameter
from cases.scoring.vectors import Exact

REGION = {"region": ("e", "e", "w", "w")}


def book(**series: Series) -> Book:
    units = ("u0", "u1", "u2", "u3")
    return Book(units, {u: i for i, u in enumerate(units)}, ("k",) * 4, series, {}, REGION)


def frame(figures: dict[int, int], **series: Series) -> Frame:
    at = tuple(sorted(figures))
    values = Exact([figures[place] for place in at])
    return Frame(book(**series), (0, 1, 2, 3), at, values, "positive")


def after(link: str, start: Frame, **parameters: Parameter) -> Frame:
    return LINKS[link].apply(start, parameters)


def told(one: Frame) -> dict[int, float]:
    return {place: float(v) for place, v in zip(one.at, one.values.all(), strict=True)}


def test_denominate_by_another_series() -> None:
    people = Series([2, 0, None, 5])
    one = after("denominate", frame({0: 10, 1: 10, 2: 10, 3: 10}, people=people), by="people",
                per=Fraction(100))  # fmt: skip
    assert (told(one), sorted(one.gaps)) == ({0: 500.0, 3: 200.0}, [1, 2])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, {0: 10.0, 1: 40.0, 2: 25.0, 3: 25.0}),
        ({"group": "region"}, {0: 10.0, 1: 40.0}),
        ({"from": "value", "value": Fraction(3)}, {0: 10.0, 1: 40.0, 2: 3.0, 3: 3.0}),
    ],
)
def test_impute_says_what_it_put_in(
    parameters: dict[str, Parameter], expected: dict[int, float]
) -> None:
    one = after("impute", frame({0: 10, 1: 40}), **parameters)
    assert (told(one), sorted(one.notes)) == (expected, sorted(set(expected) - {0, 1}))


def test_winsorise_pulls_in_one_outlier() -> None:
    one = after("winsorise", frame({0: 1, 1: 2, 2: 3, 3: 1000}), points=Fraction(1),
                skewness=Fraction(1), kurtosis=Fraction(1))  # fmt: skip
    assert (told(one), list(one.notes)) == ({0: 1.0, 1: 2.0, 2: 3.0, 3: 3.0}, [3])


def test_transform_loses_what_has_no_logarithm() -> None:
    one = after("transform", frame({0: 100, 1: 0, 2: 1}), how="log10")
    assert (told(one), list(one.gaps)) == ({0: 2.0, 2: 0.0}, [1])


def test_what_leaves_the_range_of_figures_is_lost_and_told() -> None:
    link = Link("line", {"times": Fraction(10**15)})
    far = through(link, through(link, frame({0: 1, 1: 3})))
    assert (through(link, frame({0: 10**9, 1: 2})).values.all(), list(far.gaps)) == (
        [2 * 10**15], [0, 1],
    )  # fmt: skip
    square = through(
        Link("transform", {"how": "power", "exponent": Fraction(9)}), frame({0: 10**4})
    )
    assert [str(said) for said in square.gaps.values()] == ["变换的得数超出可计的范围"]
    for text in ("1e30", "-1e30"):
        assert plain(Fraction(text)) == f"{Fraction(text)}"


def test_clip_stays_exact() -> None:
    one = after("clip", frame({0: 1, 1: 5, 2: 9}), low=Fraction(2), high=Fraction(6))
    assert (one.values.all(), sorted(one.notes)) == ([2, 5, 6], [0, 2])


def test_where_finds_the_figure_of_a_position() -> None:
    one = frame({0: 1, 2: 5})
    assert [one.where(place) for place in range(4)] == [0, None, 1, None]


def test_impute_by_an_attribute_that_nobody_gave_puts_nothing_in() -> None:
    """All units as one group would be another rule than the scheme's, and nobody would be told."""
    one = after("impute", frame({0: 10, 1: 40}), group="moon")
    assert (told(one), {place: str(said) for place, said in one.gaps.items()}) == (
        {0: 10.0, 1: 40.0},
        dict.fromkeys((2, 3), "没有单位属性“moon”,不能按组补缺"),
    )
