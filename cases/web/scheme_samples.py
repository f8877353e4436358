"""示例方案: what ships to begin with; its preview, its files, and a draft of one's own from it."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from cases.clock import date_of
from cases.commands import scheme_draft as commands
from cases.queries import setup
from cases.queries.scheme_draft import departments
from cases.scoring import scheme as documents
from cases.scoring.drafting.departments import likely, named, offices
from cases.scoring.drafting.fields import fields_of
from cases.scoring.drafting.grid import grid
from cases.scoring.exact import plain
from cases.scoring.samples import SAMPLES, Sample, document, text, units
from cases.scoring.shapes import Scheme
from cases.web.access import access, current_actor
from cases.web.installation import at, reading
from cases.web.presentation import render, say
from cases.web.scheme_choices import MOST
from cases.web.scheme_files import xlsx, yaml_file
from cases.web.writing import save
from forms.scheme import start_form
from workflow.vocabulary import Permission

blueprint = Blueprint("scheme_samples", __name__, url_prefix="/schemes/samples")
P = Permission


@blueprint.get("")
@access(P.SCHEME_EDIT)
def index() -> ResponseReturnValue:
    """The samples there are."""
    return render("pages/scheme_samples.html", samples=[(s, _held(s)) for s in SAMPLES.values()])


@blueprint.get("/<sample>")
@access(P.SCHEME_EDIT)
def show(sample: str) -> ResponseReturnValue:
    """What one holds, before anything is begun with it."""
    chosen = _chosen(sample)
    return render(
        "pages/scheme_sample.html",
        sample=chosen,
        scheme=_held(chosen),
        counts=_counts(chosen),
        weights=grid(document(chosen.code)),
        plain=plain,
        labels={f.key: dict(f.choices) for f in fields_of("indicators", {})},
        providers={},
    )


@blueprint.get("/<sample>/scheme.yaml")
@access(P.SCHEME_EDIT)
def as_yaml(sample: str) -> Response:
    """The file as it ships, remarks and all, for this year."""
    chosen = _chosen(sample)
    return yaml_file(text(chosen.code, _year()).encode("utf-8"), f"sample-{chosen.code}")


@blueprint.get("/<sample>/scheme.xlsx")
@access(P.SCHEME_EDIT)
def as_xlsx(sample: str) -> Response:
    """The sample as a workbook, for this year."""
    chosen = _chosen(sample)
    return xlsx(document(chosen.code) | {"year": _year()}, f"sample-{chosen.code}")


@blueprint.route("/<sample>/start", methods=["GET", "POST"])
@access(P.SCHEME_EDIT)
def start(sample: str) -> ResponseReturnValue:
    """A draft of one's own: title, year, and one's own departments for those of the sample."""
    chosen = _chosen(sample)
    with reading() as conn:
        organs = setup.organs_of(conn, current_actor(), P.SCHEME_EDIT)
        known = offices(departments(conn, MOST))
    asked = named(document(chosen.code)) if known else ()
    posted = request.method == "POST"
    begun = None if posted else _begun(chosen, organs, known, asked)
    form = start_form(asked, known)(request.form if posted else None, say=say, data=begun)
    form.organ.offer(organs)

    def page() -> ResponseReturnValue:
        return render("pages/scheme_sample_start.html", sample=chosen, form=form, asked=len(asked))

    def work(conn: sa.Connection) -> str:
        title: Any = form.title.data
        if form.title_en.data:
            title = {"zh": title, "en": form.title_en.data}
        draft_id = commands.start_sample(
            conn, chosen.code, organ_id=int(form.organ.data or 0),
            renewed={"code": form.code.data, "title": title, "year": int(form.year.data or 0)},
            instead={name: own for n, name in enumerate(asked) if (own := form[f"d-{n}"].data)},
            actor=current_actor(), at=at(),
        )  # fmt: skip
        return url_for("scheme_editor.show", draft_id=draft_id)

    return save(form, work, page) if posted else page()


def _chosen(code: str) -> Sample:
    if code not in SAMPLES:
        abort(404)
    return SAMPLES[code]


@cache
def _held(sample: Sample) -> Scheme:
    return documents.load(document(sample.code))


def _year() -> int:
    return date_of(at()).year


def _counts(sample: Sample) -> list[tuple[Any, int, int]]:
    """The uppermost categories with how many classes and how many sample units they hold."""
    scheme, by_unit = _held(sample), units(sample.code)
    found: dict[str, list[int]] = {}
    for code, one in scheme.classes.items():
        top = _top(scheme, code)
        row = found.setdefault(top, [0, 0])
        row[0] += one.leaf
        row[1] += sum(class_code == code for class_code in by_unit.values())
    return [(scheme.classes[code].title, n, held) for code, (n, held) in found.items()]


def _top(scheme: Scheme, code: str) -> str:
    parent = scheme.classes[code].parent
    return code if parent is None else _top(scheme, parent)


def _begun(
    sample: Sample, organs: list[tuple[int, str]], known: tuple[tuple[str, str], ...],
    asked: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    """What the form opens with: this year, and the departments that are likely the same."""
    year = _year()
    return {
        "organ": organs[0][0] if len(organs) == 1 else None,
        "year": year,
        "code": f"{sample.code}-{year}",
        "title": f"{year} 年度考核方案",
        "title_en": f"Assessment scheme {year}",
        **{f"d-{n}": likely(name, known) or None for n, name in enumerate(asked)},
    }
