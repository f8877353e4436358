"""Pages in the reader's language, inside the frame, safe under a strict content policy."""

import re
from collections import Counter

import pytest
from flask.testing import FlaskClient
from lxml import html

from cases.web import presentation
from tests.cases.web.styleguide_app import PAGES, make
from workflow.words import m

ADDRESSES = ["/", "/?reason=abc", *(f"/page/{name}" for name in PAGES)]


@pytest.fixture
def client() -> FlaskClient:
    return make().test_client()


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_well_made(client: FlaskClient, address: str) -> None:
    text = client.get(address).get_data(as_text=True)
    page = html.document_fromstring(text)
    ids = Counter(page.xpath("//@id"))
    labelled = {*page.xpath("//label/@for")}
    controls = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("string(//title)").strip(" -") != ""
    assert [name for name, n in ids.items() if n > 1] == []
    assert [c.get("id") for c in controls if c.get("id") not in labelled] == []
    assert page.xpath("//*[@style] | //script[not(@src)] | //style") == []
    assert re.findall(r"\son\w+=", text) == []
    assert set(page.xpath("//*[@aria-describedby]/@aria-describedby")) != {""}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_reference_to_an_id_is_met(client: FlaskClient, address: str) -> None:
    page = html.document_fromstring(client.get(address).get_data(as_text=True))
    ids = set(page.xpath("//@id"))
    asked = " ".join(page.xpath("//@aria-describedby | //@aria-labelledby | //label/@for"))
    assert set(asked.split()) - ids == set()


def test_language_is_kept_in_a_cookie(client: FlaskClient) -> None:
    first = client.get("/page/404?lang=en").get_data(as_text=True)
    later = client.get("/page/404").get_data(as_text=True)
    assert '<html lang="en">' in first
    assert '<html lang="en">' in later
    assert "Nothing here that you can view" in later


def test_unknown_language_is_chinese(client: FlaskClient) -> None:
    assert '<html lang="zh-CN">' in client.get("/?lang=xx").get_data(as_text=True)


@pytest.mark.parametrize("name", PAGES)
def test_error_pages_are_wholly_english_for_english_readers(client: FlaskClient, name: str) -> None:
    page = html.document_fromstring(client.get(f"/page/{name}?lang=en").get_data(as_text=True))
    heads = page.xpath("//h1 | //h2 | //a[contains(@class, 'btn')] | //p[@class='k-lede']")
    told = " ".join(node.text_content() for node in heads).replace("受理", "")
    assert re.findall("[\u3400-\u9fff]", told) == []


def test_switch_keeps_the_query(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/?reason=甲 乙&x=1").get_data(as_text=True))
    assert page.xpath("//a[@hreflang='en']/@href") == ["/?reason=%E7%94%B2+%E4%B9%99&x=1&lang=en"]


def test_translate_keeps_markup_and_escapes_the_rest() -> None:
    app = make()
    with app.test_request_context("/"):
        told = presentation.translate("还差 %(n)s 项", n="<b>")
        rich = app.jinja_env.from_string(
            "{{ _('%(label)s：%(text)s', label=icon('key'), text='<') }}"
        )
        assert told == "还差 <b> 项"
        assert rich.render().endswith("</svg>：&lt;")


def test_icon_outside_the_sprite_is_an_error() -> None:
    app = make()
    with app.test_request_context("/"), pytest.raises(LookupError):
        app.jinja_env.from_string("{{ icon('rocket') }}").render()


def test_say_is_what_forms_are_given() -> None:
    with make().test_request_context("/?lang=en"):
        assert presentation.say(m("密码")) == "Password"


def test_navigation_marks_where_the_reader_is(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/").get_data(as_text=True))
    assert page.xpath("//nav[@class='k-nav']//a[@aria-current]/text()")[0].strip() == "待我办理"
