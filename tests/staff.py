"""Accounts and grants over the small world, for tests of who is told."""

from __future__ import annotations

import sqlalchemy as sa

from cases.models import Account, RoleGrant
from tests.world import AT, World
from workflow.vocabulary import Role


def account(
    conn: sa.Connection,
    world: World,
    person: str,
    *roles: Role,
    unit: str | None = None,
    mail: str | None = None,
    locale: str = "zh_Hans_CN",
    class_code: str | None = None,
) -> int:
    """An account of a person with approved grants at the organ, or at a unit."""
    made: int = conn.execute(
        sa.insert(Account)
        .values(
            login=person,
            display=person,
            person_id=world.people[person],
            locale=locale,
            mail=mail,
            active=True,
            created_at=AT,
        )
        .returning(Account.id)
    ).scalar_one()
    for role in roles:
        conn.execute(
            sa.insert(RoleGrant).values(
                account_id=made,
                role=role.value,
                organ_id=None if unit else world.units["organ"],
                unit_id=world.units[unit] if unit else None,
                class_code=class_code,
                requested_at=AT,
                approved_at=AT,
            )
        )
    return made
