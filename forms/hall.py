"""Forms beside the booth: the hall kit, paper ballots, results as files, destruction."""

from __future__ import annotations

from forms.base import Form
from forms.fields import FileUpload, Pick, Text, TextArea, Tick, WholeNumber
from forms.keys import group_field, units_field
from forms.validators import InRange, Required
from workflow.words import Sentence, m

_PEOPLE = 9999
_BATCH = 500


def _number(label: Sentence, most: int, hint: Sentence | None = None) -> WholeNumber:
    return WholeNumber(
        label,
        [Required(m("请填写人数或张数,没有的填 0")), InRange(0, most)],
        description=hint or "",
    )


class ChooseKit(Form):
    """Where the booth answers in the hall."""

    key = "hall.choose"

    address = Text(
        m("会场里打开测评页的地址"),
        [Required(m("请填写会场地址"))],
        most=110,
        description=m(
            "测评机在会场网络里的名字或地址,例如 http://kaoji.hall:8001;印在测评卡的二维码里"
        ),
    )


class DropKit(Form):
    """Where a hall's urn is that was handed out and will not be used."""

    key = "hall.drop"

    where = TextArea(
        m("测评机上的测评箱在哪里、怎样封存"),
        [Required(m("请写明测评箱在哪里、怎样封存"))],
        most=200,
        rows=2,
        description=m("写入日志;这个测评箱作废,以后带回来也不能导入"),
    )
    unused = Tick(
        m("测评机上还没有人交卡"), [Required(m("已有人交卡的,不能停用,请封箱后带回导入"))]
    )


class TakeBack(Form):
    """The urn file from the hall, its digest from the closing slip, people due and present."""

    key = "hall.take_back"

    file = FileUpload(
        m("测评箱文件"), [Required(m("请选择测评箱文件"))], endings=("urn",), megabytes=50
    )
    digest = Text(
        m("文件指纹"),
        [Required(m("请照封箱单输入文件指纹"))],
        most=80,
        description=m("照封箱单抄写的 16 位;空格和大小写不限"),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    due = _number(m("应到人数"), _PEOPLE)
    present = _number(m("实到人数"), _PEOPLE)


class PrintPaper(Form):
    """A batch of paper ballots; ``late`` ones for people who come after the closing."""

    key = "paper.print"

    group = Pick(m("参评类别"), [Required(m("请选择参评类别"))])
    number = _number(m("张数"), _BATCH)


class Collected(Form):
    """How many filled-in forms came back."""

    key = "paper.collected"

    number = _number(m("收回张数"), _BATCH)


class MarksFile(Form):
    """A file of marks from an optical reader or a spreadsheet."""

    key = "paper.marks"

    file = FileUpload(
        m("数据文件"),
        [Required(m("请选择数据文件"))],
        endings=("csv",),
        megabytes=2,
        description=m("第一行是表头;以后每行一张票:编号,然后各行的选项序号,未填 0,多选 x"),
    )


class ResultFile(Form):
    """The result of an offline opening."""

    key = "opening.result"

    file = FileUpload(
        m("结果文件"), [Required(m("请选择结果文件"))], endings=("json",), megabytes=20
    )


class RegisterKey(Form):
    """The public half of a key made offline, and who holds the shares."""

    key = "keys.register"

    public_key = Text(
        m("公钥"),
        [Required(m("请填写公钥"))],
        most=80,
        description=m("离线制作时屏幕上的 64 位,也在 public-key.txt 里"),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    group = group_field()
    units = units_field()
    holder_1 = Text(m("甲份保管人"), [Required(m("请填写保管人姓名"))], most=40)
    holder_2 = Text(m("乙份保管人"), [Required(m("请填写保管人姓名"))], most=40)
    holder_3 = Text(m("备份保管人"), [Required(m("请填写保管人姓名"))], most=40)


class Destroy(Form):
    """Originals destroyed before witnesses."""

    key = "keys.destroy"

    place = Text(m("销毁地点"), [Required(m("请填写销毁地点"))], most=100)
    witness_1 = Text(m("监销人"), [Required(m("请填写监销人"))], most=40)
    witness_2 = Text(m("另一名监销人"), [Required(m("请填写监销人"))], most=40)
    basis = TextArea(
        m("销毁依据"), [Required(m("请写明依据,如保管期已满或批准文号"))], most=300, rows=2
    )
    burned = Tick(m("三份密钥已当面销毁"), [Required(m("密钥没有当面销毁的,不能登记"))])
