"""The way in for a file: uploaded, previewed, previewed otherwise, and imported or discarded.

Each step is a page of its own, for who may add imports; a draft is the affair of whoever uploaded it.
"""

import gzip
import io
from collections.abc import Callable, Iterator
from functools import partial, wraps
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.backoffice.display import Figure, add_url, change_url, list_url, many
from accounts.backoffice.looking import note
from accounts.models import Look
from clients.admin.import_forms import TOO_LARGE, DraftForm, UploadForm
from clients.drafts import SHOWN_COLUMNS, Problem, Stale, begin, carry_out, look_again
from clients.importing.kinds import MAX_SIZE, UPLOADS
from clients.models import Import, ImportDraft
from duespark.errors import Conflict
from duespark.sizes import MEGABYTE

MAX_BODY = MAX_SIZE + MEGABYTE  # bytes: a file, and what is sent beside it
DRAINED = 4 * MAX_SIZE  # bytes of a larger body that are read: no browser shows an answer before it has sent all
GONE = "The file is not here any more: it waits for a day. Choose it again."
STALE = "What you asked for was not what the preview showed, so nothing is imported yet. This is its preview."
DONE_BEFORE = "This file has been imported before, and not again. This is what came of it."
DISCARDED = "The file is discarded, and nothing of it is imported."

Page = Callable[[Any, HttpRequest, ImportDraft], HttpResponse]


def import_urls(admin: Any) -> list[Any]:
    shown = admin.admin_site.admin_view
    addresses = {draft_page: "", confirm: "confirm/", discard: "discard/", rejected: "rejected.csv"}
    return [
        path("add/", shown(bounded(admin, upload_page)), name="clients_import_add"),
        *(
            path(f"draft/<str:pk>/{end}", shown(partial(with_draft(view), admin)), name=_name(view))
            for view, end in addresses.items()
        ),
    ]


def draft_url(draft: ImportDraft, view: Page) -> str:
    return reverse(f"admin:{_name(view)}", args=[draft.pk])


def _name(view: Page) -> str:
    return f"clients_import_{view.__name__}"


def refuse_unless_importing(admin: Any, request: HttpRequest) -> None:
    if not admin.has_add_permission(request):
        raise PermissionDenied


def bounded(admin: Any, view: Callable[[Any, HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuses a body that is too large before anybody looks into it, be it for the form's token."""

    @csrf_exempt
    def shown(request: HttpRequest) -> HttpResponse:
        refuse_unless_importing(admin, request)
        if int(request.META.get("CONTENT_LENGTH") or 0) <= MAX_BODY:
            return csrf_protect(partial(view, admin))(request)
        for _ in range(DRAINED // MEGABYTE):
            if not request.read(MEGABYTE):
                break
        return _upload_page(admin, request, upload_form(admin, request), problem=TOO_LARGE, status=413)

    shown.max_body = MAX_BODY  # type: ignore[attr-defined]
    return shown


def with_draft(view: Page) -> Callable[[Any, HttpRequest, str], HttpResponse]:
    """Hands a view one's own draft of this id, or leads back to where a file is chosen."""

    @wraps(view)
    def shown(admin: Any, request: HttpRequest, pk: str) -> HttpResponse:
        refuse_unless_importing(admin, request)
        mine = ImportDraft.objects.of(request.user).select_related("account", "result")
        try:
            return view(admin, request, mine.defer("content", "rejected").get(pk=pk))
        except (ImportDraft.DoesNotExist, ValidationError):  # gone meanwhile, or no id at all
            admin.message_user(request, GONE, messages.WARNING)
            return HttpResponseRedirect(add_url(Import))

    return shown


def upload_form(admin: Any, request: HttpRequest) -> UploadForm:
    account = admin.formfield_for_foreignkey(Import._meta.get_field("account"), request)
    if request.method == "POST" and request.POST:
        return UploadForm(request.POST, request.FILES, account=account)
    initial = {name: request.GET[name] for name in ("account", "kind") if name in request.GET}
    return UploadForm(account=account, initial=initial)


def upload_page(admin: Any, request: HttpRequest) -> HttpResponse:
    form = upload_form(admin, request)
    if not form.is_valid():
        return _upload_page(admin, request, form)
    sent = form.cleaned_data
    try:
        draft = begin(sent["account"], sent["kind"], sent["file"], form.asked)
    except Problem as problem:
        form.add_error("file", str(problem))
        return _upload_page(admin, request, form, status=413 if problem.about == "size" else 200)
    return HttpResponseRedirect(draft_url(draft, draft_page))


def _upload_page(admin: Any, request: HttpRequest, form: UploadForm, *, status: int = 200, **context: Any) -> Any:
    context |= {"title": "Import a file", "form": form}
    return _page(admin, request, "upload", context, status)


def draft_page(admin: Any, request: HttpRequest, draft: Any) -> HttpResponse:
    """What would come of it; asked for otherwise, what would come of that."""
    if draft.result:
        admin.message_user(request, DONE_BEFORE, messages.WARNING)
        return HttpResponseRedirect(change_url(draft.result))
    form = DraftForm(draft, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _draft_page(admin, request, draft, form)
    look_again(draft, form.asked)
    return HttpResponseRedirect(draft_url(draft, draft_page))


def _draft_page(admin: Any, request: HttpRequest, draft: ImportDraft, form: DraftForm) -> HttpResponse:
    """Its counts say which of the file's rows the account has already: a look at the account's data."""
    note(request, admin, Look.What.PAGE, [draft])
    counts = draft.preview["counts"] or {}
    changing = counts.get("created", 0) + counts.get("updated", 0)
    context = {
        "title": f"Import {draft.kind} into {draft.account}",
        "form": form,
        "problem": draft.preview["problem"],
        "figures": list(figures(draft.kind, counts, "Would be {}")) if counts else [],
        "total": sum(counts.values()),
        "changing": changing,
        "updates": UPLOADS[draft.kind].updates,
        "confirm": f"Import {many(changing, draft.kind.removesuffix('s'))}",
        "more_columns": len(form.columns) == SHOWN_COLUMNS,
        **of_draft(draft),
    }
    return _page(admin, request, "draft", context)


def figures(kind: str, counts: dict[str, int], words: str) -> Iterator[Figure]:
    """How many rows have come, or would come, to what."""
    for name in Import.COUNTS:
        if name != "updated" or UPLOADS[kind].updates:
            yield Figure(words.format(name).capitalize(), f"{counts[name]:,}")


def of_draft(draft: ImportDraft, refused: int = 0) -> dict[str, Any]:
    """What templates know of a draft."""
    more = max(0, (refused or (draft.preview["counts"] or {}).get("refused", 0)) - len(draft.refused))
    urls = {view.__name__: draft_url(draft, view) for view in (draft_page, confirm, discard, rejected)}
    return {"draft": draft, "urls": urls, "more_refused": f"{more:,}" if more else ""}


def confirm(admin: Any, request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    """Imports the file, if what is sent is what was previewed; a second time it says what came of the first."""
    if request.method != "POST" or draft.result_id:
        return HttpResponseRedirect(draft_url(draft, draft_page))
    form = DraftForm(draft, request.POST)
    if not form.is_valid():
        return _draft_page(admin, request, draft, form)
    try:
        record, done_now = carry_out(draft, form.asked)
    except (Stale, Problem):
        look_again(draft, form.asked)
        admin.message_user(request, STALE, messages.WARNING)
    except Conflict as conflict:
        admin.message_user(request, conflict.detail, messages.ERROR)
    else:
        if done_now:
            admin.log_addition(request, record, f"Imported {record}.")
        else:
            admin.message_user(request, DONE_BEFORE, messages.WARNING)
        return HttpResponseRedirect(change_url(record))
    return HttpResponseRedirect(draft_url(draft, draft_page))


def discard(admin: Any, request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    """Forgets the file, unless it has been imported meanwhile, or is being."""
    if request.method != "POST":
        return HttpResponseRedirect(draft_url(draft, draft_page))
    try:
        discarded = draft.discard()
    except Conflict as conflict:
        discarded = False
        admin.message_user(request, conflict.detail, messages.WARNING)
    if not discarded:
        return HttpResponseRedirect(draft_url(draft, draft_page))
    admin.message_user(request, DISCARDED)
    return HttpResponseRedirect(list_url(Import))


def rejected(admin: Any, request: HttpRequest, draft: ImportDraft) -> Any:
    """The refused rows and why, for a spreadsheet to open."""
    if draft.rejected is None:
        return HttpResponseRedirect(draft_url(draft, draft_page))
    note(request, admin, Look.What.EXPORT, [draft])
    content = gzip.GzipFile(fileobj=io.BytesIO(draft.rejected))
    name = f"refused-{Path(draft.file_name).stem}.csv"
    return FileResponse(content, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _page(admin: Any, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    media = admin.media + context["form"].media
    base = {**admin.admin_site.each_context(request), "opts": Import._meta, "media": media}
    return TemplateResponse(request, f"admin/imports/{name}.html", {**base, **context}, status=status)
