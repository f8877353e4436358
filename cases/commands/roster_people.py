"""The people's rows of a roster workbook: who is meant, in which post, who comments.

A person is known by the MAC of the identity number; one the roster holds without a number, by name,
month of birth and unit. The rows of a person whose primary post stands in the workbook are taken as
all of the person's posts. An empty cell changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.commands.roster_plan import (
    LONGEST_LABEL,
    LONGEST_WORD,
    SEVERAL_SHOWN,
    Planned,
    Units,
    differences,
)
from cases.files.cells import Level
from cases.files.roster_rows import PersonRow
from cases.names import lookalike_key, normal_form
from cases.queries.roster import Change, Roster, RowKind
from workflow.vocabulary import PostRank, Track
from workflow.words import Sentence, m

PERSON_LABELS: Mapping[str, Sentence] = {
    "name": m("姓名"),
    "gender": m("性别"),
    "born": m("出生年月"),
    "ethnicity": m("民族"),
    "party": m("政治面貌"),
    "probation_until": m("新录用试用期"),
    "retired_on": m("退休时间"),
    "remark": m("备注"),
}
POST_LABELS: Mapping[str, Sentence] = {
    "unit": m("单位"),
    "title": m("职务"),
    "sort_no": m("职务排序"),
    "rank": m("职务类别"),
    "leading": m("领导干部"),
    "primary": m("主要职务"),
    "managed_by": m("管理机关"),
    "held_since": m("任现职时间"),
    "trial_until": m("任职试用期"),
    "duties": m("从事或分管工作"),
}

Ref = int | str
"""A person: the id of one on the roster, or the MAC of one who comes with this workbook."""


@dataclass(slots=True)
class Candidate:
    """Somebody who may be meant by a commenter's name."""

    ref: Ref
    name: str
    unit: str
    title: str
    rank: str


@dataclass(slots=True)
class People:
    """What the rows are compared with: the roster, the workbook's own people, and the MAC."""

    roster: Roster
    units: Units
    mac: Callable[[str], str]
    seal: Callable[[str], str]
    primary: set[str] = field(default_factory=set)
    known: dict[str, Any] = field(default_factory=dict)
    by_name: dict[str, list[Candidate]] = field(default_factory=dict)
    chiefs: dict[str, list[Candidate]] = field(default_factory=dict)
    looks: dict[tuple[str, str], str] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)
    named: set[tuple[str, str | None, str]] = field(default_factory=set)


def plan_people(
    rows: Sequence[PersonRow],
    roster: Roster,
    units: Units,
    *,
    mac: Callable[[str], str],
    seal: Callable[[str], str],
) -> Iterator[Planned]:
    """The people's rows in order. ``mac`` and ``seal`` treat an identity number."""
    people = People(roster, units, mac, seal)
    macs = [mac(row.id_number) if row.id_number else "" for row in rows]
    codes = [units.find(row.unit)[0] if row.unit else "" for row in rows]
    _prepare(people, rows, macs, codes)
    for row, number, code in zip(rows, macs, codes, strict=True):
        yield _person(people, row, number, code)


def _prepare(people: People, rows: Sequence[PersonRow], macs: list[str], codes: list[str]) -> None:
    by_id = people.units.codes
    for row, mac, code in zip(rows, macs, codes, strict=True):
        if row.primary and mac:
            people.primary.add(mac)
        found = people.roster.people.get(mac)
        if found is None and mac and row.primary:
            found = _unnumbered(people.roster, row, people.units, code)
        if found is not None and mac not in people.known:
            people.known[mac] = found
            people.ids[found.id] = mac
    for row, mac, code in zip(rows, macs, codes, strict=True):
        known = people.known.get(mac)
        if known is not None:
            people.named.add((mac, code, row.post))
        if row.primary and mac and code:
            ref: Ref = known.id if known is not None else mac
            _candidate(people, Candidate(ref, row.name, code, row.post, row.post_rank.value))
    for everyone in (people.roster.people.values(), *people.roster.unnumbered.values()):
        for person in everyone:
            _standing(people, person, by_id)


def _unnumbered(roster: Roster, row: PersonRow, units: Units, code: str) -> Any:
    """Somebody on the roster without a number who is this person, when there is just one."""
    unit = units.by_code.get(code)
    found = roster.unnumbered.get((normal_form(row.name), unit.id if unit else None), [])
    same = [p for p in found if not p.born or not row.born or p.born == row.born]
    return same[0] if len(same) == 1 else None


def _standing(people: People, person: Any, by_id: Mapping[int, str]) -> None:
    """Somebody of the roster as a possible commenter, unless the workbook says where he is now."""
    code = by_id.get(person.unit_id, "")
    if person.id not in people.ids:
        people.looks[code, lookalike_key(person.name)] = person.name
    if people.ids.get(person.id, "") in people.primary:
        return
    for post in people.roster.assignments.get(person.id, ()):
        if post.is_primary:
            unit = by_id[post.unit_id]
            _candidate(people, Candidate(person.id, person.name, unit, post.title, post.rank))


def _candidate(people: People, one: Candidate) -> None:
    people.by_name.setdefault(normal_form(one.name), []).append(one)
    if one.rank == PostRank.CHIEF:
        people.chiefs.setdefault(one.unit, []).append(one)


def _person(people: People, row: PersonRow, mac: str, code: str) -> Planned:
    reasons = [p.sentence for p in row.problems]
    faults = [p for p in row.problems if p.level is Level.ERROR]
    cell = faults[0].cell if faults else row.cell
    wrong = _wrong_place(people, row, code)
    known = people.known.get(mac)
    if mac and known is None and mac not in people.primary:
        wrong.append(m("此人没有主要职务,请在一行的“主要职务”填“是”"))
    managed_by = ""
    if row.managing_organ:
        managed_by, why = people.units.find(row.managing_organ)
        wrong += [why] if why else []
    comment_by: Ref | None = None
    if not faults and not wrong:
        ref: Ref = known.id if known is not None else mac
        comment_by, told, refused = _commenter(people, row, code, ref)
        (wrong if refused else reasons).extend(told)
    label = f"{row.name} {row.unit_name or code} {row.post}"[:LONGEST_LABEL]
    planned = Planned(row.sheet, cell, RowKind.PERSON, Change.REFUSED, label, [*reasons, *wrong])
    if not faults and not wrong:
        _compare(people, planned, row, mac, code, managed_by, comment_by)
    return planned


def _wrong_place(people: People, row: PersonRow, code: str) -> list[Sentence]:
    if not row.unit:
        return []
    if not code:
        why = people.units.find(row.unit)[1]
        return [why] if why else []
    unit = people.units.by_code[code]
    wrong = []
    if code in people.units.refused:
        wrong.append(m("所在单位的一行不能导入,请先改好单位表"))
    if row.unit_code and row.unit_name not in ("", unit.name):
        names = {normal_form(unit.name), normal_form(unit.short_name)}
        if normal_form(row.unit_name) not in names:
            wrong.append(
                m("单位编码 %(code)s 是“%(name)s”,与所填单位名称不同", code=code, name=unit.name)
            )
    for what, text in ((m("民族"), row.ethnicity), (m("政治面貌"), row.party)):
        if len(text) > LONGEST_WORD:
            wrong.append(m("“%(what)s”超过 %(n)s 个字", what=what, n=LONGEST_WORD))
    return wrong


Found = tuple[Ref | None, list[Sentence], bool]
"""Who comments, what is told about it, and whether that refuses the row."""


def _commenter(people: People, row: PersonRow, code: str, me: Ref) -> Found:
    """Chief → a superior, others → the unit's chief; several who fit are told, never guessed."""
    if not row.comment_by:
        return _by_rule(people, row, code, me)
    named = [c for c in people.by_name.get(normal_form(row.comment_by), []) if c.ref != me]
    if not named:
        return None, [m("评语人“%(name)s”不在名册中", name=row.comment_by)], True
    fitting = next(tier for tier in _tiers(people, row, code, named) if tier)
    if len(fitting) > 1:
        choices = "、".join(f"{c.name}({c.unit} {c.title})" for c in fitting[:SEVERAL_SHOWN])
        told = m("评语人“%(name)s”有多人:%(who)s", name=row.comment_by, who=choices)
        return None, [told], True
    if row.post_rank is PostRank.CHIEF and fitting[0].unit == code:
        told = m("评语人“%(name)s”是本单位下级,不能给正职写评语", name=row.comment_by)
        return None, [told], True
    return fitting[0].ref, [], False


def _tiers(
    people: People, row: PersonRow, code: str, named: list[Candidate]
) -> Iterator[list[Candidate]]:
    """Those named, from the likeliest to all."""
    above = set(people.units.above(code))
    higher = [c for c in named if c.unit in above]
    if row.post_rank is PostRank.CHIEF:
        yield higher
        yield [c for c in named if c.unit != code]
    else:
        here = [c for c in named if c.unit == code]
        yield [c for c in here if c.rank == PostRank.CHIEF]
        yield here
        yield higher
    yield named


def _by_rule(people: People, row: PersonRow, code: str, me: Ref) -> Found:
    leading = row.track is Track.LEADING_CADRE
    chiefs = [c for c in people.chiefs.get(code, ()) if c.ref != me]
    if not leading or row.post_rank is PostRank.CHIEF or len(chiefs) != 1:
        return None, [], False
    return chiefs[0].ref, [], False


def _compare(
    people: People,
    planned: Planned,
    row: PersonRow,
    mac: str,
    code: str,
    managed_by: str,
    comment_by: Ref | None,
) -> None:
    known = people.known.get(mac)
    held = people.roster.assignments.get(known.id, []) if known is not None else []
    post = next((h for h in held if _same_post(people, h, row, code)), None)
    person, found = _person_changes(people, row, known, mac, code)
    values, changes = _post_changes(people, row, post, code, managed_by, comment_by)
    planned.reasons += [*found, *changes]
    ended = _ended(people, row, held, mac)
    if ended:
        titles = "、".join(h.title for h in held if h.id in ended)
        planned.reasons.append(m("不再任:%(posts)s", posts=titles))
    moved = bool(found or changes or ended or (known is not None and post is None))
    if known is not None and post is None:
        planned.reasons.append(m("新任:%(post)s", post=row.post))
    planned.change = Change.ADDED if known is None else Change.CHANGED if moved else Change.IGNORED
    if known is None:
        _note_lookalike(people, planned, row, code)
    if planned.change is not Change.IGNORED:
        planned.data = {
            "id": known.id if known is not None else None,
            "mac": mac,
            "sealed": people.seal(row.id_number) if _seals(known, row) else None,
            "person": person,
            "assignment": post.id if post is not None else None,
            "post": values,
            "ended": ended,
        }


def _seals(known: Any, row: PersonRow) -> bool:
    return row.primary if known is None else known.id_number_mac is None


def _same_post(people: People, held: Any, row: PersonRow, code: str) -> bool:
    return people.units.codes.get(held.unit_id) == code and held.title == row.post


def _ended(people: People, row: PersonRow, held: list[Any], mac: str) -> list[int]:
    """Assignments that the workbook no longer names; told on the row of the primary post."""
    if not row.primary:
        return []
    codes = people.units.codes
    return [h.id for h in held if (mac, codes.get(h.unit_id), h.title) not in people.named]


def _person_changes(
    people: People, row: PersonRow, known: Any, mac: str, code: str
) -> tuple[dict[str, Any], list[Sentence]]:
    """What to write about the person, by the row of the primary post; and what that changes."""
    if not row.primary:
        return {}, []
    written: dict[str, Any] = {
        "name": row.name,
        "gender": row.gender,
        "born": row.born,
        "ethnicity": row.ethnicity,
        "party": row.party,
        "probation_until": row.probation_until and row.probation_until.isoformat(),
        "retired_on": row.retired_on and row.retired_on.isoformat(),
        "remark": row.note,
    }
    values = {key: value for key, value in written.items() if value}
    if known is None:
        return values, []
    before = {
        "name": known.name,
        "gender": known.gender,
        "born": known.born,
        "ethnicity": known.ethnicity,
        "party": known.party,
        "probation_until": known.probation_until and known.probation_until.isoformat(),
        "retired_on": known.retired_on and known.retired_on.isoformat(),
        "remark": known.remark,
    }
    found = differences(PERSON_LABELS, before, values)
    if known.id_number_mac is None:
        found.append(m("补登公民身份号码"))
    return values, found


def _post_changes(
    people: People,
    row: PersonRow,
    held: Any,
    code: str,
    managed_by: str,
    comment_by: Ref | None,
) -> tuple[dict[str, Any], list[Sentence]]:
    """The post and assignment to write, and what that changes for one who holds the post now."""
    codes = people.units.codes
    sort_no = row.post_sort
    if sort_no is None:
        sort_no = held.sort_no if held is not None else people.posts.get(code, 0) + 1
    people.posts[code] = max(sort_no, people.posts.get(code, 0))
    values: dict[str, Any] = {
        "unit": code,
        "title": row.post,
        "sort_no": sort_no,
        "rank": row.post_rank.value,
        "leading": row.track is Track.LEADING_CADRE,
        "primary": row.primary,
        "managed_by": managed_by,
        "held_since": row.held_since,
        "trial_until": row.trial_until.isoformat() if row.trial_until else "",
        "duties": row.duties,
        "comment_by": comment_by,
    }
    if held is None:
        return values, []
    before = {
        "unit": code,
        "title": held.title,
        "sort_no": held.sort_no,
        "rank": held.rank,
        "leading": bool(held.leading),
        "primary": bool(held.is_primary),
        "managed_by": codes.get(held.managed_by_id, ""),
        "held_since": held.held_since or "",
        "trial_until": held.trial_until.isoformat() if held.trial_until else "",
        "duties": held.duties or "",
    }
    for key in ("managed_by", "held_since", "trial_until", "duties"):
        values[key] = values[key] or before[key]
    found = differences(POST_LABELS, _in_words(before), _in_words(values))
    if not row.comment_by and held.comment_by_id is not None:
        values["comment_by"] = held.comment_by_id
    elif comment_by != held.comment_by_id and comment_by is not None:
        found.append(m("评语人定为“%(name)s”", name=row.comment_by or m("本单位正职")))
    return values, found


def _in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "rank": PostRank(values["rank"]).zh}


def _note_lookalike(people: People, planned: Planned, row: PersonRow, code: str) -> None:
    """A newcomer whose name looks like somebody's of the same unit is told, never merged."""
    if not people.looks:
        return
    other = people.looks.get((code, lookalike_key(row.name)))
    if other is None:
        return
    if normal_form(other) == normal_form(row.name):
        planned.reasons.append(m("本单位名册中已有同名的“%(name)s”,身份号码不同", name=other))
    else:
        planned.reasons.append(m("与本单位名册中的“%(name)s”姓名形近,请核对", name=other))
