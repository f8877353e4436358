"""The city as an office would send it: roster.xlsx, indicators.xlsx and scheme.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from cases.demo.city import figures
from cases.demo.city.city import City
from cases.demo.city.people import CityPerson, managing_organ
from cases.demo.city.places import OFFICE, Place, by_code
from cases.files.indicator_sheet import FIGURE_HEADS
from cases.files.roster_template import write_roster
from cases.files.table_sheet import Kind, TableColumn, TableSheet, Value, write_tables

MARK = "虚构"
TRACKS = {"leading_cadre": "领导干部", "civil_servant": "公务员"}


def write_city(folder: Path, city: City) -> dict[str, Path]:
    """Write the three files into ``folder``; the same city gives the same bytes.

    Returns roster, indicators and scheme -> path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        "roster": folder / "roster.xlsx",
        "indicators": folder / "indicators.xlsx",
        "scheme": folder / "scheme.yaml",
    }
    write_roster(
        paths["roster"],
        (_unit(place) for place in city.places),
        _people(city),
        title="云州市(虚构)",
    )
    write_tables(paths["indicators"], indicator_sheets(city))
    text = resources.files(__package__).joinpath("scheme.yaml").read_text("utf-8")
    paths["scheme"].write_text(text, "utf-8")
    return paths


def _unit(place: Place) -> Mapping[str, Value]:
    return {
        "code": place.code,
        "name": place.name,
        "short_name": place.short,
        "parent": place.parent,
        "unit_class": place.unit_class,
        "level": place.level,
        "sort_no": place.sort_no,
        "managing_organ": OFFICE if place.has_body else "",
        "assisting_organ": place.assisting,
        "has_body": "是" if place.has_body else "否",
        "head_count": place.staff,
        "note": MARK,
    }


def _people(city: City) -> Iterator[Mapping[str, Value]]:
    """Unit by unit in official order, one row a post."""
    rows = [(person, index) for person in city.people for index in range(len(person.posts))]

    def order(row: tuple[CityPerson, int]) -> tuple[int, int]:
        post = row[0].posts[row[1]]
        return by_code()[post.unit].sort_no, post.sort

    for person, index in sorted(rows, key=order):
        yield _person(person, index)


def _person(person: CityPerson, index: int) -> Mapping[str, Value]:
    post = person.posts[index]
    return {
        "unit_code": post.unit,
        "unit_name": by_code()[post.unit].name,
        "name": person.name,
        "gender": person.gender,
        "born": person.born.replace("-", "."),
        "id_number": person.id_number,
        "ethnicity": person.ethnicity,
        "party": person.party,
        "post": post.title,
        "post_sort": post.sort,
        "post_rank": post.rank.zh,
        "managing_organ": managing_organ(person),
        "track": TRACKS[person.track],
        "held_since": post.held_since.replace("-", "."),
        "primary": "是" if post.primary else "否",
        "comment_by": person.comment_by,
        "trial_until": person.trial_until.isoformat() if person.trial_until else "",
        "probation_until": person.probation_until.isoformat() if person.probation_until else "",
        "retired_on": person.retired_on.isoformat() if person.retired_on else "",
        "duties": person.duties,
        "note": MARK if person.subject else f"{MARK};工作人员,不在本次考核范围",
    }


def indicator_sheets(city: City) -> Iterator[TableSheet]:
    """指标值, 部门绩效, 群众满意度, 加扣分, 数据来源."""
    yield TableSheet("指标值", "县(市、区)指标值", _figure_heads(), _figures(city))
    rating = (
        TableColumn("单位编码", 12), TableColumn("单位名称", 26),
        TableColumn("得分", 10, Kind.DECIMAL), TableColumn("样本数", 10, Kind.NUMBER),
        TableColumn("来源", 24),
    )  # fmt: skip
    for title, rows in (("部门绩效", city.own_results), ("群众满意度", city.ratings)):
        yield TableSheet(title, f"{title}(虚构)", rating, _ratings(rows))
    yield TableSheet("加扣分", "加扣分事项(虚构)", _ITEM_HEADS, _items())
    yield TableSheet(
        "数据来源",
        "县(市、区)借用的普查数据来源",
        [
            TableColumn(head, 20)
            for head in ("单位编码", "虚构名称", "借用代码", "借用地区", "年份", "资料")
        ],
        ([row[key] for key in _SOURCE_KEYS] for row in figures.census()),
        note="只借用数字;本演示的单位、人员、评价和等次均为虚构,与所列地区无关。",
    )


_SOURCE_KEYS = ("unit_code", "unit_name", "source_code", "source_name", "source_year", "source")
_ITEM_HEADS = (
    TableColumn("单位编码", 12), TableColumn("单位名称", 26), TableColumn("事项编码", 22),
    TableColumn("起数", 8, Kind.NUMBER), TableColumn("分值", 8, Kind.DECIMAL),
    TableColumn("日期", 12, Kind.DATE), TableColumn("依据", 32),
)  # fmt: skip


def _figure_heads() -> list[TableColumn]:
    kinds = {"上期值": Kind.DECIMAL, "本期值": Kind.DECIMAL, "报送日期": Kind.DATE}
    return [TableColumn(head, 14, kinds.get(head, Kind.TEXT)) for head in FIGURE_HEADS]


def _figures(city: City) -> Iterator[list[Value]]:
    titles = figures.indicator_titles()
    for one in city.values:
        title, unit = titles[one.indicator]
        yield [
            one.unit, by_code()[one.unit].name, one.indicator, title, unit, one.previous,
            one.value, one.source, one.document, "", one.provider, one.reported_on,
            "逾期到达" if one.late else "",
        ]  # fmt: skip


def _ratings(rows: tuple[figures.Rating, ...]) -> Iterator[list[Value]]:
    for row in rows:
        yield [row.unit, by_code()[row.unit].name, row.score, row.sample or None, row.source]


def _items() -> Iterator[list[Value]]:
    for row in figures.item_cases():
        name = by_code()[row.unit].name
        yield [row.unit, name, row.item, row.cases, row.points, row.on, row.document]
