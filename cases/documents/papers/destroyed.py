"""测评票销毁记录 on paper: what was destroyed, where, on what basis, before whom; kept for ever."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from cases.clock import local
from cases.documents.context import FormPaper, Opinion, Sign
from cases.documents.kinds import WorkingPaper, retention
from cases.errors import NotVisible
from cases.models import Cycle, Destruction, KeyHolder, KeySet, Person, Unit

_SHARES = ("甲", "乙", "备")


def destruction_record(conn: sa.Connection, key_id: int, on: date) -> FormPaper:
    """The record of one key's originals, to be signed by the witnesses. Raises NotVisible."""
    row = conn.execute(
        sa.select(
            Destruction,
            KeySet.group,
            KeySet.fingerprint,
            Cycle.year,
            Cycle.title,
            Unit.name.label("organ"),
            Person.name.label("recorder"),
        )
        .join(KeySet, KeySet.id == Destruction.key_set_id)
        .join(Cycle, Cycle.id == KeySet.cycle_id)
        .join(Unit, Unit.id == Cycle.managing_organ_id)
        .outerjoin(Person, Person.id == Destruction.recorded_by)
        .where(Destruction.key_set_id == key_id)
    ).first()
    if row is None:
        raise NotVisible(f"destruction:{key_id}")
    holders = conn.scalars(
        sa.select(KeyHolder.name).where(KeyHolder.key_set_id == key_id).order_by(KeyHolder.number)
    )
    kept = "、".join(f"{share}份 {name}" for share, name in zip(_SHARES, holders, strict=True))
    then = local(row.destroyed_at)
    mark = row.fingerprint[:16].upper()
    return FormPaper(
        year=row.year,
        organ=row.organ,
        issued_on=on,
        title=WorkingPaper.DESTRUCTION_RECORD.zh,
        fields=(
            ("考核年度", row.title),
            ("启封密钥", row.group or "整个年度"),
            ("公钥指纹", " ".join(mark[i : i + 4] for i in range(0, len(mark), 4))),
            ("密钥保管人", kept),
            ("销毁时间", f"{then:%Y}年{then.month}月{then.day}日 {then:%H:%M}"),
            ("地点", row.place),
            ("依据", row.basis),
            ("数量", f"测评箱{len(row.urns)}个，密封件{row.envelopes}张"),
        ),
        boxes=(
            Opinion(
                label="销毁情况",
                text="甲、乙、备三份密钥已当面销毁，密封件已从系统中全部删除；"
                "另存的备份没有密钥不能再打开。合计数、总指纹和计票表保留。",
                signs=tuple(Sign(label=f"监销人（{name}）") for name in row.witnesses),
                height=52,
            ),
            Opinion(
                label="登记情况",
                text="以上情况已记入考核系统日志。",
                signs=(Sign(label="登记人", name=row.recorder or "", on=then.date()),),
            ),
            Opinion(label="测评箱编号", text="、".join(row.urns), height=20),
        ),
        note=f"保管期限：{retention(WorkingPaper.DESTRUCTION_RECORD)}。",
    )
