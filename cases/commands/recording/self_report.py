"""What moves of the stage ``self_report`` write besides the state."""

from cases.commands.recording.moved import Clearer, Recorder
from workflow.vocabulary import Action, Clearing

RECORDERS: dict[Action, Recorder] = {}
CLEARERS: dict[Clearing, Clearer] = {}
