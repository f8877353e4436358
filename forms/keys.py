"""启封密钥制作: three holders with their passphrases, and two shares typed back."""

from __future__ import annotations

from forms.base import Form
from forms.fields import Password, Text, TextArea, TickList
from forms.validators import Chars, Required, SameAs
from workflow.words import Sentence, m

_MOST = 200


def _passphrase(label: Sentence) -> Password:
    return Password(
        label,
        [Required(m("请保管人本人输入口令")), Chars(_MOST)],
        description=m("至少 14 个字符,或 4 个不相干的词;系统不保存,忘记后这一份密钥作废"),
        autocomplete="off",
    )


def _again(of: str, label: Sentence) -> Password:
    return Password(
        label,
        [Required(m("请再输一次口令")), SameAs(of, m("两次输入的口令不一样"))],
        autocomplete="off",
    )


def _holder(label: Sentence) -> Text:
    return Text(
        label, [Required(m("请填写保管人姓名"))], most=40, render_kw={"autocomplete": "off"}
    )


def group_field() -> Text:
    """The assessment group a key is for."""
    return Text(
        m("考核组"),
        most=40,
        description=m("只给一个考核组用的填名称,并选它负责的单位;不填的给整个年度用"),
    )


def units_field() -> TickList:
    """The units a group is charged with."""
    return TickList(m("考核组负责的单位"))


class MakeKey(Form):
    """Names of 甲, 乙 and 备; each types his passphrase twice. A group's key names its units."""

    key = "keys.make"

    group = group_field()
    units = units_field()
    holder_1 = _holder(m("甲份保管人"))
    passphrase_1 = _passphrase(m("甲份口令"))
    again_1 = _again("passphrase_1", m("再输一次口令(甲份)"))
    holder_2 = _holder(m("乙份保管人"))
    passphrase_2 = _passphrase(m("乙份口令"))
    again_2 = _again("passphrase_2", m("再输一次口令(乙份)"))
    holder_3 = _holder(m("备份保管人"))
    passphrase_3 = _passphrase(m("备份口令"))
    again_3 = _again("passphrase_3", m("再输一次口令(备份)"))


def _share(label: Sentence) -> TextArea:
    return TextArea(
        label,
        [Required(m("请输入密钥"))],
        most=600,
        rows=9,
        description=m("照纸上逐行输入 9 行,或扫二维码得到的一行"),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


def _unlocking(label: Sentence) -> Password:
    return Password(label, [Required(m("请保管人本人输入口令")), Chars(_MOST)], autocomplete="off")


class Shares(Form):
    """Two shares of three, each with its holder's passphrase. Passphrases are never shown again."""

    key = "keys.shares"

    share_1 = _share(m("第一份密钥"))
    passphrase_1 = _unlocking(m("第一份的口令"))
    share_2 = _share(m("第二份密钥"))
    passphrase_2 = _unlocking(m("第二份的口令"))
