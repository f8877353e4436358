"""Sign-in, codes and passwords."""

import pytest
from werkzeug.datastructures import MultiDict

from forms.account import ChangePassword, Enrol, SecondFactor, SignIn, password_fault


def problems(form) -> list[tuple[str, str]]:
    form.validate()
    return form.problems()


def test_sign_in_asks_for_both() -> None:
    assert problems(SignIn(MultiDict({"account": " "}))) == [
        ("account", "请填写账号"),
        ("password", "请填写密码"),
    ]


def test_sign_in_keeps_blanks_in_a_password() -> None:
    form = SignIn(MultiDict({"account": " fangruogu ", "password": " a b "}))
    assert form.validate() is True
    assert form.payload() == {"account": "fangruogu", "password": " a b "}


def test_password_is_never_printed_back() -> None:
    form = SignIn(MultiDict({"account": "a", "password": "hidden-words"}))
    assert "hidden-words" not in str(form.password())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("123456", []),
        ("123 456", []),
        ("12345", [("code", "动态口令是 6 位数字")]),
        ("12345a", [("code", "动态口令是 6 位数字")]),
    ],
)
def test_second_factor_takes_six_digits(typed: str, found: list[tuple[str, str]]) -> None:
    assert problems(SecondFactor(MultiDict({"code": typed}))) == found


@pytest.mark.parametrize("text", ["correct horse battery", "云州的春天来得很早啊", "a1b2c3d4e5"])
def test_password_by_length_is_enough(text: str) -> None:
    assert password_fault(text) is None


@pytest.mark.parametrize("text", ["short", "aaaaaaaaaaaaa", "abcabcabc\u202eabc"])
def test_password_fault_is_told(text: str) -> None:
    assert password_fault(text) is not None


def test_change_password_wants_a_new_one_twice() -> None:
    old = "old words here"
    form = ChangePassword(MultiDict({"password": old, "new_password": old, "again": "else"}))
    assert problems(form) == [
        ("new_password", "新密码要和现在的不同"),
        ("again", "再输一次新密码：两次输入的新密码不一样"),
    ]


def test_enrol_takes_a_name_of_small_letters() -> None:
    data = {"slip": "AB12 CD34", "new_password": "words of my own", "again": "words of my own"}
    assert problems(Enrol(MultiDict(data | {"account": "Admin"}))) == [
        ("account", "账号用 3 至 32 个小写字母和数字，字母开头")
    ]
    form = Enrol(MultiDict(data | {"account": "sysadmin"}))
    assert form.validate() is True
    assert form.slip.data == "AB12CD34"
