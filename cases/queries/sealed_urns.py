"""Sealed urns that wait to be opened, for the holders of the shares of their key.

A share is kept by a person whose name stands on its paper. Who may open urns and bears one of
those names finds the urn on his worklist; where none of the three bears a name of somebody who may
(the shares lie in envelopes of others), it stands with everybody who may.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cases.models import Account, Cycle, KeyHolder, Meeting, Person, RoleGrant, Tally
from cases.queries import worklist_things
from cases.queries.relations import Ties
from workflow.permissions import Actor
from workflow.vocabulary import MeetingState, Permission, Role, Thing

STATE = MeetingState.HELD


def waiting_urns(conn: sa.Connection, actor: Actor, ties: Ties) -> sa.Select[Any] | None:
    """(id, due) of meetings whose urn the actor may open, longest sealed first; None without the
    right. An urn waits from the cards on the table until its totals are written."""
    reach = worklist_things.within(conn, actor, Thing.MEETING, Permission.URN_OPEN, ties)
    if reach is None:
        return None
    opened = sa.select(Tally.meeting_id).where(Tally.meeting_id == Meeting.id).exists()
    query: Any = sa.select(Meeting.id.label("id"), sa.literal(None, sa.Date).label("due"))
    found: sa.Select[Any] = (
        query.join(Cycle, Cycle.id == Meeting.cycle_id)
        .where(
            Meeting.state == STATE.value,
            Meeting.urn_root.is_not(None),
            sa.cast(Meeting.reconciliation, sa.Text()).not_in(("null", "")),
            sa.not_(opened),
            reach,
            sa.or_(_named(Person.id == actor.person_id), sa.not_(_named(_may_open()))),
        )
        .order_by(Meeting.held_on, Meeting.id)
    )
    return found


def _named(who: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return (
        sa.select(KeyHolder.id)
        .join(Person, Person.name_key == KeyHolder.name_key)
        .where(KeyHolder.key_set_id == Meeting.key_set_id, who)
        .exists()
    )


def _may_open() -> sa.ColumnElement[bool]:
    held = (
        sa.select(Account.person_id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.KEY_HOLDER,
            RoleGrant.approved_at.is_not(None),
            RoleGrant.revoked_at.is_(None),
            Account.active,
            Account.person_id.is_not(None),
        )
    )
    return Person.id.in_(held)
