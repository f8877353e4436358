"""Every rule row in one shape, for pages: what it says in words, its source, its certainty.

One list of sections: spans and numbers from ``workflow.rules``, then the rule rows of a book. The
generated ``docs/rules.md`` and the page 依据与期限 both read it; neither writes a rule again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cases.scoring.exact import plain
from cases.scoring.rule_rows import NAMES
from cases.scoring.rule_shapes import RuleBook, RuleSource, Title
from cases.scoring.rules import kept_words
from cases.scoring.surveys.scales import Scale, scales
from workflow.rules import PUBLISHED, RuleFact, Status, facts
from workflow.vocabulary import Track
from workflow.words import Sentence, m

Saying = Sentence | Title
"""One thing a row says, shown in the reader's language."""

FACTS = "facts"
SCALES = "scales"
SCHEME = "scheme"
"""The certainty of a number that a scheme set: its organ issued and locked it."""

HEADINGS: Mapping[str, Title] = {
    FACTS: Title("期限和人数", "Spans and numbers"),
    "bars": Title("不得确定为优秀的情形", "Bars"),
    "sanctions": Title("处分与等次", "Sanctions"),
    "participation": Title("参加方式", "Participation"),
    "quotas": Title("优秀比例", "Quotas"),
    "triggers": Title("了解核实的触发线", "Triggers"),
    "effects": Title("结果运用", "Effects"),
    "retention": Title("保管期限", "Retention"),
    SCALES: Title("群众评价的量表", "Scales of public surveys"),
}
CERTAINTY: Mapping[str, Title] = {
    "source": Title("已读条文", "article read"),
    "published_practice": Title("已公布的做法", "published practice"),
    "secondary": Title("二手摘要", "second-hand digest"),
    "assumed_strong": Title("通行,条文未核对", "general practice, article not checked"),
    "assumed": Title("推定,条文未核对", "inferred, article not checked"),
    "design": Title("本系统拟定", "proposed by this system"),
    SCHEME: Title("方案规定", "stated by the scheme"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule row. ``key`` is its address on a page, ``scheme`` what may override it."""

    key: str
    title: Title
    says: tuple[Saying, ...]
    source: str
    article: str
    effective: date | None
    tag: str
    scheme: str = ""

    @property
    def status(self) -> Status:
        return Status.PUBLISHED if self.tag in (*PUBLISHED, SCHEME) else Status.ASSUMED


@dataclass(frozen=True, slots=True)
class ListedSection:
    """The rows of one kind, in the order of their file."""

    key: str
    title: Title
    rows: tuple[Listed, ...]


def listed(book: RuleBook) -> tuple[ListedSection, ...]:
    """All rows: spans, numbers and scales as shipped, the rule rows of the book."""
    spans = tuple(_fact(one) for one in facts().values())
    rules = [(name, tuple(_rows(name, getattr(book, name)))) for name in NAMES]
    all_rows = ((FACTS, spans), *rules, (SCALES, tuple(map(_scale, scales().values()))))
    return tuple(ListedSection(key, HEADINGS[key], rows) for key, rows in all_rows)


def fact_key(code: str) -> str:
    """The address of a span or number on the page."""
    return f"{FACTS}-{code}"


def _fact(one: RuleFact) -> Listed:
    return Listed(
        key=fact_key(one.code),
        title=Title(one.zh, one.en),
        says=(Title(one.amount(), one.amount("en")),),
        source=one.source,
        article=one.article,
        effective=one.effective,
        tag=one.tag,
        scheme=one.scheme,
    )


def _scale(one: Scale) -> Listed:
    return Listed(
        key=f"{SCALES}-{one.code}",
        title=one.title,
        says=tuple(_mark(option) for option in one.options),
        source=one.source.text,
        article=one.source.article,
        effective=one.source.effective,
        tag=one.source.tag,
    )


def _mark(option: Any) -> Saying:
    points = m("不计") if option.abstain else plain(option.points)
    return m("%(mark)s %(points)s", mark=option.title, points=points)


def _rows(name: str, rows: tuple[Any, ...]) -> Iterator[Listed]:
    seen: Counter[str] = Counter()
    for row in rows:
        code = f"{name}-{_code(row)}"
        seen[code] += 1
        said: RuleSource = row.source
        yield Listed(
            key=code if seen[code] == 1 else f"{code}-{seen[code]}",
            title=row.title,
            says=tuple(SAYS[name](row)),
            source=said.text,
            article=said.article,
            effective=said.effective,
            tag=said.tag,
        )


def _code(row: Any) -> str:
    for name in ("code", "event", "track", "material"):
        if hasattr(row, name):
            return str(getattr(row, name))
    raise LookupError(type(row).__name__)


def percent(share: Fraction) -> str:
    """A share as people read it: ``25%``; with thirds as a fraction: ``2/3``."""
    hundredfold = share * 100
    return f"{hundredfold}%" if hundredfold.denominator == 1 else f"{share}"


def threshold_words(share: Fraction) -> Saying:
    """The line of a trigger."""
    return m("界限 %(share)s", share=percent(share))


def years_words(years: int | None) -> Saying:
    """A term of retention."""
    return Title(kept_words(years), "for ever" if years is None else f"{years} years")


def _bar(row: Any) -> Iterator[Saying]:
    yield _word(row.effect)
    if row.body_ceiling is not None:
        yield m("领导班子最高为%(grade)s", grade=row.body_ceiling)
    if row.discretionary:
        yield m("经容错认定可以不适用")


def _sanction(row: Any) -> Iterator[Saying]:
    for number, cell in enumerate(row.years, 1):
        year = m("当年") if number == 1 else m("第 %(n)s 年", n=number)
        effect = _word(cell.effect)
        yield m("%(year)s:%(effect)s", year=year, effect=effect)
        if cell.comment != "graded":
            yield m("只写评语") if cell.comment == "comment_only" else m("不写评语")
        if cell.note:
            yield cell.note
    if row.period_months:
        yield m("处分期 %(n)s 个月", n=row.period_months)


def _participation(row: Any) -> Iterator[Saying]:
    yield _word(row.kind)
    if row.conclusion is not None and row.conclusion.zh != row.kind.zh:
        yield _word(row.conclusion)


def _quota(row: Any) -> Iterator[Saying]:
    yield m("不超过 %(share)s", share=percent(row.share))
    if row.approved_share is not None:
        yield m("经批准可到 %(share)s", share=percent(row.approved_share))
    for grade, share in row.by_body_grade.items():
        yield m("领导班子为%(grade)s的 %(share)s", grade=grade, share=percent(share))


def _trigger(row: Any) -> Iterator[Saying]:
    yield threshold_words(row.threshold)
    yield row.consequence


def _effect(row: Any) -> Iterator[Saying]:
    if len(row.tracks) < len(Track):
        yield Title("、".join(x.zh for x in row.tracks), ", ".join(x.en for x in row.tracks))
    yield m("应当办理") if row.mandatory else m("可以提出")
    if row.due_months:
        yield m("%(n)s 个月内办结", n=row.due_months)


def _retention(row: Any) -> Iterator[Saying]:
    yield years_words(row.years)


def _word(word: Any) -> Title:
    return Title(word.zh, word.en)


SAYS: Mapping[str, Callable[[Any], Iterator[Saying]]] = {
    "bars": _bar,
    "sanctions": _sanction,
    "participation": _participation,
    "quotas": _quota,
    "triggers": _trigger,
    "effects": _effect,
    "retention": _retention,
}
