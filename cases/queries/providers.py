"""The departments that a scheme names: which units they are, and who enters and verifies there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from cases.models import Account, Cycle, RoleGrant, Unit
from cases.queries.relations import people_of
from cases.queries.unit_items import nearness
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Indicator, Item, Scheme
from workflow.vocabulary import Role

COMPOSITE = "composite"
"""The level of items that every unit takes; the others need a unit with indicators."""
WORKERS = (Role.DATA_PROVIDER, Role.DATA_VERIFIER)


@dataclass(frozen=True, slots=True)
class Departments:
    """Units by code and by name; of several of one name the organ's own."""

    by_code: Mapping[str, int]
    by_name: Mapping[str, int]
    names: Mapping[int, str] = field(default_factory=dict)

    def unit(self, told: str) -> int | None:
        """The unit that a scheme's word means, its code first."""
        return self.by_code.get(told) or self.by_name.get(told)

    def name(self, told: str) -> str:
        """The name of the unit that a scheme's word means; the word itself where it is no unit."""
        unit = self.unit(told)
        return told if unit is None else self.names.get(unit, told)

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
    return Departments(
        {r.code: r.id for r in rows}, {r.name: r.id for r in rows}, {r.id: r.name for r in rows}
    )


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
    what others entered, ``alone`` the figures, with the name of the assessed unit, that only the
    unit's own people could verify: nobody handles the figures of his own unit. ``own_items`` are
    deductions and bonuses that a department could record against itself and only its own people
    could verify. Departments on the roster are told by name.
    """

    named: int
    nobody: tuple[Title, ...]
    unknown: tuple[str, ...]
    unstaffed: tuple[str, ...]
    unverified: tuple[str, ...]
    alone: tuple[tuple[str, Title], ...]
    own_items: tuple[tuple[str, Title], ...]


def gaps_of(conn: sa.Connection, scheme: Scheme, organ_id: int) -> Gaps:
    """Whether every department that the scheme names exists and can work. At most four queries."""
    known = scheme.entered
    leaves = [code for code, one in scheme.classes.items() if one.leaf]
    asked = dict.fromkeys(code for leaf in leaves for code in scheme.asked(leaf))
    entered = [known[code] for code in asked]
    charged: list[Indicator | Item] = [*entered, *scheme.items.values()]
    pairs = dict.fromkeys((one.provider, one.verifier or one.provider) for one in charged)
    named = dict.fromkeys(name for pair in pairs for name in pair if name)
    units = departments(conn, organ_id)
    assessed = _assessed(conn, scheme, organ_id)
    pairs |= _of_own(scheme, units, assessed)
    staff = _staff(conn, {unit for one in named if (unit := units.unit(one)) is not None})
    people = {one: staff[unit] for one in named if (unit := units.unit(one)) is not None}
    unstaffed, unverified = _lacking(pairs, people)
    able = _strangers(conn, staff)
    return Gaps(
        named=len(named),
        nobody=tuple(one.title for one in entered if not one.provider),
        unknown=tuple(one for one in named if units.unit(one) is None),
        unstaffed=tuple(map(units.name, unstaffed)),
        unverified=tuple(map(units.name, unverified)),
        alone=_alone(scheme, units, assessed, able),
        own_items=_own_items(scheme, units, assessed, able),
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


def _assessed(conn: sa.Connection, scheme: Scheme, organ_id: int) -> Sequence[Any]:
    """Id, name and class of the organ's units that have figures of the scheme."""
    return conn.execute(
        sa.select(Unit.id, Unit.name, Unit.class_code)
        .where(
            Unit.has_body,
            Unit.active,
            Unit.managing_organ_id == organ_id,
            Unit.class_code.in_(scheme.classes),
        )
        .order_by(Unit.code)
    ).all()


def _of_own(
    scheme: Scheme, units: Departments, assessed: Iterable[Any]
) -> dict[tuple[str, str], None]:
    """Providers that verify themselves since the verifier department is the assessed unit."""
    found: dict[tuple[str, str], None] = {}
    for unit in assessed:
        mine = [scheme.entered[code] for code in scheme.asked(unit.class_code)]
        charged: list[Indicator | Item] = [*mine, *scheme.items.values()]
        for one in charged:
            if one.provider and one.verifier and units.unit(one.verifier) == unit.id:
                found[one.provider, one.provider] = None
    return found


def _alone(
    scheme: Scheme, units: Departments, assessed: Iterable[Any], able: Mapping[int, bool]
) -> tuple[tuple[str, Title], ...]:
    """The figures of units that verify themselves and have no stranger who may."""
    return tuple(
        (unit.name, one.title)
        for unit in assessed
        for one in (scheme.entered[code] for code in scheme.asked(unit.class_code))
        if one.provider
        and units.verifying(one.verifier, units.unit(one.provider), unit.id) == unit.id
        and not able.get(unit.id, False)
    )


def _own_items(
    scheme: Scheme, units: Departments, assessed: Iterable[Any], able: Mapping[int, bool]
) -> tuple[tuple[str, Title], ...]:
    """The items that a unit may enter against itself and has no stranger to verify."""
    return tuple(
        (unit.name, item.title)
        for unit in assessed
        for item in scheme.items.values()
        if item.provider
        and (item.applies_at == COMPOSITE or scheme.asked(unit.class_code))
        and units.unit(item.provider) == unit.id
        and units.verifying(item.verifier, unit.id, unit.id) == unit.id
        and not able.get(unit.id, False)
    )


def _strangers(conn: sa.Connection, staff: Mapping[int, People]) -> dict[int, bool]:
    """Unit -> whether somebody not of the unit verifies there, beside somebody who enters."""
    own = people_of(conn, staff)
    return {
        unit: _two(enter, verify - own.get(unit, set())) for unit, (enter, verify) in staff.items()
    }


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
