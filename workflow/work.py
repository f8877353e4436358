"""What is somebody's daily work, read from the declared process: for worklists and their counts."""

from collections.abc import Sequence
from typing import Any

from workflow.grammar import ReasonRule, StateSpec, Transition
from workflow.permissions.table import TABLE
from workflow.vocabulary import Permission, Role

STAND_INS = {Role.DRAFTING_DIVISION: Role.OFFICE}
"""Who does the daily work of a role that nobody at the organ holds, by a right he has himself."""


def ways_on(spec: StateSpec, moves: Sequence[Transition[Any]]) -> tuple[Transition[Any], ...]:
    """The moves somebody is expected to make from a state.

    Moves of those the state waits for go before the moves of others (who may withdraw an accepted
    review is not who decides it). A move that must be justified is an exception; it counts only
    where a person has no other way on and no job will move the thing.
    """
    if spec.final:
        return ()
    ways = tuple(move for move in moves if move.is_work)
    ways = tuple(move for move in ways if _expected(spec, move.permission)) or ways
    plain = tuple(move for move in ways if move.reason is not ReasonRule.REQUIRED)
    if plain:
        return plain
    return () if any(move.auto for move in moves) else ways


def awaited_roles(spec: StateSpec, permission: Permission) -> frozenset[Role]:
    """Of the roles that hold a permission, those the state waits for.

    A body has no person of its own: rules narrowed to a kind of case count as awaited. Where no
    awaited role holds the permission, all that hold it are meant.
    """
    return _expected(spec, permission) or frozenset(r.role for r in TABLE.get(permission, ()))


def stood_in(spec: StateSpec, permission: Permission) -> tuple[tuple[Role, Role], ...]:
    """(awaited role, stand-in) where both hold the permission."""
    held = {r.role for r in TABLE.get(permission, ())}
    awaited = _expected(spec, permission)
    return tuple(
        (role, stand_in)
        for role, stand_in in STAND_INS.items()
        if role in awaited and stand_in in held and stand_in not in awaited
    )


def _expected(spec: StateSpec, permission: Permission) -> frozenset[Role]:
    rules = TABLE.get(permission, ())
    return frozenset(r.role for r in rules if r.role in spec.waits_for or r.case_kind is not None)
