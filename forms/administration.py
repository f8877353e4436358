"""What administrators fill in: an account, a grant; and the proof asked before grave acts."""

from __future__ import annotations

from forms.account import ACCOUNT_NAME, PASSWORD_MOST
from forms.base import Form
from forms.fields import Password, Pick, PickPerson, PickUnit, Text
from forms.validators import Chars, Matches, Required
from workflow.permissions.separation import ASSIGNED_ONLY
from workflow.vocabulary import Role
from workflow.words import m


class StepUp(Form):
    """Proof of oneself before a grave act: the password, and the token where there is one."""

    key = "account.step_up"

    password = Password(
        m("密码"),
        [Required(m("请填写密码")), Chars(PASSWORD_MOST)],
        autocomplete="current-password",
    )
    code = Text(
        m("动态口令"),
        [Matches(r"[0-9]{6}", m("动态口令是 6 位数字"))],
        most=6,
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class NewAccount(Form):
    """An account for a person of the roster."""

    key = "administration.new_account"

    person = PickPerson(m("姓名"), [Required(m("请选择是谁的账号"))])
    account = Text(
        m("账号"),
        [
            Required(m("请填写账号")),
            Matches(ACCOUNT_NAME, m("账号用 3 至 32 个小写字母和数字，字母开头")),
        ],
        most=32,
        description=m("3 至 32 个小写字母和数字,字母开头,开立后不能改"),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ProposeGrant(Form):
    """A role for an account, at an organ or a unit."""

    key = "administration.propose_grant"

    role = Pick(
        m("岗位"),
        [Required(m("请选择岗位"))],
        choices=[(role.value, role) for role in Role if role not in ASSIGNED_ONLY],
    )
    organ = PickUnit(m("主管机关"), description=m("组织人事部门、审定机关、档案等岗位填这一项"))
    unit = PickUnit(m("单位"), description=m("单位联络员、数据填报等岗位填这一项"))
    class_code = Text(m("只限考核类别"), most=40, description=m("不填表示全部类别"))
