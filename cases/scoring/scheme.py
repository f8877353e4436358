"""Load and check a scheme document (a dict, parsed from YAML elsewhere).

The format stands in the docstrings of ``scheme_indicators``, ``scheme_process`` and
``rule_rows``; ``tests/cases/scoring/scheme.yaml`` is a whole example. Everything wrong is
collected as (path, Sentence); a scheme that has any error can't be used or frozen.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cases.scoring import scheme_indicators, scheme_process
from cases.scoring.reading import DocumentErrors, Node, Problem
from cases.scoring.rule_rows import NAMES, rule_book, title
from cases.scoring.rules import shipped_rows
from cases.scoring.scheme_targets import missing_targets
from cases.scoring.shapes import IndicatorScheme, Scheme
from workflow.words import m

FIELDS = (
    "code", "title", "year", "version", "organ", "source", "issued_on", "classes", "indicators",
    "series", "checks", "weights", "red_lines", "items", "item_caps", "marks", "shares", "ballot",
    "surveys", "suggestion",
    "hqd_minimum", "self_report", "timetable", "publicity", "deciding_chain", "feedback",
    "sanction_basis", *NAMES,
)  # fmt: skip


def check(document: Mapping[str, Any]) -> tuple[Scheme, tuple[Problem, ...]]:
    """The scheme as far as it can be read, with every problem; usable only if there is none."""
    problems: list[Problem] = []
    node = Node(document, "", problems)
    half = _half(node, document, problems)
    problems += missing_targets(half["indicators"], half["classes"], half["weights"])
    shares, titles = scheme_indicators.read_shares(node)
    process = scheme_process.read(node)
    scheme = Scheme(
        **half,
        shares=shares,
        part_titles=titles,
        transfer=node.at("shares").word("transfer", ("current", "months"), "current"),
        hqd_minimum=node.optional_number("hqd_minimum"),
        sanction_basis=node.word("sanction_basis", ("year_table", "sanction_period"), "year_table"),
        rules=rule_book(_with_shipped(document), problems),
        **process,
    )
    return scheme, tuple(problems)


def check_indicators(
    document: Mapping[str, Any],
) -> tuple[IndicatorScheme, tuple[Problem, ...]]:
    """The quantitative half of a document, with every problem of it; the rest isn't looked at."""
    problems: list[Problem] = []
    node = Node(document, "", problems)
    return IndicatorScheme(**_half(node, document, problems)), tuple(problems)


def _half(node: Node, document: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    node.only(*FIELDS)
    return {
        "code": node.text("code"),
        "title": title(node),
        "year": node.integer("year", low=1900),
        "version": node.integer("version", 1, low=1),
        "organ": node.text("organ", ""),
        "source": node.text("source", ""),
        "issued_on": node.day("issued_on"),
        **scheme_indicators.read(node),
        "document_digest": _digest_or_problem(document, problems),
    }


def load(document: Mapping[str, Any]) -> Scheme:
    """The checked scheme. Raises DocumentErrors holding every (path, Sentence)."""
    scheme, problems = check(document)
    if problems:
        raise DocumentErrors(problems)
    return scheme


def load_indicators(document: Mapping[str, Any]) -> IndicatorScheme:
    """The checked quantitative half. Raises DocumentErrors holding every (path, Sentence)."""
    scheme, problems = check_indicators(document)
    if problems:
        raise DocumentErrors(problems)
    return scheme


def canonical(document: Mapping[str, Any]) -> str:
    """The document with the rule rows it relies on, as canonical JSON text.

    Raises ValueError for what JSON can't hold (NaN, a structure that contains itself).
    """
    whole = _plain(_with_shipped(document), 0)
    return json.dumps(
        whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of ``canonical`` in hexadecimal: what freezing a scheme writes down."""
    return hashlib.sha256(canonical(document).encode("utf-8")).hexdigest()


def _with_shipped(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document, with the shipped rows for every kind of rule it doesn't state itself."""
    own = document if isinstance(document, Mapping) else {}
    stated = {str(name): value for name, value in own.items() if value is not None}
    return {**shipped_rows(), **stated}


def _digest_or_problem(document: Mapping[str, Any], problems: list[Problem]) -> str:
    try:
        return digest(document)
    except ValueError:
        problems.append(("", m("方案含有不能存储的值")))
        return ""


def _plain(value: Any, depth: int) -> Any:
    if depth > 40:
        raise ValueError("too deep")
    if isinstance(value, Mapping):
        return {str(key): _plain(child, depth + 1) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(child, depth + 1) for child in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date | Decimal):
        return str(value)
    raise ValueError(f"not a document value: {type(value).__name__}")
