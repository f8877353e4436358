"""The roster import on real workbooks: what a dry run says, what a commit writes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import roster
from cases.demo.city import city, workbooks
from cases.errors import Refused
from cases.files.roster_template import write_roster
from cases.journal.units import stray_unit
from cases.models import (
    Assignment,
    JournalEntry,
    NameGram,
    Person,
    Post,
    RosterImport,
    RosterImportRow,
    Unit,
)
from cases.models.units import official_order
from cases.names import grams
from cases.queries import roster as queries
from cases.queries.roster import Change, ImportStatus, RowKind
from cases.sealing import IDENTITY, search_mac, unseal
from cases.store import Store
from tests.world import AT
from workflow.permissions import SYSTEM

KEY = "k" * 40
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(serial: int, born: str = "19750301") -> str:
    """A fictional identity number with a right check character."""
    digits = f"990101{born}{serial:03d}"
    return (
        digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
    )


def unit(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"单位{code}", "has_body": "是", **more}


def person(serial: int, name: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "unit_code": code,
        "name": name,
        "id_number": number(serial),
        "post": "副局长",
        "post_rank": "副职",
        "track": "领导干部",
        **more,
    }


def workbook(path: Path, units: list[dict[str, Any]], people: list[dict[str, Any]]) -> bytes:
    write_roster(path / "roster.xlsx", units, people)
    return (path / "roster.xlsx").read_bytes()


def check(store: Store, content: bytes, name: str = "roster.xlsx") -> int:
    with store.transaction() as conn:
        import_id = roster.receive(
            conn, organ_id=None, file_id=None, file_name=name, actor=SYSTEM, at=AT
        )
        roster.dry_run(conn, import_id, content, data_key=KEY)
    return import_id


def commit(store: Store, import_id: int) -> None:
    with store.transaction() as conn:
        roster.import_checked(conn, import_id, actor=SYSTEM, at=AT, data_key=KEY)


def load(store: Store, content: bytes) -> int:
    import_id = check(store, content)
    commit(store, import_id)
    return import_id


def told(store: Store, import_id: int) -> list[tuple[str, str, str, str]]:
    """(cell, change, label, reasons) of each row of a dry run."""
    with store.reading() as conn:
        return [
            (r.cell, r.change.value, r.label, ";".join(str(s) for s in r.reasons))
            for r in queries.rows(conn, import_id, limit=None)
        ]


@pytest.fixture(scope="module")
def city_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("city")
    return workbooks.write_city(folder, city.build())["roster"].read_bytes()


def test_city_is_imported_whole(store: Store, city_file: bytes) -> None:
    import_id = load(store, city_file)
    made = city.build()
    with store.reading() as conn:
        view = queries.one_import(conn, import_id, None)
        people = conn.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one()
        units = conn.execute(sa.select(sa.func.count()).select_from(Unit)).scalar_one()
        entries = conn.execute(
            sa.select(JournalEntry.action).where(JournalEntry.subject == "roster")
        ).all()
        assert stray_unit(conn) is None
        own = {"code": "X9", "name": "甲", "name_key": "甲", "sort_no": 1}
        for past in (sa.insert(Unit).values(**own), sa.update(Unit).values(active=False)):
            nested = conn.begin_nested()
            conn.execute(past)
            assert stray_unit(conn) is not None
            nested.rollback()
    assert (view.status, view.changed, view.ignored, view.refused) == (
        ImportStatus.COMMITTED, 0, 0, 0,
    )  # fmt: skip
    assert (people, units) == (len(made.people), len(made.places))
    assert [e.action for e in entries] == ["import_roster"]


def test_dry_run_after_import_says_everything_is_as_it_was(store: Store, city_file: bytes) -> None:
    first = load(store, city_file)
    again = check(store, city_file)
    with store.reading() as conn:
        before = queries.one_import(conn, first, None)
        after = queries.one_import(conn, again, None)
    assert (after.added, after.changed, after.refused) == (0, 0, 0)
    assert after.ignored == before.added


def test_official_order_and_name_grams_stand_on_people(store: Store, city_file: bytes) -> None:
    load(store, city_file)
    with store.reading() as conn:
        rows = conn.execute(
            sa.select(Person.id, Person.name, Person.order_key, Unit.sort_no, Post.sort_no)
            .join(Assignment, (Assignment.person_id == Person.id) & Assignment.is_primary)
            .join(Post, Post.id == Assignment.post_id)
            .join(Unit, Unit.id == Post.unit_id)
        ).all()
        pieces = Counter(conn.execute(sa.select(NameGram.person_id)).scalars())
    assert [r[2] for r in rows] == [official_order(r[3], r[4]) for r in rows]
    assert pieces == {r[0]: len(grams(r[1])) for r in rows}


def test_identity_numbers_are_sealed_for_their_person(store: Store, tmp_path: Path) -> None:
    import_id = load(store, workbook(tmp_path, [unit("A")], [person(1, "沈知远", "A")]))
    with store.reading() as conn:
        found = conn.execute(sa.select(Person)).one()
        data = conn.execute(
            sa.select(RosterImportRow.data).where(RosterImportRow.import_id == import_id)
        ).scalars()
        assert set(data) == {None}
    assert found.id_number_mac == search_mac(KEY, IDENTITY, number(1))
    assert unseal(KEY, IDENTITY, found.id_number_sealed, place=f"people/{found.id}") == number(1)


def test_dry_run_tells_what_changes_and_where(store: Store, tmp_path: Path) -> None:
    chief = person(1, "沈知远", "A", post="局长", post_rank="正职", post_sort=1)
    deputy = person(2, "欧阳明远", "A", post_sort=2)
    load(store, workbook(tmp_path, [unit("A", sort_no=10)], [chief, deputy]))
    deputy |= {"post": "一级调研员", "post_rank": "其他", "party": "中共党员"}
    again = check(store, workbook(tmp_path, [unit("A", sort_no=20)], [chief, deputy]))
    assert told(store, again) == [
        ("B3", "changed", "A 单位A", "排序号由“10”改为“20”"),
        ("C3", "ignored", "沈知远 A 局长", ""),
        (
            "C4",
            "changed",
            "欧阳明远 A 一级调研员",
            "政治面貌补填为“中共党员”;不再任:副局长;新任:一级调研员",
        ),
    ]


def test_moved_unit_takes_its_people_along(store: Store, tmp_path: Path) -> None:
    people = [person(1, "沈知远", "A", post_sort=3)]
    load(store, workbook(tmp_path, [unit("A", sort_no=10)], people))
    load(store, workbook(tmp_path, [unit("A", sort_no=20)], people))
    with store.reading() as conn:
        assert conn.execute(sa.select(Person.order_key)).scalar() == official_order(20, 3)
        found = conn.execute(sa.select(NameGram.order_key).distinct()).scalars().all()
    assert found == [official_order(20, 3)]


def test_commenter_is_found_by_rank_and_place(store: Store, tmp_path: Path) -> None:
    units = [unit("Z"), unit("A", parent="Z"), unit("B", parent="Z")]
    people = [
        person(1, "容与之", "Z", post="副市长"),
        person(2, "沈知远", "A", post="局长", post_rank="正职", comment_by="容与之"),
        person(3, "欧阳明远", "A"),
        person(4, "沈知远", "B", post="局长", post_rank="正职"),
        person(5, "陆明晖", "B", comment_by="沈知远"),
    ]
    load(store, workbook(tmp_path, units, people))
    with store.reading() as conn:
        commenter = sa.orm.aliased(Person)
        found = conn.execute(
            sa.select(Person.name, commenter.name, commenter.unit_id == Person.unit_id)
            .join(Assignment, Assignment.person_id == Person.id)
            .join(commenter, commenter.id == Assignment.comment_by_id)
            .order_by(Person.id)
        ).all()
    assert [tuple(row) for row in found] == [
        ("沈知远", "容与之", False),
        ("欧阳明远", "沈知远", True),
        ("陆明晖", "沈知远", True),
    ]


def refusals(store: Store, import_id: int) -> list[tuple[str, str]]:
    return [(cell, reasons) for cell, change, _, reasons in told(store, import_id)
            if change == "refused"]  # fmt: skip


def test_rows_that_cannot_be_taken_say_why(store: Store, tmp_path: Path) -> None:
    units = [
        unit("A", parent="B"),
        unit("B", parent="A"),
        unit("C", parent="没有的单位"),
        unit("D"),
        unit("E"),
    ]
    people = [
        person(1, "容与之", "D", post="局长", post_rank="正职", comment_by="沈知远"),
        person(2, "沈知远", "D"),
        person(3, "张伟", "E", post="主任"),
        person(4, "张伟", "E", post="副主任"),
        person(5, "陆明晖", "X"),
        person(6, "秦望舒", "E", comment_by="张伟"),
        person(7, "方若谷", "E", comment_by="无此人"),
        person(8, "路明晞", "E", primary="否"),
        {**person(9, "关山月", "E"), "unit_name": "别的单位"},
    ]
    found = check(store, workbook(tmp_path, units, people))
    assert refusals(store, found) == [
        ("B3", "上级单位绕成了环,请检查隶属关系"),
        ("B4", "上级单位绕成了环,请检查隶属关系"),
        ("B5", "没有编码或名称为“没有的单位”的单位"),
        ("C3", "评语人“沈知远”是本单位下级,不能给正职写评语"),
        ("C7", "没有编码或名称为“X”的单位"),
        ("C8", "评语人“张伟”有多人:张伟(E 主任)、张伟(E 副主任)"),
        ("C9", "评语人“无此人”不在名册中"),
        ("C10", "此人没有主要职务,请在一行的“主要职务”填“是”"),
        ("C11", "单位编码 E 是“单位E”,与所填单位名称不同"),
    ]
    with pytest.raises(Refused) as refused:
        commit(store, found)
    assert [str(r) for r in refused.value.reasons] == ["有 9 行不能导入,请改好后重新上传整份名册"]
    with store.reading() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(Unit)).scalar_one() == 0


def test_commit_is_refused_after_the_roster_moved(store: Store, tmp_path: Path) -> None:
    first = check(store, workbook(tmp_path, [unit("A")], [person(1, "沈知远", "A")]))
    second = check(store, workbook(tmp_path, [unit("A")], [person(2, "沈知白", "A")]))
    commit(store, first)
    for import_id, why in (
        (second, "检查之后名册已有变动,请重新上传检查"),
        (first, "这份名册已经导入"),
    ):
        with pytest.raises(Refused) as refused:
            commit(store, import_id)
        assert [str(r) for r in refused.value.reasons] == [why]
    with store.reading() as conn:
        assert conn.execute(sa.select(Person.name)).scalars().all() == ["沈知远"]


def test_person_without_number_is_known_by_name_month_and_unit(
    store: Store, tmp_path: Path
) -> None:
    load(store, workbook(tmp_path, [unit("A")], [person(1, "叶尔兰·别克", "A", born="1975.03")]))
    with store.transaction() as conn:
        conn.execute(sa.update(Person).values(id_number_mac=None, id_number_sealed=None))
    again = load(
        store, workbook(tmp_path, [unit("A")], [person(1, "叶尔兰•别克", "A", born="1975.03")])
    )
    assert told(store, again)[1][1] == "changed"
    with store.reading() as conn:
        found = conn.execute(sa.select(Person.name, Person.id_number_mac)).all()
    assert [tuple(r) for r in found] == [("叶尔兰•别克", search_mac(KEY, IDENTITY, number(1)))]


def test_lookalike_on_the_roster_is_flagged_never_merged(store: Store, tmp_path: Path) -> None:
    load(store, workbook(tmp_path, [unit("A")], [person(1, "王喆", "A")]))
    again = load(
        store,
        workbook(
            tmp_path,
            [unit("A")],
            [person(2, "王哲", "A", post="二级巡视员"), person(3, "王喆", "A", post="总工程师")],
        ),
    )
    assert [(change, reasons) for _, change, _, reasons in told(store, again)[1:]] == [
        ("added", "与本单位名册中的“王喆”姓名形近,请核对"),
        (
            "added",
            "与第 3 行的姓名形近,请核对;本单位名册中已有同名的“王喆”,身份号码不同",
        ),
    ]
    with store.reading() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one() == 3


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"PK\x03\x04broken", "a.xlsx", None),
        ("姓名,年龄\n张三,3\n".encode(), "a.csv", None),
        ("单位".encode("utf-16"), "a.csv", "文件编码不认识,请另存为 UTF-8 或 GB18030(ANSI)编码的 CSV,或改用 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "这是旧格式的文件,请另存为 .xlsx 后再上传"),
    ],
)  # fmt: skip
def test_ugly_file_gives_its_reason_and_nothing_else(
    sqlite_store: Store, content: bytes, name: str, why: str | None
) -> None:
    found = check(sqlite_store, content, name)
    rows = told(sqlite_store, found)
    assert "refused" in {change for _, change, _, _ in rows}
    if why is not None:
        assert [reasons for *_, reasons in rows] == [why]
    with sqlite_store.reading() as conn:
        status = conn.execute(sa.select(RosterImport.status)).scalar()
        kinds = set(conn.execute(sa.select(RosterImportRow.kind)).scalars())
        assert conn.execute(sa.select(sa.func.count()).select_from(Unit)).scalar_one() == 0
    assert (status, kinds) == (ImportStatus.FAULTY, {RowKind.SHEET})


def test_dry_runs_are_equal_on_both_databases(
    sqlite_store: Store, city_file: bytes, request: pytest.FixtureRequest
) -> None:
    request.applymarker(pytest.mark.postgresql)
    other: Store = request.getfixturevalue("postgresql_store")
    assert told(sqlite_store, check(sqlite_store, city_file)) == told(
        other, check(other, city_file)
    )


def test_changes_are_words_of_one_list() -> None:
    assert [c.value for c in Change] == ["added", "changed", "ignored", "refused"]
