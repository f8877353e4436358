"""Rule rows out of a document: one parser per kind, the same for shipped and own rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from cases.scoring.reading import Node, Problem
from cases.scoring.rule_shapes import (
    TAGS,
    BarRule,
    EffectRule,
    ParticipationRule,
    QuotaRule,
    RetentionRule,
    RuleBook,
    RuleSource,
    SanctionCell,
    SanctionRule,
    Title,
    TriggerRule,
)
from workflow.vocabulary import (
    BarEffect,
    CaseKind,
    ConclusionCode,
    Grade,
    MeasureChannel,
    MeasureKind,
    Participation,
    ParticipationReason,
    Track,
)
from workflow.words import m

COMMON = ("code", "title", "clause", "source", "article", "effective", "tag")
FIGURES = ("rate_excellent", "rate_ec", "rate_low", "rate_worst", "turnout")
RELATIONS = ("below", "at_most", "above", "at_least")
WHENS = ("each", "consecutive", "every_consecutive", "every_accumulated", "any_within")
ORGANS = ("own", "old", "host", "sender", "nobody")

Row = TypeVar("Row")


def title(node: Node, name: str = "title", *, required: bool = True) -> Title:
    """A title written as one Chinese line or as {zh, en}."""
    inner = node.at(name)
    if isinstance(inner.value, Mapping):
        inner.only("zh", "en")
        return Title(inner.text("zh"), inner.text("en", ""))
    if not required and inner.value is None:
        return Title("", "")
    return Title(node.text(name), "")


def source(node: Node) -> RuleSource:
    """The source fields of a row; a rule without a source is refused."""
    return RuleSource(
        text=node.text("source"),
        article=node.text("article", ""),
        effective=node.day("effective"),
        tag=node.word("tag", TAGS),
    )


def bar(node: Node) -> BarRule:
    node.only(
        *COMMON, "applies_to", "tracks", "facts", "requires", "effect", "body_ceiling",
        "discretionary", "evidence_required", "source_department",
    )  # fmt: skip
    facts = tuple(str(row.value) for row in node.rows("facts"))
    if not facts:
        node.refuse(m("必须填写"), "facts")
    ceiling = node.word("body_ceiling", Grade, "") if node.has("body_ceiling") else ""
    return BarRule(
        code=node.text("code"),
        title=title(node),
        clause=node.text("clause", ""),
        applies_to=tuple(CaseKind(w) for w in node.words("applies_to", CaseKind, CaseKind)),
        tracks=tuple(Track(w) for w in node.words("tracks", Track, Track)),
        facts=facts,
        requires={key: str(child.value) for key, child in node.entries("requires")},
        effect=BarEffect(node.word("effect", BarEffect, BarEffect.NO_EXCELLENT)),
        body_ceiling=Grade(ceiling) if ceiling else None,
        discretionary=node.flag("discretionary", False),
        evidence_required=node.flag("evidence_required", True),
        source_department=node.text("source_department", ""),
        source=source(node),
    )


def _cell(node: Node) -> SanctionCell:
    node.only("effect", "comment", "note")
    return SanctionCell(
        effect=BarEffect(node.word("effect", BarEffect)),
        comment=node.word("comment", ("graded", "comment_only", "no_comment"), "graded"),
        note=title(node, "note") if node.has("note") else None,
    )


def sanction(node: Node) -> SanctionRule:
    node.only(*COMMON, "term_months", "period_months", "years", "warning")
    return SanctionRule(
        event=node.text("code"),
        title=title(node),
        clause=node.text("clause", ""),
        term_months=node.optional_integer("term_months"),
        period_months=node.optional_integer("period_months"),
        years=tuple(_cell(row) for row in node.rows("years")),
        warning=node.flag("warning", False),
        source=source(node),
    )


def participation(node: Node) -> ParticipationRule:
    node.only(
        *COMMON, "situation", "kind", "reason", "conclusion", "assessed_by",
        "short_assessed_by", "short_below_months", "material_from", "copy_to", "share_of_year",
    )  # fmt: skip
    reason = node.word("reason", ParticipationReason, "") if node.has("reason") else ""
    code = node.word("conclusion", ConclusionCode, "") if node.has("conclusion") else ""
    assessed_by = node.word("assessed_by", ORGANS, "own")
    return ParticipationRule(
        code=node.text("code"),
        title=title(node),
        clause=node.text("clause", ""),
        situation=node.text("situation"),
        kind=Participation(node.word("kind", Participation)),
        reason=ParticipationReason(reason) if reason else None,
        conclusion=ConclusionCode(code) if code else None,
        assessed_by=assessed_by,
        short_assessed_by=node.word("short_assessed_by", ORGANS, assessed_by),
        short_below_months=node.optional_integer("short_below_months"),
        material_from=node.words("material_from", ORGANS),
        copy_to=node.words("copy_to", ORGANS),
        share_of_year=node.optional_number("share_of_year"),
        source=source(node),
    )


def quota(node: Node) -> QuotaRule:
    node.only(
        *COMMON, "track", "share", "approved_share", "by_body_grade", "sum_share", "rounding",
        "base", "remainder", "bundle_below",
    )  # fmt: skip
    share = node.number("share", high=1)
    grades = {}
    for grade, child in node.entries("by_body_grade"):
        if grade not in tuple(Grade):
            child.refuse(m("没有这个等次"))
            continue
        grades[Grade(grade)] = Node({"_": child.value}, child.path, child.problems).number(
            "_", high=1
        )
    return QuotaRule(
        track=Track(node.word("track", Track)),
        title=title(node),
        clause=node.text("clause", ""),
        share=share,
        approved_share=node.optional_number("approved_share"),
        by_body_grade=grades,
        sum_share=node.number("sum_share", share, high=1),
        rounding=node.word("rounding", ("floor", "half_up"), "floor"),
        base=node.word("base", ("due", "graded"), "due"),
        remainder=node.word(
            "remainder", ("office_reserve", "largest_remainder", "bundle"), "office_reserve"
        ),
        bundle_below=node.integer("bundle_below", 0),
        source=source(node),
    )


def trigger(node: Node) -> TriggerRule:
    node.only(*COMMON, "applies_to", "figure", "relation", "threshold", "consequence")
    return TriggerRule(
        code=node.text("code"),
        title=title(node),
        clause=node.text("clause", ""),
        applies_to=tuple(CaseKind(w) for w in node.words("applies_to", CaseKind, CaseKind)),
        figure=node.word("figure", FIGURES),
        relation=node.word("relation", RELATIONS),
        threshold=node.number("threshold", high=1),
        consequence=title(node, "consequence", required=False),
        source=source(node),
    )


def effect(node: Node) -> EffectRule:
    node.only(
        *COMMON, "tracks", "grades", "when", "years", "channel", "kind", "mandatory", "due_months",
        "statutory", "rank_months", "rank_months",
    )  # fmt: skip
    grades = tuple(Grade(w) for w in node.words("grades", Grade))
    if not grades:
        node.refuse(m("必须填写"), "grades")
    return EffectRule(
        code=node.text("code"),
        title=title(node),
        clause=node.text("clause", ""),
        tracks=tuple(Track(w) for w in node.words("tracks", Track, Track)),
        grades=grades,
        when=node.word("when", WHENS, "each"),
        years=node.integer("years", 1, low=1),
        channel=MeasureChannel(node.word("channel", MeasureChannel)),
        kind=MeasureKind(node.word("kind", MeasureKind)),
        mandatory=node.flag("mandatory", False),
        due_months=node.optional_integer("due_months"),
        statutory=node.flag("statutory", False),
        rank_months=node.integer("rank_months", 0, low=None),
        source=source(node),
    )


def retention(node: Node) -> RetentionRule:
    node.only(*COMMON, "results", "years", "permanent")
    permanent = node.flag("permanent", False)
    return RetentionRule(
        material=node.text("code"),
        title=title(node),
        results=tuple(str(row.value) for row in node.rows("results")),
        years=None if permanent else node.integer("years", low=1),
        source=source(node),
    )


def _unique(rows: Iterable[tuple[str, Node]]) -> None:
    seen: set[str] = set()
    for key, node in rows:
        if key in seen:
            node.refuse(m("代码重复:%(code)s", code=key), "code")
        seen.add(key)


def _parse(node: Node, name: str, parser: Callable[[Node], Row]) -> tuple[Row, ...]:
    nodes = node.rows(name)
    parsed = tuple(parser(row) for row in nodes)
    keyed = "code" if name != "quotas" else "track"
    keys = [f"{row.at(keyed).value}/{row.at('term_months').value or ''}" for row in nodes]
    _unique((key.rstrip("/"), row) for key, row in zip(keys, nodes, strict=True))
    return parsed


NAMES = ("bars", "sanctions", "participation", "quotas", "triggers", "effects", "retention")


def rule_book(document: Mapping[str, Any], problems: list[Problem]) -> RuleBook:
    """All rule rows of a document that holds every list of ``NAMES``."""
    node = Node(document, "", problems)
    return RuleBook(
        bars=_parse(node, "bars", bar),
        sanctions=_parse(node, "sanctions", sanction),
        participation=_parse(node, "participation", participation),
        quotas=_parse(node, "quotas", quota),
        triggers=_parse(node, "triggers", trigger),
        effects=_parse(node, "effects", effect),
        retention=_parse(node, "retention", retention),
    )
