"""What changed between two scheme documents, row by row and field by field, in words.

``compare`` names every change; ``touched`` the classes whose scores may differ; ``heavier`` what
asks more of units than before, which a year that has begun doesn't allow (M19).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cases.scoring.drafting.fields import BASICS, PARTS, Field, fields_of
from cases.scoring.drafting.rows import walk
from cases.scoring.drafting.settings import SETTINGS, settings_fields
from cases.scoring.drafting.typed import SHOW, shown
from cases.scoring.drafting.values import value_at
from cases.scoring.scheme import check_indicators
from cases.scoring.shapes import IndicatorScheme
from workflow.words import Sentence, m

Document = Mapping[str, Any]
NAMES: dict[str, Sentence] = {
    "basics": m("基本信息"),
    "classes": m("类别"),
    "indicators": m("指标"),
    "series": m("辅助数据"),
    "checks": m("核对关系"),
    "weights": m("权重"),
    "items": m("加减分项"),
    "red_lines": m("底线"),
    **SETTINGS,
    "": m("其他部分"),
}
OWN = frozenset(PARTS) | {
    "code", "title", "year", "version", "organ", "source", "issued_on", "weights", "item_caps",
}  # fmt: skip
"""The keys of a document that make up its quantitative half."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the part, whom it concerns, what of it, from and to (None: not there)."""

    part: str
    subject: Any
    what: Sentence
    before: Any
    after: Any

    @property
    def sentence(self) -> Sentence:
        """The change as one line."""
        if self.before is None and self.after is None:
            return m("“%(subject)s”:%(what)s", subject=self.subject, what=self.what)
        return m(
            "“%(subject)s”的%(what)s:%(before)s → %(after)s",
            subject=self.subject,
            what=self.what,
            before=m("无") if self.before is None else self.before,
            after=m("无") if self.after is None else self.after,
        )


def compare(before: Document, after: Document) -> list[Change]:
    """Every change, as the document runs."""
    found = list(_fields("basics", _title(after), BASICS, before, after))
    for part in PARTS:
        found += _rows(part, before, after)
        if part == "indicators":
            found += _weights(before, after)
    old, new = dict(_leaves(before)), dict(_leaves(after))
    settings = _settings(before) | _settings(after)
    for path in [*old, *(path for path in new if path not in old)]:
        if old.get(path) != new.get(path):
            found.append(_leaf_change(path, settings.get(path), old.get(path), new.get(path)))
    return found


def _leaf_change(path: str, field: Field | None, before: str | None, after: str | None) -> Change:
    """By the label of the field that the pages have for it, or by its path."""
    if field is None:
        part = path.partition(".")[0].partition("[")[0]
        return Change(part if part in SETTINGS else "", path, m("内容"), before, after)
    told = dict(field.choices)
    texts = [None if one is None else told.get(one, one) for one in (before, after)]
    part, row = field.key.partition(".")[0], path.rpartition("[")[2].partition("]")
    if part == "timetable":
        return Change(part, row[0], field.label, *texts)
    return Change(part, field.label, m("内容"), *texts)


def _settings(document: Document) -> dict[str, Field]:
    """Fields of the parts with a page of their own, by the path a leaf is named with."""
    return {
        _named(document, one.key): one
        for part in SETTINGS
        for one in settings_fields(part, document)
    }


def _named(document: Document, key: str) -> str:
    """``timetable.0.due`` as ``timetable[scoping].due``: rows by code, as the leaves have them."""
    here: Any = document
    path = ""
    for name in key.split("."):
        if isinstance(here, list) and name.isdigit():
            here = here[int(name)] if int(name) < len(here) else {}
            path += f"[{here.get('code', int(name) + 1) if isinstance(here, Mapping) else name}]"
        else:
            here = here.get(name) if isinstance(here, Mapping) else None
            path += f".{name}" if path else name
    return path


def _title(row: Mapping[str, Any]) -> str:
    return str(value_at(row, "title.zh") or row.get("code") or "")


def _name(row: Mapping[str, Any]) -> Any:
    code, title = row.get("code"), _title(row)
    return f"{title}({code})" if code else title or m("未命名")


def _fields(
    part: str, subject: str, fields: Any, before: Document, after: Document
) -> Iterator[Change]:
    for one in fields:
        old, new = value_at(before, one.key), value_at(after, one.key)
        if old == new:
            continue
        told = dict(one.choices)
        texts = [_said(one.kind, value, told) for value in (old, new)]
        if texts[0] != texts[1]:
            yield Change(part, subject, one.label, texts[0], texts[1])


def _said(kind: str, value: Any, told: Mapping[str, Any]) -> Any:
    """The value as a text, or as the word that stands for it."""
    if value is None:
        return None
    text = SHOW[kind](value)
    label = told.get(text)
    return label if label is not None else "、".join(text.split("\n"))


def _listed(document: Document, part: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Rows by code, with the code of the row above."""
    by_place: dict[tuple[int, ...], str] = {}
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for place, row in walk(document, part):
        by_place[place] = str(row.get("code"))
        found.setdefault(str(row.get("code")), (by_place.get(place[:-1], ""), row))
    return found


def _rows(part: str, before: Document, after: Document) -> list[Change]:
    old, new = _listed(before, part), _listed(after, part)
    found = [
        Change(part, _name(row), m("删去"), None, None)
        for code, (_, row) in old.items()
        if code not in new
    ]
    for code, (above, row) in new.items():
        if code not in old:
            found.append(Change(part, _name(row), m("新增"), None, None))
            continue
        was_above, was = old[code]
        if was_above != above:
            found.append(Change(part, _name(row), m("上级"), was_above or None, above or None))
        fields = {one.key: one for one in (*fields_of(part, was), *fields_of(part, row))}
        found += _fields(part, _name(row), fields.values(), was, row)
    kept = [code for code in old if code in new]
    if kept != [code for code in new if code in old]:
        found.append(Change(part, str(NAMES[part]), m("次序有变"), None, None))
    return found


def _weights(before: Document, after: Document) -> Iterator[Change]:
    old, new = weight_table(before), weight_table(after)
    classes = _listed(before, "classes") | _listed(after, "classes")
    indicators = _listed(before, "indicators") | _listed(after, "indicators")
    for code in [*old, *(code for code in new if code not in old)]:
        was, now = old.get(code, {}), new.get(code, {})
        about = _title(classes[code][1]) if code in classes else code
        for name in [*was, *(name for name in now if name not in was)]:
            if was.get(name) == now.get(name):
                continue
            whom = _name(indicators[name][1]) if name in indicators else name
            what = m("权重(%(class)s)", **{"class": about})
            sides = [shown(row[name]) if name in row else None for row in (was, now)]
            yield Change("weights", whom, what, *sides)


def weight_table(document: Document) -> dict[str, dict[str, Any]]:
    """Weights by class and indicator; a class that lists its indicators weighs each 1."""
    table = value_at(document, "weights.by_class")
    found: dict[str, dict[str, Any]] = {}
    for code, row in table.items() if isinstance(table, Mapping) else ():
        if isinstance(row, Mapping):
            found[str(code)] = {str(k): v for k, v in row.items()}
        elif isinstance(row, list):
            found[str(code)] = {str(one): 1 for one in row}
    return found


def _leaves(document: Document) -> Iterator[tuple[str, str]]:
    for key, value in document.items():
        if key not in OWN:
            yield from _below(value, key)


def _below(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _below(child, f"{path}.{key}")
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for place, child in enumerate(value, 1):
            name = child.get("code", place) if isinstance(child, Mapping) else place
            yield from _below(child, f"{path}[{name}]")
    elif isinstance(value, list):
        yield path, "、".join(str(one) for one in value)
    else:
        yield path, "" if value is None else str(value)


def touched(before: Document, after: Document) -> frozenset[str] | None:
    """Leaf classes whose scores may differ; None when all may: items, red lines or the process."""
    for key in {*before, *after} - set(PARTS) - {"weights", "version", "title", "source"}:
        if before.get(key) != after.get(key):
            return None
    if any(before.get(key) != after.get(key) for key in ("items", "red_lines", "series")):
        return None
    old, new = check_indicators(before)[0], check_indicators(after)[0]
    codes = {c.code for one in (old, new) for c in one.classes.values() if c.leaf}
    return frozenset(code for code in codes if _arithmetic(old, code) != _arithmetic(new, code))


def _arithmetic(scheme: IndicatorScheme, code: str) -> Any:
    """All that a class's scores come from."""
    if code not in scheme.classes:
        return None
    weights = scheme.weights_of(code)
    own = {name: scheme.indicators[name] for name in weights}
    wide = any(one.cohort != "class" or (one.again and one.again.cohort != "class")
               for one in own.values())  # fmt: skip
    return (
        scheme.classes[code].result,
        dict(weights),
        own,
        (scheme.total, scheme.weight_basis, scheme.weighing),
        replace(scheme.top, children=()),
        # compared beyond its class, a score hangs on what counts for the others
        (scheme.weights, scheme.indicators, scheme.classes) if wide else None,
    )
