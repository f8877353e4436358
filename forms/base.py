"""The base of every form: translated when made, errors as sentences, unknown fields refused.

A form class names its key and version; its answers are a document (``payload``) that is read back
through the form, so a new field needs no migration. Labels, hints, choices and messages are marked
with ``m('...')``; ``say`` turns them into the reader's language::

    form = SignIn(request.form, say=language.say)
    if form.validate(): ...
    form.problems()      # [(field id, text)] for the error summary
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, ClassVar

from wtforms import Field, FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta

from workflow.words import Sentence, m

Say = Callable[[Any], str]

# Hidden fields that every POST of ours may carry beside the form's own.
CARRIED = frozenset({"csrf_token", "_key", "_version", "_seen"})

# WTForms' own sentences that can reach a reader, in ours.
_LIBRARY: dict[str, Sentence] = {
    "This field is required.": m("请填写这一项"),
    "Not a valid choice.": m("请从列出的选项中选一项"),
    "Invalid Choice: could not coerce.": m("请从列出的选项中选一项"),
    "Not a valid integer value.": m("请填写整数，例如 12"),
    "Not a valid decimal value.": m("请填写数字，例如 12.5"),
    "Invalid input.": m("写法不对，请按提示填写"),
    "Field must be equal to %(other_name)s.": m("两次填写的内容不一样"),
}


def plain(thing: Any) -> str:
    """A sentence or word in the source language; the voice of a form that nobody reads."""
    return str(getattr(thing, "zh", thing))


class Meta(DefaultMeta):
    """What fields and validators of a form may ask about its reader."""

    say: Say = staticmethod(plain)

    def get_translations(self, form: PlainForm) -> Meta:
        """WTForms asks this object for its own sentences."""
        return self

    def gettext(self, text: str) -> str:
        """A sentence of the library in the reader's language."""
        return self.say(_LIBRARY[text]) if text in _LIBRARY else text

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Length messages of the library; our own validators replace them."""
        return one if n == 1 else many


class Form(PlainForm):
    """One form, made for one reader.

    ``key`` is its name in the catalogue; ``version`` rises when a field is removed or renamed.
    """

    key: ClassVar[str] = ""
    version: ClassVar[int] = 1
    Meta = Meta

    def __init__(
        self,
        posted: Any = None,
        *,
        say: Say | None = None,
        data: Mapping[str, Any] | None = None,
        prefix: str = "",
        meta: Mapping[str, Any] | None = None,
        formdata: Any = None,
        obj: Any = None,
        **values: Any,
    ) -> None:
        parent = (meta or {}).get("_parent_form")
        speaks = say or (parent.meta.say if parent is not None else plain)
        super().__init__(
            formdata=posted if posted is not None else formdata,
            obj=obj,
            prefix=prefix,
            data=dict(data) if data is not None else None,
            meta={**(meta or {}), "say": speaks},
            **values,
        )
        self.form_errors: list[Any] = []
        self.speak()

    def speak(self) -> None:
        """Put labels, hints and choices into the reader's language. Done when the form is made;
        call it again after setting choices that hold sentences."""
        for field in self:
            _speak(field, self.meta.say)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all fields can be taken as written; errors are told in the reader's language."""
        good = bool(super().validate(extra_validators))
        for field in self:
            _translate_errors(field, self.meta.say)
        self.form_errors = [self.meta.say(error) for error in self.form_errors]
        clean: bool = good and not self.form_errors
        return clean

    def take(self, errors: Mapping[str, Sentence]) -> None:
        """Hang a command's :class:`cases.errors.Invalid` on the fields it names; what names no
        field becomes an error of the whole form."""
        for name, sentence in errors.items():
            text = self.meta.say(sentence)
            if name in self._fields:
                self._fields[name].errors = [*self._fields[name].errors, text]
            else:
                self.form_errors = [*self.form_errors, text]

    def problems(self) -> list[tuple[str, str]]:
        """(id of the control, text) of every error in page order; "" for one of the whole form."""
        found = [("", error) for error in self.form_errors]
        for field in self:
            found.extend(_problems(field))
        return found

    def unknown_fields(self, posted: Iterable[str]) -> tuple[str, ...]:
        """Names in a POST that the form doesn't have: the request is answered with 400."""
        known = set(_names(self)) | CARRIED
        lists = tuple(_list_prefixes(self))
        return tuple(
            sorted({name for name in posted if name not in known and not name.startswith(lists)})
        )

    def payload(self) -> dict[str, Any]:
        """The answers as plain values by field name, read back with ``Form(data=...)``."""
        return {name: field.data for name, field in self._fields.items() if not _is_button(field)}


def _is_button(field: Field) -> bool:
    return bool(field.type == "SubmitField")


def _inner(field: Field) -> Iterator[Field]:
    if isinstance(field, FormField):
        yield from field.form
    elif isinstance(field, FieldList):
        yield from field.entries


def _speak(field: Field, say: Say) -> None:
    field.label.text = say(field.label.text)
    field.description = say(field.description)
    choices = getattr(field, "choices", None)
    if isinstance(choices, list | tuple):
        field.choices = [_choice(item, say) for item in choices]
    for inner in _inner(field):
        _speak(inner, say)


def _choice(item: Any, say: Say) -> Any:
    if isinstance(item, SelectChoice):
        return SelectChoice(item.value, say(item.label), item.render_kw, item.optgroup)
    return item


def _translate_errors(field: Field, say: Say) -> None:
    if isinstance(field, FormField):
        return  # its form spoke for itself
    for inner in _inner(field):
        _translate_errors(inner, say)
    if isinstance(field, FieldList):
        own = [error for error in field.errors if isinstance(error, str | Sentence)]
        field.errors = [say(error) for error in own]
        return
    field.errors = [say(error) for error in field.errors]


def _problems(field: Field) -> Iterator[tuple[str, str]]:
    if isinstance(field, FormField):
        yield from field.form.problems()
        return
    for error in field.errors:
        yield control_id(field), _named(field, str(error))
    for inner in _inner(field):
        yield from _problems(inner)


def _named(field: Field, text: str) -> str:
    label = field.label.text
    if not label or label in text:
        return text
    return str(field.meta.say(m("%(label)s：%(text)s", label=label, text=text)))


def control_id(field: Field) -> str:
    """The id an error summary links to: the first control of a group, else the field's own."""
    return f"{field.id}-0" if field.type in ("PickOne", "Grade", "TickList") else str(field.id)


def _names(form: PlainForm) -> Iterator[str]:
    for field in form:
        if isinstance(field, FormField):
            yield from _names(field.form)
        else:
            yield field.name


def _list_prefixes(form: PlainForm) -> Iterator[str]:
    for field in form:
        if isinstance(field, FieldList):
            yield f"{field.name}{field._separator}"
        elif isinstance(field, FormField):
            yield from _list_prefixes(field.form)
