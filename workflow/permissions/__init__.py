"""Who may do what: actors, the table of grants, the absolute forbids and the answer."""

from workflow.permissions.actor import SYSTEM, Actor, Grant

__all__ = ["SYSTEM", "Actor", "Grant"]
