"""Transform: logarithm, power, reciprocal, exponential or Box-Cox of a figure.

Box-Cox is (x^p - 1) / p with the exponent p, its logarithm where p is zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from cases.scoring.chain.link import Frame, LinkKind, number, word
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats
from workflow.words import m

Array = NDArray[np.float64]
FUNCTIONS: dict[str, Callable[[Array, float], Array]] = {
    "ln": lambda figures, _: np.log(figures),
    "log10": lambda figures, _: np.log10(figures),
    "power": np.power,
    "boxcox": lambda figures, p: np.log(figures) if p == 0 else (figures**p - 1) / p,
    "reciprocal": lambda figures, _: 1.0 / figures,
    "exp": lambda figures, _: np.exp(figures),
}
_WRITTEN = {
    "ln": "ln(%s)", "log10": "lg(%s)", "power": "(%s)^%s", "boxcox": "((%s)^%s − 1) ÷ %s",
    "reciprocal": "1 ÷ (%s)", "exp": "e^(%s)",
}  # fmt: skip


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``how`` of (figure + ``add``); ``exponent`` for powers.

    A figure that is not above zero after ``add`` has none of these but the exponential; it is lost
    and says so.
    """
    how, add = word(parameters, "how", "ln"), number(parameters, "add", Fraction(0))
    figures = frame.values.floats().array
    figures = figures + float(add) if add else figures
    there = None if how == "exp" or bool((figures > 0).all()) else figures > 0
    power = float(_exponent(parameters))
    if there is None:
        return replace(frame, values=Floats(FUNCTIONS[how](figures, power)))
    found = FUNCTIONS[how](figures[there], power)
    return frame.without(~there, Floats(found), m("数值不大于零,不能变换"))


def _exponent(parameters: Mapping[str, Parameter]) -> Fraction:
    return number(parameters, "exponent", Fraction(1))


def formula(_frame: Frame, parameters: Mapping[str, Parameter], _place: int) -> str:
    """``→ ln(x + 1)``."""
    how, add = word(parameters, "how", "ln"), number(parameters, "add", Fraction(0))
    inner = f"x {'+' if add > 0 else '−'} {plain(abs(add))}" if add else "x"
    power = _exponent(parameters)
    if how == "boxcox" and not power:
        how = "ln"
    pattern = _WRITTEN[how]
    rest = [plain(power).replace("-", "−")] * (pattern.count("%s") - 1)
    return f"→ {pattern % (inner, *rest)}"


LINK = LinkKind(
    code="transform",
    zh="函数变换",
    en="Transform",
    apply=apply,
    numbers={"add": (-(10**15), 10**15), "exponent": (-10, 10)},
    words={"how": tuple(FUNCTIONS)},
    formula=formula,
    widens=True,
)
