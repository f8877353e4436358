"""Deductions and bonuses changed in SQL past the journal: each is named (H7)."""

from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import unit_items
from cases.journal import verify
from cases.models import JournalPayload, UnitItem
from cases.store import Store
from cases.web.verdict import sentence_of
from tests.attacks.test_unvouched import after
from tests.cases.commands.test_item_sheets import Bureau, bureau
from tests.world import AT


def _item(**values: Any) -> Any:
    return sa.update(UnitItem).values(**values)


@pytest.mark.parametrize("frozen", [False, True])
def test_verified_entry_changed_in_sql_is_named(store: Store, frozen: bool) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        mine.verify(mine.enter())
        if frozen:
            mine.freeze()
        assert verify(conn).ok
        for edit in (
            _item(points="0.5"),
            _item(points="1.50"),
            _item(item="safety"),
            _item(fact="7 月突发环境事件处置得当"),
            _item(document="云应急通报〔2025〕32号"),
            _item(happened_on=AT.date()),
            _item(provider_unit_id=mine.unit),
            _item(verifier_unit_id=mine.unit),
            _item(withdrawn_at=AT, withdraw_reason="通报撤销"),
            _item(state="submitted"),
        ):
            report = after(conn, edit)
            assert (report.kind, report.subject_id) == ("item", mine.sheet_id)
        lost = after(conn, sa.delete(UnitItem))
        assert (lost.kind, lost.place[1], lost.seq is not None) == ("item", "response", True)
    told = str(sentence_of(lost).sentence)
    assert told.startswith(
        f"云州市生态环境局的实绩数据表(序号 {lost.subject_id})加减分事项 response:"
        "事项与审核时的不一致。"
    )


def test_entry_verified_or_put_back_in_sql_only_is_named(store: Store) -> None:
    with store.transaction() as conn:
        mine: Bureau = bureau(conn)
        entry = mine.enter()
        assert verify(conn).ok
        assert after(conn, _item(state="verified")).kind == "item"
        mine.verify(entry)
        unit_items.withdraw_item(conn, entry, "通报已经撤销", actor=mine.checker, at=AT)
        assert verify(conn).ok
        back = after(conn, _item(withdrawn_at=None))
        assert (back.kind, back.place[1]) == ("item", "response")


def test_destroyed_payload_keeps_silent_of_its_sheet(store: Store) -> None:
    with store.transaction() as conn:
        mine = bureau(conn)
        mine.verify(mine.enter())
        conn.execute(sa.delete(JournalPayload))
        assert after(conn, _item(points="0.5")).ok
