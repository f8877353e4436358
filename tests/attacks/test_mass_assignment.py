"""Fields that no form has, posted to every address: nothing of them is ever stored (A7)."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import sqlalchemy as sa

from cases.models import Case
from cases.models.base import Base
from cases.store import Store
from tests.attacks.everywhere import addresses, known, rules
from tests.decision_desk import Desk, open_desk
from tests.web_client import Client
from workflow.vocabulary import AdminKind, Role

MARK = "918273645"
EXTRA = {
    name: MARK
    for name in (
        "id", "account_id", "person_id", "unit_id", "case_id", "pool_id", "managing_organ_id",
        "version", "draft_version", "case_version", "commenter_id", "sort_key", "owner_id",
        "created_by", "entered_by", "verified_by", "approved_by", "on_behalf_of", "seats",
        "conclusion", "composite", "archive_no",
    )
} | {
    "state": "archived", "decided_grade": "excellent", "proposed_grade": "excellent",
    "outcome": "graded", "admin_kind": "audit_admin", "is_admin": "1",
}  # fmt: skip


@pytest.fixture
def desk(sqlite_store: Store, tmp_path: Path) -> Desk:
    return open_desk(sqlite_store, tmp_path)


def _personas(desk: Desk) -> dict[str, Client]:
    site, organ = desk.site, desk.organ
    found = {
        role.value: site.sign_in_as(role, organ=organ)
        for role in (Role.OFFICE, Role.DRAFTING_DIVISION, Role.DECISION_RECORDER, Role.ARCHIVIST)
    }
    found |= {kind.value: site.sign_in_as(admin=kind) for kind in AdminKind}
    found["subject"] = site.sign_in_as(person_id=desk.world.people["chief"])
    return found


def _marked(desk: Desk) -> list[tuple[str, str]]:
    """(table, column) of every stored value that carries the mark."""
    found = []
    with desk.store.reading() as conn:
        for table in Base.metadata.sorted_tables:
            for row in conn.execute(sa.select(table)).mappings():
                found += [(table.name, c) for c, v in row.items() if MARK in str(v)]
    return found


def _graded(desk: Desk) -> list[sa.Row]:
    with desk.store.reading() as conn:
        columns = (Case.id, Case.decided_grade, Case.outcome, Case.person_id, Case.unit_id)
        archived = Case.state == "archived"
        return list(conn.execute(sa.select(*columns, archived).order_by(Case.id)))


@pytest.mark.slow
def test_unknown_fields_are_stored_nowhere(desk: Desk) -> None:
    have, before = known(desk.site, 1), _graded(desk)
    asked, broken, taken = 0, [], set()
    for name, client in _personas(desk).items():
        client.inspect = False
        token = client.token()
        for rule in rules(desk.site, "POST"):
            if rule.endpoint.startswith(("account.sign", "demonstration.")):
                continue  # a session that ended can't go on
            for path in addresses(rule, have):
                own = {"csrf_token": token, "_key": secrets.token_hex(16), "_version": "1"}
                status = client.post(path, {**EXTRA, **own}, status=None).status
                asked += 1
                if status >= 500:
                    broken.append((name, path, status))
                if status in (200, 303):
                    taken.add(rule.endpoint)
    assert broken == []
    assert _marked(desk) == []
    assert _graded(desk) == before
    assert asked >= 500
    assert len(taken) < asked / 10
