"""The demonstration city: whole, fictional, the same for everybody."""

from pathlib import Path

import chinese_calendar
import pytest

from cases import names
from cases.demo.city import story
from cases.demo.city.city import City, build
from cases.demo.city.draw import Draw
from cases.demo.city.figures import RESIDENTS, census, item_cases
from cases.demo.city.people import SUBJECTS_AT_LEAST
from cases.demo.city.places import by_code, data, places
from cases.demo.city.workbooks import write_city
from cases.files.cells import Level
from cases.files.indicator_sheet import FigureReader
from cases.files.roster_rows import PersonRow, UnitRow
from cases.files.roster_sheet import RosterReader
from cases.files.workbook import open_workbook
from cases.scoring import scheme
from cases.scoring.rules import shipped_rules
from workflow.vocabulary import PostRank, Role, Track


@pytest.fixture(scope="module")
def city() -> City:
    return build()


@pytest.fixture(scope="module")
def folder(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city")
    write_city(path, city)
    return path


def test_city_has_its_size(city: City) -> None:
    assert len(city.subjects) == 200
    assert len(city.bodies) == 40
    assert {place.unit_class for place in city.bodies} == {
        one.code for one in scheme.load(data("scheme.yaml")).classes.values() if one.leaf
    }


@pytest.mark.parametrize("cadres", [80, 137, 200, 600])
def test_city_of_any_size_keeps_the_story(cadres: int) -> None:
    city = build(seed=7, cadres=cadres)
    assert len(city.subjects) == cadres
    for event in (*story.EVENTS, *story.TURNS):
        if event.role:
            person = city.person(event.role)
            assert person.subject
            assert event.unit in {post.unit for post in person.posts}
    assert len({p.key for p in city.people}) == len(city.people)
    assert len({p.id_number for p in city.people}) == len(city.people)
    heads = [p for p in city.subjects if p.post.sort == 1]
    assert {p.unit for p in heads} == {place.code for place in city.bodies}
    assert len(build(seed=7, cadres=3).subjects) == SUBJECTS_AT_LEAST


def test_larger_city_keeps_the_people_of_the_smaller() -> None:
    small = {p.key: p.id_number[:14] for p in build(seed=3, cadres=100).subjects}
    large = {p.key: p.id_number[:14] for p in build(seed=3, cadres=300).subjects}
    assert {key: large[key] for key in small} == small


def test_city_is_the_same_twice_and_another_with_another_seed(city: City) -> None:
    assert build() == city
    other = build(seed=1)
    assert [p.key for p in other.subjects] == [p.key for p in city.subjects]
    assert [p.name for p in other.subjects] != [p.name for p in city.subjects]


def test_workbooks_are_the_same_bytes_twice(city: City, folder: Path, tmp_path: Path) -> None:
    for path in write_city(tmp_path, city).values():
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_roster_is_read_back_without_errors(city: City, folder: Path) -> None:
    roster = RosterReader(open_workbook(folder / "roster.xlsx"))
    assert roster.problems == []
    units, people = list(roster.units()), list(roster.people())
    rows: list[UnitRow | PersonRow] = [*units, *people]
    assert [row for row in rows if not row.ok] == []
    assert [u.code for u in units] == [p.code for p in places()]
    assert len(people) == sum(len(p.posts) for p in city.people)
    written = {(p.id_number, p.name) for p in city.people}
    assert {(row.id_number, row.name) for row in people} == written
    notes = [(p.sentence.msgid, p.level) for row in people for p in row.problems]
    assert notes == [
        ("与第 %(n)s 行同名,是两个人", Level.NOTE),
        ("姓名里的间隔号不是“·”,已照原样保留,比对时视为相同", Level.NOTE),
    ]


def test_figures_are_read_back_with_their_source(city: City, folder: Path) -> None:
    reader = FigureReader(open_workbook(folder / "indicators.xlsx"))
    rows = list(reader.rows())
    assert reader.problems == []
    assert [row for row in rows if not row.ok] == []
    assert [(r.unit_code, r.indicator, r.value, r.previous) for r in rows] == [
        (f.unit, f.indicator, f.value, f.previous) for f in city.values
    ]
    assert all("普查" in row.source and row.source[-5:] == "2020年" for row in rows)
    assert [row.note for row in rows].count("逾期到达") == 1


def test_scheme_loads_and_covers_the_figures(city: City, folder: Path) -> None:
    loaded = scheme.load(data("scheme.yaml"))
    providers = {code: one.provider for code, one in loaded.entered.items() if not one.children}
    given_for = {(f.indicator, f.provider) for f in city.values} | {RESIDENTS}
    assert given_for == set(providers.items())
    assert {i.item for i in item_cases()} <= set(loaded.items)
    given = {p.unit for p in city.people if Role.DATA_PROVIDER in p.roles}
    assert set(providers.values()) == given


def test_every_census_row_names_its_source() -> None:
    rows = census()
    assert len(rows) == 24
    counties = {p.code: p.short for p in places() if p.kind == "county"}
    assert {row["unit_code"]: row["unit_name"] for row in rows} == counties
    assert all(row["source_code"] and row["source_name"] and row["source"] for row in rows)


def test_kinds_of_events_are_words_of_the_rules() -> None:
    rules = shipped_rules()
    known = {"post", "relation"}
    known |= {fact for bar in rules.bars for fact in bar.facts}
    known |= {row.event for row in rules.sanctions}
    known |= {row.situation for row in rules.participation}
    assert {event.kind for event in story.EVENTS} <= known


def test_hard_names_are_there(city: City) -> None:
    every = [p.name for p in city.subjects]
    assert [n for n in every if names.surname_split(n)[0] in names.COMPOUND_SURNAMES]
    assert [n for n in every if len(n) == 2]
    assert [n for n in every if any(ord(c) > 0xFFFF for c in n)]
    assert len([n for n in every if names.DOT in names.normal_form(n)]) == 3
    beyond_gbk = [n for n in every if n.encode("gbk", "ignore").decode("gbk") != n]
    assert len(beyond_gbk) >= 5
    a, b = city.person("same_name_a"), city.person("same_name_b")
    assert (a.name, a.unit) == (b.name, b.unit)
    assert a.born != b.born


def test_only_the_planned_name_stands_twice(city: City) -> None:
    every = [p.name for p in city.people]
    assert {n for n in every if every.count(n) > 1} == {"林晚照"}


def test_special_people_are_what_they_should_be(city: City) -> None:
    recruit, trial = city.person("recruit"), city.person("trial_term")
    assert (recruit.track, recruit.trial_until) == (Track.CIVIL_SERVANT, None)
    assert recruit.probation_until is not None
    assert (trial.track, trial.probation_until) == (Track.LEADING_CADRE, None)
    assert trial.trial_until is not None
    assert len(city.person("several_posts").posts) == 2
    assert by_code()[city.person("dual_managed").unit].assisting == "PJ-HJ"
    assert by_code()[city.person("small_unit").unit].staff == 3


def test_every_role_has_somebody_and_data_have_two(city: City) -> None:
    assert {grant.role for grant in city.grants} == set(Role)
    verifiers = {p.unit: p.key for p in city.people if Role.DATA_VERIFIER in p.roles}
    providers = {p.unit: p.key for p in city.people if Role.DATA_PROVIDER in p.roles}
    assert verifiers.keys() == providers.keys()
    assert not set(verifiers.values()) & set(providers.values())
    contacts = {g.unit for g in city.grants if g.role is Role.UNIT_CONTACT}
    assert contacts == {place.code for place in city.bodies}
    assert len([g for g in city.grants if g.role is Role.KEY_HOLDER]) == 3


def test_who_comments_is_known_and_never_oneself(city: City) -> None:
    known = {p.name for p in city.people}
    for person in city.subjects:
        assert person.comment_by in known
        assert person.comment_by != person.name or person.post.rank is PostRank.CHIEF


def test_no_number_of_a_real_place(city: City) -> None:
    assert {p.id_number[:2] for p in city.people} == {"99"}


def test_days_run_forward_within_the_year_of_the_cycle() -> None:
    assert story.DAYS["cycle_opening"] < story.DAYS["report_first"] < story.DAYS["report_last"]
    assert story.DAYS["data_deadline"] < story.DAYS["proposed"] < story.DAYS["decision"]
    assert story.DAYS["decision"] < story.DAYS["notice"] < story.DAYS["filing"]
    assert (story.DAYS["filing"] - story.DAYS["notice"]).days <= 31
    days = [turn.day for turn in story.TURNS]
    assert days == sorted(days)
    first, last = story.DAYS["cycle_opening"], story.DAYS["archive"]
    assert first <= days[0]
    assert days[-1] <= last


def test_the_office_works_on_working_days() -> None:
    statutory = {"review_asked"}
    worked = [*story.DAYS.values(), *(t.day for t in story.TURNS if t.kind not in statutory)]
    assert [day for day in worked if not chinese_calendar.is_workday(day)] == []


def test_draw_is_fixed_for_ever() -> None:
    draw = Draw(2025, "person", "YZ-A01/1")
    assert [draw.below(1000) for _ in range(4)] == [269, 253, 642, 700]
    assert Draw("x").some("abc", 5) == Draw("x").some("abc", 5)
    assert sorted(Draw("x").some("abc", 5)) == ["a", "b", "c"]
