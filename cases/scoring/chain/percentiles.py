"""Winsorise by percentile: figures beyond the low and high percentile of the units compared are
taken at it (p5 to p95, p1 to p99).

By the word ``interpolation`` the percentile of n figures in order stands at (n - 1) p + 1
(``inclusive``, Hyndman and Fan's type 7, PERCENTILE.INC of spreadsheets), (n + 1) p (``exclusive``,
type 6, PERCENTILE.EXC), n p + 1/2 (``hazen``, type 5), each on the line between its neighbours, or
it is the figure at n p rounded up (``nearest``, type 1). Beyond the ends it is the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from cases.scoring.chain.link import Frame, LinkKind, optional, refuse_bounds, word
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Exact, Number, Vector
from workflow.words import Sentence, m

STANDS: Mapping[str, Callable[[int, Fraction], Fraction]] = {
    "inclusive": lambda n, p: (n - 1) * p + 1,
    "exclusive": lambda n, p: (n + 1) * p,
    "hazen": lambda n, p: n * p + Fraction(1, 2),
    "nearest": lambda n, p: Fraction(-(-n * p.numerator // p.denominator)),
}


def percentile(values: Vector, percent: Fraction, how: str) -> Number:
    """The figure at ``percent`` (0 to 100) of at least one figure; exact for exact figures."""
    n = len(values)
    at = min(max(STANDS[how](n, percent / 100), Fraction(1)), Fraction(n))
    lower = at.numerator // at.denominator
    part = at - lower
    if isinstance(values, Exact):
        nums = sorted(values.nums)
        low, high = nums[lower - 1], nums[min(lower, n - 1)]
        return (low + part * (high - low)) / values.den
    ordered = sorted(values.all())
    below, above = ordered[lower - 1], ordered[min(lower, n - 1)]
    return below + float(part) * (above - below)


def _bounds(
    values: Vector, parameters: Mapping[str, Parameter]
) -> tuple[Number | None, Number | None]:
    low, high = optional(parameters, "low"), optional(parameters, "high")
    how = word(parameters, "interpolation", "inclusive")
    return (
        None if low is None else percentile(values, low, how),
        None if high is None else percentile(values, high, how),
    )


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``low`` and ``high`` in percent, one of them at least; who is pulled in is told."""
    if not frame.at:
        return frame
    low, high = _bounds(frame.values, parameters)
    notes: dict[int, Sentence] = {}
    if low is not None:
        said = m(
            "低于第 %(p)s 百分位,按 %(bound)s 计", p=_percent(parameters, "low"), bound=plain(low)
        )
        notes |= {frame.at[i]: said for i in frame.values.below(low)}
    if high is not None:
        said = m(
            "高于第 %(p)s 百分位,按 %(bound)s 计", p=_percent(parameters, "high"), bound=plain(high)
        )
        notes |= {frame.at[i]: said for i in frame.values.above(high)}
    return frame.to(frame.values.clip(low, high), notes)


def _percent(parameters: Mapping[str, Parameter], name: str) -> str:
    return plain(optional(parameters, name) or Fraction(0))


def formula(frame: Frame, parameters: Mapping[str, Parameter], _place: int) -> str:
    """``≥ P5 = 3.1, ≤ P95 = 9.8``: the bounds that the figure is kept within."""
    told = []
    for name, sign, bound in zip(
        ("low", "high"), ("≥", "≤"), _bounds(frame.values, parameters), strict=True
    ):
        if bound is not None:
            told.append(f"{sign} P{_percent(parameters, name)} = {plain(bound)}")
    return f"({', '.join(told)})"


LINK = LinkKind(
    code="winsorise_percentile",
    zh="按百分位缩尾",
    en="Winsorise by percentile",
    apply=apply,
    refuse=refuse_bounds,
    numbers={"low": (0, 100), "high": (0, 100)},
    words={"interpolation": tuple(STANDS)},
    formula=formula,
)
