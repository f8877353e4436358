"""The parts of a scheme that are one page each: shares, ballot, timetable.

Their fields follow from what the document has: one for every part, group, option and row, and an
empty row at the end of each list for another. A row whose fields are all cleared is taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from cases.scoring.ballots_shapes import LATE_RECEIVERS
from cases.scoring.drafting import words
from cases.scoring.drafting.fields import Field
from cases.scoring.drafting.values import made, value_at
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import POSITIONS
from workflow.vocabulary import GRADES, CaseKind, Stage
from workflow.words import Sentence, m

SETTINGS: dict[str, Sentence] = {
    "shares": m("得分构成"),
    "ballot": m("民主测评规则"),
    "timetable": m("时间安排"),
}
SHEET_ROWS = ("options", "items", "bands")
LISTS: dict[str, tuple[str, ...]] = {
    "shares": (),
    "ballot": (
        "ballot.groups",
        *(f"ballot.sheets.{kind}.{rows}" for kind in CaseKind for rows in SHEET_ROWS),
    ),
    "timetable": ("timetable",),
}
PART_NAMES: dict[str, Sentence] = {
    "indicators": m("实绩"), "ballot": m("民主测评"), "satisfaction": m("群众满意度"),
}  # fmt: skip
WINDOW_NAMES: dict[str, Sentence] = {"opinions": m("征求意见"), "statement": m("本人意见")}
POSITION_NAMES: dict[str, Sentence] = {
    "chief": m("正职"), "deputy": m("副职"), "other": m("其他干部"), "body": m("班子"),
}  # fmt: skip
SMALL = "ballot.small_units"
SMALL_STEPS = ("merge_groups", "joint_session", "talk")
SHARE = m("写成 2/3 或 0.8")
Section = tuple[Sentence | Title, tuple[Field, ...]]


def sections_of(part: str, document: Mapping[str, Any]) -> tuple[Section, ...]:
    """The fields of a part in their groups. Raises KeyError for what is no such part."""
    found = _padded(part, document)
    if part == "shares":
        return tuple(_shares(found))
    return tuple(_ballot(found)) if part == "ballot" else tuple(_timetable(found))


def settings_fields(part: str, document: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a part in the order of the page."""
    return tuple(one for _, fields in sections_of(part, document) for one in fields)


def settled_part(part: str, document: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    """The document with the texts in the part's fields; what no field speaks of stays."""
    fields = settings_fields(part, document)
    after = made(fields, told, _padded(part, document))
    for key in (*LISTS[part], *([SMALL] if part == "ballot" else [])):
        after = _without_empty(after, key.split("."))
    return after


def roomy(part: str, document: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """The document with so many empty rows at the end of each list of the part."""
    found = dict(document)
    for _ in range(rows):
        found = _padded(part, found)
    return found


def _padded(part: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with an empty row at the end of each list of the part."""
    found: dict[str, Any] = deepcopy(dict(document))
    for key in LISTS[part]:
        names = key.split(".")
        inner: Any = found
        for name in names[:-1]:
            inner = inner.setdefault(name, {}) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            rows = inner.get(names[-1])
            inner[names[-1]] = [*(rows if isinstance(rows, list) else []), {}]
    ballot = found.get("ballot") if part == "ballot" else None
    if isinstance(ballot, dict) and isinstance(ballot.get("small_units", []), list):
        steps = ballot.get("small_units", [])
        ballot["small_units"] = [*steps, *[None] * (len(SMALL_STEPS) - len(steps))]
    return found


def _without_empty(row: Any, names: list[str]) -> Any:
    if isinstance(row, list) and not names:
        return [one for one in row if one not in ({}, None)]
    if not isinstance(row, Mapping) or names[0] not in row:
        return row
    new = dict(row)
    inner = _without_empty(new[names[0]], names[1:])
    if inner in ({}, []):
        del new[names[0]]
    else:
        new[names[0]] = inner
    return new


def _shares(document: Mapping[str, Any]) -> Iterator[Section]:
    stated = value_at(document, "shares.parts")
    codes = tuple(dict.fromkeys([*PART_NAMES, *(stated if isinstance(stated, Mapping) else ())]))
    titles = []
    for code in codes:
        row = m("%(code)s的名称", code=PART_NAMES.get(code, code))
        titles.append(Field(f"shares.parts.{code}.zh", "text", row))
    yield m("由哪几部分构成"), tuple(titles)
    for position in POSITIONS:
        name = POSITION_NAMES[position]
        yield (
            name,
            tuple(
                Field(f"shares.{position}.{code}", "number", _of(name, _part(document, code)))
                for code in codes
            ),
        )
    transfer = words.choices("transfer", ("current", "months"))
    yield m("年度内调动的"), (Field("shares.transfer", "word", m("采用哪个单位的结果"), transfer),)


def _part(document: Mapping[str, Any], code: str) -> object:
    return value_at(document, f"shares.parts.{code}.zh") or PART_NAMES.get(code, code)


def _ballot(document: Mapping[str, Any]) -> Iterator[Section]:
    yield (
        m("规则"),
        (
            Field("ballot.k", "number", m("计票下限(票)"), hint=m("少于这个数的组合并显示")),
            Field("ballot.turnout_floor", "number", m("参测率下限"), hint=SHARE),
            _choice("ballot.rate_base", m("得票率分母"), ("valid_ballots", "marked")),
            _choice("ballot.self_row", m("测评本人"), ("leave_blank", "allowed")),
            Field("ballot.require_all", "flag", m("须逐项填满"), choices=words.FLAG),
            Field(
                "ballot.receipts",
                "flag",
                m("公布核对码"),
                choices=words.FLAG,
                hint=m("交卡后给出核对码,封箱后可在清单上查到;现场测评一般不用"),
            ),
            Field("ballot.excellent_limit", "number", m("优秀票上限(%)")),
            _choice("ballot.raw_ballots", m("原始测评表"), ("custody", "destroy")),
            Field("ballot.raw_years", "number", m("保管年数")),
            *_small(),
            *_late(),
        ),
    )
    groups = value_at(document, "ballot.groups") or []
    found: list[Field] = []
    for number, group in enumerate(groups):
        name = _row(group, number)
        base = f"ballot.groups.{number}"
        found.append(Field(f"{base}.code", "text", _of(name, m("代码"))))
        found.append(Field(f"{base}.title.zh", "text", _of(name, m("名称"))))
    yield m("测评组"), tuple(found)
    codes = [str(one["code"]) for one in groups if isinstance(one, Mapping) and one.get("code")]
    for position in POSITIONS:
        name = POSITION_NAMES[position]
        yield (
            m("权重:%(name)s", name=name),
            tuple(
                Field(f"ballot.weights.{position}.{code}", "number", _of(name, code))
                for code in codes
            ),
        )
    for kind in CaseKind:
        yield m("选项:%(kind)s", kind=kind), tuple(_options(document, kind))
        yield m("分项评价:%(kind)s", kind=kind), tuple(_items(document, kind))
        yield m("按得票率分档计分:%(kind)s", kind=kind), tuple(_bands(document, kind))


def _small() -> tuple[Field, ...]:
    """What is done with units of few people, one step after another."""
    return tuple(
        _choice(
            f"{SMALL}.{place}", m("人数少的单位:第 %(n)s 步", n=place + 1), SMALL_STEPS,
            "small_units",
        )
        for place in range(len(SMALL_STEPS))
    )  # fmt: skip


def _late() -> tuple[Field, ...]:
    hint = m("封箱以后到启封以前,密封交来的纸质票")
    return (
        Field("ballot.late.allowed", "flag", m("收迟到票"), choices=words.FLAG, hint=hint),
        Field("ballot.late.days", "number", m("迟到票收到会后几日(自然日)")),
        _choice("ballot.late.receiver", m("迟到票由谁收"), LATE_RECEIVERS),
    )


def _options(document: Mapping[str, Any], kind: CaseKind) -> Iterator[Field]:
    key = f"ballot.sheets.{kind.value}.options"
    grades = tuple((grade.value, grade) for grade in GRADES[kind])
    for number, option in enumerate(value_at(document, key) or []):
        name, base = _row(option, number), f"{key}.{number}"
        yield Field(f"{base}.code", "text", _of(name, m("代码")))
        yield Field(f"{base}.title.zh", "text", _of(name, m("名称")))
        yield Field(f"{base}.points", "number", _of(name, m("分值")))
        yield Field(f"{base}.grade", "word", _of(name, m("对应等次")), grades)
        yield Field(f"{base}.abstain", "flag", _of(name, m("弃权项")), words.FLAG)


def _items(document: Mapping[str, Any], kind: CaseKind) -> Iterator[Field]:
    """What is asked beside the overall row."""
    key = f"ballot.sheets.{kind.value}.items"
    for number, item in enumerate(value_at(document, key) or []):
        name, base = _row(item, number), f"{key}.{number}"
        yield Field(f"{base}.code", "text", _of(name, m("代码")))
        yield Field(f"{base}.title.zh", "text", _of(name, m("名称")))


def _bands(document: Mapping[str, Any], kind: CaseKind) -> Iterator[Field]:
    """The first row whose conditions hold gives the points; the last has none."""
    key = f"ballot.sheets.{kind.value}.bands"
    for number in range(len(value_at(document, key) or [])):
        name, base = m("第 %(n)s 档", n=number + 1), f"{key}.{number}"
        yield Field(f"{base}.points", "number", _of(name, m("分值")))
        yield Field(f"{base}.excellent_from", "number", _of(name, m("优秀票不低于")), hint=SHARE)
        yield Field(f"{base}.low_below", "number", _of(name, m("较差票低于")), hint=SHARE)


def _timetable(document: Mapping[str, Any]) -> Iterator[Section]:
    stages = tuple((stage.value, stage) for stage in Stage)
    rows = value_at(document, "timetable") or []
    for number, row in enumerate(rows):
        base = f"timetable.{number}"
        yield _window(row, number), (
            Field(f"{base}.code", "text", m("代码"), needed=True),
            Field(f"{base}.stage", "word", m("环节"), stages),
            _choice(f"{base}.anchor", m("从哪一天算起"),
                    ("cycle_opening", "year_end", "meeting", "decision", "notice"), "anchor"),
            Field(f"{base}.opens", "number", m("第几天开始"), hint=m("负数为提前")),
            Field(f"{base}.due", "number", m("第几天截止"), needed=True),
            _choice(f"{base}.unit", m("按什么日计"), ("day", "working_day"), "day_unit"),
        )  # fmt: skip


def _window(row: Any, number: int) -> Sentence | Title:
    """A window by what is done in it, its code beside."""
    told = row.get("stage") if isinstance(row, Mapping) else None
    code = row.get("code") if isinstance(row, Mapping) else None
    name = Stage(told) if told in tuple(Stage) else WINDOW_NAMES.get(str(code))
    return _row(row, number) if name is None else _of(name, code)


def _choice(key: str, label: Sentence, codes: tuple[str, ...], name: str = "") -> Field:
    return Field(key, "word", label, words.choices(name or key, codes))


def _of(row: object, what: object) -> Sentence:
    return m("%(row)s：%(what)s", row=row, what=what)


def _row(row: Any, number: int) -> Sentence | Title:
    told = value_at(row, "title.zh") or row.get("code") if isinstance(row, Mapping) else ""
    return Title(str(told)) if told else m("新增第 %(n)s 行", n=number + 1)
