"""The rule rows as they hold in one cycle: where its scheme says otherwise, the scheme wins."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from cases.scoring.rule_shapes import RuleSource, Title
from cases.scoring.rules import shipped_rules
from cases.scoring.rules.listed import (
    FACTS,
    SCHEME,
    Listed,
    ListedSection,
    Saying,
    fact_key,
    listed,
    threshold_words,
    years_words,
)
from cases.scoring.shapes import Scheme
from workflow.rules import RuleFact, Status, fact, facts
from workflow.vocabulary import CaseKind, Stage
from workflow.words import m


@dataclass(frozen=True, slots=True)
class InForce:
    """A row as it holds. ``usual`` is the shipped row where the scheme set the words of ``row``.

    ``dropped``: the scheme states its own rows of this kind and leaves this one out.
    """

    row: Listed
    usual: Listed | None = None
    added: bool = False
    dropped: bool = False

    @property
    def own(self) -> bool:
        """Whether the scheme says something of its own here."""
        return self.usual is not None or self.added or self.dropped

    @property
    def status(self) -> Status:
        return self.row.status


@dataclass(frozen=True, slots=True)
class InForceSection:
    """The rows of one kind, shipped order first, what the scheme adds after them."""

    key: str
    title: Title
    rows: tuple[InForce, ...]


def in_force(scheme: Scheme | None) -> tuple[InForceSection, ...]:
    """Every row in force under a scheme; without one, the rows as shipped."""
    shipped = listed(shipped_rules())
    own = {s.key: s for s in listed(scheme.rules)} if scheme else {}
    return tuple(
        InForceSection(
            section.key,
            section.title,
            tuple(_rows(section, own, scheme)),
        )
        for section in shipped
    )


def _rows(
    section: ListedSection, own: Mapping[str, ListedSection], scheme: Scheme | None
) -> Iterator[InForce]:
    if section.key == FACTS:
        return _spans(section, scheme)
    return _merged(section, own, scheme)


def _merged(
    section: ListedSection, own: Mapping[str, ListedSection], scheme: Scheme | None
) -> Iterator[InForce]:
    if scheme is None:
        yield from (InForce(row) for row in section.rows)
        return
    stated = {row.key: row for row in own[section.key].rows}
    for row in section.rows:
        mine = stated.pop(row.key, None)
        if mine is None:
            yield InForce(row, dropped=True)
            continue
        mine = _by_ballot_rules(mine, scheme)
        yield InForce(mine) if mine == row else InForce(mine, usual=row)
    yield from (InForce(row, added=True) for row in stated.values())


def _by_ballot_rules(row: Listed, scheme: Scheme) -> Listed:
    """Two rows whose number a scheme may also set among its ballot rules."""
    if row.key not in BALLOT_ROWS:
        return row
    said = BALLOT_ROWS[row.key](scheme)
    if said == row.says[0]:
        return row
    return _from(row, (said, *row.says[1:]), _document(scheme))


def _spans(section: ListedSection, scheme: Scheme | None) -> Iterator[InForce]:
    codes = {fact_key(code): one for code, one in facts().items()}
    for row in section.rows:
        own = _stated(row, codes[row.key], scheme) if scheme and row.scheme else None
        yield InForce(row) if own is None else InForce(own, usual=row)


def _stated(row: Listed, one: RuleFact, scheme: Scheme) -> Listed | None:
    """What the scheme makes of a row, None where it leaves the row as it is."""
    says = SAID[one.code](scheme)
    if not says or says == row.says:
        return None
    return _from(row, says, SOURCES.get(one.code, _document)(scheme))


def _from(row: Listed, says: tuple[Saying, ...], source: RuleSource) -> Listed:
    return replace(
        row,
        says=says,
        source=source.text,
        article=source.article,
        effective=source.effective,
        tag=source.tag,
    )


def _document(scheme: Scheme) -> RuleSource:
    """The scheme itself as a source."""
    return RuleSource(str(scheme.title), scheme.source, scheme.issued_on, SCHEME)


def _amount(code: str, value: int | Fraction) -> Title:
    one = replace(fact(code), value=Fraction(value))
    return Title(one.amount(), one.amount("en"))


def _publicity(scheme: Scheme) -> tuple[Saying, ...]:
    required = {track: x for track, x in scheme.publicity.items() if x.required}
    if all(x.working_days == fact("publicity").count for x in required.values()):
        return ()
    return tuple(
        m("%(what)s:%(amount)s", what=track, amount=_amount("publicity", x.working_days))
        for track, x in required.items()
    )


def _publicity_source(scheme: Scheme) -> RuleSource:
    return next(x.source for x in scheme.publicity.values() if x.required)


def _window(stage: Stage) -> Callable[[Scheme], tuple[Saying, ...]]:
    def said(scheme: Scheme) -> tuple[Saying, ...]:
        stated = any(row.stage is stage for row in scheme.timetable)
        return (m("按方案的时间安排"),) if stated else ()

    return said


def _limit(kind: CaseKind) -> Callable[[Scheme], tuple[Saying, ...]]:
    return lambda scheme: (_amount(f"report_{kind.value}", scheme.total_limit[kind]),)


SAID: Mapping[str, Callable[[Scheme], tuple[Saying, ...]]] = {
    "publicity": _publicity,
    "statement": lambda s: (_amount("statement", s.feedback.statement_days),),
    "smallest_group": lambda s: (_amount("smallest_group", s.ballot.k),),
    "report_cadre": _limit(CaseKind.CADRE),
    "report_body": _limit(CaseKind.BODY),
    "rating_fix": lambda s: (_amount("rating_fix", s.surveys.fix_days),),
    "rating_call_back": lambda s: (_amount("rating_call_back", s.surveys.call_back_days),),
    "canvassing_discount": lambda s: (_amount("canvassing_discount", s.surveys.discount),),
    "phone_weight": lambda s: (_amount("phone_weight", s.surveys.phone_weight),),
    "application_lasts": _window(Stage.RESULT_APPLICATION),
    "archive_lasts": _window(Stage.ARCHIVE),
}
"""Every row that names a place in a scheme, with what stands there (a test holds them together)."""

SOURCES: Mapping[str, Callable[[Scheme], RuleSource]] = {"publicity": _publicity_source}
"""Rows whose place in the scheme names a source of its own; elsewhere the scheme is the source."""

BALLOT_ROWS: Mapping[str, Callable[[Scheme], Saying]] = {
    "triggers-TURNOUT": lambda s: threshold_words(s.ballot.turnout_floor),
    "retention-raw_ballots": lambda s: years_words(s.ballot.raw_years),
}
