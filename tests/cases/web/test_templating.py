"""What pages' own Jinja leaves out of Jinja's may not be missed by any page."""

from cases.web.templating import PageContext, PageTemplate
from tests.web_client import Site

PAGE = """{% from 'components/state.html' import st %}{% macro both(one) %}{{ st('ok', one) }}{{ caller() }}{% endmacro %}
{%- for name in names %}{% call both(name) %}{{ loop.cycle('a', 'b') }}{{ name }}{% endcall %}{% endfor %}"""


def test_nothing_that_pages_call_asks_for_the_context(site: Site) -> None:
    with site.app.test_request_context("/", base_url=site.base_url):
        given: dict[str, object] = {}
        site.app.update_template_context(given)
        known = {**site.app.jinja_env.globals, **given}
        asking = [n for n, thing in known.items() if getattr(thing, "jinja_pass_arg", None)]
    assert {"_", "icon", "frame", "csrf_token"} <= set(known)
    assert asking == []


def test_text_through_macros_and_calls_is_escaped_once(site: Site) -> None:
    with site.app.test_request_context("/", base_url=site.base_url):
        template = site.app.jinja_env.from_string(PAGE)
        text = template.render(names=["<i>", "x&y"])
    assert isinstance(template, PageTemplate)
    assert template.environment.context_class is PageContext
    assert [text.count(part) for part in ("&lt;i&gt;", "x&amp;y", "<i>", "&amp;amp;")] == [
        2,
        2,
        0,
        0,
    ]
    assert ("</span>a&lt;i&gt;" in text, "</span>bx&amp;y" in text) == (True, True)
