"""Clip: figures beyond fixed bounds are taken at the bounds, and it says so."""

from collections.abc import Mapping

from cases.scoring.chain.link import Frame, LinkKind, optional
from cases.scoring.exact import plain
from cases.scoring.reading import Problem
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


def _refuse(parameters: Mapping[str, Parameter]) -> Problem | None:
    low, high = optional(parameters, "low"), optional(parameters, "high")
    if low is None and high is None:
        return "low", m("上限和下限至少填一个")
    if low is not None and high is not None and low >= high:
        return "low", m("下限应小于上限")
    return None


LINK = LinkKind(
    code="clip",
    zh="上下限截断",
    en="Clip to bounds",
    apply=apply,
    refuse=_refuse,
    numbers={"low": (-FURTHEST, FURTHEST), "high": (-FURTHEST, FURTHEST)},
)
