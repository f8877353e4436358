"""Denominate: the figure over another figure of the same unit (per head, per area, per GDP)."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from cases.scoring.chain.link import Frame, LinkKind, number, word
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats
from workflow.words import Sentence, m


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``by`` is the series divided by, ``per`` a factor (10000 for 每万人).

    A unit without the series, or with one that is not above zero, loses its figure and says why.
    """
    series = frame.book.of(word(parameters, "by", ""))
    gaps: dict[int, Sentence] = dict(frame.gaps)
    below: list[float] = []
    kept: list[int] = []
    for i, place in enumerate(frame.at):
        divisor = series.at(place) if series else None
        if divisor is None or divisor <= 0:
            gaps[place] = _lacking(word(parameters, "by", ""), divisor)
            continue
        kept.append(i)
        below.append(float(divisor))
    figures = frame.values.floats().array[kept] * float(number(parameters, "per", Fraction(1)))
    at = tuple(frame.at[i] for i in kept)
    return replace(frame, at=at, values=Floats(figures / np.array(below)), gaps=gaps)


def _lacking(by: str, divisor: Fraction | None) -> Sentence:
    if divisor is None:
        return m("缺作分母的“%(code)s”的数值", code=by)
    return m("作分母的“%(code)s”不大于零", code=by)


def formula(frame: Frame, parameters: Mapping[str, Parameter], place: int) -> str:
    """``÷ 50 × 10``: by which figure of the unit, and by which factor."""
    series = frame.book.of(word(parameters, "by", ""))
    divisor = series.at(place) if series else None
    per = number(parameters, "per", Fraction(1))
    over = "" if divisor is None else f"÷ {plain(divisor)}"
    return f"{over} × {plain(per)}" if over and per != 1 else over


LINK = LinkKind(
    code="denominate",
    zh="除以分母",
    en="Denominate",
    apply=apply,
    numbers={"per": (0, 10**12)},
    names=("by",),
    required=("by",),
    formula=formula,
    widens=True,
)
