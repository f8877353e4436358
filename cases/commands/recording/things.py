"""What moves of the things beside the case write besides the state, by action."""

from cases.commands.recording.moved import ThingRecorder
from workflow.vocabulary import ThingAction

THING_RECORDERS: dict[ThingAction, ThingRecorder] = {}
