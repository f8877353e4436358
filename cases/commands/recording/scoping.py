"""What moves of the stage ``scoping`` write besides the state.

Payload keys of an exclusion: ``participation_reason``, optional ``conclusion`` (a national code),
``reason`` in words.
"""

from __future__ import annotations

from cases.commands.recording.moved import Clearer, Moved, Recorder, Setter
from cases.commands.recording.self_report import start_reports
from workflow.conclusions import excluded
from workflow.vocabulary import Action, Clearing, Participation


def _excluded(x: Moved) -> dict[str, str]:
    return {
        "participation": Participation.NOT_ASSESSED,
        "participation_reason": str(x.payload["participation_reason"]),
        "conclusion": excluded(x.payload),
    }


def _forget(_x: Moved) -> dict[str, str | None]:
    return {
        "participation": Participation.FULL,
        "participation_reason": None,
        "conclusion": None,
    }


SETTERS: dict[Action, Setter] = {Action.EXCLUDE: _excluded}
CLEARED: dict[Clearing, Setter] = {Clearing.PARTICIPATION: _forget}
RECORDERS: dict[Action, Recorder] = {Action.OPEN_SELF_REPORT: start_reports}
CLEARERS: dict[Clearing, Clearer] = {}
