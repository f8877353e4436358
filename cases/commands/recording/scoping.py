"""What moves of the stage ``scoping`` write besides the state."""

from cases.commands.recording.moved import Clearer, Recorder
from cases.commands.recording.self_report import start_reports
from workflow.vocabulary import Action, Clearing

RECORDERS: dict[Action, Recorder] = {Action.OPEN_SELF_REPORT: start_reports}
CLEARERS: dict[Clearing, Clearer] = {}
