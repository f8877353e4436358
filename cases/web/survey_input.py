"""What is typed into the page of a new survey: areas and questions, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cases.commands.surveys import AreaPlan, SurveyPlan
from cases.errors import Invalid
from forms.voice import DraftSurvey
from workflow.vocabulary import SurveyMode
from workflow.words import m

LARGEST = 1_000_000


def plan_of(form: DraftSurvey, units: Mapping[str, int]) -> SurveyPlan:
    """The plan as typed; ``units`` are ids by code. Raises Invalid naming the line."""
    given: Any = form
    return SurveyPlan(
        title=str(given.title.data),
        title_en=given.title_en.data or "",
        mode=SurveyMode(given.mode.data),
        scale=str(given.scale.data),
        questions=questions_of(str(given.questions.data)),
        started_on=given.started_on.data,
        ended_on=given.ended_on.data,
        provider=str(given.provider.data),
        source=str(given.source.data),
        indicator=given.indicator.data or None,
        areas=areas_of(str(given.areas.data), units),
    )


def questions_of(text: str) -> tuple[tuple[str, str], ...]:
    """``中文 | English`` a line."""
    lines = (line.replace("｜", "|").partition("|") for line in text.splitlines() if line.strip())
    return tuple((zh.strip(), en.strip()) for zh, _, en in lines)


def areas_of(text: str, units: Mapping[str, int]) -> tuple[AreaPlan, ...]:
    """``单位编码 地区名称 最多份数 | English name`` a line. Raises Invalid naming the line."""
    found: list[AreaPlan] = []
    for number, line in enumerate(text.splitlines(), 1):
        told, _, english = line.replace("｜", "|").partition("|")
        parts = told.split()
        if not line.strip():
            continue
        quota = parts[2] if len(parts) > 2 else "0"
        if len(parts) not in (2, 3) or not (quota.isascii() and quota.isdigit()):
            raise Invalid({"areas": m("第 %(n)s 行应为:单位编码 地区名称 最多份数", n=number)})
        if parts[0] not in units:
            raise Invalid(
                {"areas": m("第 %(n)s 行没有编码为“%(code)s”的单位", n=number, code=parts[0])}
            )
        if int(quota) > LARGEST:
            raise Invalid({"areas": m("第 %(n)s 行的份数太大", n=number)})
        found.append(
            AreaPlan(
                f"r{len(found) + 1}", parts[1], units[parts[0]], int(quota),
                " ".join(english.split())[:200],
            )
        )  # fmt: skip
    return tuple(found)
