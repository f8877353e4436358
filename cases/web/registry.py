"""The one list of what the site is made of. A new part adds one line to each tuple it needs.

BLUEPRINTS   pages; every view states its permission (cases.web.access)
NAVIGATION   entries of the main navigation, in order; shown to those who hold the permission
COMMANDS     what ``flask --app wsgi ...`` and ``./kaoji ...`` offer
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click
import sqlalchemy as sa
from flask import Blueprint

from cases.web import (
    account_token,
    administration,
    demonstration,
    grants,
    journal_browser,
    operations,
    report_check,
    report_upload,
    self_report,
    terminal,
    terminal_operations,
)
from workflow.permissions import Actor
from workflow.vocabulary import Permission
from workflow.vocabulary import Permission as P
from workflow.words import Sentence, m


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the main navigation. ``count`` tells how many things wait there.

    ``admins`` is for the consoles; the three administrators see no other entry.
    """

    endpoint: str
    label: Sentence
    permission: Permission
    count: Callable[[sa.Connection, Actor], int | None] | None = None
    admins: bool = False


BLUEPRINTS: tuple[Blueprint, ...] = (
    account_token.blueprint,
    administration.blueprint,
    demonstration.blueprint,
    grants.blueprint,
    journal_browser.blueprint,
    operations.blueprint,
    report_check.blueprint,
    report_upload.blueprint,
    self_report.blueprint,
)

NAVIGATION: tuple[Entry, ...] = (
    Entry("administration.accounts", m("账号"), P.ACCOUNT_MANAGE, admins=True),
    Entry("grants.proposals", m("提出授权"), P.GRANT_PROPOSE, admins=True),
    Entry("grants.approvals", m("批准授权"), P.GRANT_APPROVE, admins=True),
    Entry("administration.tokens", m("动态口令"), P.GRANT_APPROVE, admins=True),
    Entry("journal_browser.entries", m("审计日志"), P.JOURNAL_READ, admins=True),
    Entry("journal_browser.reads", m("查阅记录"), P.JOURNAL_READ, admins=True),
    Entry("journal_browser.verification", m("校验"), P.JOURNAL_READ, admins=True),
    Entry("administration.policy", m("权限规则"), P.POLICY_READ, admins=True),
)

COMMANDS: tuple[click.Command, ...] = (*terminal.COMMANDS, *terminal_operations.COMMANDS)
