"""The departments that a scheme names: which units they are, and who enters and verifies there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from cases.models import Account, Cycle, RoleGrant, Unit
from cases.queries.unit_items import nearness
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Indicator, Item, Scheme
from workflow.vocabulary import Role

WORKERS = (Role.DATA_PROVIDER, Role.DATA_VERIFIER)


@dataclass(frozen=True, slots=True)
class Departments:
    """Units by code and by name; of several of one name the organ's own."""

    by_code: Mapping[str, int]
    by_name: Mapping[str, int]

    def unit(self, told: str) -> int | None:
        """The unit that a scheme's word means, its code first."""
        return self.by_code.get(told) or self.by_name.get(told)

    def verifying(self, told: str, provider: int | None, assessed: int) -> int | None:
        """Whose people verify a figure of the ``assessed`` unit: the department told.

        The provider's own where none is told, or where it would verify figures of its own unit.
        None for one told that is no unit.
        """
        named = self.unit(told) if told else provider
        return provider if named == assessed else named


def departments(conn: sa.Connection, organ_id: int | None) -> Departments:
    """Every unit as a scheme of the organ may name it."""
    rows = conn.execute(
        sa.select(Unit.code, Unit.name, Unit.id).order_by(nearness(organ_id), Unit.id.desc())
    ).all()
    return Departments({r.code: r.id for r in rows}, {r.name: r.id for r in rows})


def departments_of(conn: sa.Connection, cycle_id: int) -> Departments:
    """Every unit as the scheme of a cycle may name it."""
    organ = conn.execute(sa.select(Cycle.managing_organ_id).where(Cycle.id == cycle_id)).scalar()
    return departments(conn, organ)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a scheme's figures lack on the site; ``named`` counts the departments it names.

    ``nobody`` are titles of what nobody is named for, ``unknown`` departments that are no unit,
    ``unstaffed`` providers without somebody who enters, or without somebody else who verifies
    where they verify themselves, ``unverified`` verifier departments without somebody who verifies
    what others entered.
    """

    named: int
    nobody: tuple[Title, ...]
    unknown: tuple[str, ...]
    unstaffed: tuple[str, ...]
    unverified: tuple[str, ...]


def gaps_of(conn: sa.Connection, scheme: Scheme, organ_id: int) -> Gaps:
    """Whether every department that the scheme names exists and can work. Three queries."""
    known = scheme.entered
    leaves = [code for code, one in scheme.classes.items() if one.leaf]
    asked = dict.fromkeys(code for leaf in leaves for code in scheme.asked(leaf))
    entered = [known[code] for code in asked]
    charged: list[Indicator | Item] = [*entered, *scheme.items.values()]
    pairs = dict.fromkeys((one.provider, one.verifier or one.provider) for one in charged)
    named = dict.fromkeys(name for pair in pairs for name in pair if name)
    units = departments(conn, organ_id)
    pairs |= _of_own(conn, scheme, units, organ_id)
    staff = _staff(conn, {unit for one in named if (unit := units.unit(one)) is not None})
    people = {one: staff[unit] for one in named if (unit := units.unit(one)) is not None}
    unstaffed, unverified = _lacking(pairs, people)
    return Gaps(
        named=len(named),
        nobody=tuple(one.title for one in entered if not one.provider),
        unknown=tuple(one for one in named if units.unit(one) is None),
        unstaffed=tuple(unstaffed),
        unverified=tuple(unverified),
    )


People = tuple[set[int], set[int]]
"""Who may enter for a department, who may verify."""


def _lacking(
    pairs: Iterable[tuple[str, str]], people: Mapping[str, People]
) -> tuple[dict[str, None], dict[str, None]]:
    """Providers and other verifiers, on the roster, who lack people; in the scheme's order."""
    unstaffed: dict[str, None] = {}
    unverified: dict[str, None] = {}
    for provider, verifier in pairs:
        enter = people.get(provider, _ANYBODY)[0]
        verify = people.get(verifier, _ANYBODY)[1]
        if provider == verifier:
            if provider in people and not _two(enter, verify):
                unstaffed[provider] = None
            continue
        if provider in people and not enter:
            unstaffed[provider] = None
        alone = provider in people and bool(enter) and not _two(enter, verify)
        if verifier in people and (not verify or alone):
            unverified[verifier] = None
    return unstaffed, unverified


_ANYBODY: People = (set(), set())


def _of_own(
    conn: sa.Connection, scheme: Scheme, units: Departments, organ_id: int
) -> dict[tuple[str, str], None]:
    """Providers that verify themselves since the verifier department is the assessed unit."""
    every: list[Indicator | Item] = [*scheme.entered.values(), *scheme.items.values()]
    named = {one.verifier for one in every} - {""}
    ids = {unit: one for one in named if (unit := units.unit(one)) is not None}
    if not ids:
        return {}
    assessed = conn.execute(
        sa.select(Unit.id, Unit.class_code).where(
            Unit.id.in_(ids), Unit.has_body, Unit.active, Unit.managing_organ_id == organ_id
        )
    )
    found: dict[tuple[str, str], None] = {}
    for unit, leaf in assessed:
        asked = scheme.asked(leaf) if leaf is not None and leaf in scheme.classes else ()
        mine: list[Indicator | Item] = [scheme.entered[code] for code in asked]
        for one in (*mine, *scheme.items.values()):
            if one.provider and one.verifier and units.unit(one.verifier) == unit:
                found[one.provider, one.provider] = None
    return found


def _staff(conn: sa.Connection, units: Collection[int]) -> dict[int, People]:
    """Unit -> people who may enter there, people who may verify there, by grants in force."""
    rows = conn.execute(
        sa.select(RoleGrant.unit_id, RoleGrant.role, Account.person_id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role.in_(WORKERS),
            RoleGrant.unit_id.in_(units),
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            Account.active,
        )
    )
    found: dict[int, People] = defaultdict(lambda: (set(), set()))
    for unit, role, person in rows:
        if unit is not None and person is not None:
            found[unit][WORKERS.index(Role(role))].add(person)
    return found


def _two(enter: set[int], verify: set[int]) -> bool:
    """Whether somebody enters and somebody else verifies."""
    return bool(enter) and bool(verify) and len(enter | verify) > 1
