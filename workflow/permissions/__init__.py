"""Who may do what: actors, the table of grants, the absolute forbids and the answer."""

from workflow.permissions.actor import SYSTEM, Actor, Grant
from workflow.permissions.decide import (
    AFTER_NOTICE,
    Context,
    Permit,
    Resource,
    Scope,
    covers,
    holds_anywhere,
    permits,
    relations_of,
    scopes,
)
from workflow.permissions.separation import account_faults, grant_faults, person_faults
from workflow.permissions.table import (
    ADMIN_TABLE,
    JUDGING_ACTS,
    OWN_ACTS,
    TABLE,
    Rule,
    forbidden_relations,
    rows,
)

__all__ = [
    "ADMIN_TABLE",
    "AFTER_NOTICE",
    "JUDGING_ACTS",
    "OWN_ACTS",
    "SYSTEM",
    "TABLE",
    "Actor",
    "Context",
    "Grant",
    "Permit",
    "Resource",
    "Rule",
    "Scope",
    "account_faults",
    "covers",
    "forbidden_relations",
    "grant_faults",
    "holds_anywhere",
    "permits",
    "person_faults",
    "relations_of",
    "rows",
    "scopes",
]
