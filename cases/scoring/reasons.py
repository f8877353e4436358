"""What a reader of a unit's sheet should know: what is absent or lost, why a group has no score."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cases.scoring.book import Book, Series
from cases.scoring.exact import percent
from cases.scoring.joined import PRODUCT
from cases.scoring.nodes import Points
from cases.scoring.rule_shapes import Title
from cases.scoring.run import ClassRun
from cases.scoring.shapes import Indicator, IndicatorScheme
from workflow.words import Sentence, m

_NOTHING = Series([])


def left_out(
    scheme: IndicatorScheme, node: Indicator, one: ClassRun, joined: Points, i: int
) -> Sentence | None:
    """Why the children of a group come to no score; None where they do."""
    if i not in joined.gaps:
        return None
    if node.aggregate == PRODUCT:
        why = _no_product(scheme, node.children, one, joined, i)
        return m("%(why)s,不计入", why=why)
    return None if node.again is not None else _unjoined(node, one, i)


def _no_product(
    scheme: IndicatorScheme, codes: Sequence[str], one: ClassRun, joined: Points, i: int
) -> Sentence:
    """Which factors are not there, or what is wrong with one that is."""
    lost = [code for code in codes if code in one.weights and i in one.nodes[code].gaps]
    if lost:
        return m("“%(which)s”没有得分,连乘缺一项即无得分", which=_titles(scheme, lost))
    return joined.remarks.get(i, m("没有计入的因子"))


def _unjoined(node: Indicator, one: ClassRun, i: int) -> Sentence:
    """Why the children of a group come to no score: none there, or too little of the weight."""
    counted = [code for code in node.children if code in one.weights]
    there = sum((one.weights[c] for c in counted if i not in one.nodes[c].gaps), Fraction(0))
    if not there:
        return m("本组各项均缺数据,不计入")
    full = sum((one.weights[code] for code in counted), Fraction(0))
    return m(
        "本组有得分的权重占 %(part)s,低于方案的下限 %(floor)s,不计入",
        part=percent(there / full),
        floor=percent(node.availability),
    )


def flags_of(
    scheme: IndicatorScheme, book: Book, one: ClassRun, place: int, i: int
) -> tuple[Sentence, ...]:
    """What a reader should know: which figures are absent, lost on their way, or provisional."""
    flags = []
    if i in one.total.gaps and scheme.top.aggregate == PRODUCT:
        why = _no_product(scheme, scheme.roots, one, one.total, i)
        flags.append(m("%(why)s,无实绩得分", why=why))
    elif i in one.total.gaps:
        flags.append(m("没有可计分的指标,无实绩得分"))
    series = {code: book.of(code) or _NOTHING for code in one.leaves}
    there = {code: own for code, own in series.items() if own.nums and own.nums[place] is not None}
    absent = [c for c, own in series.items() if c not in there and place not in own.apart]
    if absent:
        which = _titles(scheme, absent)
        flags.append(m("缺 %(n)s 项数据:%(which)s", n=len(absent), which=which))
    lost = [code for code in there if i in one.leaves[code].lost]
    if lost:
        which = _titles(scheme, lost)
        flags.append(m("有 %(n)s 项数据未能计分:%(which)s", n=len(lost), which=which))
    used = [code for code, own in there.items() if place in own.provisional]
    if used:
        which = _titles(scheme, used)
        flags.append(m("有 %(n)s 项暂用数据:%(which)s", n=len(used), which=which))
    return tuple(flags)


def _titles(scheme: IndicatorScheme, codes: Sequence[str]) -> Title:
    """The names of some indicators, in both languages."""
    titles = [scheme.indicators[code].title for code in codes]
    return Title("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
