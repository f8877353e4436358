"""The composite of a case: parts by shares, then a suggested grade; people decide the grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.exact import Numeric, exact, shown, stored, weighted_mean
from cases.scoring.items import ItemEntry, ItemRow, settle
from cases.scoring.shapes import Scheme, Threshold
from workflow.vocabulary import CaseKind, Grade
from workflow.words import Sentence, m

RESULT_PARTS = ("indicators", "performance")
BALLOT_PART = "ballot"


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: its score, declared and effective share (0 to 1), what it added."""

    part: str
    score: Decimal | None
    share: Decimal
    effective: Decimal | None
    contribution: Decimal | None


@dataclass(frozen=True, slots=True)
class Composite:
    """``score`` is None only when every part is empty; ``flags`` say which parts are."""

    position: str
    parts: tuple[PartRow, ...]
    before_items: Decimal | None
    items: tuple[ItemRow, ...]
    score: Decimal | None
    flags: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the thresholds say, never capped by the quota; ``grade`` None without a score."""

    grade: Grade | None
    at_least: Decimal | None
    reason: Sentence


def compose(
    scheme: Scheme,
    position: str,
    scores: Mapping[str, Numeric | None],
    entries: Iterable[ItemEntry] = (),
    *,
    own_result: bool = False,
) -> Composite:
    """Join the parts of a case by the scheme's shares for its position.

    ``scores`` holds 0-100 per part of ``scheme.shares[position]``; an empty part is left out,
    the other shares are re-normalised, and the flag says so (无测评得分, M12).
    ``own_result`` marks that the indicators part is the unit's own performance result (M1).
    Raises KeyError for an unknown position or part, ValueError for a bad number.
    """
    shares = scheme.shares[position]
    for part in scores:
        if part not in scheme.part_titles:
            raise KeyError(part)
    values = {part: _score(scores.get(part)) for part, share in shares.items() if share > 0}
    whole = sum((shares[part] for part, value in values.items() if value is not None), Fraction(0))
    before = weighted_mean((shares[part], value) for part, value in values.items())
    rows, after = settle(scheme, "composite", before, entries)
    return Composite(
        position=position,
        parts=tuple(_row(part, value, shares[part], whole) for part, value in values.items()),
        before_items=None if before is None else stored(before),
        items=rows,
        score=None if after is None else stored(after),
        flags=tuple(_flags(scheme, values, own_result)),
    )


def suggest(score: Numeric | None, thresholds: Iterable[Threshold]) -> Suggestion:
    """The best grade whose threshold the score reaches, compared at full precision."""
    if score is None:
        return Suggestion(None, None, m("没有综合得分,不作建议"))
    value = exact(score)
    for row in thresholds:
        if value >= row.at_least:
            reason = m(
                "综合得分 %(score)s,达到参考线 %(line)s 分",
                score=shown(value),
                line=shown(row.at_least),
            )
            return Suggestion(row.grade, stored(row.at_least), reason)
    return Suggestion(None, None, m("没有综合得分,不作建议"))


def suggest_for(scheme: Scheme, kind: CaseKind, composite: Composite) -> Suggestion:
    """``suggest`` by the scheme's thresholds for a cadre or a body."""
    return suggest(composite.score, scheme.thresholds[kind])


def _score(value: Numeric | None) -> Fraction | None:
    if value is None:
        return None
    number = exact(value)
    if number < 0:
        raise ValueError("a part's score can't be negative")
    return number


def _row(part: str, value: Fraction | None, share: Fraction, whole: Fraction) -> PartRow:
    effective = None if value is None else share / whole
    return PartRow(
        part=part,
        score=None if value is None else stored(value),
        share=stored(share / 100),
        effective=None if effective is None else stored(effective),
        contribution=None if value is None or effective is None else stored(value * effective),
    )


def _flags(
    scheme: Scheme, values: Mapping[str, Fraction | None], own_result: bool
) -> Iterable[Sentence]:
    for part, value in values.items():
        if value is None and part == BALLOT_PART:
            yield m("无测评得分")
        elif value is None and part in RESULT_PARTS:
            yield m("无实绩得分")
        elif value is None:
            yield m("无“%(part)s”得分", part=scheme.part_titles[part])
    if any(value is None for value in values.values()):
        yield m("空缺部分不计入,其余权重按比例放大")
    if own_result:
        yield m("采用本单位绩效(目标责任)结果")
