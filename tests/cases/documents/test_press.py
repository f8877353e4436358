"""Every kind of paper printed for real and looked at with other programs."""

from __future__ import annotations

import dataclasses
import io
import re
import socket
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from cases.documents import boxes as box_module
from cases.documents import press as press_module
from cases.documents.boxes import boxes, capacity, fit
from cases.documents.compose import Sheet, compose
from cases.documents.context import GradeApproval
from cases.documents.kinds import KINDS, AnyKind, WorkingPaper
from cases.documents.press import Press, Printed, Unprinted, WrongPages, available, print_paper
from cases.errors import Invalid
from tests.cases.documents.samples import (
    HARD_NAMES,
    SENTENCE,
    approval,
    form,
    listed,
    papers,
    volume,
)
from workflow.vocabulary import DocumentKind

Tool = Callable[..., str]


def squeezed(text: str) -> str:
    return "".join(text.split())


def sheet(html: str, **changes: object) -> Sheet:
    given = Sheet(
        kind="trial",
        title="试样",
        html=html,
        code="0000-0000-0000",
        on=date(2026, 3, 9),
        pages=None,
        data=b"",
    )
    return dataclasses.replace(given, **changes)


def test_libraries_are_here() -> None:
    assert available() is None


def test_available_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "_absent", lambda: ("libharfbuzz-subset.so.0",))
    reason = available()
    assert reason is not None
    assert "libharfbuzz-subset.so.0" in str(reason)
    assert "apt-get install" in str(reason)


@pytest.mark.parametrize("kind", list(KINDS), ids=str)
def test_every_kind_prints_as_sound_pdf(kind: AnyKind, press: Press, tool: Tool) -> None:
    made, printed = print_paper(press, kind, papers()[kind])
    facts = tool("pdfinfo", pdf=printed.pdf)
    assert printed.refused == ()
    assert f"Pages:           {printed.pages}\n" in facts
    assert "Tagged:          yes" in facts
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", pdf=printed.pdf)
    for line in tool("pdffonts", pdf=printed.pdf).splitlines()[2:]:
        assert line.split()[-5] == "yes", f"not embedded: {line}"
    if kind is not WorkingPaper.CARD_SHEET:
        assert made.code in tool("pdftotext", pdf=printed.pdf, after=("-",))
    assert "case.json" in tool("pdfdetach", "-list", pdf=printed.pdf)


def test_same_context_gives_same_bytes_in_another_process(press: Press) -> None:
    _, first = print_paper(press, DocumentKind.REGISTRATION_FORM, form())
    with Press() as other:
        _, second = print_paper(other, DocumentKind.REGISTRATION_FORM, form())
    assert first.pdf == second.pdf


@pytest.mark.parametrize("name", HARD_NAMES)
def test_names_print_every_glyph(name: str, press: Press, tool: Tool) -> None:
    _, printed = print_paper(press, DocumentKind.REGISTRATION_FORM, form(name))
    assert printed.pages == 2
    assert name in squeezed(tool("pdftotext", pdf=printed.pdf, after=("-",)))


def test_two_character_names_are_padded(press: Press, tool: Tool) -> None:
    _, printed = print_paper(press, DocumentKind.REGISTRATION_FORM, form("张伟"))
    assert re.search(r"张\s+伟", tool("pdftotext", "-layout", pdf=printed.pdf, after=("-",)))


def test_a_character_without_glyph_is_refused_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        compose(DocumentKind.REGISTRATION_FORM, form("张\U000323ae"))
    assert "person.name" in refused.value.errors
    assert "U+323AE" in str(refused.value.errors["person.name"])


def full_texts(fill: str) -> dict[str, str]:
    return {box.key: (fill * 2000)[: capacity(box.key)] for box in boxes()}


@pytest.mark.parametrize("fill", ["云", "云州,", "（云）州。", "全年 312 处,92.9%;"])
@pytest.mark.parametrize("track", ["civil_servant", "leading_cadre"])
def test_fullest_form_is_two_pages(fill: str, track: str, press: Press) -> None:
    texts = full_texts(fill)
    for key, text in texts.items():
        while fit(key, text).over:
            text = text[:-1]
        texts[key] = text
    _, printed = print_paper(
        press, DocumentKind.REGISTRATION_FORM, form("欧阳明远", track, **texts)
    )
    assert printed.pages == 2


def test_longest_cells_stay_on_the_sheet(press: Press) -> None:
    given = form("阿卜杜热合曼·阿卜杜克热木")
    person = dataclasses.replace(
        given.person,
        post="党组成员、副局长,云州经济技术开发区管理委员会生态环境分局局长",
        duties="主持水生态环境科工作，负责地表水断面达标、入河排污口整治" * 2,
        birth_month_shown=True,
    )
    _, printed = print_paper(
        press, DocumentKind.REGISTRATION_FORM, dataclasses.replace(given, person=person)
    )
    assert printed.pages == 2


def test_overfull_box_names_person_and_box() -> None:
    too_much = "云" * (capacity("organ_opinion") + 40)
    with pytest.raises(Invalid) as refused:
        compose(DocumentKind.REGISTRATION_FORM, form(organ_opinion=too_much))
    sentence = str(refused.value.errors["organ_opinion"])
    assert "阮疏桐" in sentence
    assert "机关负责人或考核委员会意见" in sentence


def test_text_that_outgrows_its_box_is_never_a_third_page(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_module, "_SAFETY", -3)
    text = "云" * capacity("organ_opinion")
    with pytest.raises(Invalid) as refused:
        print_paper(press, DocumentKind.REGISTRATION_FORM, form(organ_opinion=text))
    assert list(refused.value.errors) == ["organ_opinion"]


def test_wrong_page_count_is_refused(press: Press) -> None:
    with pytest.raises(WrongPages):
        press.print(sheet("<p>甲</p><p style='break-before: page'>乙</p>", pages=1))


SECRET = "planted-secret-7f3a"
VECTORS = [
    '<img src="{u}">',
    '<object data="{u}"></object>',
    '<embed src="{u}">',
    '<link rel="stylesheet" href="{u}">',
    '<link rel="attachment" href="{u}">',
    '<a rel="attachment" href="{u}">甲</a>',
    '<style>@import url("{u}");</style>',
    '<style>@font-face {{ font-family: X; src: url("{u}"); }} p {{ font-family: X }}</style><p>甲</p>',
    '<p style="background: url({u})">甲</p>',
    '<p style="list-style-image: url({u}); display: list-item">甲</p>',
    '<style>p::before {{ content: url("{u}") }}</style><p>甲</p>',
    '<style>@page {{ @top-left {{ content: url("{u}") }} }}</style>',
    '<svg width="9" height="9"><image href="{u}" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{u}#a"/></svg>',
    '<base href="{u}"><img src="x.png">',
    '<iframe src="{u}"></iframe>',
    '<meta http-equiv="refresh" content="0; url={u}">',
    '<input type="image" src="{u}">',
]


@pytest.fixture
def listener() -> object:
    """A loopback port that counts who knocks."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    knocks: list[object] = []
    stop = threading.Event()

    def wait() -> None:
        while not stop.is_set():
            try:
                knocks.append(server.accept()[1])
            except TimeoutError:
                continue

    thread = threading.Thread(target=wait)
    thread.start()
    yield server.getsockname()[1], knocks
    stop.set()
    thread.join()
    server.close()


def within(data: bytes) -> set[str]:
    """Which of the planted words lie anywhere in a file, its streams unpacked."""
    if not data:
        return set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [x.read_bytes() for x in pdf.objects if isinstance(x, pikepdf.Stream)]
    whole = b"".join(streams) + data
    return {word for word in (SECRET, "root:") if word.encode() in whole}


@pytest.mark.parametrize("vector", VECTORS)
def test_hostile_markup_reaches_nothing(
    vector: str, press: Press, tmp_path: Path, listener: tuple[int, list[object]]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    port, knocks = listener
    addresses = [
        f"file://{secret}",
        "file:///etc/passwd",
        f"http://127.0.0.1:{port}/x.png",
        f"//127.0.0.1:{port}/x.png",
        "data:text/plain;base64,cGxhbnRlZC1zZWNyZXQtN2YzYQ==",
        "kaoji:font/../../etc/passwd",
    ]
    html = "".join(vector.format(u=address) for address in addresses)
    try:
        printed = press.print(sheet(f"<!doctype html><html><body>{html}</body></html>"))
    except Unprinted:  # an address that can't even be resolved stops the paper
        printed = Printed(b"", 0)
    assert knocks == []
    assert within(printed.pdf).isdisjoint({SECRET, "root:"})


def test_text_of_a_person_is_never_markup(press: Press, tool: Tool) -> None:
    hostile = '<img src="file:///etc/passwd"><style>@import "http://127.0.0.1/";</style>{{ 7*7 }}'
    _, printed = print_paper(press, DocumentKind.REGISTRATION_FORM, form(summary=hostile))
    text = squeezed(tool("pdftotext", pdf=printed.pdf, after=("-",)))
    assert printed.refused == ()
    assert "{{7*7}}" in text
    assert '<imgsrc="file:///etc/passwd">' in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 3000 + "甲" + "</div>" * 3000,
        "<table>" + "<tr><td>甲</td><td>乙</td></tr>" * 60_000 + "</table>",
    ],
    ids=["nesting", "table"],
)
def test_exhaustion_costs_one_process_only(html: str) -> None:
    with Press(seconds=3) as small:
        with pytest.raises(Unprinted):
            small.print(sheet(html))
        assert small.print(sheet("<p>甲</p>")).pages == 1


def test_print_all_keeps_order_and_failures_apart(press: Press) -> None:
    sheets = [sheet("<p>甲</p>"), sheet("<p>乙</p>", pages=3), sheet("<p>丙</p>")]
    first, second, third = press.print_all(sheets)
    assert isinstance(second, WrongPages)
    assert (first.pages, third.pages) == (1, 1)


def test_cards_bear_nothing_that_differs_but_their_secret(press: Press, tool: Tool) -> None:
    _, printed = print_paper(press, WorkingPaper.CARD_SHEET, papers()[WorkingPaper.CARD_SHEET])
    text = tool("pdftotext", pdf=printed.pdf, after=("-",))
    assert "核验码" not in text
    assert text.count("一人一卡") == 11


def test_papers_of_a_signed_group_never_call_it_anonymous() -> None:
    """B24: the card in the hand says it as the ballot page does."""
    cards, ballot = papers()[WorkingPaper.CARD_SHEET], papers()[WorkingPaper.PAPER_BALLOT]
    named = dataclasses.replace(cards.cards[0], signed=True)
    said = [
        compose(kind, paper).html
        for kind, paper in (
            (WorkingPaper.CARD_SHEET, dataclasses.replace(cards, cards=cards.cards[:1])),
            (WorkingPaper.CARD_SHEET, dataclasses.replace(cards, cards=(named,))),
            (WorkingPaper.PAPER_BALLOT, ballot),
            (WorkingPaper.PAPER_BALLOT, dataclasses.replace(ballot, signed=True)),
        )
    ]
    told = [("无记名" in html, "按具名评价统计" in html) for html in said]
    assert told == [(True, False), (False, True), (False, False), (False, True)]


def test_list_prints_official_order(press: Press, tool: Tool) -> None:
    _, printed = print_paper(press, WorkingPaper.ROSTER_LIST, papers()[WorkingPaper.ROSTER_LIST])
    text = squeezed(tool("pdftotext", "-layout", pdf=printed.pdf, after=("-",)))
    places = [text.index(f"{i}{x.name}") for i, x in enumerate(listed(4), 1)]
    assert places == sorted(places)


def test_wrong_context_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        compose(DocumentKind.REGISTRATION_FORM, volume())


def chain(n: int) -> GradeApproval:
    """An approval with a full synthesis and a chain of meetings."""
    form = approval(opinions=1)
    text = f"主要表现：{SENTENCE * 2}\n主要不足：{SENTENCE}\n建议等次：优秀。"
    return dataclasses.replace(
        form, opinions=(dataclasses.replace(form.opinions[0], text=text),), steps=form.steps * n
    )


@pytest.mark.parametrize("meetings", [1, 2, 3, 4, 5])
def test_approval_of_ordinary_size_is_one_page(press: Press, meetings: int) -> None:
    printed = print_paper(press, DocumentKind.GRADE_APPROVAL, chain(meetings))[1]
    assert printed.pages == 1


def test_longer_approval_grows_and_repeats_whom_it_is_about(press: Press, tool: Tool) -> None:
    printed = print_paper(press, DocumentKind.GRADE_APPROVAL, chain(16))[1]
    assert printed.pages == 3
    for page in ("1", "2", "3"):
        text = tool("pdftotext", "-layout", "-f", page, "-l", page, pdf=printed.pdf, after=("-",))
        assert "沈知远" in text


class TwelvePages(Press):
    """Prints nothing; says every paper came out on twelve pages."""

    def print(self, sheet: Sheet) -> Printed:
        return Printed(sheet.html.encode(), 12)


def test_every_page_bears_its_mark_however_many_there_are() -> None:
    assert compose(DocumentKind.REGISTRATION_FORM, form()).marks == 2
    with TwelvePages() as press:
        kinds = (DocumentKind.SELF_REPORT, WorkingPaper.CARD_SHEET)
        marks = [print_paper(press, kind, papers()[kind])[0].marks for kind in kinds]
        printed = print_paper(press, kinds[0], papers()[kinds[0]])[1]
    assert marks == [12, 0]
    assert printed.pdf.count(b"@page :nth(") == 12
