"""A hold through the site: placed with its day of review, looked at again, listed with the day."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from cases.clock import date_of
from cases.models import Hold
from cases.store import Store
from tests.decision_desk import open_desk
from workflow.vocabulary import Role


def test_office_places_a_hold_and_records_a_look(sqlite_store: Store, tmp_path: Path) -> None:
    desk = open_desk(sqlite_store, tmp_path)
    office, today = desk.client(Role.OFFICE), date_of(desk.site.clock.at)
    page = office.get(f"/cases/{desk.cases['沈知远'].ref}/holds/new")
    assert f'value="{today + timedelta(days=30)}"' in page.source
    fields = {"kind": "investigation", "since": str(today), "document": "云纪〔2025〕7号"}
    fields["review_on"] = str(today + timedelta(days=10))
    office.submit(page, fields, action="/holds/new")
    with sqlite_store.reading() as conn:
        hold = conn.execute(sa.select(Hold)).one()
    assert hold.review_on == today + timedelta(days=10)
    path = f"/holds/{hold.id}/look"
    assert path in office.get("/holds").links
    look = office.get(path)
    past = {"finding": "尚未结案,继续暂缓", "review_on": str(today - timedelta(days=1))}
    wrong = office.submit(look, past, action="/look", status=422)
    assert wrong.errors == ["下次复查日期：复查日期不能早于今天"]
    office.submit(look, past | {"review_on": str(today + timedelta(days=40))}, action="/look")
    with sqlite_store.reading() as conn:
        day = conn.execute(sa.select(Hold.review_on)).scalar_one()
    assert day == today + timedelta(days=40)
    desk.client(Role.ARCHIVIST).get(path, status=404)
