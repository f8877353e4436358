"""Ballot arithmetic: invariants of a count, group means (F1), total (F2), bands (F3), rates.

Works on sums only; nothing here ever sees a single ballot. Small-group protection of what is
shown is the ballot box's (``disclosure``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cases.scoring.ballots_shapes import Option
from cases.scoring.exact import Numeric, exact, percent, stored, weighted_mean
from cases.scoring.rule_shapes import TriggerRule
from cases.scoring.shapes import BallotRules, Band
from workflow.vocabulary import GRADES, CaseKind
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class CardCount:
    """The header of a count: cards issued, returned, valid, invalid; people due and present."""

    issued: int
    returned: int
    valid: int
    invalid: int
    due: int
    present: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One group's marks on one row: count per option code, blank rows, valid ballots."""

    group: str
    counts: Mapping[str, int]
    blank: int
    valid: int


@dataclass(frozen=True, slots=True)
class GroupScore:
    """F1 of one group with its declared weight and its share of the total after F2."""

    group: str
    score: Decimal | None
    weight: Decimal
    effective: Decimal | None
    contribution: Decimal | None
    valid: int


@dataclass(frozen=True, slots=True)
class BallotScore:
    """F2 over the groups; None when no group has a mark; flags name what was left out."""

    score: Decimal | None
    groups: tuple[GroupScore, ...]
    flags: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its numerator and denominator, exact; every rate prints both (M21)."""

    count: int
    of: int
    base: str

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.count, self.of) if self.of else None

    def __str__(self) -> str:
        share = self.value
        return f"{self.count}/{self.of}" + ("" if share is None else f" = {percent(share)}")


@dataclass(frozen=True, slots=True)
class Rates:
    """优秀率, 优称率, the two lower grades together, the lowest grade."""

    excellent: Rate
    ec: Rate
    low: Rate
    worst: Rate


@dataclass(frozen=True, slots=True)
class Triggered:
    """A trigger that fired: it asks for an inquiry and is never a grade."""

    rule: TriggerRule
    rate: Rate
    sentence: Sentence


def check_count(head: CardCount, rows: Iterable[Tally]) -> tuple[Sentence, ...]:
    """Invariants of a count: issued >= returned = valid + invalid; marks + blank = valid."""
    found = []
    numbers = (head.issued, head.returned, head.valid, head.invalid, head.due, head.present)
    if any(number < 0 for number in numbers):
        found.append(m("票数不能为负数"))
    if head.returned > head.issued:
        found.append(m("收回 %(a)s 张多于发出 %(b)s 张", a=head.returned, b=head.issued))
    if head.returned != head.valid + head.invalid:
        found.append(
            m("收回 %(a)s 张应等于有效 %(b)s 张加无效 %(c)s 张",
              a=head.returned, b=head.valid, c=head.invalid)
        )  # fmt: skip
    if head.present > head.due:
        found.append(m("到会 %(a)s 人多于应到 %(b)s 人", a=head.present, b=head.due))
    valid = 0
    for row in rows:
        valid += row.valid
        marks = sum(row.counts.values()) + row.blank
        if marks != row.valid or min((*row.counts.values(), row.blank)) < 0:
            found.append(
                m("%(group)s 组各选项与未填合计 %(a)s,应等于有效票 %(b)s",
                  group=row.group, a=marks, b=row.valid)
            )  # fmt: skip
    if valid > head.valid:
        found.append(m("各组有效票合计 %(a)s 张多于有效票 %(b)s 张", a=valid, b=head.valid))
    return tuple(found)


def group_mean(counts: Mapping[str, Numeric], options: Iterable[Option]) -> Fraction | None:
    """F1: points times marks over marks, abstentions left out; None without a mark.

    Counts may be numbers of ballots or shares. Raises KeyError for an unknown option.
    """
    by_code = {option.code: option for option in options}
    pairs = []
    for code, count in counts.items():
        option = by_code[code]
        if not option.abstain:
            pairs.append((exact(count), option.points))
    return weighted_mean(pairs)


def total_score(
    scores: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]
) -> Fraction | None:
    """F2: weighted mean over the groups that have a score, weights re-normalised."""
    return weighted_mean((weight, scores.get(group)) for group, weight in weights.items())


def ballot_score(
    tallies: Iterable[Tally],
    options: Iterable[Option],
    weights: Mapping[str, Fraction],
    titles: Mapping[str, str] | None = None,
) -> BallotScore:
    """F1 and F2 of one person or body. Several tallies of one group are added first.

    Groups without a weight are refused (KeyError): an electorate never vanishes silently.
    ``titles``: what the flags call a group; without one, its code.
    """
    known = tuple(options)
    merged: dict[str, dict[str, int]] = {group: {} for group in weights}
    valid = dict.fromkeys(weights, 0)
    for one in tallies:
        for code, count in one.counts.items():
            merged[one.group][code] = merged[one.group].get(code, 0) + count
        valid[one.group] += one.valid
    means = {group: group_mean(counts, known) for group, counts in merged.items()}
    whole = sum((weights[g] for g, mean in means.items() if mean is not None), Fraction(0))
    total = total_score(means, weights)
    rows = []
    for group, mean in means.items():
        share = None if mean is None or not whole else weights[group] / whole
        rows.append(
            GroupScore(
                group=group,
                score=None if mean is None else stored(mean),
                weight=stored(weights[group]),
                effective=None if share is None else stored(share),
                contribution=None if mean is None or share is None else stored(mean * share),
                valid=valid[group],
            )
        )
    empty = [group for group in means if means[group] is None and weights[group]]
    named = [(titles or {}).get(group, group) for group in sorted(empty)]
    return BallotScore(None if total is None else stored(total), tuple(rows), _flags(total, named))


def _flags(total: Fraction | None, empty: list[str]) -> tuple[Sentence, ...]:
    if total is None:
        return (m("无测评得分"),)
    return tuple(m("%(group)s没有有效票,其余权重按比例放大", group=group) for group in empty)


def rates(tallies: Iterable[Tally], options: Iterable[Option], kind: CaseKind, base: str) -> Rates:
    """The rates over all groups together.

    ``base`` is ``valid_ballots`` (blank rows and abstentions stay in the denominator) or
    ``marked`` (only rows with a grade). Raises ValueError for another base.
    """
    if base not in ("valid_ballots", "marked"):
        raise ValueError(f"unknown rate base: {base}")
    grade_of = {option.code: option.grade for option in options}
    by_grade = dict.fromkeys(GRADES[kind], 0)
    valid = 0
    for one in tallies:
        valid += one.valid
        for code, count in one.counts.items():
            grade = grade_of[code]
            if grade is not None:
                by_grade[grade] += count
    best, second, third, worst = (by_grade[grade] for grade in GRADES[kind])
    of = valid if base == "valid_ballots" else best + second + third + worst
    return Rates(
        excellent=Rate(best, of, base),
        ec=Rate(best + second, of, base),
        low=Rate(third + worst, of, base),
        worst=Rate(worst, of, base),
    )


def banded(found: Rates, bands: Iterable[Band]) -> Fraction | None:
    """F3: the points of the first band whose conditions hold; None without a denominator."""
    excellent, low = found.excellent.value, found.low.value
    if excellent is None or low is None:
        return None
    for band in bands:
        if band.excellent_from is not None and excellent < band.excellent_from:
            continue
        if band.low_below is not None and low >= band.low_below:
            continue
        return band.points
    return None


def triggered(
    rules: Iterable[TriggerRule], kind: CaseKind, found: Rates, head: CardCount
) -> tuple[Triggered, ...]:
    """The inquiries that the figures call for, compared as exact fractions."""
    figures = {
        "rate_excellent": found.excellent,
        "rate_ec": found.ec,
        "rate_low": found.low,
        "rate_worst": found.worst,
        "turnout": Rate(head.present, head.due, "due"),
    }
    hits = []
    for rule in rules:
        rate = figures[rule.figure]
        value = rate.value
        if kind in rule.applies_to and value is not None and _holds(value, rule):
            hits.append(Triggered(rule, rate, _finding(rule, rate)))
    return tuple(hits)


def _finding(rule: TriggerRule, rate: Rate) -> Sentence:
    return m("%(title)s（%(rate)s）,须了解核实", title=rule.title, rate=str(rate))


def _holds(value: Fraction, rule: TriggerRule) -> bool:
    if rule.relation == "below":
        return value < rule.threshold
    if rule.relation == "at_most":
        return value <= rule.threshold
    if rule.relation == "above":
        return value > rule.threshold
    return value >= rule.threshold


def turnout_reached(head: CardCount, floor: Fraction) -> bool:
    """Whether enough of those due were present; below the floor the ballot is void."""
    return head.due > 0 and Fraction(head.present, head.due) >= floor


def evaluation_mode(voters: int, rules: BallotRules) -> str:
    """``ballot``, or ``talk`` where fewer than k people are due (M12, last step)."""
    return "ballot" if voters >= rules.k else "talk"
