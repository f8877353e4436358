"""What moves of the things beside the case write besides the state: one file per thing."""

from cases.commands.recording import (
    after_decision,
    cycle,
    filing,
    inputs,
    measure,
    meeting,
    pool,
    voice,
)
from cases.commands.recording.moved import SetRecorder, ThingRecorder
from workflow.vocabulary import ThingAction

_ROOMS = (after_decision, cycle, filing, inputs, measure, meeting, pool, voice)

THING_RECORDERS: dict[ThingAction, ThingRecorder] = {
    action: recorder for room in _ROOMS for action, recorder in room.THING_RECORDERS.items()
}

SET_RECORDERS: dict[ThingAction, SetRecorder] = inputs.SET_RECORDERS
"""Of the things that move in sets: data sheets."""
