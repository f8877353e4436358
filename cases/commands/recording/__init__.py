"""What a move writes besides the state: one file per stage or thing, rhyming with ``workflow``.

``SETTERS`` and ``CLEARED`` say which columns of the case's own row change together with its state;
the door writes them with it. Whatever stands in other tables is written by recorders and clearers.
The door calls the recorder of an action inside its own transaction, after the state is written and
before the journal entry. A recorder gets the whole set and writes with set-shaped statements.
Clearings undo what a return move declares that it clears.
"""

from cases.commands.recording import (
    archive,
    committee_review,
    data_collection,
    public_evaluation,
    result_application,
    scoping,
    self_report,
)
from cases.commands.recording.moved import (
    Clearer,
    Moved,
    MovedThing,
    Recorder,
    Setter,
    ThingRecorder,
)
from cases.commands.recording.things import SET_RECORDERS, THING_RECORDERS
from workflow.vocabulary import Action, Clearing

_ROOMS = (
    scoping,
    self_report,
    data_collection,
    public_evaluation,
    committee_review,
    result_application,
    archive,
)

SETTERS: dict[Action, Setter] = {**scoping.SETTERS, **committee_review.SETTERS}
CLEARED: dict[Clearing, Setter] = {**scoping.CLEARED, **committee_review.CLEARED}
RECORDERS: dict[Action, Recorder] = {a: r for room in _ROOMS for a, r in room.RECORDERS.items()}
CLEARERS: dict[Clearing, Clearer] = {c: r for room in _ROOMS for c, r in room.CLEARERS.items()}

__all__ = [
    "CLEARED",
    "CLEARERS",
    "RECORDERS",
    "SETTERS",
    "SET_RECORDERS",
    "THING_RECORDERS",
    "Clearer",
    "Moved",
    "MovedThing",
    "Recorder",
    "Setter",
    "ThingRecorder",
]
