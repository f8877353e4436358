import pytest

from workflow.permissions import Grant, account_faults, grant_faults, person_faults
from workflow.vocabulary import ActorKind, Role

K, R = ActorKind, Role


@pytest.mark.parametrize(
    ("grant", "fault"),
    [
        (Grant(R.OFFICE, organ_id=1), None),
        (Grant(R.OFFICE, organ_id=1, class_code="A1"), None),
        (Grant(R.OFFICE, unit_id=10), "“组织人事部门经办人”须按主管机关授权"),
        (Grant(R.UNIT_CONTACT, unit_id=10), None),
        (Grant(R.UNIT_CONTACT, organ_id=1), "“单位联络员”须按单位授权"),
        (Grant(R.UNIT_CONTACT, organ_id=1, unit_id=10), "“单位联络员”须按单位授权"),
        (Grant(R.ASSESSMENT_GROUP, unit_id=10), None),
        (Grant(R.ASSESSMENT_GROUP), "“考核组成员”须按主管机关或单位授权"),
        (Grant(R.TELLER, organ_id=1), "“计票人”由考核卷或测评会指定,不作授权"),
        (Grant(R.SUBJECT), "“考核对象本人”由考核卷或测评会指定,不作授权"),
    ],
)
def test_grant_is_anchored_where_its_role_belongs(grant: Grant, fault: str | None) -> None:
    assert [str(f) for f in grant_faults(grant)] == ([] if fault is None else [fault])


def test_administrator_takes_no_business_grant() -> None:
    faults = account_faults(K.SYSTEM_ADMIN, [Grant(R.OFFICE, organ_id=1)])
    assert [str(f) for f in faults] == ["系统管理员不能同时有业务权限"]
    assert account_faults(K.SYSTEM_ADMIN, []) == ()


@pytest.mark.parametrize(
    "roles",
    [
        (R.REVIEWER, R.DECISION_RECORDER),
        (R.REVIEWER, R.DRAFTING_DIVISION),
        (R.DECISION_RECORDER, R.DRAFTING_DIVISION),
    ],
)
def test_roles_that_check_one_another_exclude_each_other(roles: tuple[Role, Role]) -> None:
    grants = [Grant(role, organ_id=1) for role in roles]
    (fault,) = account_faults(K.PERSON, grants)
    assert str(fault).endswith("不能由同一人担任")
    assert account_faults(K.PERSON, grants[:1]) == ()


@pytest.mark.parametrize(
    ("kinds", "fault"),
    [
        ((K.PERSON,), None),
        ((K.SYSTEM_ADMIN,), None),
        ((K.SYSTEM_ADMIN, K.AUDIT_ADMIN), "三类管理员须由不同的人担任"),
        ((K.PERSON, K.SECURITY_ADMIN), "管理员不能同时有业务账号"),
        ((), None),
    ],
)
def test_person_is_one_administrator_or_none(
    kinds: tuple[ActorKind, ...], fault: str | None
) -> None:
    assert [str(f) for f in person_faults(kinds)] == ([] if fault is None else [fault])
