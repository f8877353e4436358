"""What stands in for a group's computed score: one that is given, or the mean of like units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cases.scoring.book import Series
from cases.scoring.nodes import Points
from workflow.words import m


def as_given(series: Series | None, units: tuple[int, ...], points: Points) -> Points:
    """Scores stated for the group itself stand in the place of those computed."""
    if series is None:
        return points
    stated = {i: v for i, place in enumerate(units) if (v := series.at(place)) is not None}
    remarks = {**points.remarks, **dict.fromkeys(stated, m("本组得分按给定数采用"))}
    gaps = points.gaps - stated.keys()
    if points.exact is not None:
        return Points(points.exact.changed(stated), None, gaps, remarks)
    floats = points.as_floats().copy()
    for i, value in stated.items():
        floats[i] = float(value)
    return Points(None, floats, gaps, remarks)


def filled(points: Points, attribute: Sequence[str], units: tuple[int, ...]) -> Points:
    """Gaps take the mean score of the units that share the attribute; said at each."""
    groups: dict[str, list[int]] = {}
    for i, place in enumerate(units):
        if i not in points.gaps and attribute:
            groups.setdefault(attribute[place], []).append(i)
    found: dict[int, str] = {
        i: attribute[units[i]] for i in points.gaps if attribute and attribute[units[i]] in groups
    }
    remarks = dict(points.remarks)
    for i, name in found.items():
        remarks[i] = m("本组无数据,取同组单位(%(group)s)平均分", group=name or "—")
    gaps = points.gaps - found.keys()
    if points.exact is not None:
        means = {
            name: sum((points.exact.at(j) for j in groups[name]), Fraction(0)) / len(groups[name])
            for name in set(found.values())
        }
        exact = points.exact.changed({i: means[name] for i, name in found.items()})
        return Points(exact, None, gaps, remarks)
    floats = points.as_floats().copy()
    for i, name in found.items():
        floats[i] = points.as_floats()[groups[name]].mean()
    return Points(None, floats, gaps, remarks)
