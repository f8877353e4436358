"""The departments that a scheme names: which units they are, and who enters and verifies there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from cases.models import Account, RoleGrant, Unit
from cases.queries.unit_items import nearness
from cases.scoring.rule_shapes import Title
from cases.scoring.shapes import Scheme
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


def departments(conn: sa.Connection, organ_id: int | None) -> Departments:
    """Every unit as a scheme of the organ may name it."""
    rows = conn.execute(
        sa.select(Unit.code, Unit.name, Unit.id).order_by(nearness(organ_id), Unit.id.desc())
    ).all()
    return Departments({r.code: r.id for r in rows}, {r.name: r.id for r in rows})


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a scheme's figures lack on the site; ``named`` counts the departments it names.

    ``nobody`` are titles of what nobody is named for, ``unknown`` departments that are no unit,
    ``unstaffed`` those without somebody who enters and somebody else who verifies.
    """

    named: int
    nobody: tuple[Title, ...]
    unknown: tuple[str, ...]
    unstaffed: tuple[str, ...]


def gaps_of(conn: sa.Connection, scheme: Scheme, organ_id: int) -> Gaps:
    """Whether every department that the scheme names exists and can work. Two queries.

    The figures of a department are verified there too, so that each needs both kinds of people.
    """
    known = scheme.entered
    leaves = (code for code, one in scheme.classes.items() if one.leaf)
    asked = dict.fromkeys(code for leaf in leaves for code in scheme.asked(leaf))
    entered = [known[code] for code in asked]
    providers = dict.fromkeys(one.provider for one in entered if one.provider)
    providers |= dict.fromkeys(one.provider for one in scheme.items.values() if one.provider)
    named = providers | dict.fromkeys(one.verifier for one in entered if one.verifier)
    units = departments(conn, organ_id)
    staff = _staff(conn, {unit for one in providers if (unit := units.unit(one)) is not None})
    return Gaps(
        named=len(named),
        nobody=tuple(one.title for one in entered if not one.provider),
        unknown=tuple(one for one in named if units.unit(one) is None),
        unstaffed=tuple(
            one for one in providers
            if (unit := units.unit(one)) is not None and not _two(*staff[unit])
        ),
    )  # fmt: skip


def _staff(conn: sa.Connection, units: Collection[int]) -> dict[int, tuple[set[int], set[int]]]:
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
    found: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for unit, role, person in rows:
        if unit is not None and person is not None:
            found[unit][WORKERS.index(Role(role))].add(person)
    return found


def _two(enter: set[int], verify: set[int]) -> bool:
    """Whether somebody enters and somebody else verifies."""
    return bool(enter) and bool(verify) and len(enter | verify) > 1
