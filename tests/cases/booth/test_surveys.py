"""A survey through HTTP, without JavaScript: codes, open pages, refusals, both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cases.ballot_box.survey_form import new_ticket
from tests.attacks.voting import BOTH
from tests.cases.booth.surveys import MARKS, Polling, polls
from tests.cases.booth.test_journey import page


@pytest.fixture(params=BOTH)
def polling(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Callable[..., Polling]]:
    with polls(request.param, tmp_path_factory, worker_id) as make:
        yield make


def test_a_code_goes_its_way_and_adds_one_to_each_sum(polling: Callable[..., Polling]) -> None:
    here = polling()
    slip = here.slips(a=2)[0]
    page(here.client.get("/survey"))
    asked = page(here.client.post("/survey/ask", data={"code": slip.spaced.lower()}))
    assert "2025 年群众满意度问卷" in asked.text and "城关镇" in asked.text
    assert [a for a in asked.all("input") if "checked" in a] == []
    done = page(here.client.post("/survey/answer", data={"code": asked.field("code"), **MARKS}))
    assert "已收到评价" in done.text and slip.code not in done.text
    assert here.sums()["a"] == (
        2,
        1,
        {
            "overall": {"basic": 0, "not": 0, "satisfied": 1, "unknown": 0},
            "river": {"basic": 1, "not": 0, "satisfied": 0, "unknown": 0},
        },
    )


def test_used_unknown_and_closed_codes_look_the_same(polling: Callable[..., Polling]) -> None:
    here = polling()
    used, free = (s.code for s in here.slips(a=2))
    page(here.client.post("/survey/answer", data={"code": used, **MARKS}))
    told = [
        here.client.post("/survey/ask", data={"code": used}),
        here.client.post("/survey/answer", data={"code": used, **MARKS}),
        here.client.post("/survey/ask", data={"code": "0" * 24}),
        here.client.post("/survey/answer", data={"code": "0" * 24, **MARKS}),
    ]
    assert here.sums()["a"][1] == 1
    told += [
        here.client.post("/survey/ask", data={"code": free}),
        here.client.post("/survey/answer", data={"code": free, **MARKS}),
    ]
    assert len({page(answer, 409).text for answer in told}) == 1


def test_what_is_missing_is_named_and_what_was_chosen_is_kept(
    polling: Callable[..., Polling],
) -> None:
    here = polling(mode="open")
    shown = page(here.client.get(f"/survey/{here.form.key}"))
    ticket = {"survey": here.form.key, "ticket": shown.field("ticket")}
    again = page(here.client.post("/survey/answer", data={**ticket, "q-river": "not"}), 422)
    assert "请选择所在地区" in again.text and "第 1 题还没有选" in again.text
    assert [a["value"] for a in again.all("input") if "checked" in a] == ["not"]
    english = page(
        here.client.post(
            "/survey/ask", data={**ticket, "area": "b", "q-river": "not", "switch": "en"}
        )
    )
    assert "Are you satisfied with the rivers" in english.text
    assert [a["value"] for a in english.all("input") if "checked" in a] == ["not"]
    assert [a["value"] for a in english.all("option") if "selected" in a] == ["b"]


def test_an_open_page_sent_twice_counts_once(polling: Callable[..., Polling]) -> None:
    here = polling(mode="open")
    shown = page(here.client.get(f"/survey/{here.form.key}"))
    data = {"survey": here.form.key, "ticket": shown.field("ticket"), "area": "a", **MARKS}
    told = {page(here.client.post("/survey/answer", data=data)).text for _ in range(3)}
    assert len(told) == 1
    assert here.sums()["a"][:2] == (0, 1)


def test_a_full_area_takes_nothing_and_uses_no_code(polling: Callable[..., Polling]) -> None:
    here = polling()
    slips = here.slips(b=3)
    for slip in slips[:2]:
        page(here.client.post("/survey/answer", data={"code": slip.code, **MARKS}))
    full = page(here.client.post("/survey/answer", data={"code": slips[2].code, **MARKS}), 409)
    assert "已经收满" in full.text
    page(here.client.post("/survey/ask", data={"code": slips[2].code}))
    assert here.sums()["b"][:2] == (3, 2)


@pytest.mark.parametrize(
    "extra",
    [
        {"name": "张三"},
        {"q-overall": "great"},
        {"q-other": "not"},
        {"q-river": ["not", "basic"]},
        {"area": "zz"},
        {"ticket": "0" * 32 + ".0"},
    ],
)
def test_what_no_page_sends_is_refused(
    polling: Callable[..., Polling], extra: dict[str, object]
) -> None:
    here = polling(mode="open")
    good = {
        "survey": here.form.key,
        "ticket": new_ticket(here.pepper, here.form.key),
        "area": "a",
        **MARKS,
    }
    page(here.client.post("/survey/answer", data={**good, **extra}), 400)
    assert here.sums()["a"][1] == 0


def test_a_ticket_of_another_survey_opens_nothing(polling: Callable[..., Polling]) -> None:
    here = polling(mode="open")
    foreign = new_ticket(here.pepper, "2025-PJ999")
    data = {"survey": here.form.key, "ticket": foreign, "area": "a", **MARKS}
    page(here.client.post("/survey/answer", data=data), 400)


def test_a_survey_by_code_has_no_open_page(polling: Callable[..., Polling]) -> None:
    here = polling()
    page(here.client.get(f"/survey/{here.form.key}"), 404)
    page(here.client.get("/survey/nothing"), 404)
    mistyped = page(here.client.post("/survey/ask", data={"code": "abc"}), 422)
    assert "评价码是 24 位字母和数字" in mistyped.text


def test_pages_speak_english(polling: Callable[..., Polling]) -> None:
    here = polling()
    slip = here.slips(c=1)[0]
    assert "Enter with your code" in page(here.client.get("/survey?lang=en")).text
    asked = page(here.client.post("/survey/ask", data={"code": slip.code, "lang": "en"}))
    assert "Overall, how satisfied are you" in asked.text and asked.field("lang") == "en"
    done = page(here.client.post("/survey/answer", data={"code": slip.code, "lang": "en", **MARKS}))
    assert "Your answer was received" in done.text
