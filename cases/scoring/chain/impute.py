"""Impute: a missing figure takes the mean or median of the units of its group, and says so."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean, median

from cases.scoring.chain.link import Frame, LinkKind, optional, word
from cases.scoring.exact import plain
from cases.scoring.reading import Problem
from cases.scoring.shapes import Parameter
from cases.scoring.vectors import Floats
from workflow.words import Sentence, m


def apply(frame: Frame, parameters: Mapping[str, Parameter]) -> Frame:
    """``from`` is ``mean`` or ``median`` over ``group`` (an attribute; none: all units compared),
    or ``value`` with the figure under ``value``.

    Units that the indicator does not concern stay out; a group without any figure stays missing.
    """
    name = word(parameters, "group", "")
    grouped = name and word(parameters, "from", "mean") != "value"
    if grouped and name not in frame.book.attributes:
        # without the attribute all units would be one group, and nobody would be told
        lost = m("没有单位属性“%(name)s”,不能按组补缺", name=name)
        there = set(frame.at)
        return replace(
            frame,
            gaps={**dict.fromkeys((p for p in frame.units if p not in there), lost), **frame.gaps},
        )
    names = frame.attribute(name)
    stands_in = _stand_ins(frame, parameters, names)
    figures = dict(zip(frame.at, frame.values.floats().all(), strict=True))
    notes: dict[int, Sentence] = {}
    for place in frame.units:
        if place in figures or place in frame.apart or names[place] not in stands_in:
            continue
        figures[place] = stands_in[names[place]]
        notes[place] = m("缺数据,按 %(value)s 补", value=plain(figures[place]))
    at = tuple(place for place in frame.units if place in figures)
    whole = replace(frame, at=at, gaps={p: s for p, s in frame.gaps.items() if p not in figures})
    return whole.to(Floats.of(figures[place] for place in at), notes)


def _stand_ins(
    frame: Frame, parameters: Mapping[str, Parameter], groups: Sequence[str]
) -> dict[str, float]:
    """The figure that stands in, by value of the attribute."""
    how = word(parameters, "from", "mean")
    if how == "value":
        fixed = optional(parameters, "value")
        return {} if fixed is None else dict.fromkeys(groups, float(fixed))
    found: dict[str, list[float]] = {}
    for place, value in zip(frame.at, frame.values.floats().all(), strict=True):
        found.setdefault(groups[place], []).append(value)
    middle = fmean if how == "mean" else median
    return {name: middle(values) for name, values in found.items()}


def _refuse(parameters: Mapping[str, Parameter]) -> Problem | None:
    if word(parameters, "from", "mean") == "value" and "value" not in parameters:
        return "value", m("必须填写")
    return None


LINK = LinkKind(
    code="impute",
    zh="补缺失值",
    en="Impute",
    apply=apply,
    refuse=_refuse,
    numbers={"value": (-(10**15), 10**15)},
    words={"from": ("mean", "median", "value")},
    names=("group",),
)
