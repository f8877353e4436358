"""The procedural half of a scheme: ballots, suggestion, self-report, timetable, deciding."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from cases.scoring.ballots_scheme import (
    electorates,
    late_rule,
    other_sheets,
    quality_rows,
)
from cases.scoring.ballots_shapes import Option
from cases.scoring.exact import plain
from cases.scoring.reading import Node
from cases.scoring.rule_rows import source, title
from cases.scoring.rules import shipped_ballot_years, shipped_turnout
from cases.scoring.shapes import (
    POSITIONS,
    BallotRules,
    BallotSheet,
    Band,
    ChainStep,
    Feedback,
    Publicity,
    Section,
    SurveyRules,
    Threshold,
    TimetableRow,
)
from workflow.rules import fact, rule_count
from workflow.vocabulary import GRADES, CaseKind, FeedbackScope, Grade, OpinionBody, Stage, Track
from workflow.words import m

HUNDRED = Fraction(100)
SMALL_UNITS = ("merge_groups", "joint_session", "talk")
ANCHORS = ("cycle_opening", "year_end", "meeting", "decision", "notice")


def read(node: Node) -> dict[str, Any]:
    """The fields of a Scheme that hold the procedure."""
    sections, limits = _self_report(node.at("self_report"))
    return {
        "ballot": _ballot(node.at("ballot")),
        "surveys": _surveys(node.at("surveys")),
        "thresholds": _thresholds(node.at("suggestion")),
        "sections": sections,
        "total_limit": limits,
        "timetable": tuple(_timetable_row(row) for row in node.rows("timetable")),
        "publicity": _publicity(node),
        "deciding_chain": _chains(node),
        "feedback": _feedback(node.at("feedback")),
    }


def _ballot(node: Node) -> BallotRules:
    """``{groups, weights, sheets, k, turnout_floor, rate_base, ...}``; weights total 100."""
    node.only(
        "groups", "weights", "sheets", "k", "turnout_floor", "rate_base", "self_row",
        "require_all", "excellent_limit", "small_units", "raw_ballots", "raw_years",
        "other_sheets", "quality", "unanimous", "receipts", "late",
    )  # fmt: skip
    found = electorates(node)
    groups = [(one.code, one.title) for one in found]
    codes = tuple(code for code, _ in groups)
    if not codes:
        node.refuse(m("必须填写"), "groups")
    if len(set(codes)) != len(codes):
        node.refuse(m("代码重复:%(code)s", code="、".join(codes)), "groups")
    return BallotRules(
        groups=tuple(groups),
        weights=_group_weights(node, codes),
        sheets=_sheets(node),
        k=node.integer("k", rule_count("smallest_group"), low=2),
        turnout_floor=node.number("turnout_floor", shipped_turnout(), high=1),
        rate_base=node.word("rate_base", ("valid_ballots", "marked"), "valid_ballots"),
        self_row=node.word("self_row", ("leave_blank", "allowed"), "leave_blank"),
        require_all=node.flag("require_all", False),
        excellent_limit=node.optional_number("excellent_limit"),
        small_units=node.words("small_units", SMALL_UNITS, SMALL_UNITS),
        raw_ballots=node.word("raw_ballots", ("custody", "destroy"), "custody"),
        raw_years=node.integer("raw_years", shipped_ballot_years(), low=0),
        electorates={one.code: one for one in found},
        other_sheets=other_sheets(node),
        quality=quality_rows(node),
        unanimous=node.word("unanimous", ("show", "hide"), "show"),
        receipts=node.flag("receipts", False),
        late=late_rule(node),
    )


def _group_weights(node: Node, codes: tuple[str, ...]) -> dict[str, dict[str, Fraction]]:
    inner = node.at("weights")
    inner.only(*POSITIONS)
    found: dict[str, dict[str, Fraction]] = {}
    for position in POSITIONS:
        row = inner.at(position)
        found[position] = {}
        for code, cell in row.pairs():
            if code not in codes:
                cell.refuse(m("没有测评组“%(code)s”", code=code))
                continue
            found[position][code] = row.number(code)
        actual = sum(found[position].values(), Fraction(0))
        if actual != HUNDRED:
            row.refuse(m("权重合计应为 %(due)s,现为 %(actual)s", due="100", actual=plain(actual)))
    return found


def _sheets(node: Node) -> dict[CaseKind, BallotSheet]:
    inner = node.at("sheets")
    inner.only(*CaseKind)
    found = {}
    for kind in CaseKind:
        sheet = inner.at(kind)
        sheet.only("options", "items", "bands")
        options = tuple(_option(row, kind) for row in sheet.rows("options"))
        graded = [one.grade for one in options if one.grade]
        if sorted(graded) != sorted(GRADES[kind]):
            sheet.refuse(m("每个等次应有且只有一个选项"), "options")
        items = []
        for row in sheet.rows("items"):
            row.only("code", "title")
            items.append((row.text("code"), title(row)))
        bands = tuple(_band(row) for row in sheet.rows("bands"))
        if bands and (bands[-1].excellent_from is not None or bands[-1].low_below is not None):
            sheet.refuse(m("最后一档不能带条件"), "bands")
        found[kind] = BallotSheet(options, tuple(items), bands)
    return found


def _option(node: Node, kind: CaseKind) -> Option:
    node.only("code", "title", "points", "grade", "abstain")
    abstain = node.flag("abstain", False)
    grade = None if abstain else Grade(node.word("grade", GRADES[kind]))
    points = Fraction(0) if abstain else node.number("points")
    return Option(node.text("code"), title(node), points, grade, abstain)


def _band(node: Node) -> Band:
    node.only("points", "excellent_from", "low_below")
    return Band(
        points=node.number("points"),
        excellent_from=node.optional_number("excellent_from"),
        low_below=node.optional_number("low_below"),
    )


def _surveys(node: Node) -> SurveyRules:
    """``{canvassing, discount, fix_days, ...}``; the shipped rows where unstated."""
    node.only("canvassing", "discount", "fix_days", "call_back_days", "phone_weight")
    return SurveyRules(
        canvassing=node.word("canvassing", ("void", "discount"), "void"),
        discount=node.number("discount", fact("canvassing_discount").value, high=1),
        fix_days=node.integer("fix_days", rule_count("rating_fix"), low=1),
        call_back_days=node.integer("call_back_days", rule_count("rating_call_back"), low=1),
        phone_weight=node.number("phone_weight", fact("phone_weight").value, high=1),
    )


def _thresholds(node: Node) -> dict[CaseKind, tuple[Threshold, ...]]:
    """``{cadre: {excellent: 90, ...}, body: {...}}``, falling, the lowest grade from 0."""
    node.only(*CaseKind)
    found = {}
    for kind in CaseKind:
        row = node.at(kind)
        row.only(*GRADES[kind])
        rows = tuple(Threshold(grade, row.number(grade)) for grade in GRADES[kind])
        marks = [one.at_least for one in rows]
        if any(a <= b for a, b in pairwise(marks)):
            row.refuse(m("参考线应由高到低"))
        if marks[-1] != 0:
            row.refuse(m("最低等次的参考线应为 0"), GRADES[kind][-1])
        found[kind] = rows
    return found


def _self_report(node: Node) -> tuple[dict[CaseKind, tuple[Section, ...]], dict[CaseKind, int]]:
    """``{cadre: {limit, sections: [{code, title, limit, minimum, ...}]}, body: ...}``."""
    node.only(*CaseKind)
    found, limits = {}, {}
    for kind in CaseKind:
        inner = node.at(kind)
        inner.only("limit", "sections")
        limits[kind] = inner.integer("limit", rule_count(f"report_{kind.value}"), low=1)
        found[kind] = tuple(_section(row) for row in inner.rows("sections"))
        if not found[kind]:
            inner.refuse(m("必须填写"), "sections")
        codes = [one.code for one in found[kind]]
        if len(set(codes)) != len(codes):
            inner.refuse(m("代码重复:%(code)s", code="、".join(codes)), "sections")
    return found, limits


def _section(node: Node) -> Section:
    node.only("code", "title", "limit", "minimum", "required", "hint")
    limit, minimum = node.integer("limit", low=1), node.integer("minimum", 0)
    if minimum > limit:
        node.refuse(m("下限应小于上限"), "minimum")
    return Section(
        code=node.text("code"),
        title=title(node),
        limit=limit,
        minimum=minimum,
        required=node.flag("required", True),
        hint=node.text("hint", ""),
    )


def _timetable_row(node: Node) -> TimetableRow:
    """``{code, stage, anchor, opens, due, unit}``: offsets from the anchor day."""
    node.only("code", "stage", "anchor", "opens", "due", "unit")
    stage = node.word("stage", Stage, "") if node.has("stage") else ""
    opens, due = node.integer("opens", 0, low=None), node.integer("due", low=None)
    if due < opens:
        node.refuse(m("截止不能早于开始"), "due")
    return TimetableRow(
        code=node.text("code"),
        stage=Stage(stage) if stage else None,
        anchor=node.word("anchor", ANCHORS, "year_end"),
        opens=opens,
        due=due,
        unit=node.word("unit", ("day", "working_day"), "day"),
    )


def _publicity(node: Node) -> dict[Track, Publicity]:
    found = {}
    outer = node.at("publicity")
    outer.only(*Track)
    for track in Track:
        row = outer.at(track)
        row.only("required", "working_days", "source", "article", "effective", "tag")
        required = row.flag("required", False)
        days = row.integer("working_days", rule_count("publicity") if required else 0)
        if required and days < 1:
            row.refuse(m("不能小于 %(low)s", low=1), "working_days")
        found[track] = Publicity(required, days, source(row))
    return found


def _chains(node: Node) -> dict[Track, tuple[ChainStep, ...]]:
    """``{track: [{body, title, decides, vote, quorum}]}``; exactly the last step decides."""
    found = {}
    outer = node.at("deciding_chain")
    outer.only(*Track)
    for track in Track:
        steps = tuple(_chain_step(row) for row in outer.rows(track))
        if [one.decides for one in steps] != [False] * (len(steps) - 1) + [True]:
            outer.refuse(m("审定流程应只由最后一步作出决定"), track)
        found[track] = steps
    return found


def _chain_step(node: Node) -> ChainStep:
    node.only("body", "title", "decides", "vote", "quorum")
    body = OpinionBody(node.word("body", OpinionBody))
    vote = node.flag("vote", False)
    quorum = node.optional_number("quorum")
    if quorum is not None and not 0 < quorum <= 1:
        node.refuse(m("不能大于 %(high)s", high=1), "quorum")
    own = title(node, required=False)
    return ChainStep(
        body=body,
        title=own if own.zh else type(own)(body.zh, body.en),
        decides=node.flag("decides", False),
        vote=vote,
        quorum=quorum,
    )


def _feedback(node: Node) -> Feedback:
    node.only("scope", "statement_days", "review_grades")
    return Feedback(
        scope=node.word("scope", FeedbackScope, FeedbackScope.PROBLEMS),
        statement_days=node.integer("statement_days", rule_count("statement"), low=1),
        review_grades=tuple(
            Grade(w) for w in node.words("review_grades", Grade, (Grade.INCOMPETENT,))
        ),
    )
