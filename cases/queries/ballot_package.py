"""The frozen ballot package of a meeting, from its rows and the scheme. Same rows, same bytes.

Sheet and option keys are the scheme's own codes; ``subject`` of a row is the case's id as text, or
``r<number>`` where no case is rated. Groups without people have no cards and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cases.ballot_box.merging import merge_small
from cases.ballot_box.package import (
    K_FLOOR,
    Electorate,
    Group,
    Limit,
    Option,
    Package,
    QualityRule,
    Row,
    Sheet,
    Text,
)
from cases.models import Case, MeetingSheet, SheetElectorate, SheetRow, Unit, VoterGroup
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import BallotSheet, Scheme
from workflow.vocabulary import CaseKind, Grade, MeetingKind, SheetKind

CUSTODY = {"custody": "sealed_custody", "destroy": "destroy"}
BEST = (Grade.EXCELLENT,)


def sheet_name(title: str, kind: SheetKind) -> Title:
    """A sheet's title in both languages; in a joint session the name of its unit stands before."""
    return Title(title, title.removesuffix(kind.zh) + kind.en if title.endswith(kind.zh) else "")


def listed_post(row: Any, held: str) -> str:
    """The post beside a name on a sheet; in an assembly, where people of many units stand on one
    sheet, their unit before it."""
    post = row.subject_post or ""
    many = held == MeetingKind.ASSEMBLY and row.kind == CaseKind.CADRE
    return f"{row.unit} {post}".strip() if many else post


def smallest(scheme: Scheme | None) -> int:
    """k: how many ballots a figure must stand for; never below 3."""
    return max(scheme.ballot.k if scheme else K_FLOOR, K_FLOOR)


def package_of(
    conn: sa.Connection, meeting: Any, scheme: Scheme, *, public_key: str, urn: str
) -> Package:
    """The package of a meeting. Raises PackageRefusal with every fault."""
    unit = conn.execute(sa.select(Unit.name).where(Unit.id == meeting.unit_id)).scalar_one()
    voters = voting_groups(conn, meeting.id, scheme)
    signed = signed_electorates(voters, scheme)
    groups = tuple(_group(scheme, g, g.electorate in signed) for g in voters)
    return Package(
        urn=urn,
        public_key=public_key,
        organ=Text(unit),
        title=Text(meeting.title),
        sheets=_Builder(conn, meeting, scheme, voters).sheets(),
        groups=groups,
        k=smallest(scheme),
        receipt=scheme.ballot.receipts,
        rate_base=scheme.ballot.rate_base,
        custody=CUSTODY[scheme.ballot.raw_ballots],
        electorates=tuple(
            Electorate(code, _text(scheme.ballot.electorates[code].title))
            for code in dict.fromkeys(g.electorate for g in voters)
            if not any(g.code == code for g in voters)
        ),
        lines=announced_lines(voters, scheme),
        quality=tuple(
            QualityRule(q.code, _text(q.title), q.figure, _decimal(q.above), q.least_rows)
            for q in scheme.ballot.quality
        ),
        unanimous=scheme.ballot.unanimous,
    )


def voting_groups(conn: sa.Connection, meeting_id: int, scheme: Scheme) -> list[Any]:
    """The groups of cards that have people in them, in merge order: that of the scheme."""
    order = {code: n for n, code in enumerate(scheme.ballot.electorates)}
    rows = conn.execute(
        sa.select(VoterGroup)
        .where(VoterGroup.meeting_id == meeting_id, VoterGroup.members > 0)
        .order_by(VoterGroup.id)
    ).all()
    return sorted(rows, key=lambda g: order.get(g.electorate, len(order)))


def members_by_electorate(groups: Sequence[Any]) -> dict[str, int]:
    """Electorate -> people due, in merge order."""
    found: dict[str, int] = {}
    for group in groups:
        found[group.electorate] = found.get(group.electorate, 0) + group.members
    return found


def signed_electorates(groups: Sequence[Any], scheme: Scheme) -> set[str]:
    """Electorates too small to be anonymous that the scheme has counted apart: as signed views."""
    k, rules = smallest(scheme), scheme.ballot.electorates
    return {
        code
        for code, members in members_by_electorate(groups).items()
        if members < k and code in rules and rules[code].when_small == "signed"
    }


def announced_lines(groups: Sequence[Any], scheme: Scheme) -> tuple[tuple[str, ...], ...]:
    """Which electorates are counted together, by their membership; said before the ballot."""
    signed = signed_electorates(groups, scheme)
    due = {c: n for c, n in members_by_electorate(groups).items() if c not in signed}
    return tuple(merge_small(due, smallest(scheme)))


def _text(title: Title) -> Text:
    return Text(title.zh, title.en if title.en != title.zh else "")


def _decimal(share: Fraction) -> str:
    text = format(Decimal(share.numerator) / Decimal(share.denominator), ".6f")
    return text.rstrip("0").rstrip(".")


def _group(scheme: Scheme, group: Any, signed: bool) -> Group:
    one = scheme.ballot.electorates.get(group.electorate)
    title = _text(one.title) if one is not None and one.title.zh == group.title else None
    joined = "" if group.electorate == group.code else group.electorate
    return Group(group.code, title or Text(group.title), group.colour, "", signed, joined)


@dataclass(frozen=True, slots=True)
class _Builder:
    """The sheets of one meeting, read from its rows."""

    conn: sa.Connection
    meeting: Any
    scheme: Scheme
    groups: Sequence[Any]

    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets with rows, each followed by its items where they are asked."""
        rows, fills = self._rows(), self._fills()
        found: list[Sheet] = []
        for sheet in self.conn.execute(
            sa.select(MeetingSheet)
            .where(MeetingSheet.meeting_id == self.meeting.id)
            .order_by(MeetingSheet.id)
        ):
            if rows[sheet.id]:
                found += self._with_items(sheet, rows[sheet.id], fills.get(sheet.id, {}))
        return tuple(found)

    def _rows(self) -> Mapping[int, list[tuple[Row, int | None]]]:
        """Sheet -> its rows with the unit of each."""
        found: dict[int, list[tuple[Row, int | None]]] = defaultdict(list)
        for r in self.conn.execute(
            sa.select(
                SheetRow.sheet_id, SheetRow.name, SheetRow.post, SheetRow.sort_no,
                Case.id, Case.kind, Case.unit_id, Case.subject_name, Case.subject_post,
                sa.func.coalesce(Unit.short_name, Unit.name).label("unit"),
            )
            .join(MeetingSheet, MeetingSheet.id == SheetRow.sheet_id)
            .outerjoin(Case, Case.id == SheetRow.case_id)
            .outerjoin(Unit, Unit.id == Case.unit_id)
            .where(MeetingSheet.meeting_id == self.meeting.id)
            .order_by(SheetRow.sort_no, SheetRow.id)
        ):  # fmt: skip
            if r.id is None:
                row = Row(f"r{r.sort_no}", r.name, r.post or "")
            else:
                name = f"{r.subject_name}领导班子" if r.kind == CaseKind.BODY else r.subject_name
                row = Row(str(r.id), name, listed_post(r, self.meeting.kind))
            found[r.sheet_id].append((row, r.unit_id))
        return found

    def _fills(self) -> Mapping[int, Mapping[int, bool]]:
        """Sheet -> group -> whether it passes over its own unit."""
        found: dict[int, dict[int, bool]] = defaultdict(dict)
        for row in self.conn.execute(
            sa.select(SheetElectorate)
            .join(MeetingSheet, MeetingSheet.id == SheetElectorate.sheet_id)
            .where(MeetingSheet.meeting_id == self.meeting.id)
        ):
            found[row.sheet_id][row.group_id] = row.exclude_own_unit
        return found

    def _with_items(
        self, sheet: Any, rows: Sequence[tuple[Row, int | None]], fills: Mapping[int, bool]
    ) -> list[Sheet]:
        kind = SheetKind(sheet.kind)
        mine = [g for g in self.groups if g.id in fills]
        barred = tuple(
            (g.code, row.subject)
            for g in mine
            if fills[g.id] and g.unit_id is not None
            for row, unit in rows
            if unit == g.unit_id
        )
        whole = Sheet(
            key=sheet.key,
            kind=kind.value,
            title=Text(sheet.title, sheet_name(sheet.title, kind).en),
            options=self._options(kind),
            rows=tuple(row for row, _ in rows),
            groups=tuple(g.code for g in mine),
            limits=self._limits(kind, sheet.excellent_limit),
            require_all=self.scheme.ballot.require_all,
            barred=barred,
        )
        asked = self._grading(kind)
        if asked is None or not self.meeting.with_items:
            return [whole]
        return [
            whole,
            *(
                replace(
                    whole,
                    key=f"{whole.key}-{code}",
                    title=Text(f"{sheet.title}：{title.zh}", f"{whole.title.en}: {title.en}"),
                    limits=(),
                    item=code,
                )
                for code, title in asked.items
            ),
        ]

    def _grading(self, kind: SheetKind) -> BallotSheet | None:
        """The scheme's sheet of a kind that feeds the grade; None for the others."""
        known = {SheetKind(k.value): s for k, s in self.scheme.ballot.sheets.items()}
        return known.get(kind)

    def _options(self, kind: SheetKind) -> tuple[Option, ...]:
        grading = self._grading(kind)
        options = grading.options if grading else self.scheme.ballot.other_sheets[kind].options
        return tuple(Option(o.code, _text(o.title), o.abstain) for o in options)

    def _limits(self, kind: SheetKind, most: int | None) -> tuple[Limit, ...]:
        grading = self._grading(kind)
        if grading is None or most is None:
            return ()
        best = [o.code for o in grading.options if o.grade in BEST]
        return tuple(Limit(code, most) for code in best)
