"""What can be done to rows that are there, as an action of the list and as a button on the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from accounts.backoffice.display import PAGE, change_url
from duespark.errors import Conflict

FROM_PAGE = "_from_page"  # sent by the button on a row's page, which is where it goes back to
CONFIRMED = "_confirmed"
MAX_REFUSALS = 10  # that are told one by one


@dataclass(frozen=True)
class Verb:
    """A verb of the model's; one with a `warning` asks before it is carried out.

    The page of a row shows the button where the verb `applies`; carried out elsewhere, the verb
    itself does no harm or says why not.
    """

    name: str
    label: str
    done: str
    do: Callable[[Any], Any]
    applies: Callable[[Any], bool]
    warning: str = ""

    do_not_call_in_templates = True

    def __call__(self, admin: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
        if self.warning and CONFIRMED not in request.POST:
            return self._ask(admin, request, rows)
        last = self._carry_out(admin, request, rows.iterator(chunk_size=500))
        if last and FROM_PAGE in request.POST:
            return HttpResponseRedirect(change_url(last))
        return None

    def _carry_out(self, admin: Any, request: HttpRequest, rows: Iterable[Any]) -> Any:
        row, count = None, 0
        refusals = []
        for row in rows:
            try:
                self.do(row)
            except Conflict as conflict:
                refusals.append(f"{row}: {conflict.detail}")
            else:
                count += 1
                admin.log_change(request, row, f"{self.done.capitalize()}.")
        if count:
            names = admin.opts.verbose_name if count == 1 else admin.opts.verbose_name_plural
            admin.message_user(request, f"{count:,} {names} {self.done}.")
        for refusal in refusals[:MAX_REFUSALS]:
            admin.message_user(request, refusal, messages.ERROR)
        if len(refusals) > MAX_REFUSALS:
            more = len(refusals) - MAX_REFUSALS
            admin.message_user(request, f"{more:,} more could not be {self.done}.", messages.ERROR)
        return row

    def _ask(self, admin: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse:
        count = rows.count()
        context = {
            **admin.admin_site.each_context(request),
            "title": f"{self.label}?",
            "opts": admin.opts,
            "media": admin.media,
            "verb": self,
            "rows": [admin.option(row) for row in rows[:PAGE]],
            "count": count,
            "more": max(0, count - PAGE),
            "sent": {
                "action": self.name,
                "select_across": request.POST.get("select_across", "0"),
                CONFIRMED: "yes",
                **({FROM_PAGE: "yes"} if FROM_PAGE in request.POST else {}),
            },
            "selected_name": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "back": request.headers.get("Referer", ""),
        }
        return TemplateResponse(request, "admin/confirm_verb.html", context)
