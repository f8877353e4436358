"""Transform: logarithm, power, reciprocal or Box-Cox of a figure, before it is normalised.

Box-Cox is (x^p - 1) / p with the exponent p, its logarithm where p is zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.chain.link import Frame, LinkKind, number, word
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats
from workflow.words import Sentence, m

Array = NDArray[np.float64]
FUNCTIONS: dict[str, Callable[[Array, float], Array]] = {
    "ln": lambda figures, _: np.log(figures),
    "log10": lambda figures, _: np.log10(figures),
    "power": np.power,
    "boxcox": lambda figures, p: np.log(figures) if p == 0 else (figures**p - 1) / p,
    "reciprocal": lambda figures, _: 1.0 / figures,
}


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``how`` of (figure + ``add``); ``exponent`` for powers.

    A figure that is not above zero after ``add`` has none of these; it is lost and says so.
    """
    how = word(parameters, "how", "ln")
    figures = frame.values.floats().array + float(number(parameters, "add", Fraction(0)))
    there = figures > 0
    gaps: dict[int, Sentence] = dict(frame.gaps)
    gaps |= {frame.at[int(i)]: m("数值不大于零,不能变换") for i in np.flatnonzero(~there)}
    at = tuple(place for place, kept in zip(frame.at, there, strict=True) if kept)
    exponent = float(number(parameters, "exponent", Fraction(1)))
    return replace(frame, at=at, values=Floats(FUNCTIONS[how](figures[there], exponent)), gaps=gaps)


LINK = LinkKind(
    code="transform",
    zh="函数变换",
    en="Transform",
    apply=apply,
    numbers={"add": (-(10**15), 10**15), "exponent": (-10, 10)},
    words={"how": tuple(FUNCTIONS)},
)
