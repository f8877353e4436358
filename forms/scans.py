"""Forms of scanning back: the stack, and a page assigned by hand."""

from __future__ import annotations

from forms.base import Form
from forms.fields import FileUpload, Pick, Text
from forms.validators import Required
from workflow.words import m


class UploadScan(Form):
    """One scanned stack of signed papers."""

    key = "scans.upload"

    cycle = Pick(m("考核年度"), [Required(m("请选择考核年度"))], coerce=int)
    file = FileUpload(
        m("扫描件"),
        [Required(m("请选择扫描件"))],
        endings=("pdf", "jpg", "jpeg", "png"),
        megabytes=50,
        description=m("多份登记表扫成一个 PDF,正反面都要扫,次序不限,200 点/英寸以上"),
    )


class DiscardPage(Form):
    """Why a scanned page belongs to no paper."""

    key = "scans.discard"

    reason = Text(
        m("剔除的理由"),
        [Required(m("请写明剔除的理由"))],
        most=200,
        description=m("例如:封面、白页、别的单位的纸"),
    )


class AssignPage(Form):
    """Which page of which form a scanned page is."""

    key = "scans.assign"

    target = Pick(m("归入"), [Required(m("请选择这一页是谁的登记表"))])
