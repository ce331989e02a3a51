"""What can be done to rows that are there, as an action of the list and as a button on the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from accounts.backoffice.display import PAGE, change_url
from accounts.backoffice.looking import note
from accounts.models import Look
from duespark.errors import Conflict

FROM_PAGE = "_from_page"  # sent by the button on a row's page, which is where it goes back to
CONFIRMED = "_confirmed"
CHANGED = "This has changed since you were asked, and nothing is done yet."
MAX_REFUSALS = 10  # that are told one by one
BEYOND = "Only a superuser may do this to staff, and nobody may lock themselves out."
MAX_ROWS = 500  # at a time: each is a transaction of its own, and somebody waits


@dataclass
class Outcome:
    """What became of the rows."""

    done: list[Any] = field(default_factory=list)
    moot: list[Any] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verb:
    """A verb of the model's; one with a `warning` asks before it is carried out.

    It is offered on the page of, and done to, rows that it `applies` to, so that doing it again does nothing; of
    the others it is said that they are `moot`. A warning may be made of the rows that it is about; where it says
    something of a row that may change, that is `named`, and who has said yes to something else is asked again.
    Its `question` is the label and the rows, unless it wants other words between them.
    """

    name: str
    label: str
    done: str
    do: Callable[[Any], Any]
    applies: Callable[[Any], bool]
    warning: str | Callable[[Sequence[Any]], str] = ""
    question: str = ""
    named: Callable[[Any], Any] | None = None
    moot: str = ""
    on_page: bool = True
    permission: str = ""

    do_not_call_in_templates = True

    def __call__(self, admin: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
        chosen = list(rows[: MAX_ROWS + 1])
        if len(chosen) > MAX_ROWS:
            many = f"{self.label} takes at most {MAX_ROWS} {admin.opts.verbose_name_plural} at a time; choose fewer."
            admin.message_user(request, many, messages.ERROR)
            return None
        if len(allowed := admin.within_power(request, self, chosen)) < len(chosen):
            admin.message_user(request, BEYOND, messages.ERROR)
        elif not chosen:  # as when the list is of active clients, and they have been deactivated already
            admin.message_user(request, "None of these is on this list any more.", messages.WARNING)
        concerned = [row for row in allowed if self.applies(row)]
        if self.warning and concerned and not self._confirmed(admin, request, concerned):
            return self._ask(admin, request, concerned, len(allowed) - len(concerned))
        self._tell(admin, request, self._carry_out(admin, request, allowed))
        if chosen and FROM_PAGE in request.POST:
            return HttpResponseRedirect(change_url(chosen[-1]))
        return None

    def _confirmed(self, admin: Any, request: HttpRequest, rows: Sequence[Any]) -> bool:
        """Whether who asks has said yes, and to what the question would say now."""
        if not (told := request.POST.get(CONFIRMED)):
            return False
        if told != self._told(rows):
            admin.message_user(request, CHANGED, messages.WARNING)
        return told == self._told(rows)

    def _told(self, rows: Sequence[Any]) -> str:
        if self.named is None:
            return "yes"
        told = sorted(f"{row.pk} {self.named(row)}" for row in rows)
        return sha256("\n".join(told).encode()).hexdigest()

    def _carry_out(self, admin: Any, request: HttpRequest, rows: Sequence[Any]) -> Outcome:
        outcome = Outcome()
        for row in rows:
            if not self.applies(row):
                outcome.moot.append(row)
                continue
            try:
                self.do(row)
            except Conflict as conflict:
                outcome.refusals.append(f"{row}: {conflict.detail}")
            else:
                outcome.done.append(row)
                admin.log_change(request, row, f"{self.done.capitalize()}.")
        return outcome

    def _tell(self, admin: Any, request: HttpRequest, outcome: Outcome) -> None:
        if outcome.done:
            admin.message_user(request, f"{counted(admin, outcome.done)} {self.done}.")
        if outcome.moot:
            admin.message_user(request, self.left_alone(admin, len(outcome.moot)), messages.WARNING)
        for refusal in outcome.refusals[:MAX_REFUSALS]:
            admin.message_user(request, refusal, messages.ERROR)
        if (more := len(outcome.refusals) - MAX_REFUSALS) > 0:
            admin.message_user(request, f"{more:,} more could not be {self.done}.", messages.ERROR)

    def left_alone(self, admin: Any, count: int) -> str:
        one = count == 1
        names = admin.opts.verbose_name if one else admin.opts.verbose_name_plural
        state = self.moot or f"{self.done} already"
        return f"{count:,} {names} {'is' if one else 'are'} {state}, and {'stays' if one else 'stay'} so."

    def _question(self, admin: Any, rows: Sequence[Any]) -> str:
        return (self.question or f"{self.label} {{}}?").format(rows[0] if len(rows) == 1 else counted(admin, rows))

    def _ask(self, admin: Any, request: HttpRequest, rows: Sequence[Any], moot: int) -> HttpResponse:
        """Names the rows again one by one: who is told what will happen does it to these and no others."""
        note(request, admin, Look.What.LIST, rows)
        page = FROM_PAGE in request.POST
        context = {
            **admin.admin_site.each_context(request),
            "title": self._question(admin, rows),
            "opts": admin.opts,
            "media": admin.media,
            "verb": self,
            "warning": self.warning(rows) if callable(self.warning) else self.warning,
            "rows": [admin.option(row) for row in rows[:PAGE]],
            "more": max(0, len(rows) - PAGE),
            "left_alone": self.left_alone(admin, moot) if moot else "",
            "sent": {"action": self.name, CONFIRMED: self._told(rows), **({FROM_PAGE: "yes"} if page else {})},
            "selected_name": ACTION_CHECKBOX_NAME,
            "selected": [row.pk for row in rows],
            "back": change_url(rows[0]) if page else request.get_full_path(),
        }
        return TemplateResponse(request, "admin/confirm_verb.html", context)


def counted(admin: Any, rows: Sequence[Any]) -> str:
    """`1 client`, `2 clients`."""
    return f"{len(rows):,} {admin.opts.verbose_name if len(rows) == 1 else admin.opts.verbose_name_plural}"
