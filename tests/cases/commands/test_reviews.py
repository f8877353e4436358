"""复核 and 申诉: statutory days, other hands, never worse."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cases.commands import beside
from cases.commands.reviews import decide_review, file_review
from cases.errors import Invalid, Refused
from cases.models import Case, Decision, Review, SubjectEvent
from cases.store import Store
from tests.decision_desk import at_synthesis, cases_of, tell, written
from tests.world import AT, World
from workflow.vocabulary import Grade, ReviewKind, Role, Thing, ThingAction


def told_chief(conn: sa.Connection, grade: Grade = Grade.INCOMPETENT) -> tuple[World, Any]:
    world, cases = at_synthesis(conn)
    written(conn, world, {"沈知远": cases["沈知远"]})
    tell(conn, cases["沈知远"].id, grade)
    return world, cases_of(conn)["沈知远"]


def filed(conn: sa.Connection, world: World, case: Any, at: Any = AT) -> int:
    return file_review(
        conn, case, kind=ReviewKind.REVIEW, request="请求复核", grounds="事实不清",
        actor=world.subject("chief"), at=at,
    )  # fmt: skip


def test_review_is_due_thirty_calendar_days_after_filing(store: Store) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn)
        review = filed(conn, world, case)
        row = conn.execute(sa.select(Review).where(Review.id == review)).one()
    assert (row.known_on, row.filed_on, row.due_on) == (
        date(2025, 12, 10),
        date(2025, 12, 10),
        date(2026, 1, 9),
    )


def test_late_review_is_filed_but_not_accepted(store: Store) -> None:
    late = AT + timedelta(days=31)
    with store.transaction() as conn:
        world, case = told_chief(conn)
        review = filed(conn, world, case, late)
        reviewer = world.actor(Role.REVIEWER, person="recorder")
        with pytest.raises(Refused) as refused:
            beside.move(
                conn, Thing.REVIEW, review, ThingAction.ACCEPT_REVIEW, actor=reviewer, at=late
            )
    assert [str(r) for r in refused.value.reasons] == ["超过法定申请期限"]


def test_second_review_waits_for_the_first(store: Store) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn)
        filed(conn, world, case)
        with pytest.raises(Refused):
            filed(conn, world, case)


def test_change_regrades_the_case_and_tells_anew(store: Store) -> None:
    later = AT + timedelta(days=3)
    with store.transaction() as conn:
        world, case = told_chief(conn)
        review = filed(conn, world, case)
        reviewer = world.actor(Role.REVIEWER, person="recorder")
        beside.move(conn, Thing.REVIEW, review, ThingAction.ACCEPT_REVIEW, actor=reviewer, at=AT)
        decide_review(
            conn, review, new_grade=Grade.BASICALLY_COMPETENT, decision="事实部分不清",
            document="云复〔2026〕1号", actor=reviewer, at=later,
        )  # fmt: skip
        row = conn.execute(sa.select(Case).where(Case.id == case.id)).one()
        newest = conn.execute(
            sa.select(Decision).where(Decision.case_id == case.id).order_by(Decision.number.desc())
        ).first()
    assert (row.state, row.decided_grade, row.conclusion) == (
        "notified",
        "basically_competent",
        "3",
    )
    assert newest is not None
    assert (newest.number, newest.outcome, newest.notified_on) == (
        2,
        "regraded",
        date(2025, 12, 13),
    )


def test_grade_barred_since_the_decision_is_refused(sqlite_store: Store) -> None:
    """Bars are found anew in the act: those stored may be months old."""
    with sqlite_store.transaction() as conn:
        world, case = told_chief(conn)
        review = filed(conn, world, case)
        conn.execute(sa.update(Review).values(state="accepted"))
        fact = {"kind": "data_fraud", "happened_on": AT.date(), "source": "数据核查认定"}
        fact |= {"person_id": world.people["chief"], "document": "云统核〔2025〕7号"}
        conn.execute(sa.insert(SubjectEvent).values(**fact, case_related=True))
        with pytest.raises(Refused) as refused:
            decide_review(
                conn, review, new_grade=Grade.EXCELLENT, decision="改为优秀", document="云复1号",
                actor=world.actor(Role.REVIEWER, person="recorder"), at=AT,
            )  # fmt: skip
    assert [str(one) for one in refused.value.reasons] == [
        "存在“不得确定为优秀”的情形:数据或者工作弄虚作假（2025-12-10）"
    ]


def test_worse_grade_is_refused(store: Store) -> None:
    with store.transaction() as conn:
        world, case = told_chief(conn, Grade.INCOMPETENT)
        conn.execute(
            sa.update(Case).where(Case.id == case.id).values(decided_grade=Grade.COMPETENT)
        )
        review = filed(conn, world, case)
        reviewer = world.actor(Role.REVIEWER, person="recorder")
        conn.execute(sa.update(Review).values(state="accepted"))
        with pytest.raises(Refused):
            decide_review(
                conn, review, new_grade=Grade.INCOMPETENT, decision="改低", document="云复1号",
                actor=reviewer, at=AT,
            )  # fmt: skip
        with pytest.raises(Invalid):
            decide_review(
                conn, review, new_grade=None, decision=" ", document="", actor=reviewer, at=AT
            )
