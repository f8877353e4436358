"""Deduction and bonus items: points outside the weights, capped, floored at zero (扣完为止)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.exact import Numeric, exact, shown, stored
from cases.scoring.shapes import IndicatorScheme, Item
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """One entry under an item for a unit or a case: ``cases`` counted, or ``points`` stated.

    With neither, it counts as one case. ``evidence`` names the papers.
    """

    subject: str
    item: str
    cases: int = 1
    points: Numeric | None = None
    evidence: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What an item came to: ``asked`` before and ``points`` after caps, signed."""

    item: str
    kind: str
    entries: int
    asked: Decimal
    points: Decimal
    evidence: tuple[str, ...]
    remark: Sentence | None


def settle(
    scheme: IndicatorScheme, level: str, score: Fraction | None, entries: Iterable[ItemEntry]
) -> tuple[tuple[ItemRow, ...], Fraction | None]:
    """The item rows of one subject at ``indicators`` or ``composite``, and the score after them.

    Every item has its cap, deductions and bonuses together theirs (``item_caps``); deductions
    never take the score below zero. An entry without the evidence its item asks for counts nothing
    and says so. Raises KeyError for an item the scheme doesn't have, ValueError for bad numbers.
    """
    groups: dict[str, list[ItemEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.item, []).append(entry)
    rows: list[ItemRow] = []
    used = {"deduction": Fraction(0), "bonus": Fraction(0)}
    for code, item in scheme.items.items():
        if item.applies_at == level and code in groups:
            rows.append(_row(scheme, item, groups.pop(code), used))
    if groups:
        raise KeyError(min(groups))
    if score is None:
        return tuple(rows), None
    raised = score + used["bonus"]
    # 扣完为止: an open method may leave a score below zero by itself, no deduction brings it there
    return tuple(rows), max(min(raised, Fraction(0)), raised - used["deduction"])


def _row(
    scheme: IndicatorScheme, item: Item, entries: list[ItemEntry], used: dict[str, Fraction]
) -> ItemRow:
    proven = [one for one in entries if proves(item, one)]
    asked = sum((_points(item, one) for one in proven), Fraction(0))
    room = scheme.item_caps.get(item.kind, asked + used[item.kind]) - used[item.kind]
    granted = min(asked, item.cap, room)
    used[item.kind] += granted
    sign = -1 if item.kind == "deduction" else 1
    return ItemRow(
        item=item.code,
        kind=item.kind,
        entries=len(proven),
        asked=stored(sign * asked),
        points=stored(sign * granted),
        evidence=tuple(sorted(paper for one in proven for paper in one.evidence)),
        remark=_remark(len(entries) - len(proven), asked, granted),
    )


def proves(item: Item, entry: ItemEntry) -> bool:
    """Whether the entry has the evidence its item asks for; without it, it counts nothing."""
    return bool(entry.evidence) or not item.evidence_required


def _points(item: Item, entry: ItemEntry) -> Fraction:
    if entry.points is not None:
        points = exact(entry.points)
        if points < 0:
            raise ValueError("item points are written without a sign")
        return points
    if entry.cases < 0:
        raise ValueError("a count of cases can't be negative")
    return entry.cases * (item.per_case if item.per_case is not None else item.cap)


def _remark(unproven: int, asked: Fraction, granted: Fraction) -> Sentence | None:
    if unproven:
        return m("有 %(n)s 条没有佐证材料,未计入", n=unproven)
    if granted < asked:
        return m("超过上限,按 %(points)s 分计", points=shown(granted))
    return None
