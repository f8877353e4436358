"""The layout of a scheme's workbook: one sheet a part, one column a field; both ways by it.

Parameters stand in one cell as ``name=value`` lines, chains as one link a line; codes of the
methods' parameters are those of the YAML file. The last sheet lists them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.scoring.chain import LINKS
from cases.scoring.drafting import typed
from cases.scoring.drafting.fields import (
    CHECK,
    CLASS,
    GROUP,
    ITEM,
    LEAF,
    RED_LINE,
    SERIES,
    Field,
    chain_of,
    parameters_of,
)
from workflow.words import m

PARENT = Field("parent", "text", m("上级代码"))
PARAMETERS = Field("parameters", "parameters", m("计分参数"))
CHAIN = Field("chain", "chain", m("计分前变换"))
EXTRA = Field("extra", "extra", m("其他内容"))
_GROUP_ONLY = tuple(one for one in GROUP if one.key not in {x.key for x in LEAF})

BASICS_SHEET, WEIGHTS_SHEET, GUIDE_SHEET = "方案", "权重", "说明"
SHEETS: dict[str, tuple[str, tuple[Field, ...]]] = {
    "classes": ("类别", (CLASS[0], PARENT, *CLASS[1:])),
    "indicators": (
        "指标",
        (LEAF[0], PARENT, *LEAF[1:], PARAMETERS, CHAIN, *_GROUP_ONLY, EXTRA),
    ),
    "series": ("辅助数据", SERIES),
    "checks": ("核对关系", CHECK),
    "items": ("加减分项", ITEM),
    "red_lines": ("底线", RED_LINE),
}
TICK = "√"
"""In the weights sheet: the class counts the indicator, its weight is found by the method."""


@dataclass(frozen=True, slots=True)
class Heads:
    """A column's field and its head as printed."""

    field: Field
    head: str


def heads_of(part: str) -> tuple[Heads, ...]:
    """The columns of a part's sheet, in order."""
    return tuple(Heads(one, str(one.label)) for one in SHEETS[part][1])


def label_of(field: Field, code: str) -> str:
    """A code as the cell shows it."""
    told = dict(field.choices).get(code)
    return code if told is None else str(getattr(told, "zh", told))


def code_of(field: Field, label: str) -> str | None:
    """The code of what a cell shows, or None."""
    for code, _ in field.choices:
        if label in (code, label_of(field, code)):
            return code
    return None


def shown_parameters(row: Mapping[str, Any]) -> str:
    """The parameters of a row, one a line."""
    given = row.get("parameters")
    if not isinstance(given, Mapping):
        return typed.shown(given)
    kinds = _kinds(parameters_of(row.get("method")))
    return "\n".join(
        f"{name}={_one_line(kinds.get(str(name), 'text'), value)}" for name, value in given.items()
    )


def _one_line(kind: str, value: Any) -> str:
    return ", ".join(typed.SHOW[kind](value).split("\n"))


def _kinds(fields: Sequence[Field]) -> dict[str, str]:
    return {one.key.rpartition(".")[2]: one.kind for one in fields}


def read_parameters(text: str, method: Any) -> Any:
    """The parameters of a cell; a name that the method doesn't take stays, for the checks."""
    kinds = _kinds(parameters_of(method))
    found: dict[str, Any] = {}
    for line in text.splitlines():
        name, sign, value = line.strip().partition("=")
        if name:
            kind = kinds.get(name.strip(), "text")
            found[name.strip()] = typed.read(kind, value.strip()) if sign else None
    return found or None


def shown_chain(row: Mapping[str, Any]) -> str:
    """The chain of a row, one link a line: ``winsorise points=5``."""
    chain = row.get("chain")
    lines = []
    for link in chain if isinstance(chain, list) else []:
        if isinstance(link, Mapping):
            rest = [f"{name}={typed.shown(v)}" for name, v in link.items() if name != "link"]
            lines.append(" ".join([str(link.get("link", "")), *rest]))
    return "\n".join(lines)


def shown_extra(row: Mapping[str, Any]) -> str:
    """Fields of an indicator that no column speaks of, as JSON, so that nothing gets lost."""
    told = {one.key.partition(".")[0] for one in SHEETS["indicators"][1]} | {"children"}
    rest = {key: value for key, value in row.items() if key not in told}
    return json.dumps(rest, ensure_ascii=False) if rest else ""


def read_extra(text: str) -> dict[str, Any]:
    """The fields of the cell. Raises ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


def read_chain(text: str) -> Any:
    """The chain of a cell."""
    found = []
    for line in text.splitlines():
        words = line.split()
        if not words:
            continue
        link: dict[str, Any] = {"link": words[0]}
        kinds = _kinds(chain_of([link]))
        for word in words[1:]:
            name, _, value = word.partition("=")
            link[name] = typed.read(kinds.get(name, "text"), value)
        found.append(link)
    return found or None


def guide() -> list[tuple[str, str, str]]:
    """(code, name, parameters) of every method and link, for the last sheet."""
    from_methods = [(one.code, one.zh, parameters_of(one.code)) for one in _methods().values()]
    from_links = [(one.code, one.zh, chain_of([{"link": one.code}])[1:]) for one in LINKS.values()]
    return [(code, zh, "\n".join(_guided(f) for f in fields))
            for code, zh, fields in (*from_methods, *from_links)]  # fmt: skip


def _methods() -> Mapping[str, Any]:
    from_field = next(one for one in LEAF if one.key == "method")
    return {code: _Named(code, worded.zh) for code, worded in from_field.choices}


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    zh: str


def _guided(field: Field) -> str:
    name = field.key.rpartition(".")[2]
    words = " | ".join(f"{code} {label_of(field, code)}" for code, _ in field.choices)
    return f"{name}:{field.label}" + (f"({words})" if words else "")
