"""The JSON Schema (2020-12) of a scheme file, made from what the readers take.

``docs/scheme.schema.json`` is this, written out; a test keeps it fresh. What a schema can't say
(weights that total, series that exist) the reader checks and names by path.
"""

from __future__ import annotations

from typing import Any

from cases.scoring.chain import LINKS
from cases.scoring.chain.link import LinkKind
from cases.scoring.methods import METHODS
from cases.scoring.methods.method import Method
from cases.scoring.scheme import FIELDS
from cases.scoring.scheme_joins import AFTER, AGAIN, MOST_PLACES
from cases.scoring.shapes import (
    AGGREGATES,
    COHORTS,
    DEDUCTION_CATEGORIES,
    PATHS,
    WEIGHINGS,
)
from workflow.vocabulary import Grade

Json = dict[str, Any]
TEXT: Json = {"type": "string", "minLength": 1}
NUMBER: Json = {
    "description": "an exact number: 0.25, or a ratio written as text: 2/3",
    "oneOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?[0-9./eE+-]+$"}],
}
PLACES: Json = {
    "type": "integer",
    "minimum": 0,
    "maximum": MOST_PLACES,
    "description": "decimal places the score is rounded to, halves away from zero",
}
PAIR: Json = {"type": "array", "prefixItems": [NUMBER, NUMBER], "minItems": 2, "maxItems": 2}


def schema() -> Json:
    """The whole schema; the process half of a scheme is named but left open."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Kaoji scheme",
        "type": "object",
        "required": ["code", "title", "year", "classes", "indicators"],
        "additionalProperties": False,
        "properties": {**{name: {} for name in FIELDS}, **_fields()},
        "$defs": {
            "title": _title(),
            "class": _class(),
            "indicator": {"oneOf": [{"$ref": "#/$defs/group"}, {"$ref": "#/$defs/leaf"}]},
            "group": _group(),
            "leaf": _leaf(),
            "link": {"oneOf": [_link(kind) for kind in LINKS.values()]},
        },
    }


def _fields() -> Json:
    return {
        "code": TEXT,
        "title": {"$ref": "#/$defs/title"},
        "year": {"type": "integer", "minimum": 1900},
        "version": {"type": "integer", "minimum": 1},
        "organ": {"type": "string"},
        "source": {"type": "string"},
        "classes": _list({"$ref": "#/$defs/class"}, 1),
        "indicators": _list({"$ref": "#/$defs/indicator"}, 1),
        "series": _list(_series()),
        "weights": _weights(),
        "items": _list(_item()),
        "item_caps": {
            "type": "object",
            "properties": {"deduction": NUMBER, "bonus": NUMBER},
            "additionalProperties": False,
        },
        "marks": {
            **_object((), {"missing": _list(TEXT), "apart": _list(TEXT)}),
            "description": "what stands in files of figures for none, and for doesn't concern",
        },
        "checks": _list(_check()),
        "red_lines": _list(_red_line()),
    }


def _series() -> Json:
    title = {"$ref": "#/$defs/title"}
    words = ("unit", "provider", "verifier", "source")
    more = {name: {"type": "string"} for name in words}
    return _object(
        ("code", "title"), {"code": TEXT, "title": title, **more, "range": _range(), **_additive()}
    )


def _range() -> Json:
    return _object((), {"low": NUMBER, "high": NUMBER})


def _additive() -> Json:
    return {"additive": {"type": "boolean", "default": False}}


def _object(required: tuple[str, ...], properties: Json) -> Json:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(one: Json, least: int = 0) -> Json:
    return {"type": "array", "items": one, **({"minItems": least} if least else {})}


def _word(words: tuple[str, ...], default: str = "") -> Json:
    return {"enum": list(words), **({"default": default} if default else {})}


def _title() -> Json:
    both = {"zh": TEXT, "en": {"type": "string"}}
    return {"oneOf": [TEXT, _object(("zh",), both)]}


def _class() -> Json:
    return _object(
        ("code", "title"),
        {
            "code": TEXT,
            "title": {"$ref": "#/$defs/title"},
            "level": {"type": "string"},
            "region_type": {"type": "string"},
            "result": _word(("regional", "performance"), "regional"),
            "children": _list({"$ref": "#/$defs/class"}),
        },
    )


def _common() -> Json:
    return {
        "code": TEXT,
        "title": {"$ref": "#/$defs/title"},
        "unit": {"type": "string"},
        "verifier": {"type": "string"},
        "concept": {"type": "string"},
        "source": {"type": "string"},
    }


def _group() -> Json:
    return _object(
        ("code", "title", "children"),
        {
            **_common(),
            "children": _list({"$ref": "#/$defs/indicator"}, 1),
            **_join(),
            "chain": {
                **_list({"oneOf": [_link(LINKS[code]) for code in AFTER]}),
                "description": "links that change the joined score, before rescale",
            },
            "rescale": _again(),
            "fill": {"type": "string", "description": "attribute whose mean fills an empty group"},
            "given": {"type": "boolean", "default": False},
            "provider": {"type": "string", "description": "who gives the score; only if given"},
        },
    )


def _join() -> Json:
    return {
        "aggregate": _word(AGGREGATES, "arithmetic"),
        "exponent": {**NUMBER, "description": "of the power mean; only with it"},
        "penalty": {**NUMBER, "default": 1, "description": "of the penalised mean; only with it"},
        "exponents": {
            "type": "object",
            "additionalProperties": NUMBER,
            "description": "of the children of a product, by code, one where unstated; never zero",
        },
        "availability": {**NUMBER, "default": 0},
        "round": PLACES,
    }


def _again() -> Json:
    return {
        **_object(
            ("method",),
            {
                "method": _word(AGAIN),
                "parameters": {"type": "object"},
                "direction": _word(("positive", "reverse"), "positive"),
                "cohort": _word(COHORTS, "class"),
            },
        ),
        "allOf": [_parameters_of(METHODS[code]) for code in AGAIN],
    }


def _leaf() -> Json:
    return {
        **_object(
            ("code", "title", "direction", "method", "missing"),
            {
                **_common(),
                "provider": {"type": "string"},
                "direction": _word(("positive", "reverse")),
                "method": _word(tuple(METHODS)),
                "parameters": {"type": "object"},
                "target": NUMBER,
                "targets": {"type": "object", "additionalProperties": NUMBER},
                "missing": _word(("renormalise", "zero")),
                "cohort": _word(COHORTS, "class"),
                "chain": _list({"$ref": "#/$defs/link"}),
                "range": _range(),
                **_additive(),
                "path": _path(),
                "round": PLACES,
            },
        ),
        "allOf": [_parameters_of(method) for method in METHODS.values()],
    }


def _parameters_of(method: Method) -> Json:
    return {
        "if": {"properties": {"method": {"const": method.code}}, "required": ["method"]},
        "then": {
            "properties": {
                "parameters": _object(
                    method.required,
                    {
                        **{name: NUMBER for name in method.numbers},
                        **{name: _word(words, words[0]) for name, words in method.words.items()},
                        **{name: _list(NUMBER, 1) for name in method.lists},
                        **{name: _list(PAIR, 1) for name in method.tables},
                    },
                )
            },
            **({"required": ["parameters"]} if method.required else {}),
        },
    }


def _link(kind: LinkKind) -> Json:
    return _object(
        ("link", *kind.required),
        {
            "link": {"const": kind.code},
            **{name: NUMBER for name in kind.numbers},
            **{name: _word(words, words[0]) for name, words in kind.words.items()},
            **{name: TEXT for name in kind.names},
        },
    )


def _weights() -> Json:
    of_class = {
        "oneOf": [{"type": "object", "additionalProperties": NUMBER}, _list(TEXT)],
        "description": "weight by indicator; with equal and entropy a list of indicators will do",
    }
    return _object(
        (),
        {
            "total": {**NUMBER, "default": 100},
            "basis": _word(("siblings", "points"), "siblings"),
            "method": _word(WEIGHINGS, "given"),
            **_join(),
            "by_class": {"type": "object", "additionalProperties": of_class},
        },
    )


def _path() -> Json:
    months = {**_list(NUMBER, 12), "maxItems": 12}
    return _object(("form",), {"form": _word(PATHS), "months": months})


def _item() -> Json:
    return _object(
        ("code", "title", "kind", "cap"),
        {
            "code": TEXT,
            "title": {"$ref": "#/$defs/title"},
            "kind": _word(("deduction", "bonus")),
            "category": _word(DEDUCTION_CATEGORIES, "local"),
            "cap": NUMBER,
            "per_case": NUMBER,
            "applies_at": _word(("indicators", "composite"), "indicators"),
            "evidence": {"type": "boolean", "default": True},
            "source": {"type": "string"},
            "provider": {"type": "string"},
            "verifier": {"type": "string"},
        },
    )


def _check() -> Json:
    return _object(
        ("code", "title"),
        {
            "code": TEXT,
            "title": {"$ref": "#/$defs/title"},
            "sum": _list(TEXT, 1),
            "equals": TEXT,
            "tolerance": NUMBER,
            "ratio": _list(TEXT, 2),
            "times": NUMBER,
            "low": NUMBER,
            "high": NUMBER,
        },
    )


def _red_line() -> Json:
    return _object(
        ("code", "title", "cap"),
        {
            "code": TEXT,
            "title": {"$ref": "#/$defs/title"},
            "indicator": TEXT,
            "item": TEXT,
            "below": NUMBER,
            "above": NUMBER,
            "cap": _word(tuple(grade.value for grade in Grade)),
            "source": {"type": "string"},
        },
    )
