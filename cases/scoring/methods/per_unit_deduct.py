"""Points off for every unit short of the target: full - k x units, until nothing is left.

Whether a part of a unit counts is the scheme's to say (``unit_policy``). Source: 扣完为止 of
published schemes (PM10: 3 points, 0.5 off for each microgram above target; 98.4 against 95 leaves
1.30 in proportion, 1.50 by whole units).
"""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.exact import plain, pointed
from cases.scoring.methods.method import FULL, Column, Method, Scored, Step
from cases.scoring.methods.pairs import POLICIES, PROPORTIONAL, ahead, counted
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Vector
from workflow.words import Sentence, m

ZERO = Fraction(0)


def _units(column: Column, distance: Vector) -> Vector:
    """Units short of the target, counted by the policy."""
    short = distance.line(-1 / _unit(column)).clip(ZERO, None)
    return counted(short, column.word("unit_policy", PROPORTIONAL))


def _unit(column: Column) -> Fraction:
    return column.number("unit", Fraction(1)) or Fraction(1)


def _floor(column: Column) -> Fraction:
    return min(column.number("floor", ZERO), column.number("full", FULL))


def _points(column: Column, units: Vector) -> Vector:
    full = column.number("full", FULL)
    return units.line(-column.number("per_unit"), 0, full)


def score(column: Column) -> Scored:
    """Points from ``floor`` to full; without a target there are none, and it says so."""
    distance, gaps = ahead(column)
    free = _points(column, _units(column, distance))
    floor = _floor(column)
    spent = dict.fromkeys(free.below(floor), m("扣至下限为止"))
    return Scored(free.clip(floor, None), spent, gaps)


def explain(column: Column, place: int) -> tuple[Step, ...]:
    """Distance, units, points."""
    target = column.target(place)
    if target is None:
        return ()
    alone = column.alone(place)
    distance = ahead(alone)[0]
    value, aim = plain(alone.values.at(0)), plain(target)
    gap = distance.line(-1).clip(ZERO, None)
    said = f"max(0, {aim} − {value})" if column.best_is_high else f"max(0, {value} − {aim})"
    units = _units(column, distance)
    points = score(alone).points.at(0)
    full, each = plain(column.number("full", FULL)), plain(column.number("per_unit"))
    line = f"max({plain(_floor(column))}, {full} − {each} × {plain(units.at(0))})"
    return (
        Step(m("与目标的差距"), said, plain(gap.at(0))),
        Step(_counting(column), f"{plain(gap.at(0))} ÷ {plain(_unit(column))}", plain(units.at(0))),
        Step(m("折算得分"), line, pointed(points)),
    )


def _counting(column: Column) -> Sentence:
    return {
        "floor": m("差距单位数(不足一个单位不计)"),
        "ceil": m("差距单位数(不足一个单位按一个计)"),
    }.get(column.word("unit_policy", PROPORTIONAL), m("差距单位数(按比例)"))


def _refuse(parameters: Mapping[str, Parameter]) -> Sentence | None:
    floor, full = parameters.get("floor"), parameters.get("full", FULL)
    if isinstance(floor, Fraction) and isinstance(full, Fraction) and floor > full:
        return m("保底分不应大于满分")
    return None


METHOD = Method(
    code="per_unit_deduct",
    zh="按差距扣分",
    en="Points off per unit short",
    score=score,
    explain=explain,
    numbers={
        "full": (0, 10000),
        "per_unit": (0, 10000),
        "unit": (0, 10**15),
        "floor": (0, 10000),
    },
    words={"unit_policy": POLICIES},
    refuse=_refuse,
    required=("per_unit", "unit_policy"),
    needs_target=True,
)
