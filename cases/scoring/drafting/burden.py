"""What a changed scheme asks more of units and people than before: an open year may only lighten.

Source: the Notice on easing the burden of grass-roots units; ``practice`` rule M19. A superior's
directive may add, with its number, organ and notice time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cases.scoring.drafting.difference import NAMES, compare
from cases.scoring.drafting.rows import walk
from cases.scoring.drafting.values import value_at
from cases.scoring.scheme import check_indicators
from cases.scoring.shapes import Indicator, IndicatorScheme
from workflow.vocabulary import AmendmentKind
from workflow.words import Sentence, m

Document = Mapping[str, Any]


def heavier(before: Document, after: Document) -> list[Sentence]:
    """Every demand that is new or higher; empty when the change only lightens."""
    old, new = check_indicators(before)[0], check_indicators(after)[0]
    return [
        *_asked(old, new),
        *_targets(old, new),
        *_items(old, new),
        *_red_lines(old, new),
        *_reports(before, after),
        *_windows(before, after),
    ]


def kind_fault(before: Document, after: Document, kind: AmendmentKind) -> Sentence | None:
    """What is wrong with calling a change so: more days is an extension, and nothing else is one.

    A superior's directive may hold anything.
    """
    if kind is AmendmentKind.UPPER_DIRECTIVE:
        return None
    others = list(dict.fromkeys(x.part for x in compare(before, after) if x.part != "timetable"))
    if kind is AmendmentKind.LIGHTEN:
        return None if others else m("草稿只改期限,请选“%(kind)s”", kind=AmendmentKind.EXTEND)
    if others:
        parts = NAMES.get(others[0], NAMES[""])
        for one in others[1:]:
            parts = m("%(first)s、%(second)s", first=parts, second=NAMES.get(one, NAMES[""]))
        return m("“%(kind)s”只能改期限,草稿还改了%(parts)s", kind=kind, parts=parts)
    old = {row.get("code"): row for _, row in walk(before, "timetable")}
    rows = [row for _, row in walk(after, "timetable")]
    if any(_due(row) > _due(old[row.get("code")]) for row in rows if row.get("code") in old):
        return None
    return m("草稿没有延长任何期限")


def _asked(old: IndicatorScheme, new: IndicatorScheme) -> Iterator[Sentence]:
    """Figures that a class wasn't asked before."""
    for code, one in new.classes.items():
        if not one.leaf:
            continue
        before = set(old.asked(code)) if code in old.classes else set()
        for name in new.asked(code):
            if name not in before:
                title = new.entered[name].title
                yield m("“%(class)s”新增指标“%(title)s”", **{"class": one.title, "title": title})


def _targets(old: IndicatorScheme, new: IndicatorScheme) -> Iterator[Sentence]:
    for code, one in new.indicators.items():
        was = old.indicators.get(code)
        if was is None:
            continue
        for name in dict.fromkeys([*was.targets, *one.targets]):
            if _harder(was, one, name):
                yield m("“%(title)s”的目标值提高", title=one.title)
                break


def _harder(was: Indicator, one: Indicator, class_code: str) -> bool:
    before, after = was.target(class_code), one.target(class_code)
    if before is None or after is None:
        return False
    return after > before if one.direction == "positive" else after < before


def _items(old: IndicatorScheme, new: IndicatorScheme) -> Iterator[Sentence]:
    for code, one in new.items.items():
        was = old.items.get(code)
        if one.kind == "deduction" and (was is None or was.kind != "deduction"):
            yield m("新增扣分项“%(title)s”", title=one.title)
        elif was is None:
            continue
        elif one.kind == "deduction" and one.cap > was.cap:
            yield m("扣分项“%(title)s”的上限提高", title=one.title)
        elif one.evidence_required and not was.evidence_required:
            yield m("“%(title)s”改为须附佐证材料", title=one.title)


def _red_lines(old: IndicatorScheme, new: IndicatorScheme) -> Iterator[Sentence]:
    for code, one in new.red_lines.items():
        if old.red_lines.get(code) != one:
            yield m("新增或改动底线“%(title)s”", title=one.title)


def _sections(document: Document) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    report = document.get("self_report")
    for kind, inner in report.items() if isinstance(report, Mapping) else ():
        for _, row in walk(inner if isinstance(inner, Mapping) else {}, "sections"):
            found[f"{kind}.{row.get('code')}"] = row
    return found


def _reports(before: Document, after: Document) -> Iterator[Sentence]:
    old, new = _sections(before), _sections(after)
    for key, row in new.items():
        title = str(value_at(row, "title.zh") or key)
        if key not in old:
            yield m("述职增加“%(title)s”一节", title=title)
        elif _count(row) > _count(old[key]):
            yield m("述职“%(title)s”的最少字数提高", title=title)


def _count(row: Mapping[str, Any]) -> int:
    least = row.get("minimum", 0)
    return least if isinstance(least, int) else 0


def _windows(before: Document, after: Document) -> Iterator[Sentence]:
    old = {row.get("code"): row for _, row in walk(before, "timetable")}
    for _, row in walk(after, "timetable"):
        was = old.get(row.get("code"))
        if was is None:
            continue
        if row.get("unit") != was.get("unit") or row.get("anchor") != was.get("anchor"):
            yield m("“%(code)s”的期限算法有变", code=str(row.get("code")))
        elif _due(row) < _due(was):
            yield m("“%(code)s”的期限提前", code=str(row.get("code")))


def _due(row: Mapping[str, Any]) -> int:
    due = row.get("due", 0)
    return due if isinstance(due, int) else 0
