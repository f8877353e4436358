"""What guards may look at: one frozen snapshot per case or thing, plain comparable values.

Bars, seats, turnout and suggestions arrive computed (``cases.queries.facts`` calls
``cases.scoring``); guards only compare. Every field has a harmless default so that a test names
only what it is about. Dates are dates of the cycle in Asia/Shanghai.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflow.vocabulary import (
    BarEffect,
    CaseKind,
    DataSheetState,
    FilingState,
    Grade,
    HoldKind,
    MeetingState,
    Outcome,
    Participation,
    PoolState,
    ReportSectionState,
    SignState,
    State,
    Thing,
    Track,
)
from workflow.words import Sentence


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One section of the self-report; lengths count characters by the server's one rule."""

    key: str
    title: str = ""
    length: int = 0
    minimum: int = 0
    maximum: int = 0
    state: ReportSectionState = ReportSectionState.WRITTEN

    @property
    def complete(self) -> bool:
        """Within its bounds; a maximum of 0 means no upper bound."""
        return self.length >= self.minimum and not 0 < self.maximum < self.length


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar found on the subject: what it does, and the clause that says so.

    ``cap`` is the best grade it leaves, where it says more than its effect."""

    code: str
    effect: BarEffect = BarEffect.NO_EXCELLENT
    clause: Sentence | str = ""
    source: str = ""
    cap: Grade | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Who performed an earlier move on this case or thing; ``action`` is the word's value."""

    action: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Window:
    """When something may be done: from ``opens_on`` to ``due_on``, both inclusive."""

    opens_on: date | None = None
    due_on: date | None = None
    extended_to: date | None = None

    @property
    def ends_on(self) -> date | None:
        return self.extended_to or self.due_on


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the process may know about one case at the moment of a move."""

    case_id: int = 0
    kind: CaseKind = CaseKind.CADRE
    track: Track = Track.LEADING_CADRE
    state: State = State.SCOPED
    version: int = 0
    today: date = date(2000, 1, 1)
    last_action: str = ""
    # scoping
    participation: Participation = Participation.FULL
    participation_reason: str | None = None
    managing_organ_id: int | None = None
    commenter_set: bool = False
    scheme_frozen: bool = False
    # self-report
    sections: tuple[ReportSection, ...] = ()
    report_length: int = 0
    report_maximum: int = 0
    report_window: Window = Window()
    # data: None means that the scheme has no sheet for the unit
    sheet_state: DataSheetState | None = None
    data_provisional: bool = False
    # evaluation: None means that no meeting is planned for the unit
    meeting_state: MeetingState | None = None
    talks_complete: bool = False
    evaluation_provisional: bool = False
    # synthesis
    synthesis_present: bool = False
    comment_present: bool = False
    comment_required: bool = False
    open_inquiries: int = 0
    open_opinion_requests: int = 0
    holds: tuple[HoldKind, ...] = ()
    bars: tuple[Bar, ...] = ()
    bars_evaluated_on: date | None = None
    hqd_required: bool = False
    hqd_present: bool = False
    hqd_allows_excellent: bool = True
    suggested_grade: Grade | None = None
    proposed_outcome: Outcome | None = None
    proposed_grade: Grade | None = None
    # decision
    pool_id: int | None = None
    pool_state: PoolState | None = None
    chain_required: int = 0
    chain_done: int = 0
    decided_outcome: Outcome | None = None
    decided_grade: Grade | None = None
    released: bool = False
    publicity_required: bool = False
    publicity_ends_on: date | None = None
    objections_open: int = 0
    objections_substantiated: int = 0
    # after the decision
    notice_given: bool = False
    notified_on: date | None = None
    statement_given: bool = False
    statement_due_on: date | None = None
    sign_state: SignState = SignState.NONE
    filing_state: FilingState | None = None
    mandatory_measures_open: int = 0
    review_open: bool = False
    review_orders_regrade: bool = False
    correction_approved: bool = False
    continuation_required: bool = False
    four_check_passed: bool = False
    # who did what before
    steps: tuple[Step, ...] = ()

    @property
    def held(self) -> bool:
        """An open hold other than a legal one leaves only the ungraded outcome."""
        return any(kind is not HoldKind.LEGAL for kind in self.holds)


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """A pool at the moment its cases are decided: seats of the quota and what is used.

    ``used`` counts 优秀 decided outside the batch at hand; ``base`` is the number of cases the
    quota was computed from. ``total_seats`` and ``total_used`` are the cap above all pools that
    share a ``total_id``.
    """

    pool_id: int = 0
    seats: int = 0
    used: int = 0
    base: int = 0
    total_id: int = 0
    total_seats: int | None = None
    total_used: int = 0
    state: PoolState = PoolState.OPEN


@dataclass(frozen=True, slots=True)
class ThingFacts:
    """A thing beside the case: its state and the few named facts its guards compare.

    ``counts`` hold numbers of things (open items, missing values), ``flags`` what is true,
    ``days`` dates. The names a guard reads are listed in its thing file.
    """

    thing: Thing
    thing_id: int = 0
    state: str = ""
    version: int = 0
    today: date = date(2000, 1, 1)
    due_on: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    days: Mapping[str, date] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
