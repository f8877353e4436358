"""Reports read from documents: cut by headings, matched to people, ugly files refused one by one."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import docx
import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from cases.errors import Invalid
from cases.files.report_people import Candidate, match
from cases.files.report_upload import clean_text, read_pack, read_report, unpack


@dataclass(frozen=True)
class Section:
    code: str
    title: str


SECTIONS = (
    Section("politics", "政治素质"),
    Section("results", "履职实绩"),
    Section("party", "抓党建和一岗双责"),
    Section("integrity", "廉洁自律"),
    Section("problems", "问题和打算"),
)
USUAL = (
    "2025 年度述职报告",
    "云州市生态环境局 欧阳明远",
    "一、政治素质方面",
    "坚持集体学习。",
    "二、主要工作完成情况",
    "(一)水环境",
    "牵头完成断面排查。",
    "(二)廉洁与审批",
    "压缩时限。",
    "三、抓党建工作",
    "落实责任制。",
    "四、廉洁自律情况",
    "按时报告。",
    "五、存在的主要问题",
    "研判不足。",
    "六、下一步打算",
    "三月底前演练。",
)


def document(*paragraphs: str, heading: bool = False) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pack(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def fault(data: bytes, name: str = "沈知远.docx") -> str:
    found = read_report(data, name, SECTIONS).fault
    return str(found) if found else ""


def test_document_is_cut_by_headings() -> None:
    read = read_report(document(*USUAL), "欧阳明远.docx", SECTIONS)
    assert (read.fault, read.notes) == (None, ())
    assert read.texts == {
        "politics": "坚持集体学习。",
        "results": "(一)水环境\n牵头完成断面排查。\n(二)廉洁与审批\n压缩时限。",
        "party": "落实责任制。",
        "integrity": "按时报告。",
        "problems": "研判不足。\n三月底前演练。",
    }
    assert read.head == "2025 年度述职报告\n云州市生态环境局 欧阳明远"


def test_section_that_is_not_there_is_noted() -> None:
    read = read_report(document(*USUAL[:5], "做了工作。"), "甲.docx", SECTIONS)
    assert [(n.msgid, dict(n.params)) for n in read.notes] == [
        ("没有找到:%(names)s", {"names": ["抓党建和一岗双责", "廉洁自律", "问题和打算"]})
    ]


def test_heading_with_its_text_in_one_paragraph_is_cut() -> None:
    read = read_report(
        document("一、政治素质。坚持学习。", "二、廉洁自律:守纪律。"), "甲.docx", SECTIONS
    )
    assert read.texts == {"politics": "坚持学习。", "integrity": "守纪律。"}


def test_headings_by_style_without_numbers_are_cut() -> None:
    made = docx.Document()
    made.add_heading("政治素质", 1)
    made.add_paragraph("坚持学习。")
    made.add_heading("存在问题", 1)
    made.add_paragraph("研判不足。")
    out = io.BytesIO()
    made.save(out)
    read = read_report(out.getvalue(), "甲.docx", SECTIONS)
    assert read.texts == {"politics": "坚持学习。", "problems": "研判不足。"}


def test_tables_are_read_in_order() -> None:
    made = docx.Document()
    made.add_paragraph("一、政治素质")
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "左格", "右格"
    out = io.BytesIO()
    made.save(out)
    assert read_report(out.getvalue(), "甲.docx", SECTIONS).texts == {"politics": "左格\n右格"}


def test_document_without_headings_is_told() -> None:
    assert fault(document("只有一段话。")) == "没有找到与各节对应的标题"


def test_empty_documents_are_told() -> None:
    assert (fault(b""), fault(document())) == ("这个文件是空的", "这个文件是空的")


def test_invisible_marks_are_left_out() -> None:
    assert clean_text("\u202e坚持\u200b学习\x07。\r\n下一行\ufeff") == "坚持学习。\n下一行"


def test_secret_mark_is_refused_in_text_and_header() -> None:
    told = "文中有密级标志。本系统不存放国家秘密,请改走机要渠道"
    assert fault(document("机密★10年", *USUAL)) == told
    made = docx.Document(io.BytesIO(document(*USUAL)))
    made.sections[0].header.paragraphs[0].text = "秘密★1年"
    out = io.BytesIO()
    made.save(out)
    assert fault(out.getvalue()) == told


def test_word_of_secrecy_is_no_mark() -> None:
    assert fault(document("一、政治素质", "保守秘密,遵守机密文件管理规定。")) == ""


def test_unfinished_revisions_are_refused() -> None:
    made = docx.Document(io.BytesIO(document(*USUAL)))
    paragraph = made.paragraphs[3]._p
    paragraph.append(paragraph.makeelement(docx.oxml.ns.qn("w:ins"), {}))
    out = io.BytesIO()
    made.save(out)
    assert fault(out.getvalue()) == "文中有未处理的修订,请接受全部修订后再上传"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04 torn", "甲.docx"),
        (document(*USUAL)[:2000], "甲.docx"),
        (pack(**{"word/document.xml": b"<", "[Content_Types].xml": b"<"}), "甲.docx"),
        (b"%PDF-1.7\nnothing\n%%EOF", "甲.pdf"),
        (b"%PDF-1.7", "甲.pdf"),
        (document(*USUAL), "甲.pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "甲.docx"),
        (b"GIF89a", "甲.exe"),
        (document(*USUAL), "秘密★甲.docx"),
        (document(*USUAL), "甲" * 151 + ".docx"),
        (document(*USUAL), "甲\u202excod.docx"),
        (document(*USUAL), "a\r\nSet-Cookie: x.docx"),
    ],
)
def test_ugly_files_are_refused_with_a_reason(data: bytes, name: str) -> None:
    read = read_report(data, name, SECTIONS)
    assert (read.fault is not None, read.texts) == (True, {})
    assert len(read.file_name) <= 80


def _pdf(**kw: Any) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out, **kw)
    return out.getvalue()


def test_pdf_without_text_is_taken_for_a_scan() -> None:
    assert fault(_pdf(), "甲.pdf") == "文件里没有文字,可能是扫描件,请上传 Word 文件"


def test_encrypted_pdf_is_refused() -> None:
    locked = _pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert fault(locked, "甲.pdf") == "文件设有密码,请取消密码后再上传"


def test_pdf_with_too_many_pages_is_refused() -> None:
    writer = PdfWriter()
    for _ in range(61):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    assert len(PdfReader(out).pages) == 61
    assert fault(out.getvalue(), "甲.pdf") == "文件超过 60 页"


def test_pack_names_every_file_and_its_reason() -> None:
    data = pack(
        **{
            "报告/欧阳明远.docx": document(*USUAL),
            "报告/沈知远.doc": b"\xd0\xcf\x11\xe0",
            "内层.zip": b"PK",
            "照片.jpg": b"\xff\xd8",
            "空.docx": b"",
            "__MACOSX/._欧阳明远.docx": b"x",
            "~$欧阳明远.docx": b"x",
        }
    )
    assert [(r.file_name, str(r.fault) if r.fault else "") for r in read_pack(data, SECTIONS)] == [
        ("内层.zip", "压缩包里还有压缩包,请解开后再打包"),
        ("欧阳明远.docx", ""),
        ("沈知远.doc", "旧格式文件,请另存为 .docx 后再上传"),
        ("照片.jpg", "只读 .docx 和 .pdf 文件"),
        ("空.docx", "这个文件是空的"),
    ]


def test_names_in_old_encodings_are_read() -> None:
    """Old tools write GBK bytes and don't set the flag that says UTF-8."""
    old = "欧阳明远.docx".encode("gb18030")
    stand_in = "x" * (len(old) - 5) + ".docx"
    data = pack(**{stand_in: document(*USUAL)}).replace(stand_in.encode(), old)
    assert [name for name, _, _ in unpack(data)] == ["欧阳明远.docx"]


def test_paths_in_a_pack_don_t_lead_anywhere() -> None:
    data = pack(**{"../../etc/欧阳明远.docx": document(*USUAL)})
    assert [name for name, _, _ in unpack(data)] == ["欧阳明远.docx"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a zip",
        pack(),
        pack(**{"甲.docx": document(*USUAL)})[:-30],
        pack(**{"bomb.docx": b"0" * 300_000_000}),
        pack(**{f"{n}.docx": b"x" for n in range(1_001)}),
    ],
    ids=["empty", "text", "no files", "torn", "bomb", "many"],
)
def test_bad_packs_are_refused_whole(data: bytes) -> None:
    with pytest.raises(Invalid) as invalid:
        unpack(data)
    assert list(invalid.value.errors) == ["file"]


PEOPLE = (
    Candidate(1, "ZG-2025-0001", "沈知远", "云州市生态环境局", "党组书记、局长", False),
    Candidate(2, "ZG-2025-0002", "欧阳明远", "云州市生态环境局", "党组成员、副局长", False),
    Candidate(3, "ZG-2025-0003", "买买提·吐尔逊", "云州市生态环境局", "副局长", False),
    Candidate(4, "ZG-2025-0004", "张伟", "云州市生态环境局", "副局长", False),
    Candidate(5, "ZG-2025-0005", "张伟", "云州市生态环境局", "总工程师", False),
    Candidate(6, "BZ-2025-0001", "云州市生态环境局", "云州市生态环境局", "", True),
)


@pytest.mark.parametrize(
    ("name", "head", "case_id", "sure"),
    [
        ("沈知远.docx", "", 1, True),
        ("01 沈知远述职报告(终稿).docx", "", 1, True),
        ("云州市生态环境局-欧阳明远-2025年度述职报告.docx", "", 2, True),
        ("买买提•吐尔逊述职.docx", "", 3, True),
        ("述职报告.docx", "述职报告\n述职人:欧阳明远", 2, True),
        ("ZG-2025-0004张伟.docx", "", 4, True),
        ("云州市生态环境局领导班子述职报告.docx", "", 6, True),
        ("沈知远远.docx", "", 1, False),
    ],
)
def test_file_is_matched_to_its_person(name: str, head: str, case_id: int, sure: bool) -> None:
    found = match(name, head, PEOPLE)
    assert found.candidate is not None
    assert (found.candidate.case_id, found.sure) == (case_id, sure)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("李四.docx", "文件名和开头都没有本单位考核对象的姓名"),
        ("张伟.docx", "本单位有 2 位张伟,请在文件名里写明考核卷编号"),
        ("沈知远、欧阳明远.docx", "文件里有几个人的姓名,请改文件名后再上传"),
    ],
)
def test_file_of_nobody_or_of_two_is_told(name: str, fault: str) -> None:
    found = match(name, "", PEOPLE)
    assert (found.candidate, str(found.fault)) == (None, fault)
