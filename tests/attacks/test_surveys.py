"""Attacks on public surveys: used codes, guessed codes, planted markers, floods, small areas."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from cases.ballot_box.cards import new_code
from cases.ballot_box.survey_disclosure import Heard, Voice, over_all, voice_of
from cases.ballot_box.survey_form import fingerprint, new_ticket
from cases.booth.pace import Pace
from tests.attacks.voting import BOTH
from tests.cases.booth.surveys import MARKS, Polling, polls

K = 5
GUESSES = {"sqlite": 10_000, "postgresql": 1_000}
"""A server answers each over a connection, so fewer are tried there."""


@pytest.fixture(params=BOTH)
def polling(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Callable[..., Polling]]:
    with polls(request.param, tmp_path_factory, worker_id) as make:
        yield make


def test_each_code_counts_once_whoever_races_for_it(polling: Callable[..., Polling]) -> None:
    here = polling()
    slips = here.slips(c=25)
    prints = [fingerprint(here.pepper, slip.code) for slip in slips for _ in range(8)]
    secrets.SystemRandom().shuffle(prints)
    marks = {"overall": "not", "river": "not"}
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda p: here.urn.answer(here.form, p, "c", marks), prints))
    assert sorted(ends) == ["refused"] * 175 + ["taken"] * 25
    asked, answered, counts = here.sums()["c"]
    assert (asked, answered, counts["overall"]["not"]) == (25, 25, 25)


def test_a_full_area_takes_no_more_than_its_quota_under_rivals(
    polling: Callable[..., Polling],
) -> None:
    here = polling(mode="open")
    prints = [secrets.token_hex(32) for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda p: here.urn.answer(here.form, p, "b", {}), prints))
    assert sorted(ends) == ["full"] * 38 + ["taken"] * 2


def test_guessed_codes_open_nothing(polling: Callable[..., Polling]) -> None:
    here = polling()
    here.slips(a=40, c=200)
    tries = range(GUESSES[here.store.engine.dialect.name])
    guesses = (fingerprint(here.pepper, new_code()) for _ in tries)
    assert [g for g in guesses if here.urn.admit(g) is not None] == []
    assert [
        r.status_code
        for r in (here.client.post("/survey/ask", data={"code": new_code()}) for _ in range(50))
    ] == [409] * 50
    assert [answered for _, answered, _ in here.sums().values()] == [0, 0, 0]


MARKERS = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_USER_AGENT": "MarkerAgent/9.9",
    "HTTP_X_FORWARDED_FOR": "198.51.100.23",
    "HTTP_REFERER": "https://marker.example/chat",
    "HTTP_COOKIE": "marker=cookie-marker",
    "HTTP_ACCEPT_LANGUAGE": "zh-marker",
}


@pytest.mark.parametrize("mode", ["codes", "open"])
def test_planted_markers_are_found_nowhere(polling: Callable[..., Polling], mode: str) -> None:
    began = time.time() - 1
    here = polling(mode=mode)
    if mode == "codes":
        code = here.slips(a=1)[0].code
        entered = {"code": code}
    else:
        code = new_ticket(here.pepper, here.form.key)
        entered = {"survey": here.form.key, "ticket": code, "area": "a"}
    told = here.client.post("/survey/answer", data={**entered, **MARKS}, environ_base=MARKERS)
    assert told.status_code == 200 and told.headers.getlist("Set-Cookie") == []
    kept = here.written(began)
    words = [*MARKERS.values(), code, code.partition(".")[0], "MarkerAgent"]
    assert here.form.key.encode() in kept
    assert [w for w in words if w.encode() in kept] == []


def test_no_column_holds_a_time_a_person_or_an_address(polling: Callable[..., Polling]) -> None:
    inspector = sa.inspect(polling().store.engine)
    columns = {
        table: [c["name"] for c in inspector.get_columns(table)]
        for table in ("survey", "survey_code", "survey_sum")
    }
    assert columns == {
        "survey": ["id", "state", "form"],
        "survey_code": ["fingerprint", "survey", "area", "used"],
        "survey_sum": ["survey", "area", "question", "answer", "n"],
    }


def test_rows_do_not_grow_with_answers_and_codes_vanish_at_the_count(
    polling: Callable[..., Polling],
) -> None:
    here = polling()
    slips = here.slips(a=6)

    def rows() -> list[int]:
        with here.store.engine.connect() as conn:
            return [
                int(conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
                for table in ("survey_code", "survey_sum")
            ]

    before = rows()
    for slip in slips:
        here.client.post("/survey/answer", data={"code": slip.code, **MARKS})
    assert rows() == before
    assert here.sums()["a"][:2] == (6, 6)
    here.urn.finish(here.form.key)
    assert rows() == [0, before[1]]


def test_a_flood_is_held_by_the_survey_not_by_the_person(
    polling: Callable[..., Polling],
) -> None:
    here = polling(mode="open", pace=10)

    def send(address: str) -> int:
        ticket = new_ticket(here.pepper, here.form.key)
        data = {"survey": here.form.key, "ticket": ticket, "area": "c", **MARKS}
        return here.client.post(
            "/survey/answer", data=data, environ_base={"REMOTE_ADDR": address}
        ).status_code

    ends = [send("203.0.113.5") for _ in range(15)]
    assert (ends.count(200), ends.count(429)) == (10, 5)
    assert send("198.51.100.1") == 429  # nobody is known, so nobody is let through or shut out
    assert here.sums()["c"][1] == 10


def test_a_flood_of_open_pages_never_holds_up_codes(polling: Callable[..., Polling]) -> None:
    here = polling(pace=1)
    ends = [
        here.client.post("/survey/answer", data={"code": s.code, **MARKS}).status_code
        for s in here.slips(c=5)
    ]
    assert ends == [200] * 5


def test_pace_lets_through_as_many_as_it_says_in_any_minute() -> None:
    pace = Pace(60)
    assert sum(pace.take(0.0) for _ in range(100)) == 60
    assert sum(pace.take(1.0) for _ in range(10)) == 1
    assert sum(pace.take(61.0) for _ in range(100)) == 60


def heard(code: str, *n: int) -> Heard:
    counts = {"overall": dict(zip(("satisfied", "not"), n, strict=True))}
    return Heard(code, f"地区{code}", 0, 0, sum(n), counts)


def test_small_areas_are_merged_before_anything_is_shown() -> None:
    voice = voice_of([heard("a", 30, 10), heard("b", 2, 1), heard("c", 9, 1)], K)
    assert [(line.names, line.answered) for line in voice.lines] == [
        (("地区a",), 40),
        (("地区b", "地区c"), 13),
    ]
    assert voice.total is not None and voice.total.answered == 53
    few = voice_of([heard("a", 2, 1), heard("b", 1, 0)], K)
    assert (few.lines, few.total, str(few.withheld)) == ((), None, "少于 5 票,不单列")
    one = voice_of([heard("a", 30, 10), heard("b", 2, 1)], K)
    assert one.lines == () and one.total is not None and one.total.answered == 43


def test_no_subtraction_of_published_lines_gives_a_small_area_back() -> None:
    """Every sum and difference of what is shown stands for nobody or for at least k answers."""
    random = secrets.SystemRandom()
    for _ in range(300):
        units = [
            [heard(f"{u}{i}", random.randint(0, 6), random.randint(0, 3)) for i in range(4)]
            for u in range(3)
        ]
        voices = [voice_of(areas, K) for areas in units]
        sizes = {a.name: a.answered for areas in units for a in areas}
        shown = _shown(voices)
        reached = {frozenset(part): sizes for part in shown}
        for one, other in itertools.product(reached, repeat=2):
            left = one - other
            if other <= one and left:
                assert sum(sizes[name] for name in left) >= K


def _shown(voices: list[Voice]) -> list[tuple[str, ...]]:
    found = [line.names for voice in voices for line in voice.lines]
    found += [voice.total.names for voice in voices if voice.total is not None]
    whole = over_all(voices, K)
    return found + ([whole.names] if whole is not None else [])
