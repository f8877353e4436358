"""The short way of an envelope: the same answers as the app's own pages, once and for all."""

from __future__ import annotations

import pytest

from tests.attacks.test_booth import envelope, hand_in, used
from tests.cases.booth.test_journey import MARKS, page


def test_first_answer_and_the_kept_one_are_the_same_page(make_booth):
    booth = make_booth(receipt=True)
    code = booth.cards["A"][0].code
    form = {"code": code, "envelope": envelope(booth.client, code, MARKS)}
    told = [booth.client.post("/hand-in", data=form) for _ in range(3)]
    assert len({answer.get_data() for answer in told}) == 1
    assert len({str(answer.headers) for answer in told}) == 1
    assert "0123 4567" not in page(told[0]).text.replace("</span> <span>", " ")


def test_kept_pages_of_both_languages_are_kept_apart(booth):
    code = booth.cards["A"][0].code
    form = {"code": code, "envelope": envelope(booth.client, code, MARKS)}
    for _ in range(2):
        for lang, word in (("zh", "已交卡"), ("en", "Handed in"), ("xx", "已交卡")):
            assert word in page(booth.client.post("/hand-in", data={**form, "lang": lang})).text
    assert "Handed in" in page(booth.client.post("/hand-in?lang=en", data=form)).text
    assert "已交卡" in page(booth.client.post("/hand-in", data=form)).text


@pytest.mark.parametrize(
    ("extra", "status"),
    [({"name": "x"}, 400), ({"code": ["A" * 24, "B" * 24]}, 400), ({"code": "abc"}, 409)],
)
def test_form_that_no_page_sends_is_refused(booth, extra, status):
    sealed = envelope(booth.client, booth.cards["A"][0].code, MARKS)
    form = {"code": booth.cards["A"][0].code, "envelope": sealed, **extra}
    page(booth.client.post("/hand-in", data=form), status)
    assert used(booth) == 0


def test_other_encodings_and_foreign_hosts_are_refused(booth):
    code = booth.cards["A"][0].code
    form = {"code": code, "envelope": envelope(booth.client, code, MARKS)}
    for how in (
        {"data": form, "content_type": "multipart/form-data"},
        {"json": form},
        {"data": form, "headers": {"Host": "evil.example"}},
    ):
        assert booth.client.post("/hand-in", **how).status_code == 400
    assert booth.client.post("/hand-in", data={"code": "x" * 600_000}).status_code in (400, 413)
    assert used(booth) == 0
    assert hand_in(booth.client, code, form["envelope"]) == 200


def test_broken_urn_is_told_without_a_trace(booth, capfd):
    code = booth.cards["A"][0].code
    form = {"code": code, "envelope": envelope(booth.client, code, MARKS)}
    with booth.store.engine.begin() as conn:
        conn.exec_driver_sql("DROP TABLE envelope")
    told = page(booth.client.post("/hand-in", data=form), 500)
    assert "重复交只算一次" in told.text
    out = capfd.readouterr()
    assert (out.out, out.err) == ("", "")
