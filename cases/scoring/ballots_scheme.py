"""The parts of a scheme's ballots beside the grading sheets: electorates, other sheets, quality.

What a scheme leaves out is taken from ``ballots.yaml``, row by row with its source.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib import resources

import yaml

from cases.scoring.ballots_shapes import (
    LATE_RECEIVERS,
    Electorate,
    LateRule,
    Option,
    OtherSheet,
    QualityRow,
)
from cases.scoring.reading import Node
from cases.scoring.rule_rows import source, title
from cases.scoring.rule_shapes import Title
from workflow.vocabulary import SheetKind, VoterOrigin
from workflow.words import m

FIGURES = ("same", "blank", "abstain", "invalid")
GRADING = (SheetKind.BODY, SheetKind.CADRE)
"""The only sheets that feed a grade (M10)."""


@cache
def _shipped() -> Node:
    file = resources.files("cases.scoring").joinpath("ballots.yaml")
    return Node(yaml.safe_load(file.read_text(encoding="utf-8")), "", [])


@cache
def _shipped_sheets() -> Mapping[SheetKind, OtherSheet]:
    rows = _shipped().rows("other_sheets")
    return {kind: _other_sheet(kind, row) for row in rows if (kind := SheetKind(row.text("kind")))}


@cache
def _shipped_quality() -> tuple[QualityRow, ...]:
    return _quality(_shipped())


def electorates(node: Node) -> list[Electorate]:
    """``groups: [{code, title, origin, exclude_own_unit, named}]``; by default the unit's own."""
    found = []
    for row in node.rows("groups"):
        row.only("code", "title", "origin", "exclude_own_unit", "named", "when_small")
        origin = VoterOrigin(row.word("origin", VoterOrigin, VoterOrigin.OWN_UNIT))
        one = Electorate(
            code=row.text("code"),
            title=title(row),
            origin=origin,
            exclude_own_unit=row.flag("exclude_own_unit", origin is VoterOrigin.PEER_UNITS),
            named=row.flag("named", False),
            when_small=row.word("when_small", ("merged", "signed"), "merged"),
        )
        if one.named and origin is not VoterOrigin.SUPERIOR_LEADERS:
            row.refuse(m("只有上级领导可以具名评价"), "named")
        found.append(one)
    if found and all(one.named for one in found):
        node.refuse(m("至少要有一类无记名的参评人员"), "groups")
    return found


def late_rule(node: Node) -> LateRule:
    """``late: {allowed, days, receiver}``; without it nobody may come late."""
    row = node.at("late")
    row.only("allowed", "days", "receiver")
    allowed = row.flag("allowed", False)
    return LateRule(
        allowed=allowed,
        days=row.integer("days", None if allowed else 0, low=0),
        receiver=row.word("receiver", LATE_RECEIVERS, LATE_RECEIVERS[0]),
    )


def other_sheets(node: Node) -> dict[SheetKind, OtherSheet]:
    """``other_sheets: [{kind, options: [{code, title, abstain}], rows: [{title}]}]``; results of
    these are kept apart."""
    given = {r.at("kind").value: r for r in node.rows("other_sheets")}
    for kind, row in given.items():
        if kind in GRADING or kind not in set(SheetKind):
            row.refuse(m("没有这种评议表"), "kind")
    return {
        kind: _other_sheet(kind, given[kind.value]) if kind.value in given else one
        for kind, one in _shipped_sheets().items()
    }


def _other_sheet(kind: SheetKind, node: Node) -> OtherSheet:
    node.only("kind", "options", "rows", "source", "article", "effective", "tag")
    options = []
    for row in node.rows("options"):
        row.only("code", "title", "abstain")
        abstain = row.flag("abstain", False)
        options.append(Option(row.text("code"), title(row), Fraction(0), None, abstain))
    if len({o.code for o in options}) < max(2, len(options)):
        node.refuse(m("至少要有两个不同的选项"), "options")
    rows: list[Title] = []
    for row in node.rows("rows"):
        row.only("title")
        rows.append(title(row))
    if not rows and kind is not SheetKind.NEWLY_PROMOTED:
        node.refuse(m("必须填写"), "rows")
    return OtherSheet(kind, tuple(options), tuple(rows), source(node))


def quality_rows(node: Node) -> tuple[QualityRow, ...]:
    """``quality: [{code, title, figure, above, least_rows}]``; an empty list switches it off."""
    return _shipped_quality() if node.at("quality").value is None else _quality(node)


def _quality(node: Node) -> tuple[QualityRow, ...]:
    found = []
    for row in node.rows("quality"):
        row.only("code", "title", "figure", "above", "least_rows", "source", "article", "tag")
        found.append(
            QualityRow(
                code=row.text("code"),
                title=title(row),
                figure=row.word("figure", FIGURES),
                above=row.number("above", high=1),
                least_rows=row.integer("least_rows", 1, low=1),
            )
        )
    if len({one.code for one in found}) < len(found):
        node.refuse(m("代码重复:%(code)s", code="、".join(one.code for one in found)), "quality")
    return tuple(found)
