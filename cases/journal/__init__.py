"""The journal: one chain over every change, checkpoints over the chain, and who read what."""

from cases.journal.chain import append, append_many
from cases.journal.checkpoint import make_checkpoint
from cases.journal.entry import Draft
from cases.journal.note import note
from cases.journal.verify import Report, verify, verify_recent

__all__ = [
    "Draft",
    "Report",
    "append",
    "append_many",
    "make_checkpoint",
    "note",
    "verify",
    "verify_recent",
]
