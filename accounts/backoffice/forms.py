"""The way in: what is typed goes to a record's rules, and what they keep to a verb of the model's."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models

from accounts.backoffice.looking import note
from accounts.models import Account, Look
from duespark.errors import Conflict
from duespark.records import Record, Rejected
from duespark.rules import Rule

MEANWHILE = (
    "Somebody else has changed this meanwhile; it is now: {}. Nothing of yours is saved yet. Save again to replace it."
)


class RowSelect(AutocompleteSelect):
    """Finds a row by typing; an id that is none selects nothing. `placeholder` says what none means."""

    def __init__(self, *args: Any, placeholder: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.placeholder = placeholder

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": self.placeholder}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        pk = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [typed for typed in value if _is_id(pk, typed)], attr)


def _is_id(pk: Any, value: Any) -> bool:
    try:
        return bool(value) and pk.to_python(value) is not None
    except ValidationError:
        return False


def row_field(remote_admin: Any, request: Any, **kwargs: Any) -> Any:
    """A field that takes a row, named as the autocomplete names it: with a look at whose it is."""

    def named(row: Any) -> str:
        note(request, remote_admin, Look.What.CHOICE, [row])
        return str(remote_admin.option(row))

    field = forms.ModelChoiceField(remote_admin.get_queryset(request), **kwargs)
    field.label_from_instance = named  # type: ignore[assignment, method-assign]
    return field


def unless_closed(account: Account) -> Account:
    """The account that somebody or something is to come into, which a closed one takes none of."""
    if account.closed_at:
        raise ValidationError("This account is closed.")
    return account


class RecordForm(forms.ModelForm):
    """A model form that takes what the API takes, by the same rules, and writes by the same verbs.

    A change writes the fields that were changed on the page and no others, so that what somebody
    else has changed since the page was read survives. Where both have changed the same field, nothing
    is written, and it is said what the other has made of it; who then saves again, means it.
    """

    record: Record

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changes_row = not self.instance._state.adding
        for name, field in self.fields.items():
            if name in self.rules:
                field.required = name in self.record.required
            # What the page showed comes back beside what was made of it; of several choices none may have been.
            shown = not self.is_bound or self.add_initial_prefix(name) in self.data or _is_several(field)
            field.show_hidden_initial = self.changes_row and shown and not field.disabled

    @property
    def rules(self) -> dict[str, Rule]:
        parts = {name: rule for nested in self.record.nested.values() for name, rule in nested.rules.items()}
        return {**self.record.rules, **parts}

    def add(self, **values: Any) -> models.Model:
        """Makes the row."""
        raise NotImplementedError

    def edit(self, **changes: Any) -> None:
        """Changes the row."""
        self.instance.edit(**changes)

    def _clean_fields(self) -> None:
        """What was typed goes to the rules as it is; fields without a rule are cleaned as in any form."""
        typed: dict[str, Any] = {}
        for name, field in self.fields.items():
            bound = self[name]
            if name in self.rules:
                if not field.widget.value_omitted_from_data(self.data, self.files, bound.html_name):
                    typed[name] = self._typed(name, bound.data)
            elif not field.disabled:
                try:
                    self.cleaned_data[name] = field.clean(bound.data)
                    if clean := getattr(self, f"clean_{name}", None):
                        self.cleaned_data[name] = clean()
                except ValidationError as error:
                    self.add_error(name, error)
        try:
            self.cleaned_data |= self.record.check(self._nested(typed), change=self.changes_row)
        except Rejected as rejected:
            for name, texts in _flat(rejected.errors):
                self.add_error(name, texts)

    def _see_what_others_saved(self) -> None:
        """What has changed since the page was read: an error if it was changed here, too, and shown if not."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for bound in (self[name] for name in self.fields if self[name].field.show_hidden_initial):
            shown, now = _lines(self.data.get(bound.html_initial_name)), _lines(_as_shown(bound))
            if shown == now or _is_several(bound.field):
                continue
            data[bound.html_initial_name] = now
            if bound.name not in self.changed_data:
                data[bound.html_name] = now
            elif _lines(bound.data) != now:
                self.add_error(bound.name, MEANWHILE.format(now or "empty"))
        self.data = data

    def _typed(self, name: str, text: str) -> str | None:
        """An empty input says null, where null may be said."""
        return text if name in self.record.required or text.strip() else None

    def _nested(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        sent: dict[str, Any] = {name: value for name, value in typed.items() if name in self.record.rules}
        for name, nested in self.record.nested.items():
            sent[name] = {part: typed[part] for part in nested.rules if part in typed}
        return sent

    def _post_clean(self) -> None:
        """The verb has the last word: it writes, in the request's transaction, or says why it cannot."""
        if self.changes_row:
            self._see_what_others_saved()
        if self.errors:
            return
        try:
            if self.changes_row:
                self.edit(**{name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data})
            else:
                self.instance = self.add(**self.cleaned_data)
        except Conflict as conflict:
            if self.changes_row:
                self.instance.refresh_from_db()  # the page goes on to show the row as it is
            errors = conflict.members.get("errors", {None: [conflict.detail]})
            for field, texts in errors.items():
                self.add_error(field, texts)


def _is_several(field: forms.Field) -> bool:
    return field.hidden_widget is forms.MultipleHiddenInput


def _as_shown(bound: Any) -> Any:
    """What the page would say now that it shows of the row."""
    return bound.field.hidden_widget().format_value(bound.field.prepare_value(bound.initial))


def _lines(text: Any) -> str:
    """As browsers send it or not: they end lines in their own way."""
    return "" if text is None else str(text).replace("\r\n", "\n")


def _flat(errors: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for name, error in errors.items():
        if isinstance(error, Mapping):
            yield from _flat(error)
        else:
            yield name, error
