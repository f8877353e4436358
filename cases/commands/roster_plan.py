"""What a roster workbook would do to the roster: one planned row for each of its rows.

Reads and compares only; nothing is written here. Units first, because people refer to them. A row
with an error is refused with every reason; commit is possible only when no row is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.files.cells import Level, Problem
from cases.files.roster_rows import UnitRow
from cases.names import normal_form
from cases.queries.roster import Change, Roster, RowKind
from cases.queries.sentences import Told
from workflow.words import Sentence, m

LONGEST_WORD = 40
LONGEST_LABEL = 200
SEVERAL_SHOWN = 6

UNIT_LABELS: Mapping[str, Sentence] = {
    "name": m("单位名称"),
    "short_name": m("单位简称"),
    "parent": m("上级单位"),
    "class_code": m("单位类别"),
    "level": m("层级"),
    "sort_no": m("排序号"),
    "managing_organ": m("管理机关"),
    "assisting_organ": m("协管机关"),
    "head_count": m("在职人数"),
    "has_body": m("考核领导班子"),
}


@dataclass(slots=True)
class Planned:
    """One row of a dry run; ``data`` is what commit needs, None where nothing is to be done."""

    sheet: str
    cell: str
    kind: RowKind
    change: Change
    label: str
    reasons: list[Sentence]
    data: dict[str, Any] | None = None


@dataclass(slots=True)
class PlannedUnit:
    """A unit after the import, whether the workbook or only the roster names it."""

    code: str
    name: str
    short_name: str
    parent: str
    sort_no: int
    class_code: str
    managing_organ: str
    assisting_organ: str
    id: int | None


@dataclass(slots=True)
class Units:
    """All units after the import, by code and by the names they are referred to."""

    by_code: dict[str, PlannedUnit] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    codes: dict[int, str] = field(default_factory=dict)

    def add(self, unit: PlannedUnit) -> None:
        """Put a unit in, or in the place of the one with its code."""
        self.by_code[unit.code] = unit

    def index(self) -> None:
        """Read the names anew."""
        self.by_name = {}
        for unit in self.by_code.values():
            for name in {normal_form(unit.name), normal_form(unit.short_name)} - {""}:
                self.by_name.setdefault(name, []).append(unit.code)

    def find(self, reference: str) -> tuple[str, Sentence | None]:
        """(code, None) for a code or a name as written, else ("", why not)."""
        if reference in self.by_code:
            return reference, None
        found = self.by_name.get(normal_form(reference), [])
        if len(found) == 1:
            return found[0], None
        if found:
            choices = "、".join(found[:SEVERAL_SHOWN])
            return "", m("“%(name)s”有多个单位,请填编码:%(codes)s", name=reference, codes=choices)
        return "", m("没有编码或名称为“%(name)s”的单位", name=reference)

    def above(self, code: str) -> Iterator[str]:
        """The codes above a unit, nearest first; stops where the tree loops."""
        seen = {code}
        parent = self.by_code[code].parent if code in self.by_code else ""
        while parent and parent not in seen and parent in self.by_code:
            yield parent
            seen.add(parent)
            parent = self.by_code[parent].parent


def sheet_rows(problems: Iterable[Problem]) -> Iterator[Planned]:
    """Findings about whole sheets as rows: an error refuses the workbook."""
    for problem in problems:
        change = Change.IGNORED if problem.level is Level.NOTE else Change.REFUSED
        yield Planned(
            problem.sheet, problem.cell, RowKind.SHEET, change, problem.sheet, [problem.sentence]
        )


def plan_units(rows: Iterable[UnitRow], roster: Roster) -> tuple[list[Planned], Units]:
    """The units' rows, and all units as they would be afterwards."""
    kept = list(rows)
    units = _after(kept, roster)
    looping = _loops(units)
    return [_unit(row, roster, units, looping) for row in kept], units


def _after(rows: list[UnitRow], roster: Roster) -> Units:
    codes = {unit.id: unit.code for unit in roster.units.values()}
    units = Units(codes=codes)
    last = 0
    for unit in roster.units.values():
        last = max(last, unit.sort_no)
        units.add(
            PlannedUnit(
                unit.code, unit.name, unit.short_name or "", codes.get(unit.parent_id, ""),
                unit.sort_no, unit.class_code or "", codes.get(unit.managing_organ_id, ""),
                codes.get(unit.assisting_organ_id, ""), unit.id,
            )
        )  # fmt: skip
    for row in rows:
        if not row.ok:
            units.refused.add(row.code)
        now = units.by_code.get(row.code)
        sort_no = row.sort_no if row.sort_no is not None else now.sort_no if now else None
        if sort_no is None:
            sort_no = last + 10
        last = max(last, sort_no)
        units.add(
            PlannedUnit(
                row.code, row.name, row.short_name or (now.short_name if now else ""), row.parent,
                sort_no, row.unit_class or (now.class_code if now else ""),
                row.managing_organ, row.assisting_organ, now.id if now else None,
            )
        )  # fmt: skip
    units.index()
    _settle(rows, units, roster, codes)
    return units


def _settle(rows: list[UnitRow], units: Units, roster: Roster, codes: Mapping[int, str]) -> None:
    """Turn the references of the workbook's units into codes; an empty cell changes nothing."""
    fields = (
        ("parent", "parent_id"),
        ("managing_organ", "managing_organ_id"),
        ("assisting_organ", "assisting_organ_id"),
    )
    for row in rows:
        unit, now = units.by_code[row.code], roster.units.get(row.code)
        for name, column in fields:
            written = getattr(row, name)
            if written:
                setattr(unit, name, units.find(written)[0])
            elif now is not None:
                setattr(unit, name, codes.get(getattr(now, column), ""))


def _loops(units: Units) -> set[str]:
    """The codes that stand above themselves."""
    looping: set[str] = set()
    clear: set[str] = set()
    for code in units.by_code:
        path: list[str] = []
        here = code
        while here and here in units.by_code and here not in clear and here not in path:
            path.append(here)
            here = units.by_code[here].parent
        if here in path:
            looping.update(path[path.index(here) :])
        clear.update(path)
    return looping


def _unit(row: UnitRow, roster: Roster, units: Units, looping: set[str]) -> Planned:
    reasons = [p.sentence for p in row.problems]
    faults = [p for p in row.problems if p.level is Level.ERROR]
    cell = faults[0].cell if faults else row.cell
    wrong = [m("上级单位绕成了环,请检查隶属关系")] if row.code in looping else []
    for reference in (row.parent, row.managing_organ, row.assisting_organ):
        why = units.find(reference)[1] if reference else None
        if why is not None:
            wrong.append(why)
    for label, text in (("class_code", row.unit_class), ("level", row.level)):
        if len(text) > LONGEST_WORD:
            label_of = UNIT_LABELS[label]
            wrong.append(m("“%(what)s”超过 %(n)s 个字", what=label_of, n=LONGEST_WORD))
    label = f"{row.code} {row.name}"[:LONGEST_LABEL]
    planned = Planned(row.sheet, cell, RowKind.UNIT, Change.REFUSED, label, [*reasons, *wrong])
    if faults or wrong:
        units.refused.add(row.code)
        return planned
    _compare_unit(planned, row, roster, units)
    return planned


def _compare_unit(planned: Planned, row: UnitRow, roster: Roster, units: Units) -> None:
    unit, now = units.by_code[row.code], roster.units.get(row.code)
    values: dict[str, Any] = {
        "name": unit.name,
        "short_name": unit.short_name,
        "parent": unit.parent,
        "class_code": unit.class_code,
        "level": row.level or (now.level if now else "") or "",
        "sort_no": unit.sort_no,
        "managing_organ": unit.managing_organ,
        "assisting_organ": unit.assisting_organ,
        "head_count": row.head_count if row.head_count is not None else now and now.head_count,
        "has_body": row.has_body,
    }
    if now is None:
        twins = [c for c in units.by_name.get(normal_form(unit.name), []) if c != unit.code]
        if twins:
            planned.reasons.append(m("与编码 %(codes)s 的单位同名", codes="、".join(twins)))
        planned.change = Change.ADDED
    else:
        before = _unit_before(now, units.codes)
        found = differences(UNIT_LABELS, before, values)
        planned.reasons += found
        planned.change = Change.CHANGED if found else Change.IGNORED
    if planned.change is not Change.IGNORED:
        planned.data = {"id": now.id if now else None, "code": row.code, **values}


def _unit_before(now: Any, codes: Mapping[int, str]) -> dict[str, Any]:
    return {
        "name": now.name,
        "short_name": now.short_name or "",
        "parent": codes.get(now.parent_id, ""),
        "class_code": now.class_code or "",
        "level": now.level or "",
        "sort_no": now.sort_no,
        "managing_organ": codes.get(now.managing_organ_id, ""),
        "assisting_organ": codes.get(now.assisting_organ_id, ""),
        "head_count": now.head_count,
        "has_body": bool(now.has_body),
    }


def differences(
    labels: Mapping[str, Sentence], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Sentence]:
    """A sentence for each value that would change, in the order of ``labels``."""
    found = []
    for key, label in labels.items():
        if key not in after or before[key] == after[key]:
            continue
        old, new = shown(before[key]), shown(after[key])
        if not old:
            found.append(m("%(what)s补填为“%(new)s”", what=label, new=new))
        else:
            found.append(m("%(what)s由“%(old)s”改为“%(new)s”", what=label, old=old, new=new))
    return found


def shown(value: Any) -> Told:
    """A value as a reason tells it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return m("是") if value else m("否")
    return str(value)
