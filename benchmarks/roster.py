"""Importing a roster of 100,000 people: dry run and commit, wall seconds and peak memory.

Each run is a process of its own, so that its peak is its own. The limit is the goal of the issue
(20 s and 400 MB); the bare insert of the same people is measured beside it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.rounds import database, seconds
from cases.commands import roster
from cases.files.roster_template import write_roster
from cases.models import Person
from workflow.permissions import SYSTEM

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
KEY = "benchmark-only-not-a-secret-0000000000"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文志海云天龙心怀知远晨"
STAFF = 20
SECONDS, MEGABYTES = 20.0, 400.0


def number(n: int) -> str:
    """A fictional identity number with a right check character."""
    born = f"{1960 + n % 35}{1 + n % 12:02d}{1 + n % 28:02d}"
    digits = f"99{n // 1000 % 10000:04d}{born}{n % 1000:03d}"
    return (
        digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    )


def _units(count: int) -> Iterator[dict[str, Any]]:
    yield {"code": "YZ", "name": "云州市委", "sort_no": 1, "has_body": "否"}
    for i in range(count // STAFF):
        yield {
            "code": f"U{i:05d}",
            "name": f"第{i}局",
            "parent": "YZ",
            "sort_no": 10 + i,
            "managing_organ": "YZ",
            "has_body": "是",
            "head_count": STAFF,
        }


def _people(count: int) -> Iterator[dict[str, Any]]:
    for i in range(count):
        unit, place = divmod(i, STAFF)
        yield {
            "unit_code": f"U{unit:05d}",
            "unit_name": f"第{unit}局",
            "name": SURNAMES[i * 7 % 40] + GIVEN[i * 11 % 29] + GIVEN[i * 13 % 31],
            "gender": "男" if i % 2 else "女",
            "born": f"{1960 + i % 35}.{1 + i % 12:02d}",
            "id_number": number(i),
            "ethnicity": "汉族",
            "party": "中共党员",
            "post": "局长" if place == 0 else "副局长" if place < 4 else f"科员{place}",
            "post_sort": place + 1,
            "post_rank": "正职" if place == 0 else "副职" if place < 4 else "其他",
            "managing_organ": "YZ",
            "track": "领导干部" if place < 4 else "公务员",
            "held_since": "2021.06",
        }


def _once(path: Path) -> dict[str, float]:
    """Dry run, commit, and the bare insert of the same people, in this process."""
    content = path.read_bytes()
    with database() as store:

        def check() -> None:
            with store.transaction() as conn:
                made = roster.receive(
                    conn, organ_id=None, file_id=None, file_name=path.name, actor=SYSTEM, at=AT
                )
                roster.dry_run(conn, made, content, data_key=KEY)

        def commit() -> None:
            with store.transaction() as conn:
                roster.import_checked(conn, 1, actor=SYSTEM, at=AT, data_key=KEY)

        start = time.process_time()
        dry, wet = seconds(check), seconds(commit)
        spent = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with store.reading() as conn:
            rows = [dict(r._mapping) for r in conn.execute(sa.select(Person.__table__))]
    with database() as bare:

        def insert() -> None:
            with bare.transaction() as conn:
                conn.execute(sa.insert(Person), [{**r, "unit_id": None} for r in rows])

        plain = seconds(insert)
    return {
        "dry": dry,
        "commit": wet,
        "cpu": spent,
        "peak": peak,
        "plain": plain,
        "people": len(rows),
    }


def run(quick: bool) -> list[dict[str, Any]]:
    """Goals: at most 20 s with the dry run, at most 400 MB; the median of three runs."""
    count = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="kaoji-bench-") as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path, _units(count), _people(count))
        command = [sys.executable, "-m", "benchmarks.roster", str(path)]
        runs = [
            json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            for _ in range(3)
        ]
    middle = sorted(runs, key=lambda r: float(r["dry"] + r["commit"]))[1]
    taken = middle["dry"] + middle["commit"]
    return [
        {
            "what": "roster/import",
            "ours_s": round(taken, 2),
            "dry_run_s": round(middle["dry"], 2),
            "commit_s": round(middle["commit"], 2),
            "cpu_s": round(middle["cpu"], 2),
            "limit_s": SECONDS,
            "plain_insert_s": round(middle["plain"], 2),
            "goal": f"<= {SECONDS:g} s",
            "met": taken <= SECONDS,
            "people": middle["people"],
        },
        {
            "what": "roster/memory",
            "ours_mb": round(max(r["peak"] for r in runs)),
            "limit_mb": MEGABYTES,
            "goal": f"<= {MEGABYTES:g} MB",
            "met": max(r["peak"] for r in runs) <= MEGABYTES,
        },
    ]


if __name__ == "__main__":
    print(json.dumps(_once(Path(sys.argv[1]))))
