"""The words of notices, digests and mails, in the reader's language: plain text, no markup."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cases.language import EN, LOCALES, ZH, Language, language
from cases.notices.kinds import CATALOGUE
from cases.queries.matters import Matter
from workflow.timetable import Calendar, working_days_between
from workflow.vocabulary import NoticeKind, ReminderKind
from workflow.words import m

TITLE_CHARACTERS = 200
NAMED = 20
GROUP_FROM = 3
"""So many notices of one kind for one person at once become one message."""

_CALENDAR_KINDS = frozenset({ReminderKind.REVIEW_DUE})


@dataclass(frozen=True, slots=True)
class Text:
    """A message: title (at most 200 characters) and text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a reminder digest."""

    kind: ReminderKind
    matter: Matter
    due: date


def speaks(locale: str | None) -> Language:
    """The language of a reader; unknown locales read Chinese."""
    return language(locale if locale in LOCALES else EN if (locale or "")[:2] == "en" else ZH)


def compose(kind: NoticeKind, matter: Matter, locale: str) -> Text:
    """One notice about one matter."""
    values = {"label": matter.label, "unit": matter.unit_name, "cycle": matter.cycle}
    return _text(*CATALOGUE[kind].render(speaks(locale), values))


def compose_group(kind: NoticeKind, matters: Sequence[Matter], locale: str) -> Text:
    """Many notices of one kind as one message that names the first of them."""
    lang = speaks(locale)
    title = lang.say(m("%(kind)s：%(n)s 项", kind=kind, n=len(matters)))
    return _text(title, "\n".join(_named([_line(matter) for matter in matters], lang)))


def compose_reminders(
    waiting: Sequence[Waiting], locale: str, *, today: date, calendar: Calendar
) -> Text:
    """The digest of what is due for one person, by kind, the earliest first."""
    lang = speaks(locale)
    by_kind: dict[ReminderKind, list[Waiting]] = defaultdict(list)
    for item in sorted(waiting, key=lambda w: (w.due, w.matter.label)):
        by_kind[item.kind].append(item)
    lines: list[str] = []
    for kind, items in by_kind.items():
        lines.append(lang.say(m("%(kind)s：%(n)s 项", kind=kind, n=len(items))))
        lines += _named([_due_line(item, lang, today, calendar) for item in items], lang)
    return _text(lang.say(m("到期提醒:%(n)s 项", n=len(waiting))), "\n".join(lines))


def compose_mail(unread: int, url: str, locale: str) -> Text:
    """A mail says only that something is waiting: no name, no result."""
    lang = speaks(locale)
    return _text(
        lang.say(m("考绩:有 %(n)s 条消息待查看", n=unread)),
        "\n".join(
            (
                lang.say(m("你在考绩系统有 %(n)s 条未读消息。", n=unread)),
                lang.say(m("请登录系统查看:%(url)s", url=url)),
                lang.say(m("本邮件不含考核内容,不用回复。")),
            )
        ),
    )


def compose_checkpoint(seq: int, root: str, locale: str) -> Text:
    """A checkpoint mailed to the audit administrator, to be kept outside."""
    lang = speaks(locale)
    return _text(
        lang.say(m("考绩:日志检查点 %(seq)s", seq=seq)),
        "\n".join(
            (
                lang.say(m("日志第 1 至 %(seq)s 条的根值:", seq=seq)),
                root,
                lang.say(m("请保存本邮件,核验日志时以此对照。")),
            )
        ),
    )


def compose_fault(kind: str, seq: int | None, files: int, locale: str) -> Text:
    """What the nightly verification found, for the audit administrator."""
    lang = speaks(locale)
    lines = []
    if kind:
        where = seq if seq is not None else m("(未定位)")
        lines.append(lang.say(m("日志核验在第 %(seq)s 条发现问题:%(kind)s", seq=where, kind=kind)))
    if files:
        lines.append(lang.say(m("有 %(n)s 个文件与登记的摘要不符", n=files)))
    lines.append(lang.say(m("请运行 ./kaoji verify 复核,并保留现场。")))
    return _text(lang.say(m("考绩:核验发现问题")), "\n".join(lines))


def _line(matter: Matter) -> str:
    return f"{matter.label}　{matter.unit_name}" if matter.unit_name else matter.label


def _due_line(item: Waiting, lang: Language, today: date, calendar: Calendar) -> str:
    working = item.kind not in _CALENDAR_KINDS
    if working:
        left = working_days_between(today, item.due, calendar)
        left = left if left or item.due == today else (1 if item.due > today else -1)
    else:
        left = (item.due - today).days
    return f"{_line(item.matter)}　{lang.deadline(item.due, left, today=today, working=working)}"


def _named(lines: list[str], lang: Language) -> list[str]:
    more = len(lines) - NAMED
    shown = [f"· {line}" for line in lines[:NAMED]]
    return [*shown, lang.say(m("另有 %(n)s 项,见待办", n=more))] if more > 0 else shown


def _text(title: str, text: str) -> Text:
    one_line = " ".join(title.split())
    short = (
        one_line if len(one_line) <= TITLE_CHARACTERS else one_line[: TITLE_CHARACTERS - 1] + "…"
    )
    return Text(short, text)
