"""Urns of interrupted acts, looked after every hour."""

from __future__ import annotations

from datetime import datetime

from cases.ballot_box.urn import open_urn_store
from cases.ballot_box.urn_tables import urns_are_ready
from cases.commands.urn_repair import repair
from cases.jobs.tools import Tools


def repair_urns(tools: Tools, *, at: datetime) -> int:
    """Finish what was given up half; returns for how many meetings. Without a booth none."""
    url = tools.settings.booth_database_url
    if not url or not urns_are_ready(url):
        return 0
    urns = open_urn_store(url)
    try:
        return repair(tools.store, urns, at=at)
    finally:
        urns.dispose()
