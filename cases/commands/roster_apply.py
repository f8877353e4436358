"""Writing a checked dry run: set-shaped statements, everything or nothing in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from cases.commands.roster_people import Ref
from cases.models import Assignment, NameGram, Person, Post, RosterImportRow, Unit
from cases.models.rows import insert_rows
from cases.models.units import official_order
from cases.names import grams, normal_form
from cases.queries.roster import RowKind
from cases.sealing import IDENTITY, seal, unseal
from cases.store import reserve

CHUNK = 5_000


def place_of(import_id: int) -> str:
    """Where an identity number of a dry run is sealed for; people's own place is ``people/id``."""
    return f"roster_imports/{import_id}"


def apply(conn: sa.Connection, import_id: int, *, data_key: str) -> None:
    """Write what the dry run says. The caller has made sure that nothing moved since.

    The people's rows are walked once, batch by batch: people, then their posts. Who holds a post is
    written at the end, because a row may name a person of any batch.
    """
    moved_units = _units(conn, import_id)
    units = _places(conn)
    ids: dict[str, int] = {}
    touched: set[int] = set()
    held: list[Held] = []
    for rows in _batches(conn, import_id):
        known = [row["id"] for row in rows if row["id"] is not None]
        _forget_grams(conn, Person.id.in_(known))
        touched.update(known)
        ids |= _people(conn, rows, units, import_id, data_key)
        _delete_ended(conn, [i for row in rows for i in row["ended"]])
        posts = _posts(conn, rows, units)
        held.extend(_held(row, units, posts) for row in rows)
    _assignments(conn, held, ids)
    _order(conn, touched, moved_units)


Places = dict[str, tuple[int, int]]
"""Unit code -> (id, number of the official order)."""


def _places(conn: sa.Connection) -> Places:
    query = sa.select(Unit.code, Unit.id, Unit.sort_no)
    return {code: (unit_id, sort_no) for code, unit_id, sort_no in conn.execute(query)}


def _batches(conn: sa.Connection, import_id: int) -> Iterator[list[dict[str, Any]]]:
    """The people's rows to be written, batch by batch in the order of the workbook."""
    after = 0
    query = (
        sa.select(RosterImportRow.number, RosterImportRow.data)
        .where(
            RosterImportRow.import_id == import_id,
            RosterImportRow.kind == RowKind.PERSON,
            RosterImportRow.data.is_not(None),
            RosterImportRow.number > sa.bindparam("after"),
        )
        .order_by(RosterImportRow.number)
        .limit(CHUNK)
    )
    while found := conn.execute(query, {"after": after}).all():
        after = found[-1].number
        yield [json.loads(row.data) for row in found]


def _delete_ended(conn: sa.Connection, ended: Sequence[int]) -> None:
    for start in range(0, len(ended), 500):
        conn.execute(sa.delete(Assignment).where(Assignment.id.in_(ended[start : start + 500])))


def _data(conn: sa.Connection, import_id: int, kind: RowKind) -> Iterator[str]:
    query = (
        sa.select(RosterImportRow.data)
        .where(
            RosterImportRow.import_id == import_id,
            RosterImportRow.kind == kind,
            RosterImportRow.data.is_not(None),
        )
        .order_by(RosterImportRow.number)
    )
    return (str(data) for data in conn.execute(query).scalars())


# units


def _units(conn: sa.Connection, import_id: int) -> set[int]:
    """Write the units, then what they refer to; returns the ids of those that were there before."""
    rows = [json.loads(data) for data in _data(conn, import_id, RowKind.UNIT)]
    new = [row for row in rows if row["id"] is None]
    for row, unit_id in zip(new, reserve(conn, "units", len(new)), strict=True):
        row["id"] = unit_id
    written = {row["id"] for row in new}
    if new:
        conn.execute(
            sa.insert(Unit), [{"id": r["id"], "code": r["code"], **_plain(r)} for r in new]
        )
    old = [{"b_id": r["id"], **_plain(r)} for r in rows if r["id"] not in written]
    if old:
        conn.execute(sa.update(Unit).where(Unit.id == sa.bindparam("b_id")), old)
    ids = {code: i for code, i in conn.execute(sa.select(Unit.code, Unit.id))}
    if rows:
        conn.execute(
            sa.update(Unit).where(Unit.id == sa.bindparam("b_id")),
            [
                {
                    "b_id": r["id"],
                    "parent_id": ids.get(r["parent"]),
                    "managing_organ_id": ids.get(r["managing_organ"]),
                    "assisting_organ_id": ids.get(r["assisting_organ"]),
                }
                for r in rows
            ],
        )
    return {row["id"] for row in rows} - written


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "name_key": normal_form(row["name"]),
        "short_name": row["short_name"] or None,
        "level": row["level"] or None,
        "class_code": row["class_code"] or None,
        "sort_no": row["sort_no"],
        "head_count": row["head_count"],
        "has_body": row["has_body"],
        "active": True,
    }


# people


def _people(
    conn: sa.Connection, rows: Sequence[dict[str, Any]], units: Places, import_id: int, key: str
) -> dict[str, int]:
    """Write the people of a batch; returns the ids of the new ones by MAC."""
    new = [row for row in rows if row["id"] is None and row["person"]]
    ids = dict(zip((r["mac"] for r in new), reserve(conn, "people", len(new)), strict=True))
    if new:
        made = [_newcomer(row, ids[row["mac"]], units, import_id, key) for row in new]
        insert_rows(conn, Person, _PERSON, [tuple(map(p.get, _PERSON)) for p in made])
        write_grams(conn, [(p["id"], p["name"], p["order_key"]) for p in made])
    for row in rows:
        if row["id"] is None or not row["person"]:
            continue
        values = _named(row["person"])
        if row["sealed"]:
            values |= _numbered(row, row["id"], import_id, key)
        conn.execute(sa.update(Person).where(Person.id == row["id"]).values(**values))
    return ids


_PERSON = (
    "id", "name", "name_key", "gender", "born", "ethnicity", "party", "id_number_sealed",
    "id_number_mac", "unit_id", "order_key", "probation_until", "retired_on", "remark",
)  # fmt: skip


def _newcomer(
    row: dict[str, Any], person_id: int, units: Places, import_id: int, key: str
) -> dict[str, Any]:
    """The columns of a newcomer as far as the workbook fills them."""
    unit_id, unit_no = units[row["post"]["unit"]]
    return {
        **_named(row["person"]),
        **_numbered(row, person_id, import_id, key),
        "id": person_id,
        "unit_id": unit_id,
        "order_key": official_order(unit_no, row["post"]["sort_no"]),
    }


def _numbered(row: dict[str, Any], person_id: int, import_id: int, key: str) -> dict[str, Any]:
    number = unseal(key, IDENTITY, row["sealed"], place=place_of(import_id))
    sealed = seal(key, IDENTITY, number, place=f"people/{person_id}")
    return {"id_number_mac": row["mac"], "id_number_sealed": sealed}


def _named(person: dict[str, Any]) -> dict[str, Any]:
    values = dict(person)
    for day in ("probation_until", "retired_on"):
        if values.get(day):
            values[day] = date.fromisoformat(values[day])
    return {**values, "name_key": normal_form(values["name"])}


# posts

PostKey = tuple[int, str, int]

Held = tuple[Any, ...]
"""An assignment to write: its id or None, the person, then ``_WRITTEN``. People as :data:`Ref`."""


_POST = ("id", "unit_id", "title", "sort_no", "rank", "leading")


def _posts(
    conn: sa.Connection, rows: Sequence[dict[str, Any]], codes: Places
) -> dict[PostKey, int]:
    """The posts of all rows, found or made; an existing one takes the rank of the workbook."""
    wanted: dict[PostKey, dict[str, Any]] = {_key(row["post"], codes): row["post"] for row in rows}
    units = sorted({key[0] for key in wanted})
    found: dict[PostKey, Any] = {}
    for start in range(0, len(units), 500):
        query = sa.select(Post.id, Post.unit_id, Post.title, Post.sort_no, Post.rank, Post.leading)
        for p in conn.execute(query.where(Post.unit_id.in_(units[start : start + 500]))):
            found[p.unit_id, p.title, p.sort_no] = p
    new = [key for key in wanted if key not in found]
    ids = dict(zip(new, reserve(conn, "posts", len(new)), strict=True))
    insert_rows(
        conn, Post, _POST, [(ids[k], *k, wanted[k]["rank"], wanted[k]["leading"]) for k in new]
    )
    changed = [
        {"b_id": p.id, "rank": wanted[key]["rank"], "leading": wanted[key]["leading"]}
        for key, p in found.items()
        if key in wanted
        and (p.rank, bool(p.leading)) != (wanted[key]["rank"], wanted[key]["leading"])
    ]
    if changed:
        conn.execute(sa.update(Post).where(Post.id == sa.bindparam("b_id")), changed)
    return {**{key: p.id for key, p in found.items()}, **ids}


def _key(post: dict[str, Any], codes: Places) -> PostKey:
    return codes[post["unit"]][0], post["title"], post["sort_no"]


def _held(row: dict[str, Any], codes: Places, posts: dict[PostKey, int]) -> Held:
    post = row["post"]
    return (
        row["assignment"],
        row["id"] if row["id"] is not None else row["mac"],
        posts[_key(post, codes)],
        post["primary"],
        codes[post["managed_by"]][0] if post["managed_by"] else None,
        post["held_since"] or None,
        date.fromisoformat(post["trial_until"]) if post["trial_until"] else None,
        post["duties"] or None,
        post["comment_by"],
    )


_WRITTEN = (
    "post_id", "is_primary", "managed_by_id", "held_since", "trial_until", "duties",
    "comment_by_id",
)  # fmt: skip


def _assignments(conn: sa.Connection, held: Sequence[Held], ids: dict[str, int]) -> None:
    new = [(_resolved(h[1], ids), *h[2:-1], _resolved(h[-1], ids)) for h in held if h[0] is None]
    insert_rows(conn, Assignment, ("person_id", *_WRITTEN), new)
    old = [
        {"b_id": h[0], **dict(zip(_WRITTEN, (*h[2:-1], _resolved(h[-1], ids)), strict=True))}
        for h in held
        if h[0] is not None
    ]
    if old:
        conn.execute(sa.update(Assignment).where(Assignment.id == sa.bindparam("b_id")), old)


def _resolved(ref: Ref | None, ids: dict[str, int]) -> int | None:
    return ids[ref] if isinstance(ref, str) else ref


# official order and the search table


def _order(conn: sa.Connection, touched: Collection[int], moved_units: Collection[int]) -> None:
    """Place and order of everybody touched, and of those whose unit was; then their name grams.

    The grams of the touched are gone already; the others still have their old name and order.
    """
    if not touched and not moved_units:
        return
    query = (
        sa.select(
            Person.id,
            Person.name,
            Person.order_key,
            Post.unit_id,
            Unit.sort_no.label("unit_no"),
            Post.sort_no.label("post_no"),
        )
        .join(Assignment, Assignment.person_id == Person.id)
        .join(Post, Post.id == Assignment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Assignment.is_primary)
    )
    kept = set(moved_units)
    found = [p for p in conn.execute(query) if p.id in touched or p.unit_id in kept]
    for start in range(0, len(found), CHUNK):
        people = found[start : start + CHUNK]
        _delete_grams(conn, [(p.id, p.name, p.order_key) for p in people if p.id not in touched])
        _place(conn, people)


def _place(conn: sa.Connection, people: Sequence[Any]) -> None:
    keys = {p.id: official_order(p.unit_no, p.post_no) for p in people}
    conn.execute(
        sa.update(Person)
        .where(Person.id == sa.bindparam("b_id"))
        .values(unit_id=sa.bindparam("b_unit"), order_key=sa.bindparam("b_order")),
        [{"b_id": p.id, "b_unit": p.unit_id, "b_order": keys[p.id]} for p in people],
    )
    write_grams(conn, [(p.id, p.name, keys[p.id]) for p in people])


def _forget_grams(conn: sa.Connection, condition: sa.ColumnElement[bool]) -> None:
    """Take people out of the search table as they stand in it."""
    query = sa.select(Person.id, Person.name, Person.order_key).where(condition)
    _delete_grams(conn, [(p.id, p.name, p.order_key) for p in conn.execute(query)])


def _delete_grams(conn: sa.Connection, people: Sequence[tuple[int, str, int]]) -> None:
    pieces = [
        {"b_gram": gram, "b_order": order, "b_id": i}
        for i, name, order in people
        for gram in grams(name)
    ]
    if pieces:
        conn.execute(
            sa.delete(NameGram).where(
                NameGram.gram == sa.bindparam("b_gram"),
                NameGram.order_key == sa.bindparam("b_order"),
                NameGram.person_id == sa.bindparam("b_id"),
            ),
            pieces,
        )


def write_grams(conn: sa.Connection, people: Sequence[tuple[int, str, int]]) -> None:
    """The search rows of people given as (id, name, order). Half a million go straight to the
    driver: building statements for them would cost more than writing them."""
    pieces = sorted((gram, order, i) for i, name, order in people for gram in grams(name))
    mark = "?" if conn.dialect.name == "sqlite" else "%s"
    columns = "gram, order_key, person_id"
    statement = f"INSERT INTO name_grams ({columns}) VALUES ({mark}, {mark}, {mark})"  # noqa: S608
    if pieces:
        conn.exec_driver_sql(statement, pieces)
