"""The table as a reviewer reads it."""

from workflow.permissions import (
    ADMIN_TABLE,
    JUDGING_ACTS,
    OWN_ACTS,
    TABLE,
    forbidden_relations,
    rows,
)
from workflow.permissions.separation import ASSIGNED_ONLY, UNIT_ROLES
from workflow.vocabulary import AdminKind, Permission, Relation, Role, ScopeKind

P, R = Permission, Role


def test_every_permission_is_held_by_somebody() -> None:
    admins = frozenset().union(*ADMIN_TABLE.values())
    assert set(TABLE) | admins | {P.SIGNED_IN} == set(Permission)


def test_administrators_share_only_what_is_no_business() -> None:
    admins = frozenset().union(*ADMIN_TABLE.values())
    assert admins & set(TABLE) == {P.GRANT_PROPOSE}
    assert set(ADMIN_TABLE) == set(AdminKind)
    assert P.GRANT_PROPOSE not in ADMIN_TABLE[AdminKind.SECURITY_ADMIN]


def test_own_acts_are_the_one_list() -> None:
    assert {
        P.CASE_READ,
        P.OWN_READ,
        P.RESULT_READ,
        P.REPORT_WRITE,
        P.STATEMENT_WRITE,
        P.RESULT_SIGN,
        P.REVIEW_FILE,
        P.RECUSAL_DECLARE,
    } == OWN_ACTS
    assert set() == OWN_ACTS & JUDGING_ACTS


def test_subject_rows_are_own_acts_only() -> None:
    assert {p for p, rule in rows() if rule.role is R.SUBJECT} <= OWN_ACTS
    assert {rule.scope for _, rule in rows() if rule.role is R.SUBJECT} == {ScopeKind.SELF}


def test_roles_stand_where_they_are_granted() -> None:
    for _, rule in rows():
        if rule.role in UNIT_ROLES:
            assert rule.scope in {ScopeKind.UNIT, ScopeKind.WORKING}
        if rule.scope is ScopeKind.ORGAN:
            assert rule.role not in UNIT_ROLES | ASSIGNED_ONLY


def test_every_role_may_do_something() -> None:
    assert {rule.role for _, rule in rows()} == set(Role)


def test_no_row_stands_twice() -> None:
    listed = list(rows())
    assert len(set(listed)) == len(listed)


def test_relations_close_what_they_must() -> None:
    assert forbidden_relations(P.CASE_READ) == {Relation.KIN}
    assert forbidden_relations(P.ARCHIVE_CASE) == {Relation.KIN, Relation.SELF, Relation.MEMBER}
    assert forbidden_relations(P.DECIDE_GRADE) == set(Relation) - {
        Relation.SUPERIOR,
        Relation.OWN_UNIT,
    }
    assert forbidden_relations(P.DATA_FREEZE) == {
        Relation.KIN, Relation.SELF, Relation.MEMBER, Relation.OWN_UNIT,
    }  # fmt: skip
    shut = {p for p in Permission if Relation.OWN_UNIT in forbidden_relations(p)}
    assert shut == {P.DATA_ENTER, P.DATA_VERIFY, P.DATA_FREEZE}
    assert not any(Relation.SUPERIOR in forbidden_relations(p) for p in Permission)


def test_the_powers_that_matter_are_narrow() -> None:
    def holders(permission: Permission) -> set[Role]:
        return {rule.role for rule in TABLE[permission]}

    assert holders(P.DECIDE_GRADE) == {R.DECISION_RECORDER}
    assert holders(P.REVIEW_DECIDE) == {R.REVIEWER}
    assert holders(P.COMMENT_WRITE) == {R.SUPERVISING_LEADER}
    assert holders(P.TALK_READ) == {R.ASSESSMENT_GROUP}
    assert holders(P.REPORT_CHECK_CONTENT) == {R.UNIT_HEAD, R.ASSESSMENT_GROUP}
    assert holders(P.ARCHIVE_CASE) == {R.ARCHIVIST}
    assert holders(P.DATA_VERIFY) == {R.DATA_VERIFIER}
    assert holders(P.RECUSAL_READ) == {R.OFFICE_LEAD, R.DECISION_RECORDER}
