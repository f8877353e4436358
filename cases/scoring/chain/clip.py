"""Clip: figures beyond fixed bounds are taken at the bounds, and it says so."""

from collections.abc import Mapping

from cases.scoring.chain.link import Frame, LinkKind, optional, refuse_bounds
from cases.scoring.exact import plain
from cases.scoring.shapes import Parameter
from workflow.words import Sentence, m

FURTHEST = 10**15


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``low`` and ``high``, one of them at least."""
    low, high = optional(parameters, "low"), optional(parameters, "high")
    notes: dict[int, Sentence] = {}
    if low is not None:
        said = m("数值低于下限,按 %(bound)s 计", bound=plain(low))
        notes |= {frame.at[i]: said for i in frame.values.below(low)}
    if high is not None:
        said = m("数值高于上限,按 %(bound)s 计", bound=plain(high))
        notes |= {frame.at[i]: said for i in frame.values.above(high)}
    return frame.to(frame.values.clip(low, high), notes)


LINK = LinkKind(
    code="clip",
    zh="上下限截断",
    en="Clip to bounds",
    apply=apply,
    refuse=refuse_bounds,
    numbers={"low": (-FURTHEST, FURTHEST), "high": (-FURTHEST, FURTHEST)},
)
