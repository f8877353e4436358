"""Who acts: an account with its grants, or the system's own jobs."""

from dataclasses import dataclass, field

from workflow.vocabulary import ActorKind, AdminKind, Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held for a managing organ or a unit, optionally for one unit class only."""

    role: Role
    organ_id: int | None = None
    unit_id: int | None = None
    class_code: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting account. ``account_id`` and ``person_id`` are None for the system's jobs.

    ``request`` is the id of the web request it acts in; the journal keeps it, no rule looks at it.
    An administrator (``admin`` is set) holds no grants and sees no business data. Every actor
    with a person is implicitly the subject of that person's own cases.
    """

    account_id: int | None = None
    person_id: int | None = None
    grants: tuple[Grant, ...] = ()
    kind: ActorKind = ActorKind.PERSON
    request: str | None = field(default=None, compare=False)

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def admin(self) -> AdminKind | None:
        return _ADMINS.get(self.kind)

    def holds(self, *roles: Role) -> bool:
        """True when any grant carries one of the roles, wherever it applies."""
        return any(grant.role in roles for grant in self.grants)


_ADMINS: dict[ActorKind, AdminKind] = {ActorKind(kind.value): kind for kind in AdminKind}

SYSTEM = Actor(kind=ActorKind.SYSTEM)
"""Jobs act as this; only moves declared ``auto`` are open to it."""
