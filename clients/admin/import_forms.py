"""What is asked of whoever imports a file, before its preview and with it."""

from typing import Any

from django import forms

from accounts.backoffice.forms import unless_closed
from accounts.models import Account
from clients.drafts import Asked, previewed
from clients.importing.kinds import LIMITS, MAX_SIZE, UPLOADS
from clients.models import Import, ImportDraft
from duespark.sizes import MEGABYTE

DUPLICATES = {
    "error": "Refuse the row",
    "skip": "Skip the row; what is there stays",
    "update": "Update what is there; an empty cell keeps it",
}
ENCODINGS = {
    "": "UTF-8, or UTF-16 that says so",
    "cp1252": "Western European (Windows-1252)",
    "iso8859-15": "Western European (ISO 8859-15)",
    "mac-roman": "Western European (old Macs)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "cp1257": "Baltic (Windows-1257)",
    "utf-16-le": "UTF-16 without a mark (little-endian)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "euc_kr": "Korean (EUC-KR)",
}
TOO_LARGE = (
    f"The file is larger than {MAX_SIZE // MEGABYTE} MB; `manage.py import_clients` and `manage.py import_invoices` "
    "have no such limit."
)
PASSED_OVER = "(passed over)"
LABELS = {"tax_id": "Tax ID", "zip_code": "ZIP code"}


def label(field: str) -> str:
    """How people call a field of a file."""
    return LABELS.get(field, field.replace("_", " ").capitalize())


class AskingForm(forms.Form):
    on_duplicate = forms.ChoiceField(label="If it is there already", choices=list(DUPLICATES.items()))
    encoding = forms.ChoiceField(
        label="Encoding",
        choices=list(ENCODINGS.items()),
        required=False,
        help_text="Of a CSV file. Spreadsheets on Windows often save Windows-1252.",
    )


class UploadForm(AskingForm):
    """A file, for an account."""

    kind = forms.ChoiceField(label="What is in it", choices=Import.Kind.choices)
    account = forms.ModelChoiceField(Account.objects.none())
    file = forms.FileField(
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(
            attrs={"accept": ".csv,.tsv,.txt,.gz,.xlsx", "data-max-size": MAX_SIZE, "data-too-large": TOO_LARGE}
        ),
        help_text=(
            "CSV, gzipped or not, or an Excel workbook (.xlsx), of which the first sheet is read; at most "
            f"{MAX_SIZE // MEGABYTE} MB and {LIMITS.rows:,} rows. The first line names the columns."
        ),
    )
    field_order = ("account", "kind", "file", "on_duplicate", "encoding")

    def __init__(self, *args: Any, account: forms.ModelChoiceField, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = account
        self.order_fields(self.field_order)
        self.fields["on_duplicate"].help_text = "A client by its email, an invoice by its number."

    def clean_account(self) -> Account:
        return unless_closed(self.cleaned_data["account"])

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        upload = UPLOADS.get(asked.get("kind", ""))
        if upload and asked.get("on_duplicate") == "update" and not upload.updates:
            text = f"An import does not change {upload.noun} that are there: refuse or skip the row."
            self.add_error("on_duplicate", text)
        return asked

    @property
    def asked(self) -> Asked:
        return Asked(self.cleaned_data["on_duplicate"], self.cleaned_data["encoding"] or None)


class DraftForm(AskingForm):
    """What to take each column for, and the rest once more; at first as the preview had it."""

    def __init__(self, draft: ImportDraft, data: Any = None) -> None:
        shown = previewed(draft)
        columns = draft.preview["columns"]
        self.names = [f"column-{index}" for index in range(len(columns))]
        initial = dict(zip(self.names, shown.fields, strict=True))
        super().__init__(data, initial={**initial, "on_duplicate": shown.on_duplicate, "encoding": shown.encoding})
        upload = UPLOADS[draft.kind]
        duplicates: Any = self.fields["on_duplicate"]
        duplicates.choices = [(name, DUPLICATES[name]) for name in upload.on_duplicate]
        names = [upload.columns.name(field) for field in upload.columns.titles]
        choices = [("", PASSED_OVER), *((name, label(name)) for name in names)]
        for name, column in zip(self.names, columns, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=column["title"] or "Without a title", choices=choices, required=False
            )
            self.fields[name].cells = column["cells"]  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Any]:
        return [self[name] for name in self.names]

    @property
    def asked(self) -> Asked:
        fields = [self.cleaned_data[name] or None for name in self.names]
        return Asked(self.cleaned_data["on_duplicate"], self.cleaned_data["encoding"] or None, fields)
