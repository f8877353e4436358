"""How the booth speaks: two languages without a cookie. The choice travels in the form or address.

Globals for templates: ``_`` for sentences, ``say(sentence)``, ``tell(text)`` for wordings of the
package, ``icon(name)``, ``asset(path)``, ``plain(path)`` (its address without a version, as modules
import one another), ``integrity(path)``, ``lang`` (zh or en),
``large`` (type asked for) and ``reader``.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from cases.ballot_box.package import Text
from cases.language import EN, ZH, Language, language
from workflow.words import Sentence

_LOCALES = {"zh": ZH, "en": EN}
LANGUAGES = tuple(_LOCALES)


def reader() -> Language:
    """The language asked for by this request, Chinese by default."""
    chosen: Language | None = g.get("language")
    if chosen is None:
        chosen = g.language = language(_LOCALES.get(_asked(), ZH))
    return chosen


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Render in another language (zh or en) than the request's own."""
    own, g.language = reader(), language(_LOCALES[lang])
    try:
        yield
    finally:
        g.language = own


def _asked() -> str:
    return _sent("switch") or _sent("lang")


def _sent(name: str) -> str:
    try:
        return request.values.get(name, "")
    except HTTPException:  # a form too large to read; its refusal is shown in Chinese
        return ""


def say(sentence: Sentence | str) -> str:
    """A sentence in the reader's language."""
    return reader().say(sentence)


def tell(text: Text) -> str:
    """A wording of the package in the reader's language."""
    return text.say(reader().locale)


def translate(msgid: str, /, **params: Any) -> str:
    """The template global ``_``."""
    return reader().gettext(msgid, **params)


def install(app: Flask) -> None:
    """Give the app's templates their words, icons and files."""
    digests = _digests(Path(str(app.static_folder)))

    def asset(path: str) -> str:
        return f"{plain(path)}?v={digests[path].hex()[:10]}"

    def plain(path: str) -> str:
        return f"{request.script_root}{app.static_url_path}/{path}"

    def integrity(path: str) -> str:
        return f"sha256-{b64encode(digests[path]).decode()}"

    def icon(name: str) -> Markup:
        return Markup(
            '<svg class="k-ico" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
        ).format(asset("img/icons.svg"), name)

    app.jinja_env.globals.update(_=translate, say=say, tell=tell, asset=asset, icon=icon)
    app.jinja_env.globals.update(plain=plain, integrity=integrity)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        lang = "zh" if reader().chinese else "en"
        return {"reader": reader(), "lang": lang, "large": _sent("large") == "1"}


def _digests(static: Path) -> dict[str, bytes]:
    wanted = [static / path for path in ("img/icons.svg", "img/seal.svg")]
    wanted += [
        *static.glob("css/*.css"),
        *static.glob("booth/**/*.js"),
        *static.glob("booth/*.css"),
    ]
    return {
        path.relative_to(static).as_posix(): sha256(path.read_bytes()).digest() for path in wanted
    }
