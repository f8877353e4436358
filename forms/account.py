"""Signing in and keeping one's account: sign-in, second factor, password, first enrolment."""

from __future__ import annotations

from forms.base import Form
from forms.fields import Password, Text
from forms.validators import (
    Asked,
    Chars,
    DifferentFrom,
    Matches,
    Required,
    SameAs,
    count_chars,
    forbidden_mark,
)
from workflow.words import Sentence, m

PASSWORD_LEAST = 10  # 等保三级; eight is the floor of ASVS 6.2.1
PASSWORD_MOST = 128
ACCOUNT_NAME = r"[a-z][a-z0-9._-]{2,31}"
_CODE = r"[0-9]{6}"


def password_fault(text: str) -> Sentence | None:
    """What is wrong with a new password by its form alone (length, one repeated character)."""
    if forbidden_mark(text):
        return m("密码里有看不见的控制符，请重新输入")
    if count_chars(text) < PASSWORD_LEAST:
        return m("密码至少 %(n)s 个字符，可以用一句话", n=PASSWORD_LEAST)
    if len(set(text)) < 4:
        return m("密码用的字符太少，请至少用 4 个不同的字符")
    return None


def _new_password() -> Password:
    return Password(
        m("新密码"),
        [Required(m("请填写新密码")), Chars(PASSWORD_MOST), Asked(password_fault)],
        description=m("至少 10 个字符，可以用一句话，不要求大小写和符号"),
        autocomplete="new-password",
    )


def _again() -> Password:
    return Password(
        m("再输一次新密码"),
        [Required(m("请再输一次新密码")), SameAs("new_password", m("两次输入的新密码不一样"))],
        autocomplete="new-password",
    )


def _code() -> Text:
    return Text(
        m("动态口令"),
        [Required(m("请填写 6 位动态口令")), Matches(_CODE, m("动态口令是 6 位数字"))],
        description=m("手机验证器或硬件令牌上的 6 位数字"),
        most=6,
        filters=[_squeeze],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


def _squeeze(text: str | None) -> str | None:
    return "".join(text.split()) if text else text


class SignIn(Form):
    """Account name and password. Faults of the pair are told by the command, never which one."""

    key = "account.sign_in"

    account = Text(
        m("账号"),
        [Required(m("请填写账号"))],
        most=64,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = Password(
        m("密码"),
        [Required(m("请填写密码")), Chars(PASSWORD_MOST)],
        autocomplete="current-password",
    )


class SecondFactor(Form):
    """The code of a time-based token."""

    key = "account.second_factor"

    code = _code()


class ChangePassword(Form):
    """A new password by somebody who knows the old one."""

    key = "account.change_password"

    password = Password(
        m("现在的密码"),
        [Required(m("请填写现在的密码")), Chars(PASSWORD_MOST)],
        autocomplete="current-password",
    )
    new_password = _new_password()
    again = _again()

    def validate(self, extra_validators: object = None) -> bool:
        """A new password must be new."""
        changed = {"new_password": [DifferentFrom("password", m("新密码要和现在的不同"))]}
        return super().validate(changed)


class Enrol(Form):
    """First use of an account: one-time slip, name, and a password of one's own."""

    key = "account.enrol"

    account = Text(
        m("账号"),
        [
            Required(m("请填写账号")),
            Matches(ACCOUNT_NAME, m("账号用 3 至 32 个小写字母和数字，字母开头")),
        ],
        most=32,
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    slip = Text(
        m("领取码"),
        [Required(m("请填写领取码"))],
        description=m("写在开户单上，只能用一次"),
        most=64,
        filters=[_squeeze],
        render_kw={"autocomplete": "off"},
    )
    new_password = _new_password()
    again = _again()


class ConfirmToken(Form):
    """Proof that a new token works: its first code, typed beside the picture."""

    key = "account.confirm_token"

    code = _code()
