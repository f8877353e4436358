"""Codes in a scheme's rows are chosen by name: departments, indicators, deductions and bonuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from cases.queries.scheme_draft import departments
from cases.scoring.drafting import rows
from cases.scoring.drafting.fields import Field
from cases.scoring.drafting.values import value_at
from cases.web.scheme_faults import title_of

MOST = 400
"""More departments than that are not looked through in a list; their code is typed."""
DEPARTMENTS = ("provider", "verifier")
INDICATORS = ("indicator", "equals")
Choices = tuple[tuple[str, str], ...]


def by_name(
    conn: sa.Connection, document: Mapping[str, Any], fields: tuple[Field, ...],
    row: Mapping[str, Any],
) -> tuple[Field, ...]:  # fmt: skip
    """The fields, those of a code with what it can name; a code that names nothing is kept."""
    asked = {one.key for one in fields}
    units = departments(conn, MOST) if asked & {*DEPARTMENTS} else ()
    named: dict[str, Choices] = {key: units for key in DEPARTMENTS}
    named |= {key: _listed(document, "indicators") for key in INDICATORS if key in asked}
    named["item"] = _listed(document, "items") if "item" in asked else ()
    return tuple(_offering(one, named.get(one.key, ()), row) for one in fields)


def _offering(one: Field, found: Choices, row: Mapping[str, Any]) -> Field:
    if not found or one.choices:
        return one
    kept = str(value_at(row, one.key) or "")
    own = ((kept, kept),) if kept and kept not in dict(found) else ()
    return replace(one, choices=(*found, *own))


def _listed(document: Mapping[str, Any], part: str) -> Choices:
    """The rows without rows below, by name and code."""
    return tuple(
        (str(row["code"]), f"{title_of(row)} {row['code']}")
        for _, row in rows.walk(document, part)
        if row.get("code") and not row.get("children")
    )
