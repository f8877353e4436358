"""A booth with an open survey on either database, for tests: three areas, two questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cases.ballot_box.package import Text
from cases.ballot_box.survey_form import (
    Answer,
    Area,
    Question,
    Slip,
    SurveyForm,
    fingerprint,
    make_slips,
)
from cases.ballot_box.urn import UrnStore, open_urn_store
from cases.ballot_box.urn_surveys import SurveyUrn
from cases.booth import create_booth
from config import Settings, complete
from tests.attacks.voting import files_under, fresh

FORM = SurveyForm(
    key="2025-PJ001",
    organ=Text("云州市", "Yunzhou"),
    title=Text("2025 年群众满意度问卷", "Satisfaction of residents, 2025"),
    mode="codes",
    questions=(
        Question(
            "overall", Text("对县里全年的工作总体上是否满意", "Overall, how satisfied are you")
        ),
        Question("river", Text("对河道治理是否满意", "Are you satisfied with the rivers")),
    ),
    answers=(
        Answer("satisfied", Text("满意", "Satisfied")),
        Answer("basic", Text("基本满意", "Basically satisfied")),
        Answer("not", Text("不满意", "Not satisfied")),
        Answer("unknown", Text("不了解", "Don't know"), abstain=True),
    ),
    areas=(Area("a", "城关镇", 40), Area("b", "河口镇", 2), Area("c", "上坪乡")),
    pace=60,
    ends="2026-01-20",
)
MARKS = {"q-overall": "satisfied", "q-river": "basic"}


class Polling:
    """Booth, urn and codes of one survey."""

    def __init__(self, url: str, folder: Path, **changes: object) -> None:
        """``url`` of an upgraded urn database, ``folder`` of its files."""
        self.form = replace(FORM, **changes)  # type: ignore[arg-type]
        self.folder = folder
        self.settings = complete(
            Settings(mode="test", var=folder, booth_database_url=url, booth_url="http://localhost")
        )
        self.store: UrnStore = open_urn_store(url)
        self.urn = SurveyUrn(self.store.engine)
        self.urn.open(self.form)
        self.app = create_booth(self.settings, store=self.store)
        self.client = self.app.test_client()

    @property
    def pepper(self) -> bytes:
        return self.settings.booth_pepper.encode()

    def slips(self, **numbers: int) -> list[Slip]:
        """Codes handed out by area."""
        made = make_slips(self.form, numbers, "http://localhost")
        prints: dict[str, list[str]] = {}
        for slip in made:
            prints.setdefault(slip.area, []).append(fingerprint(self.pepper, slip.code))
        self.urn.add_codes(self.form.key, prints)
        return made

    def sums(self) -> dict[str, tuple[int, int, dict[str, dict[str, int]]]]:
        """Area -> asked, answered, sums; closes the survey."""
        return {
            a.area: (a.asked, a.answered, {q: dict(c) for q, c in a.counts.items()})
            for a in self.urn.close(self.form.key)
        }

    def written(self, since: float) -> bytes:
        """All that the database's files hold which were touched since then, its log included."""
        if self.store.engine.dialect.name == "postgresql":
            with self.store.engine.begin() as conn:
                conn.exec_driver_sql("CHECKPOINT")
        return b"".join(files_under(self.folder, since).values())


@contextmanager
def polls(
    kind: str, factory: pytest.TempPathFactory, worker: str
) -> Iterator[Callable[..., Polling]]:
    """Makes booths with an open survey in a database of that kind; keyword arguments change the
    form."""
    made: list[Polling] = []
    with fresh(kind, factory, worker) as (url, folder):

        def make(**changes: object) -> Polling:
            made.append(Polling(url, folder, **changes))
            return made[-1]

        yield make
        for one in made:
            one.store.dispose()
