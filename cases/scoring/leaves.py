"""One indicator in one class or a wider cohort: its points by position, and how they came about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from cases.scoring.chain.link import Frame
from cases.scoring.methods.method import Column, Scored
from cases.scoring.nodes import Points, spread
from cases.scoring.shapes import Indicator, Link
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class LeafRun:
    """One indicator in one class: its points, and what they were made of.

    ``frames`` are the figures before and after each link of the ``chain``; ``lost`` the
    positions without points of their own, for want of a figure, by a link or by the method.
    ``unrounded`` are the points before they were rounded, where the scheme rounds them.
    """

    points: Points
    column: Column
    frames: tuple[Frame, ...]
    chain: tuple[Link, ...]
    lost: frozenset[int] = frozenset()
    unrounded: Points | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """The kinds of the links, in the order of doing."""
        return tuple(link.kind for link in self.chain)


def _left_out(one: Indicator, why: Sentence | None) -> Sentence:
    """Why a node counts for nothing (None: it doesn't concern the unit), and what that costs."""
    if one.factor:
        return m("%(why)s,连乘缺这一项,不计分", why=m("不适用") if why is None else why)
    if why is None:
        return m("不适用,不计入,其余权重按比例放大")
    return m("%(why)s,不计入,其余权重按比例放大", why=why)


def narrowed(leaf: LeafRun, units: tuple[int, ...]) -> LeafRun:
    """The rows of some units out of a leaf run over more of them."""
    order = leaf.frames[0].units
    where = {place: i for i, place in enumerate(order)}
    local = {where[place]: i for i, place in enumerate(units)}
    lost = frozenset(local[i] for i in leaf.lost if i in local)
    before = leaf.unrounded
    return replace(
        leaf,
        points=_rows(leaf.points, local),
        lost=lost,
        unrounded=None if before is None else _rows(before, local),
    )


def _rows(points: Points, local: Mapping[int, int]) -> Points:
    """Some positions of a node's scores; ``local`` says where each goes, in order."""
    exact = None if points.exact is None else points.exact.taken(list(local))
    floats = None if points.floats is None else points.floats[list(local)]
    gaps = frozenset(local[i] for i in points.gaps if i in local)
    remarks = {local[i]: said for i, said in points.remarks.items() if i in local}
    return Points(exact, floats, gaps, remarks)


def placed(
    one: Indicator, apart: Collection[int], units: tuple[int, ...], frame: Frame, scored: Scored
) -> tuple[Points, frozenset[int]]:
    """Points over all units compared; missing ones by the scheme's rule, always with a remark.

    Also the positions to which figure, link or method give no points.
    """
    if len(frame.at) == len(units) and not scored.gaps and scored.fine is None:
        return spread(scored.points, units, len(units), {}, scored.remarks), frozenset()
    if len(frame.at) == len(units):
        local: Sequence[int] = range(len(units))
        lost: dict[int, Sentence] = {}
    else:
        where = {place: i for i, place in enumerate(units)}
        local = [where[place] for place in frame.at]
        there = set(frame.at)
        lost = {
            i: frame.gaps.get(place, m("缺本年数值"))
            for place, i in where.items()
            if place not in there
        }
    why = {**lost, **{local[i]: said for i, said in scored.gaps.items()}}
    alone = {i for i in lost if units[i] in apart}
    remarks = scored.remarks
    if len(frame.at) != len(units):
        remarks = {local[i]: said for i, said in scored.remarks.items()}
    gaps: dict[int, Sentence] = {}
    zeros: dict[int, Sentence] = {}
    for i, said in why.items():
        if one.missing == "zero" and i not in alone:
            zeros[i] = m("%(why)s,按规定计 0 分", why=said)
        else:
            gaps[i] = _left_out(one, None if i in alone else said)
    points = spread(
        scored.points if scored.fine is None else scored.fine,
        local,
        len(units),
        gaps,
        {**remarks, **zeros} if zeros else remarks,
    )
    if zeros and points.exact is not None:
        points = replace(points, exact=points.exact.changed(dict.fromkeys(zeros, 0)))
    elif zeros:
        floats = points.as_floats().copy()
        floats[list(zeros)] = 0.0
        points = replace(points, floats=floats)
    return points, frozenset(why)
