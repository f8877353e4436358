"""The environment in which pages are rendered.

Jinja keeps the globals of every template as a ChainMap over those of the environment. Each import
and each include copies and compares them key by key in Python, a tenth of the time of a page that
is put together from many rooms. Here nobody gives a template globals of its own and none are added
after the first page, so a plain dict says the same, and an imported module is the same for all.

Nor does anything that a page calls ask for the context: a call is a call.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class PageContext(Context):
    """Jinja's context without the question, at every call, whether the called takes it."""

    def call(__self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls; of Jinja's own arguments nothing reaches it."""
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


class PageTemplate(Template):
    """A template whose module, as others import it, follows from nothing but itself."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


class PageEnvironment(Environment):
    """Flask's environment with flat globals."""

    context_class = PageContext
    template_class = PageTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template finds without a context: ``d`` over the environment's globals."""
        return {**self.globals, **(d or {})}
