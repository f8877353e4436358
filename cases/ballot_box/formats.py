"""What a file is that can't be read as the one asked for: of another version, or another file."""

from __future__ import annotations

from cases import canonical
from workflow.words import Sentence, m

_FILES = {
    "kaoji-hall-urn": m("交给会场的准备文件(.hall)"),
    "kaoji-urn-file": m("封箱后的测评箱文件(.urn)"),
    "kaoji-count": m("启封后的计票结果(.count.json)"),
}


def other_than(content: bytes, wanted: str) -> Sentence | None:
    """Why ``content`` is not of the format ``wanted`` ("kaoji-count/1"); None where that can't be
    told, as the file is damaged or none of ours."""
    try:
        found = canonical.decode(content)
    except ValueError:
        return None
    form = found.get("format") if isinstance(found, dict) else None
    kind = form.partition("/")[0] if isinstance(form, str) else ""
    if kind not in _FILES or form == wanted:
        return None
    mine = wanted.partition("/")[0]
    if kind != mine:
        return m("这是%(found)s,这里要的是%(wanted)s", found=_FILES[kind], wanted=_FILES[mine])
    return m("这个文件是另一版本的程序写的,这里读不了;请把两边的程序升级到同一版本")
