"""How a person takes part in a year's assessment, and who assesses (M20).

领导职务任职试用期 (a trial term in a leading post) is graded normally; 新录用试用期 (a new
recruit's probation) is not: two different situations here, never one word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cases.scoring.grading.days import days_in, plus_months, year_end
from cases.scoring.rule_shapes import ParticipationRule
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import ConclusionCode, Participation, ParticipationReason

SITUATIONS = (
    "left",
    "leave",
    "recruit_probation",
    "first_job",
    "secondment",
    "sent_out",
    "borrowed",
    "transferred_in",
    "leadership_probation",
)


@dataclass(frozen=True, slots=True)
class Situation:
    """Something special in a person's year.

    ``since`` and ``until`` bound it (None: open); ``days`` counts leave in calendar days;
    ``organ`` is the other organ concerned: host of a secondment or loan, old unit of a transfer.
    """

    kind: str
    since: date | None = None
    until: date | None = None
    days: int = 0
    organ: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """How somebody takes part: the leading row and every other row that fits as well.

    Organs are the identifiers given: ``assessing`` grades, ``material_from`` supplies papers,
    ``copy_to`` is told. ``rule`` is None for the plain case.
    """

    kind: Participation
    reason: ParticipationReason | None
    conclusion: ConclusionCode | None
    assessing: str
    material_from: tuple[str, ...]
    copy_to: tuple[str, ...]
    rule: ParticipationRule | None
    also: tuple[ParticipationRule, ...]

    @property
    def graded(self) -> bool:
        return self.kind in (Participation.FULL, Participation.BY_OTHER_ORGAN)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One post of a person and the organ that manages it (M20)."""

    post: str
    managed_by: str
    primary: bool
    assisting: str = ""


@dataclass(frozen=True, slots=True)
class Managing:
    """Who grades somebody with several posts, who lists him for a ballot only, who advises."""

    organ: str
    ballot_only: tuple[str, ...]
    opinion_from: tuple[str, ...]


def participation(
    situations: Sequence[Situation],
    year: int,
    *,
    own: str = "",
    rules: Sequence[ParticipationRule] | None = None,
) -> Taking:
    """How a person takes part in ``year``; ``own`` is the managing organ of the primary post.

    The first rule row that fits leads. Raises ValueError for an unknown situation.
    """
    for one in situations:
        if one.kind not in SITUATIONS:
            raise ValueError(f"unknown situation: {one.kind}")
    rows = shipped_rules().participation if rules is None else rules
    fitting: list[tuple[ParticipationRule, Situation]] = []
    taken: set[Situation] = set()
    for rule in rows:
        for one in situations:
            if one not in taken and _fits(rule, one, year):
                fitting.append((rule, one))
                taken.add(one)
    if not fitting:
        return Taking(Participation.FULL, None, None, own, (), (), None, ())
    rule, one = fitting[0]
    return _taking(rule, one, year, own, tuple(other for other, _ in fitting[1:]))


def _fits(rule: ParticipationRule, one: Situation, year: int) -> bool:
    if rule.situation != one.kind:
        return False
    if one.kind == "left":
        return one.since is None or one.since <= year_end(year)
    if one.kind == "leave":
        share = rule.share_of_year
        return share is not None and Fraction(one.days) > share * days_in(year)
    if not _touches(one, year):
        return False
    if rule.short_below_months is None or rule.short_assessed_by != rule.assessed_by:
        return True
    return _short(rule, one, year)


def _touches(one: Situation, year: int) -> bool:
    """Whether it bears on the year: probation must run at its end, a transfer fall into it,
    others overlap it."""
    if one.since is not None and one.since > year_end(year):
        return False
    if one.kind == "transferred_in" and one.since is not None:
        return one.since.year == year
    at_end = one.kind in ("recruit_probation", "first_job")
    needed = year_end(year) if at_end else date(year, 1, 1)
    return one.until is None or one.until >= needed


def _short(rule: ParticipationRule, one: Situation, year: int) -> bool:
    """Whether the situation lasted fewer months than the row says, seen at the year's end."""
    if rule.short_below_months is None or one.since is None:
        return False
    last = min(one.until or year_end(year), year_end(year))
    return plus_months(one.since, rule.short_below_months) > last


def _taking(
    rule: ParticipationRule,
    one: Situation,
    year: int,
    own: str,
    also: tuple[ParticipationRule, ...],
) -> Taking:
    organs = {"own": own, "sender": own, "old": one.organ, "host": one.organ, "nobody": ""}
    short = rule.short_assessed_by != rule.assessed_by and _short(rule, one, year)
    by = rule.short_assessed_by if short else rule.assessed_by
    kind = rule.kind
    if kind is Participation.BY_OTHER_ORGAN and organs[by] == own:
        kind = Participation.FULL
    copies = tuple(organs[word] for word in rule.copy_to if organs[word] != organs[by])
    return Taking(
        kind=kind,
        reason=rule.reason,
        conclusion=rule.conclusion,
        assessing=organs[by],
        material_from=tuple(organs[word] for word in rule.material_from),
        copy_to=copies,
        rule=rule,
        also=also,
    )


def managing(assignments: Sequence[Assignment]) -> Managing:
    """Graded once, by the organ that manages the primary post; others list for the ballot.

    For a dual-managed unit the assisting organ gives a written opinion. Raises ValueError
    unless exactly one post is primary.
    """
    primary = [one for one in assignments if one.primary]
    if len(primary) != 1:
        raise ValueError("exactly one post must be primary")
    organ = primary[0].managed_by
    others = {one.managed_by for one in assignments} - {organ}
    advising = {one.assisting for one in assignments if one.assisting} - {organ}
    return Managing(organ, tuple(sorted(others)), tuple(sorted(advising)))
