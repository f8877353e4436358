"""The console of the audit administrator: journal, read log, verification."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from cases.journal import make_checkpoint, verify
from cases.queries import journal as queries
from cases.web.access import access
from cases.web.installation import at, kaoji, reading
from cases.web.presentation import render, say
from cases.web.verdict import sentence_of
from workflow.vocabulary import (
    Action,
    AdminKind,
    DocumentKind,
    Permission,
    Role,
    Thing,
    ThingAction,
)
from workflow.vocabulary.administration import AccountAct, JournalSubject, Material
from workflow.vocabulary.noted import NotedAct, NotedSubject
from workflow.vocabulary.word import Word
from workflow.words import Sentence, m

blueprint = Blueprint("journal_browser", __name__, url_prefix="/journal")

ACTIONS: dict[str, Word] = {
    word.value: word for words in (NotedAct, Action, ThingAction, AccountAct) for word in words
}
"""What was done -> its word; every act that any command notes has one."""
SUBJECTS: dict[str, Word] = {
    word.value: word for words in (Thing, NotedSubject, JournalSubject) for word in words
}
"""What it was done to -> its word."""
MATERIALS: dict[str, Word] = {
    word.value: word for words in (DocumentKind, Material) for word in words
}
"""What the read log notes -> its word."""

_LABELS: dict[str, Sentence] = {
    "login": m("账号"),
    "admin": m("管理员"),
    "mode": m("运行方式"),
    "organ": m("机关"),
    "account": m("账号序号"),
    "role": m("岗位"),
    "unit": m("单位"),
    "class": m("考核类别"),
    "sessions": m("退出的登录"),
}
_WORDS: dict[str, type[Word]] = {"role": Role, "admin": AdminKind}


def _details(entry: queries.EntryRow) -> list[tuple[str, object]]:
    """What an entry about an account or grant says, each value with its label."""
    found = []
    for key, label in _LABELS.items():
        value = entry.details.get(key)
        if value is not None:
            words = _WORDS.get(key)
            found.append((say(label), words(value) if words is not None else value))
    return found


def _text(name: str, most: int = 60) -> str:
    return request.args.get(name, "").strip()[:most]


def _cursor() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@blueprint.get("")
@access(Permission.JOURNAL_READ)
def entries() -> ResponseReturnValue:
    """What was done, newest first, by subject, act, account or case number."""
    only = queries.Filter(
        subject=_text("subject"),
        action=_text("action"),
        login=_text("login"),
        case_ref=_text("case"),
    )
    with reading() as conn:
        found, before = queries.entries_page(conn, only, before=_cursor())
    next_url = None
    if before is not None:
        next_url = url_for(
            ".entries",
            before=before,
            subject=only.subject or None,
            action=only.action or None,
            login=only.login or None,
            case=only.case_ref or None,
        )
    return render(
        "pages/journal.html",
        entries=found,
        only=only,
        next_url=next_url,
        actions=ACTIONS,
        subjects=SUBJECTS,
        details=_details,
    )


@blueprint.get("/reads")
@access(Permission.JOURNAL_READ)
def reads() -> ResponseReturnValue:
    """Who opened what sensitive thing, newest first."""
    login, case_ref = _text("login"), _text("case")
    kaoji().read_log.flush()
    with reading() as conn:
        found, before = queries.reads_page(conn, login=login, case_ref=case_ref, before=_cursor())
    next_url = None
    if before is not None:
        next_url = url_for(".reads", before=before, login=login or None, case=case_ref or None)
    return render(
        "pages/reads.html",
        reads=found,
        login=login,
        case_ref=case_ref,
        next_url=next_url,
        materials=MATERIALS,
    )


@blueprint.route("/verify", methods=["GET", "POST"])
@access(Permission.JOURNAL_READ)
def verification() -> ResponseReturnValue:
    """Read the chain again on request; the answer names the first bad entry."""
    verdict = None
    if request.method == "POST":
        with reading() as conn:
            verdict = sentence_of(verify(conn))
    with reading() as conn:
        checkpoints = queries.checkpoints(conn)
    return render("pages/verify.html", verdict=verdict, checkpoints=checkpoints)


@blueprint.post("/checkpoint")
@access(Permission.JOURNAL_READ)
def checkpoint() -> ResponseReturnValue:
    """Write a checkpoint now, to be copied outside."""
    with kaoji().store.transaction() as conn:
        make_checkpoint(conn, at=at())
    with reading() as conn:
        checkpoints = queries.checkpoints(conn)
    return render("pages/verify.html", verdict=None, checkpoints=checkpoints)
