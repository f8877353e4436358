import pytest

from workflow.permissions import SYSTEM, Actor, Grant
from workflow.vocabulary import ActorKind, AdminKind, Role


def test_system_has_no_account_no_person_and_no_grants() -> None:
    assert Actor(None, None, (), ActorKind.SYSTEM) == SYSTEM
    assert SYSTEM.is_system
    assert SYSTEM.admin is None


@pytest.mark.parametrize("kind", list(AdminKind))
def test_administrators_account_tells_its_kind(kind: AdminKind) -> None:
    assert Actor(1, 2, (), ActorKind(kind.value)).admin is kind


def test_actor_holds_the_roles_of_its_grants() -> None:
    actor = Actor(1, 2, (Grant(Role.OFFICE, organ_id=1),))
    assert actor.holds(Role.OFFICE, Role.ARCHIVIST)
    assert not actor.holds(Role.ARCHIVIST)
    assert actor.admin is None
