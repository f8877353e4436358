"""A self-report as pages read it: sections against the frozen scheme, what was returned, history.

``report_of`` asks a fixed number of queries. Texts are as stored; lengths are counted by the one
rule of :func:`forms.validators.count_chars`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cases import canonical
from cases.models import Case, Cycle, Person, ReportSection, ReportSubmission, SelfReport
from cases.models import SchemeVersion as Version
from cases.queries.by_ids import ByIds
from cases.queries.facts import facts_of
from cases.queries.scheme import scheme_by_digest, scheme_of_cycle
from cases.queries.visibility import assignments_of, context_of, resource_of
from cases.scoring.shapes import Scheme, Section
from forms.self_report import SelfReport as ReportForm
from forms.validators import count_chars
from workflow.machine import offers
from workflow.permissions import Actor
from workflow.vocabulary import Action, CaseKind, EntryBasis, ReportSectionState, Stage, State
from workflow.words import Sentence

EDITABLE = (State.DRAFTING, State.RETURNED)


@dataclass(frozen=True, slots=True)
class SectionOf:
    """One section: the scheme's demand, the present text, the last return, the text before it."""

    number: int
    code: str
    title: str
    hint: str
    limit: int
    minimum: int
    required: bool
    text: str
    state: ReportSectionState
    return_kind: str | None
    reason: str | None
    returned_by: str | None
    returned_at: datetime | None
    before: str | None

    @property
    def length(self) -> int:
        return count_chars(self.text)

    @property
    def complete(self) -> bool:
        """Within the scheme's bounds."""
        least = max(self.minimum, 1) if self.required else 0
        return least <= self.length <= self.limit


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as it was handed in; ``ended`` is the move that ended it, None while it waits."""

    number: int
    at: datetime
    by: str | None
    digest: str
    ended: Action | None
    ended_at: datetime | None
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one case. ``draft_version`` is what an editor must have seen to save."""

    case_id: int
    ref: str
    kind: CaseKind
    state: State
    draft_version: int
    saved_at: datetime | None
    basis: EntryBasis
    typed_by: str | None
    on_behalf_of: str | None
    basis_file_id: int | None
    total_limit: int
    sections: tuple[SectionOf, ...]
    submissions: tuple[Submission, ...]
    specs: tuple[Section, ...]

    @property
    def length(self) -> int:
        return sum(s.length for s in self.sections)

    @property
    def editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def texts(self) -> dict[str, str]:
        """Section code -> present text."""
        return {s.code: s.text for s in self.sections}

    @property
    def returned(self) -> tuple[SectionOf, ...]:
        """Sections that wait for another text."""
        return tuple(s for s in self.sections if s.state is ReportSectionState.RETURNED)

    @property
    def returns(self) -> int:
        """How often it was sent back, for form or on its content."""
        back = (Action.RETURN_FOR_FORM, Action.RETURN_ON_CONTENT)
        return sum(1 for s in self.submissions if s.ended in back)

    @property
    def last(self) -> Submission | None:
        """The latest submission, whatever became of it."""
        return self.submissions[-1] if self.submissions else None


def scheme_of_case(conn: sa.Connection, case: Any) -> Scheme:
    """The frozen scheme of a case. Raises LookupError while the cycle has none."""
    scheme = scheme_of_cycle(conn, case.cycle_id)
    if scheme is None:
        raise LookupError(f"cycle {case.cycle_id} has no scheme")
    return scheme


_THE_CASE: Any = sa.bindparam("case", type_=sa.BigInteger)
_HEAD = sa.select(SelfReport).where(SelfReport.case_id == _THE_CASE)
_SECTIONS = sa.select(ReportSection).where(ReportSection.case_id == _THE_CASE)
_HANDED = (
    sa.select(ReportSubmission)
    .where(ReportSubmission.case_id == _THE_CASE)
    .order_by(ReportSubmission.number)
)


def report_of(conn: sa.Connection, case: Any) -> Report:
    """The report of a row of ``cases``, empty where nothing is written yet."""
    scheme, kind = scheme_of_case(conn, case), CaseKind(case.kind)
    one = {"case": case.id}
    head = conn.execute(_HEAD, one).first()
    rows = {r.key: r for r in conn.execute(_SECTIONS, one)}
    handed = conn.execute(_HANDED, one).all()
    names = _names(conn, head, rows.values(), handed)
    before = _texts_before(handed)
    return Report(
        case_id=case.id,
        ref=case.ref,
        kind=kind,
        state=State(case.state),
        draft_version=head.draft_version if head else 1,
        saved_at=head.saved_at if head else None,
        basis=EntryBasis(head.basis) if head else EntryBasis.SELF,
        typed_by=names.get(head.typed_by) if head else None,
        on_behalf_of=names.get(head.on_behalf_of) if head else None,
        basis_file_id=head.basis_file_id if head else None,
        total_limit=scheme.total_limit[kind],
        sections=tuple(
            _section(i, spec, rows.get(spec.code), names, before)
            for i, spec in enumerate(scheme.sections[kind], 1)
        ),
        submissions=tuple(_submission(row, names) for row in handed),
        specs=scheme.sections[kind],
    )


def _names(
    conn: sa.Connection, head: Any, rows: Collection[Any], handed: Sequence[Any]
) -> dict[int | None, str]:
    wanted = {r.returned_by for r in rows} | {r.submitted_by for r in handed}
    wanted |= {head.typed_by, head.on_behalf_of} if head else set()
    found = _PEOPLE.rows(conn, sorted(i for i in wanted if i))
    return {person_id: name for person_id, name in found}


_PEOPLE = ByIds(Person.id, sa.select(Person.id, Person.name))


def _texts_before(handed: Sequence[Any]) -> Mapping[str, str]:
    """Texts of the last submission that was sent back: what "before the return" means."""
    for row in reversed(handed):
        if row.ended in (Action.RETURN_FOR_FORM, Action.RETURN_ON_CONTENT, Action.REOPEN_REPORT):
            texts: Mapping[str, str] = row.content["sections"]
            return texts
    return {}


def _section(
    number: int,
    spec: Section,
    row: Any,
    names: Mapping[int | None, str],
    before: Mapping[str, str],
) -> SectionOf:
    return SectionOf(
        number=number,
        code=spec.code,
        title=spec.title,
        hint=spec.hint,
        limit=spec.limit,
        minimum=spec.minimum,
        required=spec.required,
        text=row.text if row else "",
        state=ReportSectionState(row.state) if row else ReportSectionState.EMPTY,
        return_kind=row.return_kind if row else None,
        reason=row.return_reason if row else None,
        returned_by=names.get(row.returned_by) if row else None,
        returned_at=row.returned_at if row else None,
        before=before.get(spec.code),
    )


def _submission(row: Any, names: Mapping[int | None, str]) -> Submission:
    return Submission(
        number=row.number,
        at=row.submitted_at,
        by=names.get(row.submitted_by),
        digest=row.digest,
        ended=Action(row.ended) if row.ended else None,
        ended_at=row.ended_at,
        content=row.content,
    )


def documents_of(conn: sa.Connection, case_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What would be handed in now, by case: the answers with the scheme's titles and their order.

    Read back through :class:`forms.self_report.SelfReport`.
    """
    cases = conn.execute(
        sa.select(Case.id, Case.kind, Version.digest)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Version, Version.id == Cycle.scheme_version_id)
        .where(Case.id.in_(case_ids))
    ).all()
    texts: dict[int, dict[str, str]] = {}
    for case_id, key, text in conn.execute(
        sa.select(ReportSection.case_id, ReportSection.key, ReportSection.text).where(
            ReportSection.case_id.in_(case_ids)
        )
    ):
        texts.setdefault(case_id, {})[key] = text
    found = {}
    for row in cases:
        specs = scheme_by_digest(conn, row.digest).sections[CaseKind(row.kind)]
        written = texts.get(row.id, {})
        found[row.id] = {
            "form": ReportForm.key,
            "version": ReportForm.version,
            "scheme": row.digest,
            "order": [spec.code for spec in specs],
            "titles": {spec.code: str(spec.title) for spec in specs},
            "sections": {spec.code: written.get(spec.code, "") for spec in specs},
        }
    return found


def document_digest(document: Mapping[str, Any]) -> str:
    """Digest of a report as handed in, with its algorithm."""
    return f"sha256:{canonical.digest(document)}"


def moves_of(
    conn: sa.Connection, case: Any, actor: Actor, on: date
) -> dict[Action, tuple[Sentence, ...]]:
    """The moves open to this actor from here, each with what still stands in its way."""
    facts = facts_of(conn, [case.id], on=on, stages=(Stage.SELF_REPORT,))[case.id]
    assigned = assignments_of(conn, actor.person_id, [case.id]).get(case.id, frozenset())
    found = offers(facts, actor, resource_of(case, assigned), context_of(conn, actor, case))
    return {Action(o.action): o.refusals for o in found}


def section(conn: sa.Connection, case: Any, actor: Actor) -> dict[str, Any]:
    """What the case page shows of the report (``stages/self_report/case_section.html``)."""
    report = report_of(conn, case)
    texts = report.last.content["sections"].values() if report.last else ()
    length = sum(count_chars(text) for text in texts)
    return {"case": case, "report": report, "length": length}
