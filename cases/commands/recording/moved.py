"""What recorders are told about a move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflow.facts import CaseFacts, ThingFacts
from workflow.permissions import Actor
from workflow.vocabulary import Action, State, Thing, ThingAction


@dataclass(frozen=True, slots=True)
class Moved:
    """One case that has just moved: its facts before, where it went, what was filled in."""

    case_id: int
    ref: str
    action: Action
    before: CaseFacts
    state: State
    version: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MovedThing:
    """One thing beside the case that has just moved."""

    thing: Thing
    thing_id: int
    action: ThingAction
    before: ThingFacts
    state: str
    version: int
    payload: Mapping[str, Any]


Setter = Callable[[Moved], Mapping[str, Any]]
"""Columns of the case's own row that a move or a clearing sets beside the state: always the same
ones, because the door writes a set by one statement."""

Recorder = Callable[[sa.Connection, Sequence[Moved], Actor, datetime], None]
Clearer = Callable[[sa.Connection, Sequence[Moved], Actor, datetime], None]
ThingRecorder = Callable[[sa.Connection, MovedThing, Actor, datetime], None]
SetRecorder = Callable[[sa.Connection, Sequence[MovedThing], Actor, datetime], None]
"""The same of several things of one kind that make the same move."""
