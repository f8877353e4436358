"""Seats of 优秀: one pool's, a whole plan's, and the check of a deciding batch (M13).

A plan never gives more seats than its cap on the sum, and a batch never passes with more 优秀
than seats; what is over is named, never quietly cut.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cases.scoring.exact import percent, shown
from cases.scoring.rule_shapes import QuotaRule
from workflow.vocabulary import Grade, Track
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool as it stands: people due (应参加), how many of them end ungraded, body's grade.

    ``approved`` marks a recorded approval of the higher share; ``apart`` a pool listed alone
    and outside base and quota (纪检监察干部, M13).
    """

    code: str
    due: int
    ungraded: int = 0
    body_grade: Grade | None = None
    approved: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One line of the sheet: base, share, theoretical number, rounded, seats given."""

    pool: str
    base: int
    share: Fraction
    theoretical: Fraction
    rounded: int
    seats: int
    remark: Sentence | None = None

    @property
    def formula(self) -> str:
        """``47 × 25.00% = 11.75 → 11`` as the sheet prints it."""
        return f"{self.base} × {percent(self.share)} = {shown(self.theoretical)} → {self.rounded}"


@dataclass(frozen=True, slots=True)
class QuotaPlan:
    """The whole sheet. ``reserve`` is 机动名额; ``tied`` pools had equal remainders at the edge;
    ``excess`` is by how much the rounded seats exceed the cap (0 in a usable plan)."""

    rows: tuple[QuotaRow, ...]
    base: int
    cap: int
    given: int
    reserve: int
    tied: tuple[str, ...]
    excess: int
    findings: tuple[Sentence, ...]

    def seats(self, pool: str) -> int:
        """Seats of a pool; KeyError if the plan has no such pool."""
        return {row.pool: row.seats for row in self.rows}[pool]


def rounded(number: Fraction, rounding: str) -> int:
    """Whole seats: ``floor`` drops the fraction, ``half_up`` rounds it."""
    whole = number if rounding == "floor" else number + Fraction(1, 2)
    return whole.numerator // whole.denominator


def share_of(rule: QuotaRule, pool: Pool) -> Fraction:
    """The share of a pool: its body's grade moves it, else an approval may raise it."""
    if pool.body_grade is not None and pool.body_grade in rule.by_body_grade:
        return rule.by_body_grade[pool.body_grade]
    if pool.approved and rule.approved_share is not None:
        return rule.approved_share
    return rule.share


def seats(pool: Pool, rule: QuotaRule) -> QuotaRow:
    """The line of one pool on its own: 47 due at 20 % are 9.40, hence 9."""
    if pool.due < 0 or not 0 <= pool.ungraded <= pool.due:
        raise ValueError(f"impossible numbers in pool {pool.code}")
    base = pool.due - pool.ungraded if rule.base == "graded" else pool.due
    share = share_of(rule, pool)
    theoretical = base * share
    count = rounded(theoretical, rule.rounding)
    return QuotaRow(pool.code, base, share, theoretical, count, count)


def plan(pools: Iterable[Pool], rule: QuotaRule) -> QuotaPlan:
    """The allotment sheet over all pools of a track, in order of pool codes.

    The sum is capped at ``sum_share`` of the summed base, rounded down. What is left over stays
    with the office, goes to the largest remainders, or small pools are bundled first, by the
    rule's ``remainder``. Equal remainders at the edge are flagged and stay in the reserve.
    """
    listed = sorted((pool for pool in pools if not pool.apart), key=lambda one: one.code)
    rows = [seats(pool, rule) for pool in listed]
    if rule.remainder == "bundle":
        rows = _bundled(rows, listed, rule)
    base = sum(row.base for row in rows)
    cap = rounded(_cap_share(rule, listed) * base, "floor")
    tied: tuple[str, ...] = ()
    if rule.remainder == "largest_remainder":
        rows, tied = _largest(rows, cap - sum(row.seats for row in rows))
    given = sum(row.seats for row in rows)
    excess = max(0, given - cap)
    return QuotaPlan(
        rows=tuple(rows),
        base=base,
        cap=cap,
        given=given,
        reserve=max(0, cap - given),
        tied=tied,
        excess=excess,
        findings=_findings(excess, cap, given, tied),
    )


def _cap_share(rule: QuotaRule, pools: Sequence[Pool]) -> Fraction:
    """The cap on the sum; an approval for every pool raises it where the rule has one."""
    if rule.approved_share is not None and pools and all(pool.approved for pool in pools):
        return max(rule.sum_share, rule.approved_share)
    return rule.sum_share


def _findings(excess: int, cap: int, given: int, tied: tuple[str, ...]) -> tuple[Sentence, ...]:
    found = []
    if excess:
        found.append(
            m("各组名额合计 %(given)s 个,超过总控 %(cap)s 个,须调减 %(n)s 个",
              given=given, cap=cap, n=excess)
        )  # fmt: skip
    if tied:
        found.append(m("%(pools)s 余数相同,名额留作机动", pools="、".join(tied)))
    return tuple(found)


def _largest(rows: list[QuotaRow], spare: int) -> tuple[list[QuotaRow], tuple[str, ...]]:
    """Spare seats one by one to the largest remainders; a tie at the edge gets none."""
    order = sorted(rows, key=lambda row: (row.rounded - row.theoretical, row.pool))
    hungry = [row for row in order if row.theoretical > row.rounded]
    if spare <= 0 or not hungry:
        return rows, ()
    tied: list[str] = []
    winners = [row.pool for row in hungry[:spare]]
    if spare < len(hungry):
        last = _rest(hungry[spare - 1])
        if _rest(hungry[spare]) == last:
            tied = sorted(row.pool for row in hungry if _rest(row) == last)
            winners = [code for code in winners if code not in tied]
    given = [replace(row, seats=row.rounded + (row.pool in winners)) for row in rows]
    return given, tuple(tied)


def _rest(row: QuotaRow) -> Fraction:
    return row.theoretical - row.rounded


def _bundled(rows: list[QuotaRow], pools: Sequence[Pool], rule: QuotaRule) -> list[QuotaRow]:
    """Pools with fewer people than ``bundle_below`` share one line with one rounding."""
    small = {row.pool for row in rows if row.base < rule.bundle_below}
    if len(small) < 2:
        return rows
    members = [row for row in rows if row.pool in small]
    theoretical = sum((row.theoretical for row in members), Fraction(0))
    base = sum(row.base for row in members)
    count = rounded(theoretical, rule.rounding)
    share = theoretical / base if base else rule.share
    names = "、".join(row.pool for row in members)
    bundle = QuotaRow(
        "+".join(row.pool for row in members), base, share, theoretical, count, count,
        m("捆绑使用名额:%(pools)s", pools=names),
    )  # fmt: skip
    return [row for row in rows if row.pool not in small] + [bundle]


def rule_for(rules: Iterable[QuotaRule], track: Track) -> QuotaRule:
    """The quota rule of a track; KeyError if the scheme has none."""
    return {rule.track: rule for rule in rules}[track]


@dataclass(frozen=True, slots=True)
class QuotaMove:
    """Seats moved between pools, or from the reserve (``source`` empty), with approval."""

    source: str
    target: str
    seats: int
    approver: str
    document: str


def moved(sheet: QuotaPlan, moves: Iterable[QuotaMove]) -> QuotaPlan:
    """The plan after approved moves. Raises ValueError for a move without approver and document,
    of a non-positive number, or of more than there is; KeyError for an unknown pool."""
    left = {row.pool: row.seats for row in sheet.rows}
    reserve = sheet.reserve
    for one in moves:
        if one.seats <= 0 or not one.approver or not one.document:
            raise ValueError("a move needs a positive number, an approver and a document")
        left[one.target] += one.seats
        if one.source:
            left[one.source] -= one.seats
        else:
            reserve -= one.seats
        if reserve < 0 or min(left.values()) < 0:
            raise ValueError("more seats moved than there are")
    rows = tuple(replace(row, seats=left[row.pool]) for row in sheet.rows)
    return replace(sheet, rows=rows, reserve=reserve, given=sum(left.values()))


def check_batch(sheet: QuotaPlan, used: Mapping[str, int]) -> tuple[Sentence, ...]:
    """Why a deciding batch can't pass: a pool over its seats, or the total over the cap.

    ``used`` counts 优秀 per pool, decided and to be decided together; empty result: it may pass.
    """
    found = []
    given = {row.pool: row.seats for row in sheet.rows}
    for pool, count in sorted(used.items()):
        if count > given.get(pool, 0):
            found.append(
                m("考核组别“%(pool)s”拟优秀 %(n)s 人,名额 %(seats)s 人",
                  pool=pool, n=count, seats=given.get(pool, 0))
            )  # fmt: skip
    total = sum(used.values())
    if total > sheet.cap:
        found.append(m("拟优秀合计 %(n)s 人,总控 %(cap)s 人", n=total, cap=sheet.cap))
    return tuple(found)
