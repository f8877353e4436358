"""The city's people: who holds which seat, who works on the assessment. All invented."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cases.demo.city.draw import Draw
from cases.demo.city.names_pool import make_name
from cases.demo.city.places import OFFICE, Place, bodies, by_code, data
from cases.files.cell_values import check_character
from workflow.vocabulary import PostRank, Role, Track

NOWHERE = "990101"
"""Division code of the numbers: no such place exists, so no real person has such a number."""
CHIEF_COMMENT = {
    "dept.party": "organisation_head",
    "dept.economy": "vice_mayor_economy",
    "dept.enforcement": "vice_mayor_enforcement",
    "dept.public": "vice_mayor_public",
    "dept.mass": "vice_mayor_mass",
}
CLERK = "一级主任科员"
SUPERIOR = "YZ"
"""Who assesses the office's own staff, so that they are not in the office's own cycle."""
SUBJECTS_AT_LEAST = 80
DEFAULT_SUBJECTS = 200


@dataclass(frozen=True, slots=True)
class CityPost:
    """One post of a person; ``sort`` is the order within the unit."""

    unit: str
    title: str
    sort: int
    rank: PostRank
    held_since: str
    primary: bool = True


@dataclass(frozen=True, slots=True)
class CityPerson:
    """An invented person. ``key`` is stable; ``role`` names the part in the story, if any.

    ``subject`` tells the assessed from the staff; months are ``YYYY-MM``.
    """

    key: str
    name: str
    gender: str
    born: str
    id_number: str
    ethnicity: str
    party: str
    track: Track
    posts: tuple[CityPost, ...]
    comment_by: str
    duties: str
    subject: bool
    role: str = ""
    roles: tuple[Role, ...] = ()
    group: int | None = None
    trial_until: datetime.date | None = None
    probation_until: datetime.date | None = None
    retired_on: datetime.date | None = None

    @property
    def unit(self) -> str:
        """Code of the unit of the primary post."""
        return self.posts[0].unit

    @property
    def post(self) -> CityPost:
        """The primary post."""
        return self.posts[0]


class _Registry:
    """Hands out names and numbers, each once."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.names: set[str] = set()
        self.serials: dict[str, int] = {}

    def number(self, born: str, day: int, gender: str) -> str:
        date = f"{born[:4]}{born[5:7]}{day:02d}"
        serial = self.serials.get(date, 0)
        self.serials[date] = serial + 1
        first = f"{NOWHERE}{date}{serial:02d}{1 if gender == '男' else 2}"
        return first + check_character(first)


def people(seed: int, cadres: int = DEFAULT_SUBJECTS) -> tuple[CityPerson, ...]:
    """``cadres`` assessed people (at least 80, so that the story is whole) and the staff.

    Deterministic in (seed, cadres); a larger city keeps the people of the smaller one.
    """
    document = data("people.yaml")
    registry = _Registry(seed)
    registry.names |= {"郑和"} | {row["name"] for row in (*document["named"], *document["staff"])}
    named = {row["seat"]: row for row in document["named"]}
    staff_names = {row["key"]: row["name"] for row in document["staff"]}
    seats = _ordered_seats(named)[: max(cadres, SUBJECTS_AT_LEAST)]
    found = [_subject(registry, seat, named.get(seat.label, {})) for seat in seats]
    found += _more_clerks(registry, max(cadres, SUBJECTS_AT_LEAST) - len(found))
    heads = {p.unit: p.name for p in found if p.post.sort == 1}
    subjects = [_with_comment(p, heads, staff_names) for p in found]
    subjects.sort(key=lambda p: (by_code()[p.unit].sort_no, p.post.sort))
    return (*subjects, *_staff(registry, document["staff"]), *_contacts(registry), *_data(registry))


@dataclass(frozen=True, slots=True)
class _Seat:
    place: Place
    sort: int
    title: str
    rank: PostRank

    @property
    def label(self) -> str:
        return f"{self.place.code}/{self.sort}"


def _ordered_seats(named: Mapping[str, Any]) -> list[_Seat]:
    """Heads first, then the people of the story, then seat by seat through all units."""
    every: list[_Seat] = []
    for place in bodies():
        for index, (title, rank) in enumerate(place.seats, 1):
            every.append(_Seat(place, index, title, PostRank(rank)))
    for label in named:
        code, _, sort = label.partition("/")
        if int(sort) > len(by_code()[code].seats):
            every.append(_Seat(by_code()[code], int(sort), "科员", PostRank.OTHER))
    return sorted(every, key=lambda s: (s.sort > 1, s.label not in named, s.sort, s.place.sort_no))


def _subject(registry: _Registry, seat: _Seat, own: Mapping[str, Any]) -> CityPerson:
    draw = Draw(registry.seed, "person", seat.label)
    gender = own.get("gender") or ("女" if draw.chance(32) else "男")
    name = own.get("name") or make_name(registry.seed, seat.label, gender, registry.names)
    young = 1966 if seat.rank is PostRank.CHIEF else 1969
    born = own.get("born") or f"{draw.between(young, young + 15)}-{draw.between(1, 12):02d}"
    since = own.get("held_since") or f"{draw.between(2019, 2024)}-{draw.between(1, 12):02d}"
    posts = [CityPost(seat.place.code, seat.title, seat.sort, seat.rank, since)]
    if also := own.get("also"):
        posts.append(
            CityPost(also["unit"], also["post"], also["sort"], PostRank.OTHER, since, False)
        )
    other = seat.rank is PostRank.OTHER
    return CityPerson(
        key=seat.label,
        name=name,
        gender=gender,
        born=born,
        id_number=registry.number(born, draw.between(1, 28), gender),
        ethnicity=own.get("ethnicity") or ("汉族" if draw.chance(93) else draw.pick(MINORITIES)),
        party="中共党员" if draw.chance(95) else draw.pick(OTHER_PARTIES),
        track=Track.CIVIL_SERVANT if other else Track.LEADING_CADRE,
        posts=tuple(posts),
        comment_by="",
        duties=_duties(draw, seat),
        subject=True,
        role=own.get("role", ""),
        trial_until=_day(own.get("trial_until")),
        probation_until=_day(own.get("probation_until")),
        retired_on=_day(own.get("retired_on")),
    )


MINORITIES = ("回族", "苗族", "土家族", "彝族", "畲族", "藏族")
OTHER_PARTIES = ("群众", "民建会员", "九三学社社员", "民盟盟员")
DUTIES = {
    "dept.party": ("综合协调", "文稿起草", "督查督办", "机关党建", "干部教育", "信息调研"),
    "dept.economy": ("规划计划", "项目调度", "资金管理", "运行监测", "行政审批", "产业培育"),
    "dept.enforcement": ("执法检查", "法规宣传", "风险排查", "案件审理", "应急处置", "信用监管"),
    "dept.public": ("民生实事", "基层服务", "工程建设", "安全管理", "窗口服务", "队伍建设"),
    "dept.mass": ("联系群众", "基层组织", "活动组织", "权益维护", "志愿服务", "史料整理"),
    "county.core": ("城市更新", "招商引资", "社区治理", "民生保障", "安全生产", "教育卫生"),
    "county.industry": ("园区建设", "企业服务", "交通水利", "招商引资", "安全生产", "就业创业"),
    "county.agriculture": ("粮食生产", "乡村建设", "生态保护", "农田水利", "文旅融合", "防灾减灾"),
}


def _duties(draw: Draw, seat: _Seat) -> str:
    if seat.rank is PostRank.CHIEF:
        return "主持全面工作" if seat.sort == 1 else "主持政府全面工作"
    verb = "分管" if seat.rank is PostRank.DEPUTY else "从事"
    return verb + "、".join(draw.some(DUTIES[seat.place.unit_class], 3))


def _more_clerks(registry: _Registry, count: int) -> Iterator[CityPerson]:
    """Civil servants of the departments, as many as the city still lacks."""
    departments = [place for place in bodies() if place.kind == "department" and place.staff > 5]
    for index in range(count):
        place = departments[index % len(departments)]
        sort = 20 + index // len(departments)
        yield _subject(registry, _Seat(place, sort, CLERK, PostRank.OTHER), {})


def _with_comment(
    person: CityPerson, heads: Mapping[str, str], staff: Mapping[str, str]
) -> CityPerson:
    """Who comments is data: the superior in charge for a chief, the unit's chief for others."""
    place = by_code()[person.unit]
    if place.kind == "county" and person.post.sort <= 2:
        by = staff["secretary_general" if person.post.sort == 1 else "mayor"]
    elif person.post.sort == 1:
        by = staff[CHIEF_COMMENT[place.unit_class]]
    else:
        by = heads[person.unit]
    return replace(person, comment_by=by)


def _staff(registry: _Registry, rows: list[Mapping[str, Any]]) -> Iterator[CityPerson]:
    for index, row in enumerate(rows):
        roles = tuple(Role(word) for word in row["roles"])
        yield _worker(registry, row["key"], row["unit"], row["post"], roles, 60 + index, row)


def _contacts(registry: _Registry) -> Iterator[CityPerson]:
    """One contact for each body without a named one."""
    for place in bodies():
        if place.code != "YZ-C01":
            roles = (Role.UNIT_CONTACT, Role.RESPONSIBLE_ORGAN)
            own = f"{place.short[-1]}委组织部干部科科长"
            post = own if place.kind == "county" else "人事工作负责人"
            yield _worker(registry, f"contact/{place.code}", place.code, post, roles, 50)


def _data(registry: _Registry) -> Iterator[CityPerson]:
    """A provider and a verifier, always two people, in each department that gives figures."""
    for code in data("figures.yaml")["providers"]:
        for role, post, sort in (
            (Role.DATA_PROVIDER, "综合统计科一级主任科员", 52),
            (Role.DATA_VERIFIER, "综合统计科科长", 51),
        ):
            yield _worker(registry, f"{role}/{code}", code, post, (role,), sort)


def _worker(
    registry: _Registry,
    key: str,
    unit: str,
    post: str,
    roles: tuple[Role, ...],
    sort: int,
    own: Mapping[str, Any] | None = None,
) -> CityPerson:
    draw = Draw(registry.seed, "staff", key)
    given = own or {}
    gender = given.get("gender") or draw.pick("男女")
    born = f"{draw.between(1970, 1992)}-{draw.between(1, 12):02d}"
    return CityPerson(
        key=key,
        name=given.get("name") or make_name(registry.seed, key, gender, registry.names),
        gender=gender,
        born=born,
        id_number=registry.number(born, draw.between(1, 28), gender),
        ethnicity="汉族",
        party="中共党员",
        track=Track.CIVIL_SERVANT,
        posts=(CityPost(unit, post, sort, PostRank.OTHER, f"{draw.between(2018, 2024)}-03"),),
        comment_by="",
        duties="年度考核工作",
        subject=False,
        roles=roles,
        group=given.get("group"),
    )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def managing_organ(person: CityPerson) -> str:
    """The office manages the assessed; staff are assessed by their own units, another time."""
    if person.subject:
        return OFFICE
    return SUPERIOR if person.unit == OFFICE else person.unit
