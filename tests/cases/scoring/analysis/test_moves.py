from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from cases.scoring.analysis.moves import Side, movers, moves, split, summary
from cases.scoring.scoresheet import Scores, score_units
from tests.cases.scoring.test_scoresheet import SCHEME, UNITS, changed, figures, sheets


def lighter() -> Scores:
    """The same figures where research weighs 15 instead of 30 in the plain counties."""
    table = {**SCHEME.weights["county.plain"], "rd": Fraction(15), "innovation": Fraction(45)}
    scheme = replace(SCHEME, weights={**SCHEME.weights, "county.plain": table})
    return score_units(scheme, UNITS, figures())


def test_moves_of_equal_scores_are_none() -> None:
    found = moves(sheets(), sheets())
    assert [one.places for one in found] == [0, 0, 0, 0]
    assert movers(found) == ()
    assert summary(found) == {"compared": 4, "moved": 0, "mean": Decimal(0), "widest": 0}


def test_moves_count_places_upwards() -> None:
    found = moves(sheets(), sheets(changed("u1", "hightech", 1)))
    by_unit = {one.unit: (one.rank_before, one.rank_after, one.places) for one in found}
    assert by_unit["u1"] == (1, 3, -2)
    assert by_unit["u2"] == (3, 2, 1)
    assert [one.unit for one in movers(found)] == ["u1", "u2", "u3"]


def test_moves_of_a_unit_on_one_side_only_have_no_places() -> None:
    more = score_units(SCHEME, {**UNITS, "u9": "county.plain"}, figures())
    new = next(one for one in moves(sheets(), more) if one.unit == "u9")
    assert (new.before, new.rank_before, new.places, new.difference) == (None, None, 0, None)


def test_split_adds_up_to_the_difference() -> None:
    before, after = sheets()["u2"], lighter()["u2"]
    found = split(before, after)
    whole = sum((one.whole for one in found.parts), found.items + found.rest)
    assert whole == after.total - before.total  # type: ignore[operator]
    assert abs(found.rest) < Decimal("0.000000001")
    assert [one.by_points for one in found.parts] == [Decimal(0)] * 4


def test_split_gives_a_changed_figure_to_its_points() -> None:
    found = split(sheets()["u1"], sheets(changed("u1", "rd", "1"))["u1"])
    rd = found.parts[0]
    # 80 to 40 points with 30 % of the total
    assert (rd.by_points, rd.by_weight, rd.side) == (Decimal(-12), Decimal(0), Side.BOTH)
    assert [one.whole for one in found.parts[1:]] == [Decimal(0)] * 3


def test_split_tells_new_and_dropped_indicators() -> None:
    table = {c: w for c, w in SCHEME.weights["county.plain"].items() if c != "energy"}
    scheme = replace(SCHEME, weights={**SCHEME.weights, "county.plain": table})
    fewer = score_units(scheme, UNITS, [f for f in figures() if f.indicator != "energy"])
    dropped = split(sheets()["u1"], fewer["u1"]).parts[-1]
    assert (dropped.indicator, dropped.side, dropped.by_weight) == (
        "energy",
        Side.DROPPED,
        Decimal(-10),
    )
    assert split(fewer["u1"], sheets()["u1"]).parts[-1].side is Side.NEW


def test_split_leaves_what_cannot_be_added_to_the_rest() -> None:
    scheme = replace(SCHEME, top=replace(SCHEME.top, aggregate="geometric"))
    other = score_units(scheme, UNITS, figures())
    found = split(sheets()["u1"], other["u1"])
    assert found.rest != 0
    assert found.rest + sum(p.whole for p in found.parts) == (
        other["u1"].total - sheets()["u1"].total  # type: ignore[operator]
    )
