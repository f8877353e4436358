"""The booth through HTTP, without JavaScript: card, ballot, review, receipt, and all refusals."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cases.ballot_box.opening import open_urn
from cases.ballot_box.package import Text
from cases.ballot_box.trust import key_fingerprint
from cases.ballot_box.urn_tables import upgrade_urns
from cases.booth import create_booth
from cases.errors import Misconfigured
from config import Settings, complete
from tests.cases.booth.conftest import twelve

MARKS = {f"c0-{i}": "aabbcbuabb"[i] for i in range(10)}


class Page(HTMLParser):
    """Fields, forms, ids, headings of a page; knows whether a label points to each input."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = text
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def field(self, name: str) -> str:
        return next(a["value"] or "" for a in self.all("input") if a.get("name") == name)

    def inspect(self) -> None:
        assert len(self.all("h1")) == 1 and len(self.all("title")) == 1
        ids = [a["id"] for _, a in self.tags if a.get("id")]
        assert [i for i, n in Counter(ids).items() if n > 1] == []
        labels = {a.get("for") for a in self.all("label")}
        shown = [a for a in self.all("input") if a.get("type") != "hidden"]
        assert [a for a in shown if a.get("id") not in labels] == []
        assert [a for a in self.all("script") if not a.get("src")] == []
        assert [a for _, a in self.tags if "style" in a or "onclick" in a] == []
        assert [a for a in self.all("form") if a.get("method") != "post"] == []
        addresses = [
            a.get(k) or "" for _, a in self.tags for k in ("src", "href", "action", "formaction")
        ]
        assert [x for x in addresses if "//" in x] == []


def page(response, status: int = 200) -> Page:
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers.getlist("Set-Cookie") == []
    found = Page(response.get_data(as_text=True))
    found.inspect()
    return found


def walk(booth, code: str, marks: dict[str, str], lang: str = "zh"):
    """Ballot, review, hand in. Returns the three pages."""
    ballot = page(booth.client.post("/ballot", data={"code": code, "lang": lang}))
    review = page(
        booth.client.post("/review", data={"code": ballot.field("code"), "lang": lang, **marks})
    )
    last = {name: review.field(name) for name in ("code", "envelope", "lang")}
    return ballot, review, page(booth.client.post("/hand-in", data=last))


def test_a_ballot_goes_its_whole_way_and_is_counted(booth):
    ballot, review, done = walk(booth, booth.cards["A"][0].spaced.lower(), MARKS)
    assert "请根据平时了解，独立、客观填写。无记名；一人一卡；交卡后不能修改。" in ballot.text
    assert "请为 12 位同志评定等次" in ballot.text and "领导班子测评表" not in ballot.text
    assert [a for a in ballot.all("input") if "checked" in a] == []
    assert "有 2 项未填" in review.text
    assert "已交卡，已入测评箱" in done.text and "核对码" not in done.text
    for card in booth.cards["A"][1:]:
        walk(booth, card.code, MARKS)
    booth.store.close(booth.package.urn)
    count = open_urn(booth.store.export(booth.package.urn), booth.package, booth.key)
    (line,) = next(s for s in count.sheets if s.sheet == "cadre").lines
    assert (line.valid, line.invalid, line.rows[0].options[0], line.rows[11].blank) == (
        6,
        0,
        ("a", 6),
        6,
    )


def test_last_step_carries_no_plain_choice(booth):
    _, review, _ = walk(booth, booth.cards["A"][0].code, MARKS)
    form = review.text[review.text.index('action="/hand-in"') :]
    assert re.findall(r'name="([^"]+)"', form) == ["code", "lang", "large", "envelope"]


def test_staff_card_opens_both_sheets(booth):
    ballot, review, _ = walk(booth, booth.cards["C"][0].code, {**MARKS, "c1-0": "g"})
    assert "请填写 2 张测评表，共 13 项" in ballot.text
    assert "局领导班子" in review.text


def test_twice_handed_in_is_one_ballot_and_the_same_receipt(make_booth):
    booth = make_booth(receipt=True)
    code = booth.cards["A"][0].code
    review = page(booth.client.post("/review", data={"code": code, **MARKS}))
    last = {name: review.field(name) for name in ("code", "envelope", "lang")}
    codes = {
        tuple(
            re.findall(
                r"<span>([0-9A-F]{4})</span>", page(booth.client.post("/hand-in", data=last)).text
            )
        )
        for _ in range(3)
    }
    assert len(codes) == 1 and len(next(iter(codes))) == 4
    assert sum(g.used for g in booth.store.turnout(booth.package.urn)) == 1
    assert "封箱后公布全部" in page(booth.client.get(f"/receipts/{booth.package.urn}")).text
    booth.store.close(booth.package.urn)
    listed = page(booth.client.get(f"/receipts/{booth.package.urn}"))
    assert " ".join(next(iter(codes))) in listed.text


def test_receipt_list_is_missing_where_the_package_has_none(booth):
    for urn in (booth.package.urn, "nothing"):
        assert "没有这个页面" in page(booth.client.get(f"/receipts/{urn}"), 404).text


def test_unknown_used_and_closed_cards_look_the_same(booth, make_booth):
    used, free = booth.cards["A"][:2]
    walk(booth, used.code, MARKS)
    review = page(booth.client.post("/review", data={"code": free.code, **MARKS}))
    told = [
        booth.client.post("/ballot", data={"code": "0" * 24}),
        booth.client.post("/ballot", data={"code": used.code}),
        booth.client.post("/review", data={"code": used.code, **MARKS}),
        booth.client.post(
            "/hand-in", data={"code": used.code, "envelope": review.field("envelope")}
        ),
        booth.client.post(
            "/hand-in", data={"code": "0" * 24, "envelope": review.field("envelope")}
        ),
    ]
    booth.store.close(booth.package.urn)
    told.append(booth.client.post("/ballot", data={"code": free.code}))
    told.append(
        booth.client.post(
            "/hand-in", data={"code": free.code, "envelope": review.field("envelope")}
        )
    )
    assert len({page(answer, 409).text for answer in told}) == 1


def test_more_excellent_than_allowed_is_refused_with_all_marks_kept(booth):
    code = booth.cards["A"][0].code
    over = {f"c0-{i}": "a" for i in range(5)}
    again = page(booth.client.post("/review", data={"code": code, **over}), 422)
    assert "“领导干部测评表”的优秀最多 4 个，现在选了 5 个" in again.text
    assert sum("checked" in a for a in again.all("input")) == 5
    assert booth.store.admit is not None and page(booth.client.post("/ballot", data={"code": code}))


def test_empty_ballot_is_sent_back(booth):
    again = page(booth.client.post("/review", data={"code": booth.cards["A"][0].code}), 422)
    assert "还没有选任何一项" in again.text


def test_going_back_keeps_the_marks(booth):
    data = {"code": booth.cards["A"][0].code, **MARKS}
    review = page(booth.client.post("/review", data=data))
    back = {a["name"]: a["value"] for a in review.all("input") if a["name"] != "envelope"}
    ballot = page(booth.client.post("/ballot", data=back))
    assert {a["name"]: a["value"] for a in ballot.all("input") if "checked" in a} == MARKS


def test_switching_language_keeps_the_marks_and_speaks_english(booth):
    data = {"code": booth.cards["C"][0].code, "lang": "zh", "switch": "en", **MARKS}
    ballot = page(booth.client.post("/ballot", data=data))
    assert {a["name"]: a["value"] for a in ballot.all("input") if "checked" in a} == MARKS
    assert "Please fill in 2 forms, 13 rows in all" in ballot.text and ballot.field("lang") == "en"
    _, review, done = walk(booth, booth.cards["C"][1].code, MARKS, lang="en")
    assert (
        "Check, then hand in" in review.text and "Handed in; your ballot is in the urn" in done.text
    )


def test_option_without_an_english_name_is_named_in_chinese(make_booth):
    whole = twelve(X25519PrivateKey.generate())
    bare = replace(whole.sheets[0].options[0], title=Text("优秀"))
    sheet = replace(whole.sheets[0], options=(bare, *whole.sheets[0].options[1:]))
    booth = make_booth(package=replace(whole, sheets=(sheet, *whole.sheets[1:])))
    data = {"code": booth.cards["C"][0].code, "lang": "en"}
    assert "At most 4 may be 优秀." in booth.client.post("/ballot", data=data).text


def test_mistyped_code_is_told_at_the_field(booth):
    for code in ("", "abc", "U" * 24, "x" * 5000):
        again = page(booth.client.post("/ballot", data={"code": code}), 422)
        assert (
            "卡上的编码是 24 位字母和数字" in again.text
            and again.all("input")[-1]["aria-invalid"] == "true"
        )


@pytest.mark.parametrize(
    "extra",
    [{"name": "x"}, {"c0-12": "a"}, {"c1-0": "g"}, {"c0-0": ["a", "b"]}, {"envelope": "x"}],
)
def test_fields_that_no_page_sends_are_refused(booth, extra):
    answer = booth.client.post("/review", data={"code": booth.cards["A"][0].code, **extra})
    assert "没有接收" in page(answer, 400).text


@pytest.mark.parametrize("envelope", ["", "???", "AAAA", "测"])
def test_rubbish_instead_of_an_envelope_is_refused(booth, envelope):
    answer = booth.client.post(
        "/hand-in", data={"code": booth.cards["A"][0].code, "envelope": envelope}
    )
    assert answer.status_code in (400, 409)
    assert sum(g.used for g in booth.store.turnout(booth.package.urn)) == 0


def test_unknown_option_is_refused(booth):
    answer = booth.client.post("/review", data={"code": booth.cards["A"][0].code, "c0-0": "zzz"})
    assert "里有不在表上的人或选项" in page(answer, 422).text


def test_signed_group_is_told_that_it_signs(make_booth):
    from dataclasses import replace

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    from tests.cases.booth.conftest import twelve

    package = twelve(X25519PrivateKey.generate())
    few = replace(package, groups=(replace(package.groups[0], signed=True), package.groups[1]))
    booth = make_booth(package=few)
    ballot = page(booth.client.post("/ballot", data={"code": booth.cards["A"][0].code}))
    assert "意见按署名处理" in ballot.text and "无记名；" not in ballot.text
    landing = page(booth.client.get("/"))
    assert "无记名；" in landing.text and "人数少的类别按署名处理" in landing.text


def test_pages_without_a_card_answer(booth):
    landing = page(booth.client.get("/"))
    assert "用测评卡进入" in landing.text
    assert "Enter with your card" in page(booth.client.get("/?lang=en")).text
    assert "哪些能保证，哪些不能" in page(booth.client.get("/trust")).text
    assert "What is assured" in page(booth.client.get("/trust?lang=en")).text
    assert booth.client.get("/health").get_json() == {"status": "ok"}
    page(booth.client.get("/nothing"), 404)
    told = page(booth.client.get("/review"), 405)  # gone back to, or reloaded, after handing in
    assert "看到过“已交卡”的，已经入箱" in told.text


def test_trust_page_of_an_urn_shows_its_rule_and_marks(booth):
    plain = page(booth.client.get("/trust"))
    assert "这次测评的保管办法" not in plain.text
    told = page(booth.client.get(f"/trust/{booth.package.urn}"))
    assert "密封件和密钥分开封存，保管期满在见证下销毁。" in told.text
    assert booth.package.digest[:16] in told.text
    assert key_fingerprint(booth.package.public_key)[:16] in told.text
    assert "Not promised" not in told.text and "不承诺的" in told.text
    english = page(booth.client.get(f"/trust/{booth.package.urn}?lang=en"))
    assert "What we concede, and what limits it" in english.text
    page(booth.client.get("/trust/nothing"), 404)
    ballot = page(booth.client.post("/ballot", data={"code": booth.cards["A"][0].code}))
    links = [a.get("href") or "" for a in ballot.all("a")]
    assert f"/trust/{booth.package.urn}?lang=zh" in links


def test_code_never_stands_in_an_address_or_title(booth):
    code = booth.cards["A"][0].code
    for found in walk(booth, code, MARKS):
        addresses = [
            str(a.get(k)) for _, a in found.tags for k in ("href", "src", "action", "formaction")
        ]
        assert [x for x in addresses if code in x] == []
        assert code not in found.text[: found.text.index("</head>")]


def test_foreign_host_is_refused_and_large_form_too(booth):
    for host in ("evil.example", "localhost.evil.example", "", "a b", "[::1]", "localhost@evil"):
        assert booth.client.get("/", headers={"Host": host}).status_code == 400
    assert booth.client.get("/", headers={"Host": "localhost:8001"}).status_code == 200
    assert booth.client.post("/ballot", data={"code": "x" * 600_000}).status_code == 413


def test_broken_database_gives_a_plain_page_without_a_trace(booth, capfd):
    booth.store.engine.dispose()
    with booth.store.engine.begin() as conn:
        conn.exec_driver_sql("DROP TABLE card")
    answer = booth.client.post("/ballot", data={"code": booth.cards["A"][0].code})
    told = page(answer, 500)
    assert "测评服务器出了问题" in told.text and "Traceback" not in told.text
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")


def test_nothing_is_written_beside_the_urn(booth, tmp_path, capfd):
    walk(booth, booth.cards["A"][0].code, MARKS)
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} == {
        "booth.db",
        "booth.db-wal",
        "booth.db-shm",
    }
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")


def test_booth_does_not_start_without_its_database(tmp_path):
    settings = complete(Settings(mode="test", var=tmp_path))
    with pytest.raises(Misconfigured):
        create_booth(settings)
    assert list(tmp_path.iterdir()) == []
    upgrade_urns(settings.booth_database_url)
    assert create_booth(settings).name == "kaoji-booth"
