"""Laws over every rule of the site: a stated permission, a token on unsafe methods, strict headers."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from cases.store import Store
from cases.web import access
from cases.web.access import PUBLIC
from cases.web.protection import POLICY
from tests.web_client import Site, open_site
from workflow.vocabulary import Permission

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def site(sqlite_store: Store, tmp_path) -> Site:
    return open_site(sqlite_store, tmp_path)


def rules(app: Flask) -> list:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_rule_states_a_permission(site: Site) -> None:
    assert access.unstated(site.app) == []
    found = {access.stated(site.app.view_functions[r.endpoint]).permission for r in rules(site.app)}
    assert found <= {None, *Permission}


def test_only_the_named_few_are_public(site: Site) -> None:
    open_ones = {
        rule.endpoint
        for rule in rules(site.app)
        if access.stated(site.app.view_functions[rule.endpoint]).public
    }
    assert open_ones <= PUBLIC


def test_no_rule_has_another_method_than_those_of_forms(site: Site) -> None:
    assert {m for rule in rules(site.app) for m in rule.methods} <= {"GET", "HEAD", "POST"}


def test_url_parameters_that_are_ids_are_numbers(site: Site) -> None:
    loose = [
        str(rule)
        for rule in rules(site.app)
        for name, converter in rule._converters.items()
        if name.endswith("_id") and not isinstance(converter, IntegerConverter)
    ]
    assert loose == []


def sample(rule) -> str:
    values = {
        name: 1 if isinstance(c, IntegerConverter) else "x" for name, c in rule._converters.items()
    }
    return str(rule.build(values)[1])


def test_every_unsafe_rule_turns_away_a_post_without_token(site: Site) -> None:
    client = site.sign_in_as()
    client.inspect = False
    passed = []
    for rule in rules(site.app):
        if rule.methods & UNSAFE:
            answer = client.browser.post(sample(rule), base_url=site.base_url)
            if answer.status_code != 400:
                passed.append(f"{rule} {answer.status_code}")
    assert passed == []


def test_every_answer_carries_the_strict_headers(site: Site) -> None:
    client = site.visitor()
    for rule in rules(site.app):
        if "GET" in rule.methods:
            headers = client.browser.get(sample(rule), base_url=site.base_url).headers
            assert headers["Content-Security-Policy"] == POLICY
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cache-Control"] == "no-store"
            assert "Server" not in headers


def test_policy_has_no_unsafe_word() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE"])
def test_other_methods_are_turned_away(site: Site, method: str) -> None:
    answer = site.visitor().browser.open("/sign-in", method=method, base_url=site.base_url)
    assert answer.status_code in (400, 405)


def test_visitor_reaches_nothing_but_the_doors(site: Site) -> None:
    client = site.visitor()
    reached = {
        rule.endpoint
        for rule in rules(site.app)
        if "GET" in rule.methods
        and client.browser.get(sample(rule), base_url=site.base_url).status_code == 200
    }
    assert reached <= PUBLIC
