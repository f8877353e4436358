"""Rows for the benchmarks: a roster of any size with real surname frequencies, made in memory."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import sqlalchemy as sa

from cases.models import Assignment, Cycle, Person, Post, Scheme, SchemeVersion, Unit
from cases.models.rows import Row, insert_rows
from cases.models.units import official_order
from cases.scoring.scheme import digest
from tests.world import scheme_document
from workflow.permissions import Actor, Grant
from workflow.vocabulary import CycleState, Role

AT = datetime(2025, 12, 10, 1, 0, tzinfo=UTC)
CLERK = Actor(1, 1, (Grant(Role.OFFICE, organ_id=1),))
PER_UNIT = 50
BATCH = 20_000

SURNAMES = (
    "王:7.2 李:7.2 张:6.8 刘:5.4 陈:4.5 杨:3.1 黄:2.2 赵:2.1 吴:2.0 周:1.9 徐:1.5 孙:1.5 马:1.3 "
    "朱:1.3 胡:1.2 郭:1.2 何:1.2 林:1.1 高:1.1 罗:1.0 郑:0.9 梁:0.9 谢:0.8 宋:0.8 唐:0.7 许:0.7 "
    "韩:0.7 邓:0.6 冯:0.6 曹:0.6 彭:0.6 曾:0.6 欧阳:0.1 司马:0.02 上官:0.01 诸葛:0.01"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志文红玉海春晓东林峰云龙飞雪梅宁波"


def names(count: int, seed: int = 7) -> list[str]:
    """Names drawn by the published frequencies of surnames, one or two given characters."""
    rng = random.Random(seed)
    pairs = [p.split(":") for p in SURNAMES.split()]
    surnames = rng.choices([p[0] for p in pairs], [float(p[1]) for p in pairs], k=count)
    return [s + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2, 2)))) for s in surnames]


def found(conn: sa.Connection, people: int) -> int:
    """Write the roster and an open cycle over it; returns the cycle's id."""
    units = max(1, people // PER_UNIT)
    conn.execute(
        sa.insert(Unit),
        [
            {
                "id": i,
                "code": f"U{i}",
                "name": f"单位{i}",
                "name_key": f"单位{i}",
                "sort_no": i,
                "managing_organ_id": 1,
            }
            for i in range(1, units + 2)
        ],
    )
    listed = names(people)
    for start in range(0, people, BATCH):
        numbered = list(enumerate(listed[start : start + BATCH], start + 1))
        insert_rows(conn, Person, _PERSON, [_person(i, name, units) for i, name in numbered])
        insert_rows(conn, Post, _POST, [_post(i, units) for i, _ in numbered])
        insert_rows(conn, Assignment, _HELD, [(i, i, i, True, 1) for i, _ in numbered])
    return _cycle(conn)


_PERSON = ("id", "name", "name_key", "unit_id", "order_key")
_POST = ("id", "unit_id", "title", "sort_no", "rank", "leading")
_HELD = ("id", "person_id", "post_id", "is_primary", "managed_by_id")


def _unit(number: int, units: int) -> int:
    return min(2 + (number - 1) // PER_UNIT, units + 1)


def _person(number: int, name: str, units: int) -> Row:
    unit = 2 + (number - 1) // PER_UNIT
    return (number, name, name, _unit(number, units), official_order(unit, number % PER_UNIT))


def _post(number: int, units: int) -> Row:
    return (number, _unit(number, units), f"职务{number}", number, "deputy", True)


def _cycle(conn: sa.Connection) -> int:
    conn.execute(
        sa.insert(Scheme).values(id=1, code="bench", title="基准方案", managing_organ_id=1)
    )
    content = scheme_document()
    conn.execute(
        sa.insert(SchemeVersion).values(
            id=1, scheme_id=1, number=1, content=content, digest=digest(content), created_at=AT
        )
    )
    return int(
        conn.execute(
            sa.insert(Cycle)
            .values(
                ref="2025-1",
                year=2025,
                title="基准",
                managing_organ_id=1,
                scheme_version_id=1,
                state=CycleState.OPEN,
                timetable={},
                settings={},
            )
            .returning(Cycle.id)
        ).scalar_one()
    )
