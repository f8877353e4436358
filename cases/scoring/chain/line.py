"""Line: the figure times a number, plus a number; one minus it, or another unit. Exact."""

from collections.abc import Mapping
from fractions import Fraction

from cases.scoring.chain.link import Frame, LinkKind, number, refuse_none_of
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter

FURTHEST = 10**15
_ONE, _NONE = Fraction(1), Fraction(0)


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``times`` the figure (1), plus ``add`` (0)."""
    times, add = number(parameters, "times", _ONE), number(parameters, "add", _NONE)
    return frame.to(frame.values.line(times, 0, add))


def formula(_frame: Frame, parameters: Mapping[str, Parameter], _place: int) -> str:
    """``× −1 + 1``; what changes nothing is left out."""
    times, add = number(parameters, "times", _ONE), number(parameters, "add", _NONE)
    told = [] if times == 1 else [f"× {_signed(times)}"]
    if add:
        told.append(f"{'+' if add > 0 else '−'} {plain(abs(add))}")
    return " ".join(told)


def _signed(value: Fraction) -> str:
    return plain(value).replace("-", "−")


LINK = LinkKind(
    code="line",
    zh="线性变换",
    en="Line",
    apply=apply,
    refuse=refuse_none_of("times", "add"),
    numbers={"times": (-FURTHEST, FURTHEST), "add": (-FURTHEST, FURTHEST)},
    formula=formula,
    widens=True,
)
