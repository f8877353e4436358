"""Composition root: ``granian wsgi:site``, ``granian wsgi:booth``, ``python -m wsgi COMMAND``.

``create_app`` and ``create_booth`` build over ready databases. ``app``, ``site`` and ``booth`` are
made when somebody asks for them, so that importing this module needs no settings.
"""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from cases import booth as polling
from cases.errors import Misconfigured
from cases.web import app as web
from config import Settings, from_environment

__all__ = ["create_app", "create_booth", "create_terminal"]


def create_app(settings: Settings | None = None) -> Flask:
    """The site. Raises Misconfigured when it must not run as set up."""
    return web.build(settings or from_environment())


def create_booth(settings: Settings | None = None) -> Flask:
    """The polling booth. Raises Misconfigured when it must not run as set up."""
    return polling.create_booth(settings or from_environment())


def create_terminal(settings: Settings | None = None) -> Flask:
    """The app behind the commands, which open what they need."""
    return web.terminal(settings or from_environment())


def _for_a_command() -> bool:
    """Whether ``flask`` asks only to find a command of ours, be it as ``--app wsgi:site``: such as
    ``migrate`` must not be refused for the very thing it mends."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


def __getattr__(name: str) -> object:
    makers = {"app": create_terminal, "site": create_app, "booth": create_booth}
    if name not in makers:
        raise AttributeError(name)
    try:
        made = create_terminal() if _for_a_command() else makers[name]()
    except Misconfigured as e:
        sys.stderr.write(f"{e.sentence}\n")
        raise SystemExit(2) from None
    globals()[name] = made
    return made


def main(arguments: list[str]) -> None:
    """What ``./kaoji`` hands on: a command under the name that people type, with Flask's own
    (``routes``, ``shell``, ``run``) behind ``./kaoji flask``."""
    name = "./kaoji"
    if arguments[:1] == ["flask"]:
        name, arguments = "./kaoji flask", arguments[1:]
    commands = FlaskGroup(help="Commands of this installation.", add_version_option=False)
    commands.params.clear()  # which app it is, is known
    commands.main(arguments, prog_name=name, obj=ScriptInfo(app_import_path="wsgi"))


if __name__ == "__main__":
    main(sys.argv[1:])
