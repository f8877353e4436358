"""A file uploaded once, looked at, then taken: the store keeps it, a signed token names it.

The page between upload and taking shows what would happen; its address carries the token, which
opens the file for the account that uploaded it, for a day, and for the use it was made for::

    file = store(conn, readable(chosen), chosen.filename)   # in the upload's transaction
    token = token_of(file, use="figures")
    file = kept(token, use="figures")       # Refused for another's or an old one
    data = content_of(conn, file)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from cases.errors import Invalid, Refused
from cases.files.cells import Unreadable
from cases.files.store import FileStore
from cases.files.workbook import open_workbook
from cases.web.installation import at, kaoji
from cases.web.session import current_actor
from workflow.words import Sentence, m

LASTS = 86_400
"""Seconds that a token opens its file."""
EXPIRED = m("上传的表格已过期,请重新上传")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A stored file and the name it was uploaded under."""

    id: int
    name: str


def readable(chosen: Any) -> bytes:
    """The content of an uploaded workbook; Invalid at ``file`` for one that does not open."""
    data: bytes = chosen.stream.read()
    try:
        open_workbook(data, filename=chosen.filename)
    except Unreadable as unreadable:
        raise Invalid({"file": unreadable.problems[0].sentence}) from unreadable
    return data


def store(conn: sa.Connection, content: Any, name: str) -> KeptFile:
    """Keep a file (bytes or a stream) under the name it came with."""
    found = FileStore(kaoji().settings.files).put(conn, content, name=name, at=at())
    return KeptFile(found.id, name)


def token_of(file: KeptFile, *, use: str) -> str:
    """The token that opens the file for the signed-in account."""
    return str(_signer(use).dumps([current_actor().account_id, file.id, file.name]))


def kept(token: str, *, use: str, expired: Sentence = EXPIRED) -> KeptFile:
    """The file of a token. Raises Refused for another's, an old or a forged one."""
    try:
        account_id, file_id, name = _signer(use).loads(token, max_age=LASTS)
    except BadSignature as forged:
        raise Refused([expired]) from forged
    if account_id != current_actor().account_id:
        raise Refused([expired])
    return KeptFile(int(file_id), str(name))


def content_of(conn: sa.Connection, file: KeptFile) -> bytes:
    """The bytes of a kept file."""
    return FileStore(kaoji().settings.files).open_file(conn, file.id).content


def _signer(use: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=use)
