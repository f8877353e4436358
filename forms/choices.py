"""Fields one chooses from: lists, radio groups, ticks. Offered by :mod:`forms.fields`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Form as PlainForm
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from workflow.words import Sentence, m

Label = Sentence | str | None
Rules = Sequence[Any]


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) pairs as choices; labels may be sentences or words."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class Pick(SelectField):
    """A list to choose from, with a first line that chooses nothing.

    Choices: (value, label) pairs; labels may be sentences or words. Blank is None.
    """

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        choices: Iterable[tuple[Any, Any]] = (),
        blank: Sentence | None = None,
        coerce: Any = str,
        **kw: Any,
    ) -> None:
        first = options([("", blank or m("请选择"))])

        def read(value: Any) -> Any:
            return None if value is None or value == "" else coerce(value)

        super().__init__(label, validators, choices=first + options(choices), coerce=read, **kw)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set what can be chosen, keeping the first line."""
        self.choices: Any = [self.choices[0], *options(choices)]

    def pre_validate(self, form: PlainForm) -> None:
        """Nothing chosen is allowed here; :class:`forms.validators.Required` forbids it."""
        if self.data is None:
            return
        if not any(choice.selected for choice in self.iter_choices()):
            raise ValidationError(m("请从列出的选项中选一项"))


class _PickRow(Pick):
    """A row of a table by its number."""

    def __init__(self, label: Label = None, validators: Rules = (), **kw: Any) -> None:
        super().__init__(label, validators, coerce=int, **kw)


class PickPerson(_PickRow):
    """A person by id; choices (id, "name, post") come from a query, in official order."""


class PickUnit(_PickRow):
    """A unit by id; choices (id, name) come from a query, in official order."""


class PickOne(RadioField):
    """One of a few, all visible. No choice is made beforehand."""

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        choices: Iterable[tuple[Any, Any]] = (),
        **kw: Any,
    ) -> None:
        kw.setdefault("coerce", lambda value: None if value in (None, "") else str(value))
        super().__init__(label, validators, choices=options(choices), **kw)

    def pre_validate(self, form: PlainForm) -> None:
        """Nothing chosen is allowed here; :class:`forms.validators.Required` forbids it."""
        if self.data is None:
            return
        if not any(choice.selected for choice in self.iter_choices()):
            raise ValidationError(m("请从列出的选项中选一项"))


class Grade(PickOne):
    """A grade of the scale in use: ``grades`` are words of the vocabulary, best first."""

    def __init__(
        self, label: Label = None, validators: Rules = (), *, grades: Iterable[Any] = (), **kw: Any
    ) -> None:
        super().__init__(label, validators, choices=[(str(g.value), g) for g in grades], **kw)


class TickList(SelectMultipleField):
    """Any number of a few, each a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(
        self,
        label: Label = None,
        validators: Rules = (),
        *,
        choices: Iterable[tuple[Any, Any]] = (),
        **kw: Any,
    ) -> None:
        super().__init__(label, validators, choices=options(choices), **kw)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Set what can be ticked."""
        self.choices: Any = options(choices)

    def pre_validate(self, form: PlainForm) -> None:
        """Only what is listed can be ticked."""
        known = {str(choice.value) for choice in self.iter_choices()}
        if any(str(value) not in known for value in self.data or ()):
            raise ValidationError(m("请从列出的选项中选一项"))
