"""The first page and the list of cases in Chromium: axe, no sideways scroll."""

from datetime import date

import pytest
import sqlalchemy as sa

from cases.models import Case
from tests.browsing import chromium
from tests.journeys.test_decision_browser import Live, live
from workflow.vocabulary import AdminKind, Role, State

__all__ = ["chromium", "live"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 390])
def test_worklist_and_list_read_well(live: Live, width: int) -> None:
    with live.desk.store.transaction() as conn:
        conn.execute(sa.update(Case).values(state=State.SCOPED, due_on=date(2026, 1, 9)))
    tab = live.tab(live.desk.client(Role.OFFICE, person="clerk"), width)
    for path, name in (
        ("/worklist", "worklist"),
        ("/worklist?due=today", "worklist_none"),
        ("/cases", "cases"),
        ("/cases?state=scoped", "cases_bulk"),
        ("/cases?find=xyz", "cases_none"),
        ("/messages", "messages"),
    ):
        live.look(tab, path, name)
    admin = live.desk.site.sign_in_as(admin=AdminKind.SYSTEM_ADMIN)
    live.look(live.tab(admin, width), "/worklist", "worklist_admin")
